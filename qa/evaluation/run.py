"""Asks every question of a set, and compares what comes back with what was expected."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import mean, median

from index.build import build
from index.documents import Document
from index.errors import UnknownDocument
from index.search import HybridIndex
from index.snapshot import Snapshot
from index.store import SnapshotStore
from qa.answerer import Answerer, Question
from qa.evaluation import measures
from qa.evaluation.questions import QuestionSet, ReferenceQuestion
from qa.replies import Answer, Reply

#: Passages within which retrieval may find the right one.
RANKS = (1, 5, 20)
#: Characters of a quote in which an accepted answer counts.
LONGEST_QUOTE = 300
#: Answers of a question that count as shown.
_SHOWN = 5

Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question got. `retrieved` and `read` are ranks, from 1, of the first right passage, None when missed.

    `answers` and `quotes` are of all candidates, best first; the first `shown` were shown, the rest turned down.
    """

    question: ReferenceQuestion
    confidence: float
    answers: tuple[str, ...]
    quotes: tuple[str, ...]
    places: tuple[str, ...]
    shown: int
    verbatim: bool
    retrieved: int | None
    read: int | None
    milliseconds: float

    @property
    def answerable(self) -> bool:
        return bool(self.question.answers)

    @property
    def f1(self) -> float:
        """F1 of the first answer shown; 0 when none is."""
        return self.best_f1(1)

    @property
    def exact(self) -> bool:
        return self.best_exact(1)

    def best_f1(self, count: int = _SHOWN) -> float:
        """Return the F1 of the best of the first `count` answers shown."""
        return max((measures.f1(a, self.question.answers) for a in self.answers[: min(count, self.shown)]), default=0.0)

    def best_exact(self, count: int = _SHOWN) -> bool:
        """Tell whether one of the first `count` answers shown is exactly right."""
        return any(measures.exact_match(a, self.question.answers) for a in self.answers[: min(count, self.shown)])

    @property
    def quote_hit(self) -> bool:
        """Whether the first quote shown holds an accepted answer within its length limit."""
        return bool(self.shown) and holds(self.quotes[0][:LONGEST_QUOTE], self.question.answers)

    @property
    def candidate_right(self) -> bool:
        """Whether the best candidate is right, shown or turned down; confidence speaks of this."""
        return bool(self.answers) and measures.f1(self.answers[0], self.question.answers) >= measures.RIGHT


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All outcomes, and the figures they come to by name, in the order they are read."""

    outcomes: tuple[Outcome, ...]
    floor: float

    def figures(self) -> dict[str, float]:
        """Return each measure by name, as a share of 1 or as named; those that do not apply are left out."""
        asked = [o for o in self.outcomes if o.answerable]
        unanswerable = [o for o in self.outcomes if not o.answerable]
        figures: dict[str, float] = {"questions": len(asked), "questions_without_answer": len(unanswerable)}
        if asked:
            for rank in RANKS:
                figures[f"recall_at_{rank}"] = _share(o.retrieved is not None and o.retrieved <= rank for o in asked)
            figures["recall_at_1_after_reading"] = _share(o.read == 1 for o in asked)
            figures |= {
                "exact_match": _share(o.exact for o in asked),
                "f1": mean(o.f1 for o in asked),
                "exact_match_best_shown": _share(o.best_exact() for o in asked),
                "f1_best_shown": mean(o.best_f1() for o in asked),
                "quote_hit": _share(o.quote_hit for o in asked),
                "answered": _share(o.shown > 0 for o in asked),
                "several": _share(o.shown > 1 for o in asked),
            }
        if unanswerable:
            figures["turned_down_without_answer"] = _share(o.shown == 0 for o in unanswerable)
        figures["verbatim_quotes"] = _share(o.verbatim for o in self.outcomes)
        figures |= self._of_confidence()
        times = sorted(o.milliseconds for o in self.outcomes)
        figures["latency_median_ms"] = median(times)
        figures["latency_p95_ms"] = times[ceil(0.95 * len(times)) - 1]
        return figures

    def reliability(self) -> list[measures.Bin]:
        """Return how often first answers of about one confidence are right, by rising confidence."""
        return measures.reliability([o.confidence for o in self.outcomes], [o.candidate_right for o in self.outcomes])

    def _of_confidence(self) -> dict[str, float]:
        confidences = [o.confidence for o in self.outcomes]
        right = [o.candidate_right for o in self.outcomes]
        coverages, risks = measures.risk_coverage(confidences, right)
        figures = {
            "coverage_at_80": measures.coverage_at(0.8, coverages, risks),
            "coverage_at_90": measures.coverage_at(0.9, coverages, risks),
            "area_under_risk_coverage": measures.area_under_risk_coverage(coverages, risks),
            "brier_score": measures.brier_score(confidences, right),
            "brier_skill": measures.brier_skill(confidences, right),
            "calibration_error": measures.expected_calibration_error(self.reliability()),
        }
        told_apart = measures.auroc(confidences, [o.answerable for o in self.outcomes])
        return figures if told_apart is None else {"auroc_answerable": told_apart, **figures}


def index_documents(documents: dict[str, str], folder: Path, store: SnapshotStore, show: Show) -> None:
    """Write documents into `folder`, which `store` follows, and index them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    build(store, lambda progress: show("indexing", progress.passages, progress.passages_total))


def evaluate(
    answerer: Answerer,
    store: SnapshotStore,
    questions: QuestionSet,
    foreign: QuestionSet | None,
    floor: float,
    show: Show,
) -> Evaluation:
    """Ask all questions of the current snapshot; those of `foreign` have no answer in it.

    `answerer` must turn nothing down (a floor of 0), so that what would be turned down below `floor` is judged too.
    Where that is high, it may count one more of several answers as shown than the service shows.
    """
    asked = list(questions.questions)
    if foreign is not None:
        asked += [ReferenceQuestion(f"foreign/{question.id}", question.text, ()) for question in foreign.questions]
    snapshot = store.current()
    if not questions.documents:
        _check_documents(questions, snapshot)
    index = HybridIndex(snapshot, store.encoder)
    outcomes = []
    for number, question in enumerate(asked):
        show("asking", number, len(asked))
        reply = answerer.ask(Question(question.text, limit=20))
        outcomes.append(_outcome(question, reply, index, snapshot, floor))
    show("asking", len(asked), len(asked))
    return Evaluation(tuple(outcomes), floor)


def _check_documents(questions: QuestionSet, snapshot: Snapshot) -> None:
    """Raise UnknownDocument where a question names a document that is not there, which would never be found."""
    paths = set(snapshot.paths().values())
    for question in questions.questions:
        if question.document is not None and question.document not in paths:
            raise UnknownDocument(f"question {question.id} names {question.document!r}, and no document has that path")


def _outcome(
    question: ReferenceQuestion, reply: Reply, index: HybridIndex, snapshot: Snapshot, floor: float
) -> Outcome:
    hits = index.search(question.text, max(RANKS)) if question.answers else []
    found = ((snapshot.document(hit.passage.document_id), hit.passage.start, hit.passage.end) for hit in hits)
    read = ((passage.document, passage.start, passage.end) for passage in reply.passages)
    count, answers = reply.count, reply.answers
    if count is not None:
        answers = (Answer(str(count.value), reply.confidence, None, count.occurrences),) if count.occurrences else ()
    return Outcome(
        question=question,
        confidence=reply.confidence if answers else 0.0,
        answers=tuple(answer.text for answer in answers),
        quotes=tuple(answer.evidence[0].quote.text for answer in answers),
        places=tuple(f"{answer.evidence[0].document.path}, line {answer.evidence[0].line}" for answer in answers),
        shown=sum(answer.confidence >= floor for answer in answers) if reply.confidence >= floor else 0,
        verbatim=all(_is_verbatim(answer, is_count=count is not None) for answer in answers),
        retrieved=_first(is_right(question, *passage) for passage in found),
        read=_first(is_right(question, *passage) for passage in read),
        milliseconds=reply.timings.total,
    )


def is_right(question: ReferenceQuestion, document: Document, start: int, end: int) -> bool:
    """Tell whether a passage holds an accepted answer, in the document and the part of it that were named, if any."""
    if question.document not in (None, document.path):
        return False
    if question.place is not None:
        start, end = max(start, question.place[0]), min(end, question.place[1])
    return holds(document.text[start:end], question.answers)


def holds(text: str, answers: Sequence[str]) -> bool:
    """Tell whether the words of one of the answers stand together in a text, whatever their case and punctuation."""
    held = f" {measures.normalized(text)} "
    return any(f" {measures.normalized(answer)} " in held for answer in answers)


def _is_verbatim(answer: Answer, is_count: bool) -> bool:
    """Tell whether every quote is the slice of its document that it says, with the words of an answer inside."""
    first = answer.evidence[0]
    is_slice = answer.text == first.document.text[first.answer_start : first.answer_end]
    return (is_slice or is_count) and all(
        e.document.text[e.quote.start : e.quote.end] == e.quote.text
        and e.quote.start <= e.answer_start <= e.answer_end <= e.quote.end
        for e in answer.evidence
    )


def _first(right: Iterable[bool]) -> int | None:
    return next((rank for rank, is_right in enumerate(right, 1) if is_right), None)


def _share(holds: Iterable[bool]) -> float:
    return mean(float(value) for value in holds)
