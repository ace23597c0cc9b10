"""Question → reply, on one page: retrieve, read, gather the evidence, group it into answers, decide what to say."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.search import HybridIndex, Index
from index.snapshot import Snapshot
from index.store import SnapshotStore
from qa.reader import AnswerSpan, ReadablePassage, Reader
from qa.replies import Answer, Evidence, PassageFound, Reply, Status, Timings, quote

#: Passages that are read for a question.
PASSAGES_READ = 8
#: Evidence shown of one answer.
_MOST_EVIDENCE = 10
#: Another answer is shown beside the best when it is at least this probable, as a share of the best.
_RIVAL = 0.5


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

    def __init__(self, store: SnapshotStore, reader: Reader, floor: float) -> None:
        self._store = store
        self._reader = reader
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
        found = _retrieve(snapshot, self._store, question)
        passages = tuple(PassageFound(f.document, f.passage.start, f.passage.end, f.similarity) for f in found)
        retrieved = time.perf_counter()
        yield passages
        spans = self._reader.read(question.text, found)
        answers = _answers(spans, self._floor)
        ended = time.perf_counter()
        yield Reply(
            question=question.text,
            interpreted_as=question.text,
            status=_status(found, answers),
            # Without an answer, that of the best candidate which was turned down.
            confidence=answers[0].confidence if answers else max((span.probability for span in spans), default=0.0),
            answers=answers[: question.limit],
            passages=passages,
            index_version=snapshot.version,
            timings=Timings(1000 * (retrieved - started), 1000 * (ended - retrieved), 1000 * (ended - started)),
        )


def _retrieve(snapshot: Snapshot, store: SnapshotStore, question: Question) -> list[ReadablePassage]:
    index: Index = HybridIndex(snapshot, store.encoder)
    hits = index.search(question.text, PASSAGES_READ, question.documents)
    return [ReadablePassage(snapshot.document(hit.passage.document_id), hit.passage, hit.similarity) for hit in hits]


def _grouped(spans: Sequence[AnswerSpan]) -> list[list[AnswerSpan]]:
    """Put spans of the same words together; spans arrive best first, and so do groups."""
    groups: dict[str, list[AnswerSpan]] = {}
    for span in spans:
        groups.setdefault(_same(span.text), []).append(span)
    return list(groups.values())


def _same(text: str) -> str:
    """Return what two wordings of one answer have in common: no case, punctuation or articles."""
    words = re.findall(r"\w+(?:[.,:]\w+)*|[%$€£¥]", text.casefold())
    return " ".join(word.replace(",", "") for word in words if word not in ("a", "an", "the"))


def _answers(spans: Sequence[AnswerSpan], floor: float) -> tuple[Answer, ...]:
    """Return the different answers, best first; there are none when no span is as probable as `floor`.

    Few words can contradict each other; of whole sentences only the best is given. What is too improbable to be an
    answer is no evidence for one either.
    """
    best = max((span.probability for span in spans), default=0.0)
    groups = _grouped([span for span in spans if span.probability >= max(floor, _RIVAL * best)])
    if not groups or groups[0][0].is_whole_quote:
        return tuple(_answer(group) for group in groups[:1])
    return tuple(_answer(group) for group in groups if not group[0].is_whole_quote)


def _answer(group: list[AnswerSpan]) -> Answer:
    return Answer(group[0].text, group[0].probability, tuple(_evidence(span) for span in group[:_MOST_EVIDENCE]))


def _evidence(span: AnswerSpan) -> Evidence:
    document = span.document
    return Evidence(
        document=document,
        quote=quote(document, span.quote_start, span.quote_end),
        answer_start=span.start,
        answer_end=span.end,
        page=document.page(span.start),
        line=document.line(span.quote_start),
        heading_path=document.heading_path(span.quote_start),
        score=span.probability,
    )


def _status(found: list[ReadablePassage], answers: tuple[Answer, ...]) -> Status:
    if not found:
        return "no_documents"
    if not answers:
        return "not_stated"
    return "answered" if len(answers) == 1 else "several"
