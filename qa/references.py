"""The first word of a question that stands for something said before: "he", "its", "there", "the second one"."""

import re
from dataclasses import dataclass
from typing import Literal

#: `person`, `thing` and `several` are pronouns for such; `this` points at what was said, with or without a noun.
Kind = Literal["person", "thing", "several", "place", "time", "nth", "this"]

_NOUN = (
    r"\s+(?!(?:in|on|at|by|for|from|to|of|with|and|or|a|an|the|so|too|also|as|again|after|before|when|if|is|was)\b)\w"
)
#: "It" that stands for nothing: "how long does it take to", "is it true that".
_EMPTY_IT = (
    r"(?!\s+(?:(?:take|cost)\s+(?:\w+\s+){0,2}?to|rain|snow|(?:\w+\s+){0,2}?(?:possible|true|likely|important|necessary|better|best|safe|common)"
    r"\s+(?:that|to|for)|(?:mean|make sense)\s+(?:to|that))\b)"
)
_BEFORE_THAT = "of|about|after|before|from|in|at|on|for|by|with|to|was|is|were|did|does|during|since"
_NTH = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "former": 0, "latter": -1}
_FORMS: tuple[tuple[Kind, bool, str], ...] = (
    ("person", True, rf"his(?={_NOUN})|her(?={_NOUN})"),
    ("person", False, r"he|she|him|her|himself|herself"),
    ("several", True, rf"their(?={_NOUN})"),
    ("several", False, r"they|them|themselves"),
    ("thing", True, rf"its(?={_NOUN})"),
    ("thing", False, rf"it{_EMPTY_IT}|itself"),
    (
        "time",
        False,
        r"at (?:that|the) time|(?:in|during|on) (?:that|the same) (?:year|month|day|time|period)|by then|then(?=\W*$)",
    ),
    (
        "place",
        False,
        r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )there(?!\s+(?:is|are|was|were|any|a|an)\b)",
    ),
    (
        "nth",
        False,
        r"the (?:(?P<one>first|second|third|fourth|fifth|last) one|(?P<other>former|latter)(?=\s*(?:\W|$)))",
    ),
    ("this", False, rf"this|these|those|such|that(?=\W*$)|(?:{_BEFORE_THAT})\s+that"),
)
_ALL = tuple((kind, owned, re.compile(rf"\b(?:{form})\b", re.IGNORECASE)) for kind, owned, form in _FORMS)


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a question refers to something said before; `nth` counts from 0, and -1 is the last.

    `is_female` is None where that is not told.
    """

    kind: Kind
    start: int
    end: int
    is_possessive: bool = False
    nth: int = 0
    is_female: bool | None = None


def reference(question: str) -> Reference | None:
    """Return the first reference of a question."""
    found = [
        Reference(kind, *match.span(), owned, _nth(match), _is_female(kind, match[0]))
        for kind, owned, form in _ALL
        for match in [form.search(question)]
        if match
    ]
    return min(found, key=lambda each: (each.start, not each.is_possessive), default=None)


def _is_female(kind: Kind, words: str) -> bool | None:
    return words.casefold() in ("she", "her", "herself") if kind == "person" else None


def _nth(match: re.Match[str]) -> int:
    named = match.groupdict()
    word = named.get("one") or named.get("other")
    return _NTH[word.lower()] if word else 0
