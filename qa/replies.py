"""What a question gets: Quote, Evidence, Answer, Reply. Offsets are half-open code points into the document's text."""

from dataclasses import dataclass
from typing import Literal

from index.documents import Document

Status = Literal["answered", "several", "counted", "not_stated", "no_documents"]
Level = Literal["high", "medium", "low"]

#: Characters on either side of a quote by which it is found again, as W3C's TextQuoteSelector has it.
_SURROUNDINGS = 32


@dataclass(frozen=True, slots=True)
class Quote:
    """A slice of a document: `document.text[start:end] == text`."""

    text: str
    start: int
    end: int
    prefix: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote, the answer span inside it, and the place it was copied from."""

    document: Document
    quote: Quote
    answer_start: int
    answer_end: int
    page: int | None
    line: int
    heading_path: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """One distinct answer with all its evidence, best first; `text` is the answer span of the first."""

    text: str
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class PassageFound:
    """A passage that was read for the question."""

    document: Document
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent."""

    retrieve: float
    read: float
    total: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a question, or that there is none; `answers` and `passages` are best first."""

    question: str
    interpreted_as: str
    status: Status
    confidence: float
    answers: tuple[Answer, ...]
    passages: tuple[PassageFound, ...]
    index_version: str
    timings: Timings

    @property
    def answer(self) -> str | None:
        """The one answer, when there is just one; nobody shall take one of several for the only one."""
        return self.answers[0].text if self.status == "answered" else None

    @property
    def confidence_level(self) -> Level:
        return "high" if self.confidence >= 0.8 else "medium" if self.confidence >= 0.5 else "low"


def quote(document: Document, start: int, end: int) -> Quote:
    """Cut a quote out of a document."""
    text = document.text
    return Quote(
        text[start:end], start, end, text[max(0, start - _SURROUNDINGS) : start], text[end : end + _SURROUNDINGS]
    )
