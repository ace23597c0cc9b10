"""Reader: a question and passages to answer spans, all on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.documents import Document
from index.passages import Passage


@dataclass(frozen=True, slots=True)
class ReadablePassage:
    """A passage with the document it is a slice of, and how similar retrieval found it."""

    document: Document
    passage: Passage
    similarity: float


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """Words of a document that may answer the question. `probability` is comparable across passages."""

    document: Document
    start: int
    end: int
    quote_start: int
    quote_end: int
    probability: float

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]

    @property
    def is_whole_quote(self) -> bool:
        """Whether the whole quote is the answer, as for a question that no few words answer."""
        return (self.start, self.end) == (self.quote_start, self.quote_end)


class Reader(Protocol):
    """Question and passages to answer spans, best first."""

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[AnswerSpan]: ...
