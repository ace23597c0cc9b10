import math
from dataclasses import replace

import pytest

from index.documents import Document
from index.passages import Passage
from qa.evaluation.questions import ReferenceQuestion
from qa.reader import AnswerSpan, ReadablePassage, Reading
from qa.span_reader import SpanReader
from qa.training.fit import Asked, ask_among, fit
from tests.builders import document, kin

RIGHT, WRONG = document("Ada Quill built it.", "right.txt"), document("Bela Crane broke it.", "wrong.txt")
QUESTION = ReferenceQuestion("q", "Who built it?", ("Ada Quill",), "right.txt", (0, 9))


def reading(read: Document, score: float, similarity: float, relevance: float = 0.0) -> Reading:
    """Return the reading of a document's first two words."""
    end = len(" ".join(read.text.split()[:2]))
    passage = ReadablePassage(read, Passage(0, read.id, 0, len(read.text), ()), similarity)
    return Reading(passage, (AnswerSpan(read, 0, end, 0, len(read.text), score),), relevance)


def asked(right: Reading, wrong: Reading, question: ReferenceQuestion = QUESTION) -> Asked:
    return Asked(question, [wrong, right])


def foreign(score: float) -> Asked:
    """Return a question that has no answer, and what was found all the same."""
    return asked(reading(RIGHT, score, 0.5), reading(WRONG, -9, 0.5), replace(QUESTION, answers=(), place=None))


def test_where_the_reader_is_right_by_itself_nothing_else_is_weighed() -> None:
    fitted = fit(
        [asked(reading(RIGHT, 3, 0.4, 1), reading(WRONG, 1, 0.5)) for _ in range(9)] + [foreign(-2)], kin, print
    )
    assert (fitted.similarity, fitted.relevance, fitted.passage_similarity) == (0.0, 0.0, 0.0)


def test_similarity_is_weighed_no_more_than_it_takes() -> None:
    # The reader is wrong by 1, and similarity right by 0.3: a weight of 4 turns that round, and so do all larger ones.
    fitted = fit([asked(reading(RIGHT, 1, 0.8), reading(WRONG, 2, 0.5)) for _ in range(9)] + [foreign(-2)], kin, print)
    assert (fitted.similarity, fitted.relevance) == (4.0, 0.0)
    assert fitted.passage_similarity == 5.0


def test_the_probability_is_how_often_such_candidates_are_right() -> None:
    sure = [asked(reading(RIGHT, 4, 0.5), reading(WRONG, -9, 0.5)) for _ in range(30)]
    unsure = [asked(reading(RIGHT, 0, 0.5), reading(WRONG, -9, 0.5)) for _ in range(10)]
    fitted = fit([*sure, *(foreign(4) for _ in range(10)), *unsure, *(foreign(0) for _ in range(30))], kin, print)
    for case, share in ((sure[0], 30 / 40), (unsure[0], 10 / 40)):
        first = fitted.candidates(QUESTION.text, case.readings, kin)[0]
        assert first.span.text == "Ada Quill"
        assert math.isclose(first.probability, share, abs_tol=0.02)


def test_an_answer_that_holds_the_accepted_one_or_is_a_part_of_it_counts_as_right() -> None:
    builder = replace(QUESTION, answers=("Ada Quill of the old town by the sea",))
    town = replace(QUESTION, answers=("Quill",))
    other = replace(QUESTION, answers=("Quilla", "a mill", "the 2"))
    cases = [
        *([replace(asked(reading(RIGHT, 4, 0.5), reading(WRONG, -9, 0.5)), question=q)] * 10 for q in (builder, town)),
        [replace(asked(reading(RIGHT, 0, 0.5), reading(WRONG, -9, 0.5)), question=other)] * 20,
    ]
    fitted = fit([*(case for some in cases for case in some), *(foreign(-4) for _ in range(40))], kin, print)
    first, second, third = (fitted.candidates(QUESTION.text, some[0].readings, kin)[0].probability for some in cases)
    assert (round(first, 1), round(second, 1), round(third, 1)) == (1.0, 1.0, 0.0)


def test_where_documents_differ_that_two_answers_are_shown_is_no_mistake() -> None:
    # Both answers are names, and the second has little less support than the first.
    close = [asked(reading(RIGHT, 4, 0.5), reading(WRONG, 3.5, 0.5)) for _ in range(9)]
    clear = [asked(reading(RIGHT, 4, 0.5), reading(WRONG, -9, 0.5)) for _ in range(9)]
    few, most = (
        fit(
            [*(replace(each, disputed=disputed) for each in close), *clear, *(foreign(-2) for _ in range(9))],
            kin,
            print,
        )
        for disputed in (False, True)
    )
    assert few.rival < 0.5 < most.rival


def test_what_was_gained_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    fit([asked(reading(RIGHT, 1, 0.8), reading(WRONG, 2, 0.5)) for _ in range(9)] + [foreign(-2)], kin, print)
    assert capsys.readouterr().out.splitlines() == [
        "confidence: F1 of first answers 0.000 by the reader alone, 1.000 fitted",
        "confidence: first passages right 0.000 by the reader alone, 1.000 fitted",
        "confidence: different answers are shown within 0.0 of the best",
    ]


def test_a_foreign_question_has_no_answer_and_is_left_out_where_a_passage_found_may_answer_it() -> None:
    answered = ReferenceQuestion("answered", "Who built the mill?", ("Ada Quill",), "not there.txt", (0, 9))
    unanswered = replace(answered, id="unanswered", answers=("Cleo Vane",))
    at_home = ReferenceQuestion("at home", "Who built the mill?", ("Ada Quill",), "mill.txt", (0, 9))
    documents = {"mill.txt": "Ada Quill built the mill.", "ferry.txt": "The ferry sails on Mondays."}
    unread = [Asked(answered, [], foreign=True), Asked(unanswered, [], foreign=True), Asked(at_home, [])]
    read = list(ask_among(unread, documents, SpanReader(), print))
    assert [(each.question, each.foreign) for each in read] == [
        (replace(unanswered, answers=(), place=None), True),
        (at_home, False),
    ]
    for each in read:
        assert sorted(r.passage.document.path for r in each.readings) == ["ferry.txt", "mill.txt"]
