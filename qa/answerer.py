"""Question → reply, on one page: retrieve, read, gather the evidence, group it into answers, decide what to say."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from index.encoding import Encoder
from index.errors import BadCursor
from index.search import HybridIndex, Index
from index.sentences import LONGEST_QUOTE, SAME_PARAGRAPH
from index.snapshot import Snapshot
from index.store import SnapshotStore
from qa.confidence import RULED_OUT, Candidate, Confidence
from qa.conversation import Turn, Understanding, understand
from qa.counting import CountQuestion, count, count_question, counted_again
from qa.fragments import asks_who_said_it
from qa.kinship import Kinship
from qa.meaning import completed, is_pronoun, meaning
from qa.phrases import content
from qa.quantities import Kin
from qa.question_forms import asks_nothing, asks_why_or_how
from qa.question_words import coverage_in
from qa.reader import AnswerSpan, ReadablePassage, Reader, Reading
from qa.replies import Answer, Evidence, PassageFound, Reply, Status, Timings, evidence

#: Passages that are read for a question.
PASSAGES_READ = 8
#: Answers that a question may get; those that stand above the floor are far fewer.
_MOST_ANSWERS = 20
#: Evidence shown of one answer.
_MOST_EVIDENCE = 10
#: Evidence of an answer that is given may have so much less support, in log-odds, than its best; or any, if its passage
#: has a word of the question and the reader does not rule it out.
_AGREEING = 6.0
#: What a follow-up counts in retrieval, where as understood counts 1: `_AS_TYPED` for each word of its own that says
#: what it is about, at least `_LEAST_TYPED`; and `_AFTER_QUESTION` behind the question before it. On 120 dialogues of
#: CANARD's tuning half that has an MRR of 30.0, and a constant 1 as typed 28.8. That the question before helps was seen
#: on CAsT 2021 (MRR 58.3 against 57.5 of later turns); see tests/benchmarks/conversation.py.
_AS_TYPED, _LEAST_TYPED, _AFTER_QUESTION = 1 / 3, 1 / 6, 1 / 3


#: Before what is said not to be so: "60 firefighters, not 45".
_DENIED = re.compile(r"\b(?:not|rather than|instead of)\s+(?:(?:the|an?)\s+)?$", re.IGNORECASE)
_DENIES = re.compile(r"\bnot\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it arrives; `documents` restricts it to ids or path patterns, `cursor` continues a count.

    It is understood from the `turns` before it, oldest first, unless it is asked `as_typed`.
    """

    text: str
    limit: int = 5
    documents: tuple[str, ...] | None = None
    cursor: str | None = None
    turns: tuple[Turn, ...] = ()
    as_typed: bool = False

    def understood(self) -> Understanding:
        """Return what it means after its turns, or as typed; words that are to be counted are those that were typed."""
        if self.as_typed or count_question(self.text):
            return understand(self.text, ())
        last = self.turns[-1] if self.turns else None
        if last and (again := counted_again(self.text, last.understood or last.question)):
            return Understanding(self.text, again)
        understood = understand(self.text, self.turns)
        bare = understood.without_brackets
        # What the conversation is about besides is not counted.
        return replace(understood, interpreted_as=bare) if count_question(bare) else understood

    def other_forms(self, meant: str) -> dict[str, float]:
        """Return how a follow-up is looked for beside what it was understood to mean, with what each form counts."""
        if meant == self.text:
            return {}
        asked = next((t.question for t in reversed(self.turns) if not asks_who_said_it(t.question)), "")
        as_typed = max(_LEAST_TYPED, _AS_TYPED * len(set(content(self.text))))
        return {self.text: as_typed, f"{asked} {self.text}": _AFTER_QUESTION}


class Answerer:
    """Answers questions from the current snapshot of `store`.

    Below `floor`, a probability, an answer is not given: the documents are said not to state it.
    """

    def __init__(self, store: SnapshotStore, reader: Reader, confidence: Confidence, floor: float) -> None:
        self._store = store
        self._reader = reader
        self._confidence = confidence
        self._floor = floor
        self._kin = Kinship(store.encoder)

    def ask(self, question: Question) -> Reply:
        """Return the reply to a question. Raises IndexMissing when nothing was indexed yet, and BadCursor."""
        *_, reply = self.steps(question)
        assert isinstance(reply, Reply)  # the last step always is
        return reply

    def steps(self, question: Question) -> Iterator[tuple[PassageFound, ...] | Reply]:
        """Yield the passages as soon as they are found, and then the reply."""
        understood = question.understood()
        if understood.asks_who_said_it:
            yield from self._who_said_it(question, understood)
            return
        asked = count_question(understood.interpreted_as)
        counted = self._count(question, asked) if asked else None
        if counted is not None:
            yield ()
            yield replace(counted, interpreted_as=understood.interpreted_as)
            return
        if asked and not question.as_typed:  # it names no document that is there, and is to be read like any other
            understood = understand(question.text, question.turns)
        if question.cursor is not None:
            raise BadCursor("only counts come in pages, and this question asks for none; ask it without a cursor")
        started = time.perf_counter()
        snapshot = self._store.current()
        meant, found = self._retrieved(snapshot, question, understood)
        retrieved = time.perf_counter()
        yield tuple(_found(passage, passage.similarity) for passage in found)
        readings = read(self._reader, meant, found)
        candidates = self._confidence.candidates(meant, readings, self._kin)
        if asks_nothing(meant):
            candidates = []  # though the reader finds something in anything
        answers = _answers(meant, candidates, self._floor, self._confidence, self._kin)
        ended = time.perf_counter()
        yield Reply(
            question=question.text,
            interpreted_as=meant,
            status=_status(found, answers),
            # Without an answer, that of the best candidate which was turned down.
            confidence=candidates[0].probability if candidates else 0.0,
            answers=answers[: question.limit],
            passages=tuple(_found(r.passage, likely) for r, likely in self._confidence.order(readings)),
            index_version=snapshot.version,
            timings=Timings(1000 * (retrieved - started), 1000 * (ended - retrieved), 1000 * (ended - started)),
        )

    def _retrieved(
        self, snapshot: Snapshot, question: Question, understood: Understanding
    ) -> tuple[str, list[ReadablePassage]]:
        """Return what the question means, and the passages to read for it.

        "Who is the landlord?" is not asked of the botanist that the conversation was about, when the documents have a
        landlord and none beside her.
        """
        meant = understood.interpreted_as
        asked = replace(question, text=meant)
        found = retrieve(snapshot, self._store.encoder, asked, also=question.other_forms(meant))
        if understood.is_whole_by_itself:
            as_typed = retrieve(snapshot, self._store.encoder, question)
            if _is_of_another_subject(understood, found, as_typed):
                return question.text, as_typed
        return meant, found

    def _who_said_it(self, question: Question, understood: Understanding) -> Iterator[tuple[PassageFound, ...] | Reply]:
        """Answer the question before again, and give who its quotes say it from."""
        for step in self.steps(replace(question, text=understood.carried[0], turns=(), limit=_MOST_ANSWERS)):
            if not isinstance(step, Reply):
                yield step
                continue
            answers = _claimants(step)
            several: Status = "several" if len(answers) > 1 else "answered"
            yield replace(
                step,
                question=question.text,
                interpreted_as=understood.interpreted_as,
                status="no_documents" if step.status == "no_documents" else several if answers else "not_stated",
                confidence=max((answer.confidence for answer in answers), default=0.0),
                answers=answers[: question.limit],
                count=None,
            )

    def _count(self, question: Question, asked: CountQuestion) -> Reply | None:
        """Return an exact count, from whole texts: what was retrieved is only the nearest.

        None where the question names a document that is not there: then it is to be read.
        """
        started = time.perf_counter()
        snapshot = self._store.current()
        counted = count(snapshot, asked, question.documents, question.cursor)
        if counted is None and asked.document:
            return None
        spent = 1000 * (time.perf_counter() - started)
        return Reply(
            question=question.text,
            interpreted_as=question.text,
            status="counted" if counted else "no_documents",
            confidence=1.0 if counted else 0.0,
            answers=(),
            passages=(),
            index_version=snapshot.version,
            timings=Timings(retrieve=0, read=spent, total=spent),
            count=counted,
        )


def retrieve(
    snapshot: Snapshot, encoder: Encoder, question: Question, also: Mapping[str, float] | None = None
) -> list[ReadablePassage]:
    """Return the passages to read for a question, most similar first; `also` are other forms of it, with weights."""
    index: Index = HybridIndex(snapshot, encoder)
    hits = index.search(question.text, PASSAGES_READ, question.documents, also)
    return [ReadablePassage(snapshot.document(hit.passage.document_id), hit.passage, hit.similarity) for hit in hits]


def read(reader: Reader, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
    """Return what was read in each passage: quantities whole and with measures, and nothing that cannot answer."""
    return [
        replace(
            reading,
            spans=tuple(completed(span, question) for span in reading.spans if not _says_nothing(question, span)),
        )
        for reading in reader.read(question, passages)
    ]


def _says_nothing(question: str, span: AnswerSpan) -> bool:
    """Tell whether a span only names a column, is a pronoun or a paragraph's number, or a figure that is to say why.

    Nor does a question say anything, such as a heading's, nor what stands behind a "not".
    """
    text = span.document.text
    if span.document.names_column(span.start) or text[span.quote_start : span.quote_end].endswith("?"):
        return True
    if span.is_whole_quote:
        return not any(character.isalpha() for character in span.text)
    if is_pronoun(span) or (_DENIED.search(text, span.quote_start, span.start) and not _DENIES.search(question)):
        return True
    said = meaning(span) if asks_why_or_how(question) else None
    return said is not None and (said.quantity is not None or said.is_moment)


def _is_of_another_subject(
    understood: Understanding, found: Sequence[ReadablePassage], as_typed: Sequence[ReadablePassage]
) -> bool:
    """Tell whether all that is asked stands in a passage, but in none that has to do with the conversation."""
    whole = [passage for passage in (*as_typed, *found) if coverage_in(understood.question, passage) == 1]
    return bool(whole) and not any(coverage_in(", ".join(understood.carried), passage) for passage in whole)


def _found(passage: ReadablePassage, score: float) -> PassageFound:
    return PassageFound(passage.document, passage.passage.start, passage.passage.end, score)


def _grouped(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Put candidates that say the same together; they arrive best first, and so do groups."""
    groups: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.group, []).append(candidate)
    return list(groups.values())


def _answers(
    question: str, candidates: Sequence[Candidate], floor: float, confidence: Confidence, kin: Kin
) -> tuple[Answer, ...]:
    """Return the different answers, best first; there are none when the best candidate is less probable than `floor`.

    What differs from the best is shown if it would be likely enough without it (`Confidence.rivals`). Few words can
    contradict each other; whole sentences are one answer together. What agrees with an answer that is given needs less
    support of its own than what differs from it. How sure each of several is, it is beside the others.
    """
    if not candidates or candidates[0].probability < floor:
        return ()
    best, *others = _grouped(candidates)
    rivals = [
        g for g in others if any(confidence.rivals(question, best, c, kin) and c.probability_apart >= floor for c in g)
    ]
    groups = [[c for c in group if _bears_out(c, group[0])] for group in (best, *rivals)]
    if groups[0][0].span.is_whole_quote:
        # The best of each group first, as they say different things.
        in_turn = [c for nth in zip_longest(*groups) for c in nth if c is not None and c.span.is_whole_quote]
        joined = _joined(in_turn)
        return (_answer(joined, joined[0].probability),)
    words = [group for group in groups if not group[0].span.is_whole_quote]
    shown = {group[0].group for group in words}
    sure = [confidence.beside(group[0], candidates, shown) for group in words]
    return tuple(_answer(group, likely) for group, likely in zip(words, sure, strict=True) if likely >= floor)


def _bears_out(other: Candidate, first: Candidate) -> bool:
    """Tell whether another place that says the same is evidence: it speaks of what is asked, or as much is for it.

    As much has to be for another row of the same table, and for a weekday, which may be that of another week.
    """
    if other.support >= first.support - _AGREEING:
        return True
    date, document = other.meaning.date, other.span.document
    is_weekday = date is not None and date.weekday is not None and date.day is None
    is_other_row = document.id == first.span.document.id and document.row(other.span.start) is not None
    return other.span.score > RULED_OUT and other.coverage > 0 and not is_weekday and not is_other_row


def _joined(candidates: list[Candidate]) -> list[Candidate]:
    """Join the best sentence with those before and after it that bear on the question too; the others follow."""
    first, *rest = candidates
    span, joined = first.span, True
    while joined:
        joined = False
        for other in rest:
            start, end = min(span.start, other.span.start), max(span.end, other.span.end)
            between = span.document.text[min(span.end, other.span.end) : max(span.start, other.span.start)]
            is_beside = span.document.id == other.span.document.id and SAME_PARAGRAPH.fullmatch(between)
            if is_beside and end - start <= LONGEST_QUOTE:
                span = replace(span, start=start, end=end, quote_start=start, quote_end=end)
                rest.remove(other)
                joined = True
                break
    return [replace(first, span=span), *rest]


def _answer(group: list[Candidate], confidence: float) -> Answer:
    first = group[0]
    # Two quotes of the same sentences are one.
    by_quote = {(c.span.document.id, c.span.quote_start, c.span.quote_end): c for c in reversed(group)}
    evidence = [c for c in group if by_quote[c.span.document.id, c.span.quote_start, c.span.quote_end] is c]
    return Answer(
        first.span.text,
        confidence,
        first.meaning.quantity,
        tuple(_evidence(c) for c in evidence[:_MOST_EVIDENCE]),
    )


def _evidence(candidate: Candidate) -> Evidence:
    span = candidate.span
    return evidence(
        span.document, (span.start, span.end), (span.quote_start, span.quote_end), score=candidate.probability
    )


def _claimants(reply: Reply) -> tuple[Answer, ...]:
    """Return who the quotes of a reply say its answers from, each with its quotes."""
    said: dict[str, list[Evidence]] = {}
    confidence: dict[str, float] = {}
    for answer in reply.answers:
        for each in answer.evidence:
            if each.attribution is not None:
                start, end = each.attribution
                words = each.document.text[start:end]
                said.setdefault(words, []).append(replace(each, answer_start=start, answer_end=end))
                confidence.setdefault(words, answer.confidence)
    return tuple(Answer(words, confidence[words], None, tuple(found)) for words, found in said.items())


def _status(found: list[ReadablePassage], answers: tuple[Answer, ...]) -> Status:
    if not found:
        return "no_documents"
    if not answers:
        return "not_stated"
    return "answered" if len(answers) == 1 else "several"
