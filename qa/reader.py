"""Reader: a question and passages to answer spans, all on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.documents import Document
from index.passages import Passage
from index.tables import Piece, as_read


@dataclass(frozen=True, slots=True)
class ReadablePassage:
    """A passage with the document it is a slice of, and how similar retrieval found it."""

    document: Document
    passage: Passage
    similarity: float

    @property
    def pieces(self) -> list[Piece]:
        """What is read: the passage's own text, and the names of columns before the cells of a table."""
        return list(as_read(self.document, self.passage.start, self.passage.end))


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """Words of a document that may answer the question, and the quote they stand in.

    `score` is the log-odds of these words against "this is not answered here", comparable across passages.
    """

    document: Document
    start: int
    end: int
    quote_start: int
    quote_end: int
    score: float

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]

    def overlaps(self, other: "AnswerSpan") -> bool:
        """Tell whether two spans share a character of one document."""
        return self.document.id == other.document.id and self.start < other.end and other.start < self.end

    @property
    def is_whole_quote(self) -> bool:
        """Whether the whole quote is the answer, as for a question that no few words answer."""
        return (self.start, self.end) == (self.quote_start, self.quote_end)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of one passage: its answer spans, best first, and the log-odds that it answers at all."""

    passage: ReadablePassage
    spans: tuple[AnswerSpan, ...]
    relevance: float


class Reader(Protocol):
    """Question and passages to what was read in each."""

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
        """Return one reading for each passage, in the order of the passages."""
        ...
