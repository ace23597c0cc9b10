"""Where a claim and the slice of a document nearest to it differ, word by word: numbers and negations first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein

from qa.wording import TOKEN, fold

DifferenceKind = Literal["number", "negation", "words"]

_ORDER: tuple[DifferenceKind, ...] = ("number", "negation", "words")
_NUMBERS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion "
    "hundreds thousands millions billions trillions dozen dozens half once twice".split()
)
_NEGATIONS = frozenset("not no never none neither nor nobody nothing nowhere without non".split())
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NOT = re.compile(r"cannot|.*n't")


@dataclass(frozen=True, slots=True)
class Difference:
    """What was claimed, and what the document says there: its slice `[start, end)`. Either may be empty."""

    kind: DifferenceKind
    claimed: str
    found: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, number or mark, folded, and where it stands; `spaced` tells whether white space stands before it."""

    word: str
    start: int
    end: int
    spaced: bool

    @property
    def meaning(self) -> str:
        """The word without its case, a number without what parts its thousands; every form of "not" is one."""
        word = _THOUSANDS.sub("", self.word.casefold())
        return "not" if _NOT.fullmatch(word) else word

    @property
    def kind(self) -> DifferenceKind:
        parts = self.meaning.split("-")
        if any(character.isdigit() for character in self.word) or not _NUMBERS.isdisjoint(parts):
            return "number"
        return "words" if _NEGATIONS.isdisjoint(parts) else "negation"


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Tokens `[start, end)` of the claim and `[found_start, found_end)` of the document that stand for each other."""

    start: int
    end: int
    found_start: int
    found_end: int


def differences(claim: str, text: str, start: int, end: int) -> tuple[Difference, ...]:
    """Return how a claim differs from the slice `[start, end)` of a text; nothing, only if that is the claim verbatim.

    Neither the claim nor the slice may begin or end with white space.
    """
    claimed, found = _tokens(claim, 0, len(claim)), _tokens(text, start, end)
    differing = []
    for stretch in _stretches(claimed, found):
        words = claimed[stretch.start : stretch.end]
        others = found[stretch.found_start : stretch.found_end]
        before = found[stretch.found_start - 1].end if stretch.found_start else start
        first, last = (others[0].start, others[-1].end) if others else (before, before)
        wording = claim[words[0].start : words[-1].end] if words else ""
        if fold(wording) != fold(text[first:last]):
            differing.append(Difference(_kind(words, others), wording, text[first:last], first, last))
    return tuple(sorted(differing, key=lambda difference: (_ORDER.index(difference.kind), difference.start)))


def _tokens(text: str, start: int, end: int) -> list[_Token]:
    tokens: list[_Token] = []
    for match in TOKEN.finditer(text, start, end):
        spaced = bool(tokens) and tokens[-1].end < match.start()
        tokens.append(_Token(fold(match.group()), match.start(), match.end(), spaced))
    return tokens


def _stretches(claimed: Sequence[_Token], found: Sequence[_Token]) -> Iterator[_Stretch]:
    """Yield, in order, all that is not the same, and perhaps some that is."""
    words, found_words = [token.word for token in claimed], [token.word for token in found]
    start = found_start = 0
    for same in [operation for operation in Levenshtein.opcodes(words, found_words) if operation.tag == "equal"]:
        yield from _beside(claimed, found, _Stretch(start, same.src_start, found_start, same.dest_start))
        start, found_start = same.src_end, same.dest_end
        pairs = zip(range(same.src_start, start - 1), range(same.dest_start, found_start - 1), strict=True)
        for first, found_first in pairs:
            if claimed[first + 1].spaced != found[found_first + 1].spaced:
                yield _Stretch(first, first + 2, found_first, found_first + 2)
    yield from _beside(claimed, found, _Stretch(start, len(claimed), found_start, len(found)))


def _beside(claimed: Sequence[_Token], found: Sequence[_Token], whole: _Stretch) -> Iterator[_Stretch]:
    """Cut a stretch so that a number or negation stands alone with the next of its kind that the document has there."""
    start, found_start = whole.start, whole.found_start
    for at in range(whole.start, whole.end):
        kind = claimed[at].kind
        places = (place for place in range(found_start, whole.found_end) if found[place].kind == kind)
        place = next(places, None)
        if kind != "words" and place is not None:
            yield _Stretch(start, at, found_start, place)
            yield _Stretch(at, at + 1, place, place + 1)
            start, found_start = at + 1, place + 1
    yield _Stretch(start, whole.end, found_start, whole.found_end)


def _kind(words: Sequence[_Token], others: Sequence[_Token]) -> DifferenceKind:
    for kind in ("number", "negation"):
        if _meanings(words, kind) != _meanings(others, kind):
            return kind
    return "words"


def _meanings(tokens: Sequence[_Token], kind: DifferenceKind) -> list[str]:
    return [token.meaning for token in tokens if token.kind == kind]
