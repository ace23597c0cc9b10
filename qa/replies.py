"""What a question gets: Quote, Evidence, Answer, Count, Reply.

Offsets are half-open code points into the document's text.
"""

from dataclasses import dataclass
from typing import Literal

from index.documents import Document
from index.tables import context
from qa.attribution import claim
from qa.conversation import Turn
from qa.dates import stated_date
from qa.quantities import Quantity

Status = Literal["answered", "several", "counted", "not_stated", "no_documents"]
Level = Literal["high", "medium", "low"]
CountUnit = Literal["occurrences", "documents"]

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
    """A quote, the answer span inside it, and the place it was copied from.

    `attribution` is where the quote says who claims it, `dated` where the document states its own date, and `context`
    what else is needed to understand the quote: what names the columns of a table's row.
    """

    document: Document
    quote: Quote
    answer_start: int
    answer_end: int
    page: int | None
    row: int | None
    line: int
    heading_path: tuple[str, ...]
    score: float
    attribution: tuple[int, int] | None
    dated: tuple[int, int] | None
    context: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One distinct answer with all its evidence, best first; `text` is the answer span of the first."""

    text: str
    confidence: float
    quantity: Quantity | None
    evidence: tuple[Evidence, ...]

    @property
    def confidence_level(self) -> Level:
        return level(self.confidence)


@dataclass(frozen=True, slots=True)
class Count:
    """An exact count of the phrase `of`: of its occurrences, or of the documents that hold it; `documents` is of both.

    `occurrences` is one page of what was counted, in order of path and place (of a document its first), and `next` the
    cursor of the page after it.
    """

    value: int
    of: str
    unit: CountUnit
    documents: int
    occurrences: tuple[Evidence, ...]
    next: str | None


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
    count: Count | None = None

    @property
    def answer(self) -> str | None:
        """The one answer, when there is just one; nobody shall take one of several for the only one."""
        return self.answers[0].text if self.status == "answered" else None

    def turn(self) -> Turn:
        """Return what later questions of the conversation may refer to."""
        return Turn(self.question, tuple(answer.text for answer in self.answers), self.interpreted_as)

    @property
    def confidence_level(self) -> Level:
        return level(self.confidence)


def level(confidence: float) -> Level:
    """Return how sure a probability is, in a word."""
    return "high" if confidence >= 0.8 else "medium" if confidence >= 0.5 else "low"


def quote(document: Document, start: int, end: int) -> Quote:
    """Cut a quote out of a document."""
    text = document.text
    return Quote(
        text[start:end], start, end, text[max(0, start - _SURROUNDINGS) : start], text[end : end + _SURROUNDINGS]
    )


def evidence(document: Document, answer: tuple[int, int], quoted: tuple[int, int], score: float) -> Evidence:
    """Cut the quote of an answer span out of a document and say where it stands; both are `[start, end)`."""
    claimed = claim(document.text[slice(*quoted)], (answer[0] - quoted[0], answer[1] - quoted[0]))
    return Evidence(
        document=document,
        quote=quote(document, *quoted),
        answer_start=answer[0],
        answer_end=answer[1],
        page=document.page(answer[0]),
        row=document.row(answer[0]),
        line=document.line(quoted[0]),
        heading_path=document.heading_path(quoted[0]),
        score=score,
        attribution=claimed and (quoted[0] + claimed[0], quoted[0] + claimed[1]),
        dated=stated_date(document.text),
        context=context(document, *quoted),
    )
