"""What a text names: its names, and the nouns it speaks of. By rules, for English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from index.words import stems
from qa.dates import dates
from qa.question_words import EMPTY

_WORD = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*")
#: What is no part of the word before it: "Ada's", "the ships'", "I'd", "isn't".
_ENDING = re.compile(r"(?:['’](?:s|d|m|ll|re|ve)?|n['’]t)$", re.IGNORECASE)
#: Words that may stand inside a name, between its capitals.
_LINKS = frozenset("of the de la le du der den van von bin al & for".split())
_AUXILIARIES = frozenset("do does did can could will would shall should may might must has have had".split())
_DETERMINERS = frozenset("the a an this that these those my our your his her its their".split())
#: Words that belong to no phrase, besides those that only say how is asked.
_BETWEEN = EMPTY | frozenset(
    "besides other another else same each every all no only just very really too more most less least so up down out"
    " off over under again here because while during before after above below between through until against per within"
    " please ok okay yes well let go goes went get gets got make makes made want know think say says said see find give"
    " happen happens happened come came become became take took use used call called mean show explain describe compare"
    " kind kinds sort sorts type types like don doesn didn isn wasn aren won couldn ll ve re d m me anything something"
    " anyone someone nothing everything thing things interesting important behind beyond towards via among without"
    " despite instead wo ca sha done seen given taken known shown gone heard told brought thought"
    " help helps try tries consider need needs born".split()
)
#: Behind these stands what something is like, where the sentence ends with it.
_SUBJECTS = frozenset("it they he she".split())
_COPULAS = frozenset("is are was were be".split())
_BEFORE_INFINITIVE = frozenset("want need like have has had going able try plan hope wish".split())
_IS_THE = re.compile(
    r"(?:^|[.?!]\s+)\W*(?:(?:and|so|but)\s+)?(?:is|are|was|were)\s+(?:the|this|that)\s+$", re.IGNORECASE
)
_SENTENCE_ENDS = (".", "?", "!", ",", ";")
#: Before these a word that ends in s, and stands behind a noun, is a verb.
_AFTER_VERB = frozenset("like out up off down".split())
_THIRD_PERSON = re.compile(r"[^s]s$", re.IGNORECASE)
#: A number that may be part of a name; a year is none.
_MODEL = re.compile(r"(?!(?:1[5-9]|20)\d\d$)\d{1,4}")
_DEFINITE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_INTRODUCED = re.compile(r"\b(?:an?|this|that|these|those|which|what|many|much)\s+$", re.IGNORECASE)


@dataclass(frozen=True)
class Phrase:
    """A name or a noun with what stands before it, as the text has it at `[start, end)`.

    One is definite when "the" belongs before it once it is known: "the Ard", and the troops of "how many troops".
    """

    text: str
    start: int
    end: int
    is_name: bool
    is_definite: bool = False

    @cached_property
    def stems(self) -> frozenset[str]:
        """Its words as the index knows them, without those that say nothing."""
        return frozenset(content(self.text))


def content(text: str) -> list[str]:
    """Return the stems of the words of a text that say what it is about, in order."""
    return [
        stem
        for word in _WORD.findall(text)
        for stem in stems(_bare(word))
        if stem and _bare(word).casefold() not in _BETWEEN
    ]


def phrases(text: str) -> list[Phrase]:
    """Return the phrases of a text, in order and without overlap."""
    named = list(names(text))
    taken = {place for phrase in named for place in range(phrase.start, phrase.end)}
    return sorted([*named, *_nouns(text, taken)], key=lambda phrase: phrase.start)


def names(text: str) -> Iterator[Phrase]:
    """Yield runs of capitalised words; one that only begins a sentence is none."""
    run: list[re.Match[str]] = []
    linked: list[re.Match[str]] = []
    for match in [*_WORD.finditer(text), None]:
        if match and run and _joined(text, (linked or run)[-1].end(), match.start()):
            if _is_capital(match) or (not linked and _is_model(run[-1][0], match[0])):
                run, linked = [*run, *linked, match], []
                continue
            if match[0].casefold() in _LINKS:
                linked.append(match)
                continue
        if run and not (len(run) == 1 and _begins_sentence(text, run[0].start()) and not _is_sure(run[0][0])):
            yield _phrase(text, run[0].start(), run[-1].end(), True)
        run, linked = ([match] if match and _is_capital(match) else []), []


def _nouns(text: str, taken: set[int]) -> Iterator[Phrase]:
    """Yield runs of words that are no names and mean something, without the verb that "did" and its like bring."""
    run: list[re.Match[str]] = []
    before, verb_follows = "", False
    earlier = ""
    for match in [*_WORD.finditer(text), None]:
        if match and _is_noun(match, taken) and (not run or _joined(text, run[-1].end(), match.start())):
            run.append(match)
            continue
        if run:
            run = _without_what_it_is_like(run, text, earlier, before, match)
        if run:
            if verb_follows:  # "did the museum open", but "did North Korea send troops" and "did they send troops"
                # ... and "did the library have", whose verb says nothing
                run = (run[:-1] or run) if before in _DETERMINERS else run[1:]
            elif before == "who" or (before == "what" and len(run) > 2 and run[0][0].endswith("s")):
                run = run[1:]  # "who built the bridge", "what causes throat cancer"
            if run:
                yield _phrase(text, run[0].start(), run[-1].end(), False)
            verb_follows = False
        run = [match] if match and _is_noun(match, taken) else []
        if match and not run:
            earlier, before = before, match[0].casefold()
            verb_follows = verb_follows or before in _AUXILIARIES


def _without_what_it_is_like(
    run: list[re.Match[str]], text: str, earlier: str, before: str, after: re.Match[str] | None
) -> list[re.Match[str]]:
    """Return a run without an adjective or a verb that is no part of what it names.

    `earlier` and `before` are the two words before it, `after` the word behind it.
    """
    follows = after[0].casefold() if after else ""
    between = text[run[-1].end() : after.start() if after else len(text)].strip()
    ends = not after or between.startswith(_SENTENCE_ENDS)
    if before == "to" and earlier in _BEFORE_INFINITIVE:
        return run[1:]  # "I want to cross"
    if len(run) > 1 and ends and _IS_THE.search(text, 0, run[0].start()):
        return run[:-1]  # "is the museum open"
    if before == "how" and (follows in _COPULAS or follows in _AUXILIARIES):
        return run[1:]  # "how dangerous is it"
    if len(run) == 1 and ends and (before in _SUBJECTS or (earlier == "which" and before in _COPULAS)):
        return []  # "is it deep", "which is cheaper"
    if follows == "than" and run[-1][0].endswith("er"):
        return run[:-1]  # "cheaper than"
    if len(run) > 1 and follows in _AFTER_VERB and _THIRD_PERSON.search(run[-1][0]):
        return run[:-1]  # "the designer sounds like"
    return run


def _is_noun(match: re.Match[str], taken: set[int]) -> bool:
    word = _bare(match[0]).casefold()
    return (
        match.start() not in taken
        and word not in _BETWEEN
        and word[-2:] != "ed"
        and len(word) > 1
        and not word[0].isdigit()
    )


def _is_capital(match: re.Match[str]) -> bool:
    word = _bare(match[0])
    return (word[:1].isupper() or (word[:1].isdigit() and not word.isdigit())) and word.casefold() not in _BETWEEN


def _is_model(name: str, number: str) -> bool:
    """Tell whether a number belongs to the name before it, as in "Boeing 747", and is no year or day."""
    return _MODEL.fullmatch(number) is not None and not any(dates(f"{name} {number}"))


def _is_sure(word: str) -> bool:
    """Tell whether a word is a name even where a sentence begins: NATO, McDonald."""
    return any(letter.isupper() for letter in word[1:])


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \"“‘'(")
    return not before or before[-1] in ".?!:\n"


def _joined(text: str, end: int, start: int) -> bool:
    return text[end:start] in (" ", "  ") and not _ENDING.search(text, 0, end)


def _phrase(text: str, start: int, end: int, is_name: bool) -> Phrase:
    bare = _bare(text[start:end])
    definite = _DEFINITE.search(text[:start]) or (not is_name and _INTRODUCED.search(text[:start]))
    return Phrase(bare, start, start + len(bare), is_name, bool(definite))


def _bare(word: str) -> str:
    return _ENDING.sub("", word)
