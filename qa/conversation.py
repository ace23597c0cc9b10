"""What a follow-up question means, given the turns before it, on one page. By rules, for English.

What is carried over are phrases, not single words: the names and nouns that the conversation is about, in the manner of
historical query expansion (HQE; Lin et al. 2020, "Query and Answer Expansion from Conversation History"), but one at a
time, put where the question refers to it, so that a person can read and judge it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.formats.extraction import Block
from index.sentences import sentences
from qa.answer_types import expected
from qa.fragments import asks_who_said_it, completed_fragment, is_fragment
from qa.phrases import Phrase, content, names, phrases
from qa.question_forms import ASKING, AUXILIARY, asks_nothing
from qa.references import Reference, reference
from qa.topic import Topic

#: A thing, and a question about it: "what about the mill, when was it built?"
_BESIDE = re.compile(
    rf"\W*(?:(?:and|so|but|ok|okay)\W+)*(?:what|how) about (?P<thing>[^,?]+),\s+"
    rf"(?P<asks>(?:{AUXILIARY}|{ASKING})\b.+)",
    re.IGNORECASE,
)
_MORE = re.compile(r"\b(?:else|other|others|another|more|also|again|any)\b", re.IGNORECASE)
#: "What is photosynthesis?" asks about something new, "what are common treatments?" leaves open of what.
_DEFINES = re.compile(r"^\W*what(?: is|['’]s) (?!the\b|so\b|in\b|it\b)[^\W\d]+(?: [^\W\d]+)?\W*$", re.IGNORECASE)
#: What "who said so?" was understood to mean, asked again by itself.
_WHO_SAID = re.compile(r"who said (?:“.+?”|so)\? \((?P<asked>(?!who said\b).+)\)")
_BRACKETED = re.compile(r"\s\(([^()]+)\)$")
_FEW_WORDS = 2
#: Words that begin names of places.
_DIRECTIONS = frozenset("north south east west new old great saint san los".split())
_LONGEST_NAME = 4
_DEFINITE = re.compile(r"\bthe\s+\w", re.IGNORECASE)
_TELL = re.compile(r"\W*(?:please\W+)?(?:tell|describe|explain|compare|show|list)\b", re.IGNORECASE)
_INTERJECTION = (
    r"(?:ok|okay|wow|cool|great|nice|good|fine|thanks|thank you|interesting|really|hmm+|oh|ah|right|sure|yes|well"
    r"|perfect|awesome|amazing|never mind|got it|i see|who knew)"
)
#: What is said about the answer before, and asks nothing: "Okay.", "Wow, that's better than I thought."
_REMARK = re.compile(
    rf"(?:\W*\b{_INTERJECTION}\b)+\W*|(?:\W*\b{_INTERJECTION}\b)*\W*\b(?:(?:that|this|it)(?:['’]s| is| was| sounds?)"
    r"(?:\s+(?!about\b)[\w'’-]+){1,6}|I did(?:n['’]t| not) \w+ (?:that|so|this))[.!]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and its answers, none where the documents did not say; `understood` is its whole meaning."""

    question: str
    answers: tuple[str, ...] = ()
    understood: str | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question in words that need no turn before it; `carried` are the phrases that came from those."""

    question: str
    interpreted_as: str
    carried: tuple[str, ...] = ()
    asks_who_said_it: bool = False

    @property
    def without_brackets(self) -> str:
        """What it means, less what only stands behind it in brackets."""
        return _BRACKETED.sub("", self.interpreted_as)

    @property
    def is_whole_by_itself(self) -> bool:
        """Whether what was carried over only stands behind a question that could be asked without it."""
        beside = f"{self.question.rstrip()} ({', '.join(self.carried)})"
        return self.interpreted_as == beside and not is_fragment(self.question) and bool(content(self.question))


def understand(question: str, turns: Sequence[Turn]) -> Understanding:
    """Return what a question means after these turns; the first question of a conversation means what it says.

    So does one that was understood before, and is asked again by itself.
    """
    if again := _WHO_SAID.fullmatch(question):
        return Understanding(question, question, (again["asked"],), asks_who_said_it=True)
    topic = Topic()
    for turn in turns:
        if asks_who_said_it(turn.question) or _WHO_SAID.fullmatch(turn.question) or asks_nothing(turn.question):
            continue
        understood = turn.understood or _understood(turn.question, topic).interpreted_as
        topic = topic.after(understood, turn.answers, introduces=understood == turn.question)
    return _understood(question, topic)


def _understood(question: str, topic: Topic) -> Understanding:
    if not topic.asked or asks_nothing(question):
        return Understanding(question, question)
    parts = _without_remarks(question)
    asks = " ".join(parts) if parts else question
    understood = _completed(asks, topic, is_one_sentence=len(parts) <= 1)
    # As typed where nothing else was to be understood.
    meant = question if understood.interpreted_as == asks else understood.interpreted_as
    return replace(understood, question=question, interpreted_as=meant)


def _without_remarks(question: str) -> list[str]:
    """Return the sentences of a question from the first on that is no remark; one that names something is none."""
    parts = _sentences(question)
    while len(parts) > 1 and _REMARK.fullmatch(parts[0]) and not any(names(parts[0])):
        del parts[0]
    return parts


def _sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in sentences(text, (Block(0, len(text), "paragraph"),))]


def _completed(question: str, topic: Topic, is_one_sentence: bool) -> Understanding:
    asked, about = _parted(topic.asked)
    if asks_who_said_it(question):
        said = f"“{topic.answers[0]}”" if len(topic.answers) == 1 else "so"
        return Understanding(question, f"who said {said}? ({', '.join([asked, *about])})", (topic.asked,), True)
    answer = topic.answers[0] if len(topic.answers) == 1 else None
    if beside := _BESIDE.fullmatch(question):
        return _of(beside["thing"], beside["asks"], question)
    if is_one_sentence and (whole := completed_fragment(question, f"{asked}?", answer)):
        whole = _in_brackets(whole, about).interpreted_as
        return Understanding(question, whole, _carried(whole, question))
    if is_one_sentence and is_fragment(question):
        return _in_brackets(question, [asked, *about])
    if (found := reference(question)) and not _is_asked_before(question[: found.start]):
        if antecedent := topic.antecedent(found):
            around = question[: found.start] + question[found.end :]
            if found.kind == "nth" and not any(map(str.isalnum, around)):  # "the second one?"
                return replace(_in_brackets(f"{asked}?", [antecedent.text]), question=question)
            placed = Understanding(question, _replaced(question, found, antecedent), (antecedent.text,))
            return placed if found.kind in ("person", "place", "time") else _beside(placed, topic)
        return _about(question, topic)
    if _is_open(question, topic):
        return _about(question, topic)
    return _with_full_names(question, topic)


def _of(thing: str, asks: str, question: str) -> Understanding:
    """Return what a question asks of a thing that stands before it: "what about the mill, when was it built?"."""
    if (found := reference(asks)) and found.kind in ("person", "thing", "several"):
        meant = _replaced(asks, found, Phrase(thing, 0, len(thing), is_name=True))
        return Understanding(question, meant, (thing,))
    return replace(_in_brackets(asks, [thing]), question=question)


def _is_asked_before(words: str) -> bool:
    """Tell whether the words before a reference ask about something themselves, in a sentence of their own."""
    # The last one may be the one that refers.
    *before, last = _sentences(words) or [""]
    parts = [*before, last] if last.endswith(("?", ".", "!")) else before
    return any((part.endswith("?") or _TELL.match(part)) and phrases(part) for part in parts)


def _carried(whole: str, question: str) -> tuple[str, ...]:
    known = set(content(question))
    return tuple(phrase.text for phrase in phrases(whole) if not phrase.stems <= known)


def _replaced(question: str, reference: Reference, antecedent: Phrase) -> str:
    words = f"the {antecedent.text}" if antecedent.is_definite else antecedent.text
    if reference.kind == "time":
        words = f"in {words}" if words.isdigit() else f"on {words}"
    elif reference.kind == "place":
        words = f"in {words}"
    elif reference.is_possessive:
        words += "’" if words.endswith("s") else "’s"
    return question[: reference.start] + words + question[reference.end :]


def _beside(placed: Understanding, topic: Topic) -> Understanding:
    """Add the name that the conversation is about in brackets: a thing is one of many of its kind."""
    whole, known = placed.interpreted_as, set(content(placed.interpreted_as))
    named = [p.text for p in topic.leading() if p.is_name and p.text not in topic.people and not p.stems & known]
    added = _in_brackets(whole, named[:1])
    return Understanding(placed.question, added.interpreted_as, (*placed.carried, *added.carried))


def _about(question: str, topic: Topic) -> Understanding:
    """Return a question with what the conversation is about in brackets, unless it says that itself.

    What was counted last says nothing of what is counted now: "how many troops?" after "how many plots are there?".
    """
    known = set(content(question))
    counted = expected(topic.asked).noun if expected(question).noun else None
    about = [
        p.text for p in topic.phrases if not (p.stems & known or (counted and p.text.casefold().endswith(counted)))
    ]
    return _in_brackets(question, about[:1])


def _in_brackets(question: str, carried: list[str]) -> Understanding:
    if not carried:
        return Understanding(question, question)
    return Understanding(question, f"{question.rstrip()} ({', '.join(carried)})", tuple(carried))


def _parted(asked: str) -> tuple[str, list[str]]:
    """Return the last sentence of a question that asks, without its mark, and what stands behind it in brackets."""
    bracketed = _BRACKETED.search(asked)
    about = [bracketed[1]] if bracketed else []
    parts = _sentences(asked[: bracketed.start()] if bracketed else asked)
    asking = [part for part in parts if part.endswith("?")]
    return (asking or parts or [asked])[-1].rstrip(" ?.!"), about


def _is_open(question: str, topic: Topic) -> bool:
    """Tell whether a question leaves open what it is about, which the conversation knows."""
    inside = phrases(question)
    known = {stem for phrase in topic.phrases[:1] for stem in phrase.stems}
    if any(phrase.is_name for phrase in inside) or known.intersection(content(question)):
        return False
    if _DEFINES.match(question):
        return False
    few = len(content(question)) <= _FEW_WORDS
    return bool(not inside or few or _MORE.search(question) or _DEFINITE.search(question))


def _with_full_names(question: str, topic: Topic) -> Understanding:
    """Return a question with the names that it shortens as they were said in full."""
    whole, carried = question, []
    for phrase in reversed(phrases(question)):
        if phrase.is_name and (name := _full(phrase.text, topic.names)) and name not in question:
            whole = whole[: phrase.start] + name + whole[phrase.end :]
            carried.append(name)
    return Understanding(question, whole, tuple(carried))


def _full(short: str, names: Sequence[str]) -> str | None:
    """Return the name of which one word stands for the whole: its last, or the first where that is a person's."""
    if " " in short or short.casefold() in _DIRECTIONS:
        return None
    for name in names:
        words = name.split()
        if short in (words[0], words[-1]) and 1 < len(words) <= _LONGEST_NAME:
            return name
    return None
