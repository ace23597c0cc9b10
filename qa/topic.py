"""What a conversation is about: the phrases that its questions keep to, and the last answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer_types import expected
from qa.dates import dates
from qa.phrases import Phrase, content, names, phrases
from qa.quantities import is_plural, quantities
from qa.references import Reference

#: An answer of more words says something about what was asked, and is not what the next question is about.
_LONGEST_NAMED, _LONGEST_NOUN = 8, 3
_BROKEN = re.compile(r"[\"“”()\[\];:]")
#: What a mention weighs, and what is left of it with every question after, if that keeps to the subject or drops it.
_NAME, _NOUN = 1.0, 0.5
_FADING, _DROPPED = 0.9, 0.5
_MOST_PHRASES = 8
_LEADING = 0.5
_NUMBER = re.compile(r"\d")
_WHO = re.compile(r"\W*(?:(?:and|so|but)\s+)?who\b", re.IGNORECASE)
#: Asks what somebody is, and not for a name.
_WHO_IS = re.compile(
    r"\W*(?:(?:and|so|but)\s+)?who(?:\s+(?:is|was)|['’]s)\s+(?P<name>(?-i:[A-Z])[^?]*?)\W*", re.IGNORECASE
)
_KIN = re.compile(
    r"\bwho\s+(?:is|are|was|were)\b.*\b(?:(?P<female>mother|wife|sister|daughter|widow|queen|aunt|grandmother|niece)"
    r"|(?:father|husband|brother|son|widower|king|uncle|grandfather|nephew))\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:in|at|to|from|near|into|around)\s+(?:the\s+)?$", re.IGNORECASE)
_NAMING = re.compile(r"\b(?:who|whom|what|which)\b", re.IGNORECASE)
_LISTED = re.compile(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
_IN = re.compile(r"^(?:in|at|on|near|from|to)\s+", re.IGNORECASE)
_PERSON = re.compile(r"(?:(?!The\b)[A-Z][\w.'’-]*\s+){1,3}[A-Z][\w'’-]*")
#: What a count counts in, or how, and no conversation is about.
_COUNTED_IN = frozenset("times documents files mentions occurrences".split())
_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Topic:
    """What was asked last, with its answers, and what the conversation is about.

    `weights` are of the phrases that its questions had, the most salient first; `names` are all names that were said,
    `people` those that answered "who", which are no "it", and `listed` the answers where there were several last.
    """

    asked: str = ""
    answers: tuple[str, ...] = ()
    weights: tuple[tuple[Phrase, float], ...] = ()
    names: tuple[str, ...] = ()
    people: frozenset[str] = frozenset()
    listed: tuple[str, ...] = ()

    @property
    def phrases(self) -> list[Phrase]:
        """What the conversation is about, the most salient first."""
        return [phrase for phrase, _ in self.weights]

    def leading(self) -> list[Phrase]:
        """Return the phrases that are nearly as salient as the first."""
        highest = max((weight for _, weight in self.weights), default=0.0)
        return [phrase for phrase, weight in self.weights if weight > _LEADING * highest]

    def after(self, understood: str, answers: tuple[str, ...], introduces: bool) -> "Topic":
        """Return the topic once a question has been asked and answered; it may introduce what it is about."""
        inside = [phrase for phrase in phrases(understood) if phrase.text.casefold() not in _COUNTED_IN]
        before = dict(self.weights)
        if (answered := self.answered()) and answered.text in understood:
            before.setdefault(answered, _NAME)
        short = {stem for phrase in inside if phrase.is_name for stem in phrase.stems}
        kept = [p for p in before if p.text in understood or (p.is_name and p.stems & short)]
        if introduces and not kept and any(phrase.is_name for phrase in inside):
            before = {}  # the subject was changed
        left = _DROPPED if introduces and inside else _FADING
        weights = {phrase: weight * left for phrase, weight in before.items() if phrase not in kept}
        for phrase in kept:
            longest = _as_said(phrase, inside)
            weights[longest] = max(weights.get(longest, 0.0), before[phrase] * _FADING + _NAME)
        mentioned = {stem for phrase in kept for stem in phrase.stems}
        for phrase in inside:
            if not phrase.stems <= mentioned:
                weights[phrase] = max(weights.get(phrase, 0.0), _NAME if phrase.is_name else _NOUN)
        said = [name.text for text in (*answers, understood) for name in names(text)]
        ranked = sorted(weights.items(), key=lambda item: -item[1])[:_MOST_PHRASES]
        people = self.people.union(Topic(understood, answers)._person_answered())
        return Topic(
            understood,
            answers,
            tuple(ranked),
            tuple(dict.fromkeys((*self.names, *said))),
            people,
            answers if len(answers) > 1 else self.listed,
        )

    def answered(self) -> Phrase | None:
        """Return what the last answer named: the few words that answered "who" or "what"."""
        if len(self.answers) != 1 or not _NAMING.search(self.asked) or expected(self.asked).kind in ("number", "date"):
            return None
        answer = self.answers[0].strip(" .,;:\"“”'")
        if _NUMBER.match(answer) and quantities(answer):
            return None
        is_name = all(word[0].isupper() for word in answer.split() if len(word) > 3)
        longest = _LONGEST_NAMED if is_name else _LONGEST_NOUN
        if len(answer.split()) > longest or any(dates(answer)) or not content(answer) or _BROKEN.search(answer):
            return None
        return Phrase(answer, 0, len(answer), is_name)

    def _person_answered(self) -> list[str]:
        """Return the name that the last answer gave to "who", where it is like a person's."""
        answered = self.answered()
        is_person = answered and expected(self.asked).kind == "name" and _PERSON.fullmatch(answered.text)
        return [answered.text] if answered and is_person else []

    def antecedent(self, reference: Reference) -> Phrase | None:
        """Return what a reference stands for."""
        match reference.kind:
            case "person":
                return self._person(reference)
            case "several" | "thing":
                return self._thing(reference.kind == "several")
            case "place":
                return self._place()
            case "time":
                return self._time()
            case "nth":
                return self._listed(reference.nth)
            case "this":
                return None

    def _person(self, reference: Reference) -> Phrase | None:
        if described := _WHO_IS.fullmatch(self.asked):
            for name in names(described["name"]):
                if name.end == len(described["name"]):
                    return name
        answered = self.answered()
        if answered and expected(self.asked).kind == "name" and not self._is_of_other_sex(reference.is_female):
            if answered.is_name:
                return answered
            for name in names(answered.text):
                if name.end == len(answered.text):  # "prime minister Petrak"
                    return name
        people = [*self.phrases, *(name for text in self.answers for name in names(text))]
        named = [phrase for phrase in people if phrase.is_name and not phrase.is_definite]
        if (
            len(asked := [phrase for phrase in named if phrase.text in self.asked]) == 1
            and asked[0].text in self.people
        ):
            return asked[0]
        return next(iter(named), None) or next((phrase for phrase in people if phrase.is_name), None)

    def _is_of_other_sex(self, is_female: bool | None) -> bool:
        """Tell whether who was asked for cannot be the one that is referred to: "her father" is no "she"."""
        kin = _KIN.search(self.asked)
        return kin is not None and is_female is not None and (kin["female"] is not None) != is_female

    def _thing(self, several: bool) -> Phrase | None:
        answered = self.answered()
        if answered and (several or not self._is_about_other_than(answered)):
            return answered
        if several and (counted := expected(self.asked).noun):
            return next((phrase for phrase in self.phrases if phrase.text.casefold().endswith(counted)), None)
        others = [p for p in self.phrases if not (self._is_place(p) if several else p.text in self.people)]
        found = sorted(others or self.phrases, key=lambda phrase: phrase.text not in self.asked)
        leading = next(iter(found), None)
        if leading is None or leading.is_name:
            return leading
        alike = (p for p in found if not p.is_name and is_plural(p.text.split()[-1]) == several)
        return next(alike, leading)

    def _is_about_other_than(self, answered: Phrase) -> bool:
        """Tell whether an answer to "who" is no "it", since that is what was asked about; "the Orme Trust" may be."""
        is_body = _ARTICLE.match(answered.text) is not None
        return bool(self.phrases) and _WHO.match(self.asked) is not None and answered.is_name and not is_body

    def _is_place(self, phrase: Phrase) -> bool:
        """Tell whether a name stands for a place where it was said last, which is no "they"."""
        return phrase.is_name and _PLACE.search(self.asked[: max(0, self.asked.find(phrase.text))]) is not None

    def _place(self) -> Phrase | None:
        if re.match(r"\W*(?:\w+\s+)?where\b", self.asked, re.IGNORECASE) and len(self.answers) == 1:
            place = _IN.sub("", self.answers[0].strip(" .,;"))
            if place and len(place.split()) <= _LONGEST_NAMED:
                return Phrase(place, 0, len(place), is_name=True)
        for text in (*self.answers, self.asked):
            for name in names(text):
                if name.start == 0 or _PLACE.search(text[: name.start]):
                    return name
        return next((phrase for phrase in self.phrases if phrase.is_name and phrase.text not in self.people), None)

    def _time(self) -> Phrase | None:
        for text in (*self.answers, self.asked):
            for date in dates(text):
                return Phrase(text[date.start : date.end], date.start, date.end, is_name=False)
        return None

    def _listed(self, nth: int) -> Phrase | None:
        listed: Sequence[str] = self.answers
        if len(listed) == 1:
            bare = (_ARTICLE.sub("", each).strip() for each in _LISTED.split(listed[0].strip(" .")))
            listed = [each for each in bare if each]
        # "The second one?" after "the first one?" is still of those that were listed.
        again = any(self.asked.endswith(f"({each})") for each in self.listed)
        for these in (self.listed, listed) if again else (listed, self.listed):
            if len(these) > 1 and -1 <= nth < len(these):
                return Phrase(these[nth], 0, len(these[nth]), is_name=these[nth][0].isupper())
        return None


def _as_said(phrase: Phrase, inside: Sequence[Phrase]) -> Phrase:
    """Return a phrase as the longest of these has it: "lung cancer" for "cancer"."""
    # It keeps its "the", which is not said again where it stands in brackets.
    longer = [phrase, *(other for other in inside if phrase.text in other.text)]
    return max(longer, key=lambda other: len(other.text))
