from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import build
from index.errors import IndexMissing
from index.store import SnapshotStore
from qa.answerer import Answerer
from qa.evaluation.questions import QuestionSet, ReferenceQuestion
from qa.evaluation.run import (
    LONGEST_QUOTE,
    Evaluation,
    Outcome,
    evaluate,
    index_documents,
    is_right,
)
from qa.reader import AnswerSpan, ReadablePassage, Reading
from tests.builders import AS_READ, WordEncoder, document, write
from tests.qa.evaluation.makers import ReaderOfQuestions, outcome

DOCUMENTS = {
    "dam.txt": "The Kariba Dam is 128 metres high.\nIts old wall leaks.\n",
    "mill.txt": "The paper mill was built in 1894.\n",
    "bees.txt": "There are seven beehives on the roof.\n",
}
HIGH = ReferenceQuestion("1", "How high is the Kariba Dam?", ("128 metres", "128 m"), "dam.txt", (0, 34))
BUILT = ReferenceQuestion("2", "When was the paper mill built?", ("1894",))
HIVES = ReferenceQuestion("3", "How many beehives are there?", ("nine",))
OWNER = ReferenceQuestion("4", "Who owns the paper mill?", ())
FOREIGN = ReferenceQuestion("5", "How many moons has Jupiter?", ("95",), "jupiter.txt", (0, 5))
READER = ReaderOfQuestions(
    {
        HIGH.text: {"Kariba Dam": 0.4, "128 metres": 0.6, "seven": 0.1},
        BUILT.text: {"in 1894": 0.2},
        HIVES.text: {"seven": 0.9},
        OWNER.text: {},
        FOREIGN.text: {"seven": 0.3},
    }
)


class ReaderBesideTheQuote:
    """Answers with the beehives, and quotes how many there are."""

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
        bees = [p for p in passages if p.document.path == "bees.txt"]
        return [Reading(p, (AnswerSpan(p.document, 16, 24, 10, 15, 1.0),), 1.0) for p in bees]


def shown_nowhere(stage: str, done: int, total: int) -> None:
    """Show nothing."""


def run(store: SnapshotStore, *questions: ReferenceQuestion, foreign: QuestionSet | None = None) -> Evaluation:
    write(store.seeds, DOCUMENTS)
    build(store)
    answerer = Answerer(store, READER, AS_READ, floor=0.0)
    return evaluate(answerer, store, QuestionSet(questions, {}), foreign, 0.3, shown_nowhere)


def only(store: SnapshotStore, question: ReferenceQuestion) -> Outcome:
    """Return the outcome of the only question; the time it took is nobody's business here."""
    (got,) = run(store, question).outcomes
    return replace(got, milliseconds=0.0)


def test_an_answer_is_judged_with_its_quote_place_and_passages(store: SnapshotStore) -> None:
    got = only(store, HIGH)
    assert got.confidence == pytest.approx(0.6)
    assert got == Outcome(
        question=HIGH,
        confidence=got.confidence,
        answers=("128 metres",),
        quotes=("The Kariba Dam is 128 metres high.",),
        places=("dam.txt, line 1",),
        shown=1,
        verbatim=True,
        retrieved=1,
        read=1,
        milliseconds=0.0,
    )


def test_an_answer_below_the_floor_is_judged_though_it_is_not_shown(store: SnapshotStore) -> None:
    got = only(store, BUILT)
    assert got.confidence == pytest.approx(0.2)
    assert (got.answers, got.shown) == (("in 1894",), 0)
    assert (got.f1, got.best_f1(), got.exact, got.best_exact(), got.quote_hit) == (0.0, 0.0, False, False, False)
    assert (got.candidate_right, got.retrieved, got.read) == (True, 1, 1)


def test_an_answer_that_stands_in_no_document_is_found_at_no_rank(store: SnapshotStore) -> None:
    got = only(store, HIVES)
    assert (got.answers, got.shown, got.retrieved, got.read) == (("seven",), 1, None, None)
    assert (got.f1, got.exact, got.quote_hit, got.candidate_right, got.answerable) == (0.0, False, False, False, True)


def test_a_question_without_an_answer_may_get_nothing(store: SnapshotStore) -> None:
    expected = outcome(answers=(), confidence=0.0, milliseconds=0.0)
    assert only(store, OWNER) == replace(expected, question=OWNER)


def test_foreign_questions_have_no_answer_whatever_was_expected_of_them(store: SnapshotStore) -> None:
    foreign = QuestionSet((FOREIGN,), {"jupiter.txt": "95 moons."})
    own, other = run(store, OWNER, foreign=foreign).outcomes
    assert own.question == OWNER
    assert other.question == ReferenceQuestion("foreign/5", FOREIGN.text, ())
    assert (other.answerable, other.answers, other.candidate_right) == (False, ("seven",), False)


def test_the_rank_is_that_of_the_passage_named_by_the_question(store: SnapshotStore) -> None:
    elsewhere = replace(HIGH, document="mill.txt")
    assert [(o.retrieved, o.read) for o in run(store, HIGH, elsewhere).outcomes] == [(1, 1), (None, None)]


def test_the_reader_may_rank_a_passage_above_those_found_before_it(store: SnapshotStore) -> None:
    seven = replace(BUILT, answers=("seven beehives",))
    told = ReaderOfQuestions({BUILT.text: {"seven": 0.9, "1894": 0.5}})
    write(store.seeds, DOCUMENTS)
    build(store)
    answerer = Answerer(store, told, AS_READ, floor=0.0)
    (got,) = evaluate(answerer, store, QuestionSet((seven,), {}), None, 0.3, shown_nowhere).outcomes
    assert got.retrieved in (2, 3)
    assert got.read == 1


def test_a_count_is_judged_as_an_answer(store: SnapshotStore) -> None:
    often = ReferenceQuestion("6", "How many times is mill mentioned?", ("1",))
    never = ReferenceQuestion("7", "How many times is Rome mentioned?", ())
    right, none = run(store, often, never).outcomes
    assert (right.answers, right.quotes, right.places) == (
        ("1",),
        ("The paper mill was built in 1894.",),
        ("mill.txt, line 1",),
    )
    assert (right.confidence, right.shown, right.verbatim, right.candidate_right) == (1.0, 1, True, True)
    assert (none.confidence, none.answers, none.shown) == (0.0, (), 0)


def test_of_several_answers_those_below_the_floor_are_not_shown(store: SnapshotStore) -> None:
    write(store.seeds, DOCUMENTS | {"wall.txt": "The Kariba Dam is 131 metres high.\n"})
    build(store)
    reader = ReaderOfQuestions({HIGH.text: {"128 metres": 0.7, "131 metres": 0.6}})
    answerer = Answerer(store, reader, AS_READ, floor=0.0)
    shown = [
        evaluate(answerer, store, QuestionSet((HIGH,), {}), None, floor, shown_nowhere).outcomes[0].shown
        for floor in (0.3, 0.65, 0.75)
    ]
    assert shown == [2, 1, 0]


def test_an_answer_outside_of_its_quote_is_not_verbatim(store: SnapshotStore) -> None:
    write(store.seeds, DOCUMENTS)
    build(store)
    answerer = Answerer(store, ReaderBesideTheQuote(), AS_READ, floor=0.0)
    (got,) = evaluate(answerer, store, QuestionSet((HIGH,), {}), None, 0.3, shown_nowhere).outcomes
    assert (got.answers[0], got.quotes[0], got.verbatim) == ("beehives", "seven", False)


def test_every_question_is_shown_as_it_is_asked(store: SnapshotStore) -> None:
    write(store.seeds, DOCUMENTS)
    build(store)
    told: list[tuple[str, int, int]] = []
    foreign = QuestionSet((FOREIGN,), {})
    answerer = Answerer(store, READER, AS_READ, floor=0.0)
    evaluation = evaluate(
        answerer, store, QuestionSet((HIGH, BUILT), {}), foreign, 0.3, lambda *step: told.append(step)
    )
    assert told == [("asking", 0, 3), ("asking", 1, 3), ("asking", 2, 3), ("asking", 3, 3)]
    assert [o.question.id for o in evaluation.outcomes] == ["1", "2", "foreign/5"]


def test_before_the_first_build_nothing_can_be_asked(store: SnapshotStore) -> None:
    answerer = Answerer(store, READER, AS_READ, floor=0.0)
    with pytest.raises(IndexMissing):
        evaluate(answerer, store, QuestionSet((HIGH,), {}), None, 0.3, shown_nowhere)


def test_documents_are_written_as_they_are_and_indexed(data: Path, tmp_path: Path, word_encoder: WordEncoder) -> None:
    folder = tmp_path / "new" / "documents"
    store = SnapshotStore(data, folder, word_encoder)
    told: list[tuple[str, int, int]] = []
    documents = {"a.txt": "Line\r\nends\n\nstay.\n", "Zürich 東京.txt": "It is far.\n"}
    index_documents(documents, folder, store, lambda *step: told.append(step))
    assert {file.name: file.read_bytes().decode() for file in folder.iterdir()} == documents
    snapshot = store.current()
    assert {snapshot.document(i).path: snapshot.document(i).text for i in snapshot.paths()} == documents
    assert told[-1] == ("indexing", snapshot.manifest.passages, snapshot.manifest.passages)
    assert {stage for stage, _, _ in told} == {"indexing"}


@pytest.mark.parametrize(
    ("start", "end", "right"),
    [
        (0, 34, True),  # The Kariba Dam is 128 metres high.
        (18, 28, True),  # 128 metres
        (0, 25, False),  # The Kariba Dam is 128 met
        (20, 34, False),  # 8 metres high.
        (35, 54, False),  # Its old wall leaks.
    ],
)
def test_a_passage_is_right_when_it_holds_the_words_of_an_accepted_answer(start: int, end: int, right: bool) -> None:
    question = ReferenceQuestion("1", "How high?", ("130 m", "the 128 Metres!"))
    assert is_right(question, document(DOCUMENTS["dam.txt"], "dam.txt"), start, end) is right


@pytest.mark.parametrize(
    ("named", "place", "right"),
    [
        (None, None, True),
        ("dam.txt", None, True),
        ("mill.txt", None, False),
        ("dam.txt", (0, 34), True),
        ("dam.txt", (18, 28), True),
        ("dam.txt", (0, 27), False),  # the answer stands there in part only
        ("dam.txt", (35, 54), False),
    ],
)
def test_a_passage_is_right_only_in_the_document_and_place_that_are_named(
    named: str | None, place: tuple[int, int] | None, right: bool
) -> None:
    question = ReferenceQuestion("1", "How high?", ("128 metres",), named, place)
    assert is_right(question, document(DOCUMENTS["dam.txt"], "dam.txt"), 0, 34) is right


def test_no_passage_is_right_for_a_question_without_an_answer() -> None:
    assert not is_right(OWNER, document(DOCUMENTS["mill.txt"], "mill.txt"), 0, 33)


def test_the_first_answer_shown_is_scored_and_the_best_of_those_shown() -> None:
    got = outcome(accepted=("128 metres",), answers=("128", "dam", "about 128 metres", "128 metres"), shown=3)
    assert (got.f1, got.best_f1(2), got.best_f1()) == pytest.approx((2 / 3, 2 / 3, 0.8))
    assert (got.exact, got.best_exact()) == (False, False)
    assert (replace(got, shown=4).best_f1(), replace(got, shown=4).best_exact()) == (1.0, True)
    assert (replace(got, shown=4).exact, replace(got, shown=4).best_exact(3)) == (False, False)


def test_no_more_than_five_answers_count_as_shown() -> None:
    got = outcome(accepted=("f",), answers=("b", "c", "d", "e", "g", "f"))
    assert (got.best_f1(), got.best_exact()) == (0.0, False)
    assert (got.best_f1(6), got.best_exact(6)) == (1.0, True)


@pytest.mark.parametrize(("answer", "right"), [("128", True), ("about 128", True), ("about 128 or so", False)])
def test_half_of_the_words_make_a_first_answer_right(answer: str, right: bool) -> None:
    # Of "128 metres": F1 of 2/3, 1/2 and 1/3.
    got = outcome(accepted=("128 metres",), answers=(answer, "128 metres"), shown=0)
    assert got.candidate_right is right


@pytest.mark.parametrize(
    ("before", "shown", "hit"),
    [(0, 1, True), (LONGEST_QUOTE - 4, 1, True), (LONGEST_QUOTE - 3, 1, False), (0, 0, False)],
)
def test_a_quote_hits_when_its_first_characters_hold_an_answer_and_it_is_shown(
    before: int, shown: int, hit: bool
) -> None:
    quote = "x" * (before - 1) + " " * bool(before) + "1894."
    got = outcome(accepted=("1894",), answers=("x", "1894"), quotes=(quote, "1894"), shown=shown)
    assert got.quote_hit is hit


def test_the_figures_are_those_of_a_small_example_by_hand() -> None:
    evaluation = Evaluation(
        (
            outcome(
                accepted=("128 metres",), answers=("128 metres",), confidence=0.9, retrieved=1, read=1, milliseconds=10
            ),
            outcome(
                accepted=("in 1894",),
                answers=("1894", "in 1894"),
                quotes=("Built 1894.", "Built in 1894."),
                confidence=0.8,
                retrieved=5,
                read=1,
                milliseconds=40,
            ),
            outcome(
                accepted=("seven",),
                answers=("nine",),
                confidence=0.7,
                retrieved=20,
                read=2,
                verbatim=False,
                milliseconds=20,
            ),
            outcome(accepted=("Ada",), answers=("Ada",), shown=0, confidence=0.2, milliseconds=30),
            outcome(answers=("Bob",), shown=0, confidence=0.1, milliseconds=50),
        ),
        floor=0.3,
    )
    figures = evaluation.figures()
    assert figures == pytest.approx(
        {
            "questions": 4,
            "questions_without_answer": 1,
            "recall_at_1": 0.25,
            "recall_at_5": 0.5,
            "recall_at_20": 0.75,
            "recall_at_1_after_reading": 0.5,
            "exact_match": 0.25,
            "f1": (1 + 2 / 3) / 4,
            "exact_match_best_shown": 0.5,
            "f1_best_shown": 0.5,
            "quote_hit": 0.25,
            "answered": 0.75,
            "several": 0.25,
            "turned_down_without_answer": 1.0,
            "verbatim_quotes": 0.8,
            "auroc_answerable": 1.0,
            # Surest first: right, right, wrong, right, wrong.
            "coverage_at_80": 0.4,
            "coverage_at_90": 0.4,
            "area_under_risk_coverage": 0.2 * (0 + 0 + 1 / 3 + 1 / 4 + 2 / 5),
            "brier_score": (0.01 + 0.04 + 0.49 + 0.64 + 0.01) / 5,
            "brier_skill": 1 - (1.19 / 5) / (0.6 * 0.4),
            "calibration_error": (0.1 + 0.2 + 0.7 + 0.8 + 0.1) / 5,
            "latency_median_ms": 30,
            "latency_p95_ms": 50,
        }
    )


def test_figures_of_answers_are_left_out_where_no_question_has_one() -> None:
    evaluation = Evaluation((outcome(answers=("Bob",), confidence=0.4), outcome(confidence=0.0)), floor=0.3)
    assert evaluation.figures() == pytest.approx(
        {
            "questions": 0,
            "questions_without_answer": 2,
            "turned_down_without_answer": 0.5,
            "verbatim_quotes": 1.0,
            "coverage_at_80": 0.0,
            "coverage_at_90": 0.0,
            "area_under_risk_coverage": 1.0,
            "brier_score": 0.08,
            "brier_skill": 0.0,
            "calibration_error": 0.2,
            "latency_median_ms": 1.0,
            "latency_p95_ms": 1.0,
        }
    )


def test_figures_of_turning_down_are_left_out_where_every_question_has_an_answer() -> None:
    figures = Evaluation((outcome(accepted=("Ada",), answers=("Ada",), confidence=1.0),), floor=0.3).figures()
    assert {"turned_down_without_answer", "auroc_answerable"}.isdisjoint(figures)
    assert {name: figures[name] for name in ("f1", "answered", "coverage_at_90", "brier_score")} == {
        "f1": 1.0,
        "answered": 1.0,
        "coverage_at_90": 1.0,
        "brier_score": 0.0,
    }
