"""What kind of words a question asks for, and where such words stand in a sentence. By rules, for English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["quantity", "date", "person", "place"]

_SPELLED = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|dozens?"
)
_SCALE = r"(?:hundred|thousand|million|billion|trillion|dozen)"
_DIGITS = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[ -]{_SCALE})*"
_WORDS = rf"(?:{_SPELLED})(?:[ -](?:{_SPELLED}|{_SCALE}))*"
_MODIFIER = (
    r"about|around|some|roughly|nearly|almost|approximately|over|under|exactly|only|just|up to|at least|at most|"
    r"more than|fewer than|less than|as many as|no more than|no fewer than|an estimated"
)
_UNIT_SIGN = r"(?:\s?(?:%|percent\b|per cent\b|°[CF]?))"
_AMOUNT = rf"(?:(?:US|CA|AU)?[$€£¥]\s?)?(?:{_DIGITS}|{_WORDS})(?!\w|[.,]\d)(?:{_UNIT_SIGN})?"
_QUANTITY = re.compile(
    rf"(?<![\w.,])(?:between\s+{_AMOUNT}\s+and\s+{_AMOUNT}|"
    rf"(?:(?:{_MODIFIER})\s+)*(?:{_DIGITS}\s*(?:to|–)\s*{_DIGITS}(?!\w|[.,]\d)|{_AMOUNT}(?:\s+or\s+(?:more|fewer|less))?))",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_MONTH = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan\\.|Feb\\.|Mar\\.|Apr\\.|Jun\\.|Jul\\.|Aug\\.|Sept?\\.|Oct\\.|Nov\\.|Dec\\."
)
_DATE = re.compile(
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?:{_MONTH})(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,?\s+\d{{4}})?"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b(?:1[0-9]|20)\d\d(?:s\b|\b)"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b\d{1,2}(?::\d\d)?\s*[ap]\.?m\b\.?"
)
_CAPITALISED = r"[A-Z][\w’'-]*(?:\.(?=\s[A-Z]))?"
_NAME = re.compile(rf"\b{_CAPITALISED}(?:\s+(?:of|de|van|von|al|the)?\s*{_CAPITALISED})*")
_IN_PLACE = re.compile(r"\b(?:in|at|near|from|to|into|inside|across|on|of)\s+(?:the\s+)?$")
_MEASURES = (
    "number|size|cost|price|fee|rent|height|width|length|depth|weight|diameter|distance|speed|temperature|population"
)
_QUESTION_WORDS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (
        re.compile(r"\bhow (?:many|much|far|long|old|tall|high|deep|heavy|big|large|fast|often|wide)\b", re.I),
        "quantity",
    ),
    (re.compile(r"\bwhat (?:number|percentage|proportion|share|amount)\b", re.I), "quantity"),
    (re.compile(rf"\bwhat (?:is|was|are|were) (?:the|its|their)(?: \w+)? (?:{_MEASURES})\b", re.I), "quantity"),
    (re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time)\b", re.I), "date"),
    (re.compile(r"^\W*(?:and\s+)?who(?:m|se)?\b", re.I), "person"),
    (re.compile(r"\bwhere\b|\b(?:what|which) (?:city|country|town|place|region|state)\b", re.I), "place"),
)
_HOW_MANY = re.compile(r"\bhow many\b|\bnumber of\b", re.I)
_COUNTED = re.compile(r"\bhow (?:many|much)\s+((?:[\w’'-]+\s*){1,4})", re.I)
_NOT_COUNTED = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|may|might|in|on|of|at|for)\b"
)


@dataclass(frozen=True, slots=True)
class Expected:
    """The kind of answer a question asks for; `counted` is the thing that "how many" counts.

    Of "how much" the measure belongs to the answer: 20 litres, and not 20.
    """

    kind: Kind
    counted: str | None = None
    measured: bool = False


def expected(question: str) -> Expected | None:
    """Return what kind of few words would answer, or None when only a sentence can."""
    for pattern, kind in _QUESTION_WORDS:
        if pattern.search(question):
            match = _COUNTED.search(question) if kind == "quantity" else None
            counted = _NOT_COUNTED.split(match[1])[0].strip() if match else ""
            return Expected(kind, counted or None, kind == "quantity" and not _HOW_MANY.search(question))
    return None


def candidates(kind: Kind, sentence: str) -> Iterator[tuple[int, int]]:
    """Yield where words of this kind stand in a sentence."""
    if kind == "quantity":
        dates = [match.span() for match in _DATE.finditer(sentence)]
        for match in _QUANTITY.finditer(sentence):
            if not _BARE_YEAR.fullmatch(match[0]) and not any(_overlap(match.span(), date) for date in dates):
                yield match.span()
    elif kind == "date":
        for match in _DATE.finditer(sentence):
            yield match.span()
    else:
        for match in _NAME.finditer(sentence):
            if match.start() == 0 and match[0].lower() in _OPENERS:
                continue
            if kind == "person" or _IN_PLACE.search(sentence[: match.start()]):
                yield match.span()


_OPENERS = frozenset(
    """
    a about after all also although an and another as at because before both but by during each even every few first
    for from he her here his how however i if in instead it its just last like many more most much my no none nor not
    now of on once one only or other our over people several she since so some such than that the their then there
    these they this those though through to today under until up we what when where which while who why with yet you
    """.split()
)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def unit(sentence: str, end: int) -> str:
    """Return the few words after a quantity, which say of what it is one."""
    after = re.split(r"[.,;:()!?—–]", sentence[end:], maxsplit=1)[0]
    return " ".join(after.split()[:4])


def with_unit(sentence: str, end: int) -> int:
    """Return where a measure ends when the word after its number is taken along: 20 cents, 40 hours."""
    word = re.match(r"[ -][a-z]+\b", sentence[end:])
    return end + word.end() if word and word[0][1:] not in _OPENERS else end
