"""Question → reply, on one page: retrieve, read, gather the evidence, group it into answers, decide what to say."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.encoding import Encoder
from index.search import HybridIndex, Index
from index.snapshot import Snapshot
from index.store import SnapshotStore
from qa.confidence import Candidate, Confidence
from qa.reader import ReadablePassage, Reader
from qa.replies import Answer, Evidence, PassageFound, Reply, Status, Timings, quote

#: Passages that are read for a question.
PASSAGES_READ = 8
#: Evidence shown of one answer.
_MOST_EVIDENCE = 10
#: Another answer is shown beside the best when no more than this, in log-odds, speaks for the best above it.
_RIVAL = 2.0


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it arrives; `documents` restricts it to ids or path patterns."""

    text: str
    limit: int = 5
    documents: tuple[str, ...] | None = None


class Answerer:
    """Answers questions from the current snapshot of `store`.

    Below `floor`, a probability, an answer is not given: the documents are said not to state it.
    """

    def __init__(self, store: SnapshotStore, reader: Reader, confidence: Confidence, floor: float) -> None:
        self._store = store
        self._reader = reader
        self._confidence = confidence
        self._floor = floor

    def ask(self, question: Question) -> Reply:
        """Return the reply to a question. Raises IndexMissing when nothing was indexed yet."""
        *_, reply = self.steps(question)
        assert isinstance(reply, Reply)  # the last step always is
        return reply

    def steps(self, question: Question) -> Iterator[tuple[PassageFound, ...] | Reply]:
        """Yield the passages as soon as they are found, and then the reply."""
        started = time.perf_counter()
        snapshot = self._store.current()
        found = retrieve(snapshot, self._store.encoder, question)
        retrieved = time.perf_counter()
        yield tuple(_found(passage, passage.similarity) for passage in found)
        readings = self._reader.read(question.text, found)
        candidates = self._confidence.candidates(readings, same)
        answers = _answers(candidates, self._floor)
        ended = time.perf_counter()
        yield Reply(
            question=question.text,
            interpreted_as=question.text,
            status=_status(found, answers),
            # Without an answer, that of the best candidate which was turned down.
            confidence=candidates[0].probability if candidates else 0.0,
            answers=answers[: question.limit],
            passages=tuple(_found(r.passage, likely) for r, likely in self._confidence.order(readings)),
            index_version=snapshot.version,
            timings=Timings(1000 * (retrieved - started), 1000 * (ended - retrieved), 1000 * (ended - started)),
        )


def retrieve(snapshot: Snapshot, encoder: Encoder, question: Question) -> list[ReadablePassage]:
    """Return the passages to read for a question, most similar first."""
    index: Index = HybridIndex(snapshot, encoder)
    hits = index.search(question.text, PASSAGES_READ, question.documents)
    return [ReadablePassage(snapshot.document(hit.passage.document_id), hit.passage, hit.similarity) for hit in hits]


def _found(passage: ReadablePassage, score: float) -> PassageFound:
    return PassageFound(passage.document, passage.passage.start, passage.passage.end, score)


def _grouped(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Put candidates of the same words together; they arrive best first, and so do groups."""
    groups: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(same(candidate.span.text), []).append(candidate)
    return list(groups.values())


def same(text: str) -> str:
    """Return what two wordings of one answer have in common: no case, punctuation or articles."""
    words = re.findall(r"\w+(?:[.,:]\w+)*|[%$€£¥]", text.casefold())
    return " ".join(word.replace(",", "") for word in words if word not in ("a", "an", "the"))


def _answers(candidates: Sequence[Candidate], floor: float) -> tuple[Answer, ...]:
    """Return the different answers, best first; there are none when the best candidate is less probable than `floor`.

    Few words can contradict each other; of whole sentences only the best is given. What has too little support to be an
    answer is no evidence for one either.
    """
    if not candidates or candidates[0].probability < floor:
        return ()
    groups = _grouped([c for c in candidates if c.support >= candidates[0].support - _RIVAL])
    if groups[0][0].span.is_whole_quote:
        return tuple(_answer(group) for group in groups[:1])
    return tuple(_answer(group) for group in groups if not group[0].span.is_whole_quote)


def _answer(group: list[Candidate]) -> Answer:
    first = group[0]
    return Answer(first.span.text, first.probability, tuple(_evidence(c) for c in group[:_MOST_EVIDENCE]))


def _evidence(candidate: Candidate) -> Evidence:
    span = candidate.span
    document = span.document
    return Evidence(
        document=document,
        quote=quote(document, span.quote_start, span.quote_end),
        answer_start=span.start,
        answer_end=span.end,
        page=document.page(span.start),
        line=document.line(span.quote_start),
        heading_path=document.heading_path(span.quote_start),
        score=candidate.probability,
    )


def _status(found: list[ReadablePassage], answers: tuple[Answer, ...]) -> Status:
    if not found:
        return "no_documents"
    if not answers:
        return "not_stated"
    return "answered" if len(answers) == 1 else "several"
