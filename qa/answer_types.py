"""What kind of answer a question asks for, and whether an answer is of that kind. By rules, for English."""

import itertools
import re
from dataclasses import dataclass
from typing import Literal

from qa.meaning import Meaning
from qa.quantities import LENGTHS, MEASURES, SPEEDS, STOPS, TIMES, WEIGHTS, Kin, Quantity, is_plural
from qa.question_forms import ASKING, AUXILIARY, OPENING

#: A decade is a date, and so is a time of day.
Kind = Literal["number", "date", "name"]

_OF_THE = re.compile(r"^\s+of\s+(?:the|these|those)\b")
_NUMBER = re.compile(
    r"\bhow\s+(?:many|much|tall|high|long|far|old|deep|wide|heavy|big|large|fast|often|few)\b"
    r"|\bwhat\s+(?:number|percentage|proportion|share|sum)\b|\bthe (?:number|price|cost|height|length|weight) of\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\bhow\s+many(?P<things>(?:\s+[\w'’-]+)*)", re.IGNORECASE)
#: What is asked with a word is measured in; "how high" is left out, as prices and temperatures are high too.
_DIMENSIONS = {
    "long": TIMES | LENGTHS,
    "far": LENGTHS,
    "tall": LENGTHS,
    "deep": LENGTHS,
    "wide": LENGTHS,
    "old": TIMES,
    "fast": SPEEDS | TIMES,
    "heavy": WEIGHTS,
}
_HOW = re.compile(rf"\bhow\s+({'|'.join(_DIMENSIONS)})\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:what|which)\s+(?:year|date|day|month|decade)\b|^(?:at\s+)?(?:what|which)\s+time\b"
    r"(?!\s+(?:zone|signature|span|trial|limit|period|scale|frame|interval|slot|difference)\b)",
    re.IGNORECASE,
)
_WHEN_FIRST = re.compile(rf"^(?:(?!\b{ASKING}\b).)*\bwhen\b|\b(?:and|or)\s+when\b", re.IGNORECASE | re.DOTALL)
#: A clause before what is asked: "When the dam broke, how many people died?"
_WHEN_CLAUSE = re.compile(
    rf"{OPENING}when\s+(?!{AUXILIARY}\b)[^,?]+,\s*(?=(?:(?!and\b|or\b)\w+\s+)?{ASKING}\b)", re.IGNORECASE
)
_NAME = re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE)
#: Words that answer "how many" without a number.
_VAGUE = frozenset(
    "no none nobody nothing zero few several many most some all both half hundreds thousands millions dozens one a once"
    " twice thrice daily weekly monthly yearly annually always never every each free".split()
)


@dataclass(frozen=True, slots=True)
class Expected:
    """The kind of answer that a question asks for.

    Of a count, `noun` is what is counted ("how many troops"); of a measure, `units` are those that fit ("how tall").
    """

    kind: Kind | None
    noun: str | None = None
    units: frozenset[str] | None = None


def expected(question: str) -> Expected:
    """Return what answer a question asks for, where it says so."""
    question = _WHEN_CLAUSE.sub("", question)
    if _DATE.search(question) or _WHEN_FIRST.search(question):
        return Expected("date")
    if counted := _HOW_MANY.search(question):
        return Expected("number", _head(counted["things"]))
    if _NUMBER.search(question):
        measured = _HOW.search(question)
        return Expected("number", units=_DIMENSIONS[measured[1].lower()] if measured else None)
    return Expected("name" if _NAME.search(question) else None)


def fit(asked: Expected, said: Meaning, kin: Kin) -> int:
    """Return 1 for an answer of the kind asked for, -1 for one of another kind, and 0 where that cannot be told."""
    quantity, is_ordinal = said.quantity, said.quantity is not None and said.quantity.unit == "ordinal"
    match asked.kind:
        case None:
            return 0
        case "number":
            if quantity is not None and not is_ordinal:
                return 1 if _measures(asked, quantity, kin) else -1
            return 0 if _VAGUE.intersection(said.words) else -1
        case "date":
            if said.is_moment:
                return 1
            return -1 if quantity is not None and not is_ordinal and quantity.unit not in TIMES else 0
        case "name":
            if said.is_moment or (quantity is not None and len(said.words) <= 2):
                return -1
            return 1 if said.is_name else 0


def _measures(asked: Expected, quantity: Quantity, kin: Kin) -> bool:
    if asked.units is not None and quantity.unit in MEASURES:
        return quantity.unit in asked.units
    return asked.noun is None or _is_count_of(asked.noun, quantity, kin)


def _is_count_of(noun: str, quantity: Quantity, kin: Kin) -> bool:
    if quantity.unit in MEASURES:
        return quantity.unit == noun
    return quantity.unit is None or kin(quantity.unit, noun)


def _head(things: str) -> str | None:
    """Return the noun of "kinds of boats did he" or of "ships sank": the last plural before what is said of it."""
    words = re.findall(r"[^\W\d_][\w'’-]*", _OF_THE.sub("", things.casefold()))
    named = itertools.takewhile(lambda word: word not in STOPS, words[:5])
    return next((word for word in reversed([*named]) if is_plural(word)), None)
