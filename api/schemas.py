"""The wire contract: what goes in and out by HTTP, and out of the command line with `--json`.

Offsets are Unicode code points, half-open, into the document's extracted text; lines and pages count from 1.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from api.conversations import KeptTurn
from api.quote_links import quote_url
from index.build import BuildReport
from index.documents import Document
from index.errors import BadQuestion
from index.progress import Progress
from index.search import Hit
from index.snapshot import DocumentSummary, Snapshot, Unreadable
from index.watch import Watcher
from qa.conversation import Turn as EarlierTurn
from qa.differences import Difference, DifferenceKind
from qa.quantities import Modifier, Quantity
from qa.replies import Count, CountUnit, Evidence, Level, PassageFound, Reply, Status
from qa.verify import MOST_MATCHES, Verdict, Verification


def _unicode(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("the text is not valid Unicode: it holds half of a surrogate pair") from None
    return text


Text = Annotated[str, AfterValidator(_unicode)]


def check_question(question: str, longest: int) -> None:
    """Raise BadQuestion for a question that is blank, longer than `longest` characters, or not valid Unicode."""
    _check("question", question, longest, "ask something, such as: how many troops?")


def check_quote(quote: str, longest: int) -> None:
    """Raise BadQuestion for a quote to check that is blank, longer than `longest` characters, or not valid Unicode."""
    _check("quote", quote, longest, "give the words to look for, such as a sentence")


def _check(kind: str, text: str, longest: int, advice: str) -> None:
    if not text.strip():
        raise BadQuestion(f"the {kind} is empty; {advice}")
    if len(text) > longest:
        raise BadQuestion(f"the {kind} has {len(text)} characters; at most {longest} are read")
    try:
        _unicode(text)
    except ValueError as error:
        raise BadQuestion(str(error)) from None


class Turn(BaseModel):
    """An earlier question of a conversation and its answer."""

    question: Text
    answer: Text | None = None

    def earlier(self) -> EarlierTurn:
        return EarlierTurn(self.question, (self.answer,) if self.answer else ())


class AskIn(BaseModel):
    """A question. `documents` restricts it to ids or path patterns such as `reports/*.md`.

    It is understood from the turns before it: those of `conversation_id`, which the server keeps, or else `turns`, with
    which it keeps nothing; they are `[]` with the first question. With `as_typed` it means what it says.

    `cursor` is the `next` of a count, and gives its next page; the rest must be as it was.
    """

    model_config = ConfigDict(extra="forbid")

    question: str
    conversation_id: Annotated[str, Field(max_length=64, pattern=r"^[\w-]+$")] | None = None
    turns: Annotated[list[Turn], Field(max_length=200)] | None = None
    as_typed: bool = False
    limit: Annotated[int, Field(ge=1, le=20)] = 5
    documents: Annotated[list[Text], Field(min_length=1, max_length=1000)] | None = None
    cursor: str | None = None


class QuantityOut(BaseModel):
    """A quantity as value, unit and modifier; `high` is the upper end of a range, else the value."""

    value: float
    high: float
    unit: str | None
    modifier: Modifier | None

    @classmethod
    def of(cls, quantity: Quantity | None) -> "QuantityOut | None":
        if quantity is None:
            return None
        return cls(value=quantity.value, high=quantity.high, unit=quantity.unit, modifier=quantity.modifier)


class SliceOut(BaseModel):
    """A slice of the document."""

    start: int
    end: int
    text: str

    @classmethod
    def at(cls, document: Document, place: tuple[int, int]) -> "SliceOut":
        return cls(start=place[0], end=place[1], text=document.text[slice(*place)])

    @classmethod
    def of(cls, document: Document, place: tuple[int, int] | None) -> "SliceOut | None":
        return None if place is None else cls.at(document, place)


#: What a page is called in a file of another kind.
_PAGES = {".pptx": "slide", ".xlsx": "sheet"}
#: Files whose text has other lines than they have.
_OTHER_LINES = (".html", ".htm", ".xhtml", ".docx", ".odt", ".rtf", ".epub", ".eml", ".zip")
#: Files in which a line is found sooner than a table's row.
_OWN_LINES = (".md", ".markdown")


class EvidenceOut(BaseModel):
    """A verbatim quote, the answer span inside it, and the place it was copied from.

    `context` holds further slices that the quote needs to be understood: for a row of a table, what names its columns.
    `place` says in words where it stands, in parts from the outermost in; `row` is that of its table or sheet.
    """

    document_id: str
    title: str
    path: str
    content_hash: str
    modified: datetime
    quote: str
    start: int
    end: int
    answer_start: int
    answer_end: int
    prefix: str
    suffix: str
    context: list[SliceOut]
    page: int | None
    row: int | None
    line: int | None
    heading_path: list[str]
    place: list[str]
    attribution: SliceOut | None
    dated: SliceOut | None
    url: str
    score: float

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceOut":
        document, quote = evidence.document, evidence.quote
        return cls(
            document_id=document.id,
            title=document.title,
            path=document.path,
            content_hash=document.content_hash,
            modified=document.modified,
            quote=quote.text,
            start=quote.start,
            end=quote.end,
            answer_start=evidence.answer_start,
            answer_end=evidence.answer_end,
            prefix=quote.prefix,
            suffix=quote.suffix,
            context=[SliceOut.at(document, place) for place in evidence.context],
            page=evidence.page,
            row=evidence.row,
            line=evidence.line,
            heading_path=list(evidence.heading_path),
            place=list(_place(evidence)),
            attribution=SliceOut.of(document, evidence.attribution),
            dated=SliceOut.of(document, evidence.dated),
            url=quote_url(document, quote.start, quote.end),
            score=round(evidence.score, 4),
        )


def _place(evidence: Evidence) -> Iterator[str]:
    """Yield the heading above, the page, the row or the line (where the file has those of its text), and the date."""
    document = evidence.document
    end = PurePosixPath(document.path).suffix.lower()
    if evidence.heading_path and evidence.heading_path[-1] != document.title:
        yield evidence.heading_path[-1]
    if evidence.page:
        yield f"{_PAGES.get(end, 'page')} {evidence.page}"
    if evidence.row and end not in _OWN_LINES:
        yield f"row {evidence.row}"
    elif not evidence.page and end not in _OTHER_LINES:
        yield f"line {evidence.line}"
    if evidence.dated is not None:
        yield f"dated {document.text[slice(*evidence.dated)]}"


class AnswerOut(BaseModel):
    """One distinct answer; `text` is the answer span of its first evidence."""

    text: str
    confidence: float
    confidence_level: Level
    quantity: QuantityOut | None
    evidence: list[EvidenceOut]


class CountOut(BaseModel):
    """An exact count over the documents asked, all of them unless the question names some.

    `value` counts what `unit` says: occurrences of the phrase `of`, or documents that hold it; `documents` is of both.
    `occurrences` are in order of path and place (of a document its first), in pages; `next` is the cursor of the page
    after this.
    """

    value: int
    of: str
    unit: CountUnit
    documents: int
    occurrences: list[EvidenceOut]
    next: str | None

    @classmethod
    def of_count(cls, count: Count) -> "CountOut":
        return cls(
            value=count.value,
            of=count.of,
            unit=count.unit,
            documents=count.documents,
            occurrences=[EvidenceOut.of(evidence) for evidence in count.occurrences],
            next=count.next,
        )


class PassageOut(BaseModel):
    """A passage that was read for the question."""

    document_id: str
    path: str
    title: str
    start: int
    end: int
    text: str
    score: float
    url: str

    @classmethod
    def of(cls, passage: PassageFound) -> "PassageOut":
        document = passage.document
        return cls(
            document_id=document.id,
            path=document.path,
            title=document.title,
            start=passage.start,
            end=passage.end,
            text=document.text[passage.start : passage.end],
            score=round(passage.score, 4),
            url=quote_url(document, passage.start, passage.end),
        )


Milliseconds = Annotated[float, AfterValidator(lambda value: round(value, 1))]


class TimingsOut(BaseModel):
    """Milliseconds."""

    retrieve: Milliseconds
    read: Milliseconds
    total: Milliseconds


class ReplyOut(BaseModel):
    """What a question gets; `documents` is what it was restricted to, null for all of them."""

    question: str
    interpreted_as: str
    documents: list[str] | None
    status: Status
    answer: str | None
    confidence: float
    confidence_level: Level
    answers: list[AnswerOut]
    count: CountOut | None
    passages: list[PassageOut]
    conversation_id: str
    index_version: str
    timings_ms: TimingsOut

    @classmethod
    def of(cls, reply: Reply, conversation_id: str | None = None, documents: Sequence[str] | None = None) -> "ReplyOut":
        """Make the reply of a conversation, or of a new one; `documents` is as the question had it."""
        return cls(
            question=reply.question,
            interpreted_as=reply.interpreted_as,
            documents=list(documents) if documents is not None else None,
            status=reply.status,
            answer=reply.answer,
            confidence=round(reply.confidence, 4),
            confidence_level=reply.confidence_level,
            answers=[
                AnswerOut(
                    text=answer.text,
                    confidence=round(answer.confidence, 4),
                    confidence_level=answer.confidence_level,
                    quantity=QuantityOut.of(answer.quantity),
                    evidence=[EvidenceOut.of(evidence) for evidence in answer.evidence],
                )
                for answer in reply.answers
            ],
            count=CountOut.of_count(reply.count) if reply.count else None,
            passages=[PassageOut.of(passage) for passage in reply.passages],
            conversation_id=conversation_id or secrets.token_urlsafe(16),
            index_version=reply.index_version,
            timings_ms=TimingsOut.model_validate(reply.timings, from_attributes=True),
        )


class TurnOut(BaseModel):
    """An earlier question, as typed and as understood, its answers, and its reply as it was given then.

    `reply` is null where another version of Seedbed gave it.
    """

    question: str
    interpreted_as: str
    answers: list[str]
    reply: ReplyOut | None

    @classmethod
    def of(cls, kept: KeptTurn) -> "TurnOut":
        turn = kept.turn
        try:
            reply = ReplyOut.model_validate_json(kept.reply) if kept.reply is not None else None
        except ValidationError:
            reply = None
        understood = turn.understood or turn.question
        return cls(question=turn.question, interpreted_as=understood, answers=list(turn.answers), reply=reply)


class ConversationOut(BaseModel):
    """The turns of a conversation, oldest first."""

    conversation_id: str
    turns: list[TurnOut]

    @classmethod
    def of(cls, conversation_id: str, kept: list[KeptTurn]) -> "ConversationOut":
        return cls(conversation_id=conversation_id, turns=[TurnOut.of(turn) for turn in kept])


class SuggestionsOut(BaseModel):
    """Questions that the documents of this index answer."""

    suggestions: list[str]
    index_version: str


class VerifyIn(BaseModel):
    """A sentence, or part of one, that is said to be in the documents; `documents` restricts them as for a question."""

    model_config = ConfigDict(extra="forbid")

    quote: str
    documents: Annotated[list[Text], Field(min_length=1, max_length=1000)] | None = None


class DifferenceOut(BaseModel):
    """Words that were claimed, and the slice that the document has there; either may be empty."""

    kind: DifferenceKind
    claimed: str
    found: str
    start: int
    end: int

    @classmethod
    def of(cls, difference: Difference) -> "DifferenceOut":
        return cls.model_validate(difference, from_attributes=True)


class MatchOut(EvidenceOut):
    """The slice that is the claimed quote, or near to it; its answer span is the same slice.

    `score` is 1 less the share of the claim's characters that are edited. `differences` begins with numbers and
    negations, and is empty when the slice is the claim verbatim. `whole_words` is false where the slice begins or ends
    inside a word or number of the document ("13" of "13,000").
    """

    differences: list[DifferenceOut]
    whole_words: bool


class VerifyOut(BaseModel):
    """Whether a quote is in the documents, and where: the best places, all of them verbatim or all of them near.

    `documents` is how many were looked through.
    """

    status: Verdict
    documents: int
    matches: Annotated[list[MatchOut], Field(max_length=MOST_MATCHES)]

    @classmethod
    def of(cls, verification: Verification) -> "VerifyOut":
        return cls(
            status=verification.status,
            documents=verification.documents,
            matches=[
                MatchOut(
                    **dict(EvidenceOut.of(match.evidence)),
                    differences=[DifferenceOut.of(difference) for difference in match.differences],
                    whole_words=match.whole_words,
                )
                for match in verification.matches
            ],
        )


class DocumentOut(BaseModel):
    """A document in a list."""

    id: str
    path: str
    title: str
    content_hash: str
    passages: int
    modified: datetime

    @classmethod
    def of(cls, summary: DocumentSummary) -> "DocumentOut":
        return cls.model_validate(summary, from_attributes=True)


class DocumentsOut(BaseModel):
    """A page of documents, in order of path; `next` is the cursor of the page after it."""

    documents: list[DocumentOut]
    next: str | None


class HeadingOut(BaseModel):
    """A heading; its text is a slice too."""

    level: int
    start: int
    end: int
    text: str


class PageOut(BaseModel):
    """A page of the document, as a slice."""

    number: int
    start: int
    end: int


class WholeDocumentOut(DocumentOut):
    """A document with its extracted text, whose SHA-256 (of its UTF-8) is `content_hash`."""

    text: str
    pages: list[PageOut]
    headings: list[HeadingOut]


class HitOut(BaseModel):
    """A passage that search found."""

    document_id: str
    path: str
    start: int
    end: int
    text: str
    score: float

    @classmethod
    def of(cls, hit: Hit, snapshot: Snapshot) -> "HitOut":
        document = snapshot.document(hit.passage.document_id)
        start, end = hit.passage.start, hit.passage.end
        return cls(
            document_id=document.id,
            path=document.path,
            start=start,
            end=end,
            text=document.text[start:end],
            score=round(hit.similarity, 4),
        )


class SearchOut(BaseModel):
    """Passages, most similar first."""

    hits: list[HitOut]


class ProgressOut(BaseModel):
    """How far a build has come: how many of the files that changed were read, and how many of their passages embedded.

    `passages_total` counts those found so far. `rate` is in passages a second, and `seconds_left` is an estimate; both
    are null while nobody knows.
    """

    stage: str
    files: int
    files_total: int
    passages: int
    passages_total: int
    rate: float | None
    seconds_left: float | None

    @classmethod
    def of(cls, progress: Progress) -> "ProgressOut":
        shown = cls.model_validate(progress, from_attributes=True)
        shown.rate, shown.seconds_left = _rounded(progress.rate), _rounded(progress.seconds_left)
        return shown


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


class UnreadableOut(BaseModel):
    """A file of the folder that is not in the index, and why."""

    path: str
    reason: str

    @classmethod
    def of(cls, entry: Unreadable) -> "UnreadableOut":
        return cls.model_validate(entry, from_attributes=True)


class IndexOut(BaseModel):
    """The snapshot that answers now (`version` is null before the first) and the build under way.

    `builds` counts the builds that have ended since the start. `error` says why the last one failed, if it did, and
    `rebuilt_because` why it could not use the snapshot before.
    """

    version: str | None
    built_at: datetime | None
    documents: int
    passages: int
    encoder: str
    read_only: bool
    building: ProgressOut | None
    unreadable: list[UnreadableOut]
    builds: int
    error: str | None
    rebuilt_because: str | None

    @classmethod
    def of(cls, snapshot: Snapshot | None, encoder: str, read_only: bool, watcher: Watcher | None = None) -> "IndexOut":
        manifest = snapshot.manifest if snapshot else None
        report = watcher.report if watcher else None
        return cls(
            version=manifest.version if manifest else None,
            built_at=datetime.fromisoformat(manifest.built_at) if manifest else None,
            documents=manifest.documents if manifest else 0,
            passages=manifest.passages if manifest else 0,
            encoder=manifest.encoder if manifest else encoder,
            read_only=read_only,
            building=ProgressOut.of(watcher.progress) if watcher and watcher.progress else None,
            unreadable=[UnreadableOut.of(entry) for entry in snapshot.unreadable()] if snapshot else [],
            builds=watcher.builds if watcher else 0,
            error=watcher.error if watcher else None,
            rebuilt_because=report.rebuilt_because if report else None,
        )


class RebuildOut(BaseModel):
    """A build that was asked for; `GET /v1/index` tells how far it has come."""

    job: str
    status: Literal["queued"]


class RenamedOut(BaseModel):
    """A document that has another path, with the same bytes."""

    before: str
    after: str


class RehearsalOut(BaseModel):
    """What bringing the index up to date would do, by path. What is renamed is neither added nor removed.

    `unsettled` files are being written, and left as they are. `version` is that of the index now, null without one.
    """

    version: str | None
    added: list[str]
    changed: list[str]
    removed: list[str]
    renamed: list[RenamedOut]
    unreadable: list[UnreadableOut]
    unsettled: list[str]
    passages_embedded: int
    rebuilt_because: str | None

    @classmethod
    def of(cls, report: BuildReport) -> "RehearsalOut":
        return cls.model_validate(asdict(report) | {"version": report.version or None})


class UploadedOut(BaseModel):
    """What became of one file that was sent, by the `name` it came under.

    `queued`: it is in the folder, and searchable once the job has ended. `searchable`: it is in the index.
    `unreadable`: it is in the folder, but cannot be read. `refused`: it was not stored. `reason` says why.
    """

    name: str
    status: Literal["queued", "searchable", "unreadable", "refused"]
    id: str | None = None
    path: str | None = None
    reason: str | None = None


class UploadOut(BaseModel):
    """The files that were sent, in that order.

    The job `build-N` has ended when `builds` of `GET /v1/index` is at least N.
    """

    documents: list[UploadedOut]
    job: str


class DeletedOut(BaseModel):
    """A document whose file was deleted: `queued` while it may still answer, `removed` when it does no more."""

    id: str
    path: str
    status: Literal["queued", "removed"]
    reason: str | None = None
    job: str
