"""Is this sentence really in the documents? Claim → verdict, on one page: look through every document, twice at most.

Verbatim is the same code points, but that any run of white space is as good as a space, and a straight quotation mark
or apostrophe as good as a curly one. Near is at most NEAR per cent of the claim's characters edited.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from index.documents import Document
from index.search import matching
from qa.differences import Difference, differences
from qa.nearest import nearest, regions
from qa.replies import Evidence, evidence
from qa.wording import Folded, fold, splits_word

Verdict = Literal["verbatim", "near", "absent"]

#: Matches shown; of more, the best.
MOST_MATCHES = 20
#: Per cent of a claim's characters that may be edited (put in, left out or replaced).
NEAR = 15
#: Characters of the shortest claim that can be near; shorter ones would be near to anything.
SHORTEST_NEAR = 12


class Library(Protocol):
    """What is looked through: of a snapshot, no more than the documents."""

    def paths(self) -> dict[str, str]: ...

    def text(self, document_id: str) -> str: ...

    def document(self, id_or_path: str) -> Document: ...


@dataclass(frozen=True, slots=True)
class Match:
    """A slice of a document that is a claim, or near to it, and how they differ.

    `whole_words` is false where the slice begins or ends inside a word or number, such as "13" of "13,000".
    """

    evidence: Evidence
    differences: tuple[Difference, ...]
    whole_words: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found of a claim in so many documents. All matches are verbatim, or all are near.

    Those of whole words, or of the fewest edits, come first; then it goes by path and offset.
    """

    status: Verdict
    documents: int
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where a match is in the folded text of the document at `path`; a better one is less."""

    edits: int
    path: str
    start: int
    end: int

    def overlaps(self, other: "_Place") -> bool:
        return self.path == other.path and self.start < other.end and other.start < self.end


def verify(library: Library, claim: str, documents: Sequence[str] | None = None) -> Verification:
    """Look for a claim, which may not be blank, in every document, or in those of `documents`: ids or path patterns."""
    paths = library.paths()
    among = {paths[i]: i for i in (paths if documents is None else matching(paths, documents))}
    claim = claim.strip()
    places = _verbatim(fold(claim), _texts(library, among)) or _near(fold(claim), _texts(library, among))
    found = {place.path: library.document(among[place.path]) for place in places}
    folded = {path: Folded(document.text) for path, document in found.items()}
    return Verification(
        status="absent" if not places else "near" if places[0].edits else "verbatim",
        documents=len(among),
        matches=tuple(_match(claim, found[place.path], folded[place.path], place) for place in places),
    )


def _texts(library: Library, among: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield path and folded text of the documents `among` (path → id), in order of path."""
    for path in sorted(among):
        yield path, fold(library.text(among[path]))


def _verbatim(claim: str, texts: Iterable[tuple[str, str]]) -> list[_Place]:
    whole: list[_Place] = []
    split: list[_Place] = []
    for path, text in texts:
        start = text.find(claim)
        while start >= 0 and len(whole) < MOST_MATCHES:
            end = start + len(claim)
            places = split if splits_word(text, start) or splits_word(text, end) else whole
            if len(places) < MOST_MATCHES:
                places.append(_Place(0, path, start, end))
            start = text.find(claim, start + 1)
        if len(whole) == MOST_MATCHES:
            break
    return [*whole, *split][:MOST_MATCHES]


def _near(claim: str, texts: Iterable[tuple[str, str]]) -> list[_Place]:
    if len(claim) < SHORTEST_NEAR:
        return []
    most = len(claim) * NEAR // 100
    best: list[_Place] = []
    for path, text in texts:
        for region in regions(claim, text, most):
            if len(best) == MOST_MATCHES and best[-1] < _Place(region.fewest, path, region.start, region.start):
                break  # neither this region nor those after it can hold better
            found = nearest(claim, text, region, most)
            if found is not None:
                best = _best([*best, _Place(found.edits, path, found.start, found.end)])
    return best


def _best(places: list[_Place]) -> list[_Place]:
    """Return the best places, in order; of those that overlap only the better."""
    best: list[_Place] = []
    for place in sorted(places):
        if not any(place.overlaps(better) for better in best):
            best.append(place)
    return best[:MOST_MATCHES]


def _match(claim: str, document: Document, folded: Folded, place: _Place) -> Match:
    start, end = folded.original(place.start, place.end)
    return Match(
        evidence=evidence(document, (start, end), (start, end), score=1 - place.edits / len(fold(claim))),
        differences=differences(claim, document.text, start, end),
        whole_words=not (splits_word(document.text, start) or splits_word(document.text, end)),
    )
