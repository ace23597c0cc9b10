from collections.abc import Sequence
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.extraction import Block
from index.passages import Passage
from index.sentences import Sentence
from index.tables import Piece
from qa.evaluation.paragraphs import Read, as_passage, best_threshold, read_paragraphs
from qa.reader import ReadablePassage, Reading
from qa.squad import SquadParagraph, SquadQuestion
from tests.builders import ScriptedReader
from tests.qa.evaluation.makers import ReaderOfQuestions

DAM = SquadParagraph(
    "Kariba Dam",
    "It is in Zambia. It is 128 metres high.",
    (SquadQuestion("1", "Where is it?", ((9, 15), (6, 15))), SquadQuestion("2", "Who built it?", ())),
)
MILL = SquadParagraph("Mill", "It turns.", (SquadQuestion("3", "What does it do?", ((0, 9),)),))

#: Readings whose scores often repeat, right, half right (F1 of 2/3), wrong, or of questions without an answer.
_READ = st.builds(
    lambda answer, score, accepted: Read("?", answer, score, accepted),
    st.sampled_from(["dam", "high dam", "mill"]),
    st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0]),
    st.sampled_from([("dam",), ()]),
)


class ReaderOfNothing:
    """Finds no words in any passage."""

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
        return [Reading(passage, (), -10.0) for passage in passages]


class ReaderOfTitles(ScriptedReader):
    """Keeps the titles of what it reads."""

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
        self.titles = [passage.document.title for passage in passages]
        return super().read(question, passages)


def mean_f1(read: Sequence[Read], threshold: float) -> float:
    return mean(r.f1(threshold) for r in read)


@pytest.mark.parametrize(
    ("answer", "accepted", "threshold", "f1", "exact"),
    [
        ("the dam", ("dam",), 0.9, 1.0, 1.0),
        ("high dam", ("dam", "wall"), 0.9, 2 / 3, 0.0),
        ("mill", ("dam",), 0.9, 0.0, 0.0),
        ("dam", ("dam",), 1.0, 0.0, 0.0),  # scored no more than the threshold: taken for "no answer", and wrong
        ("dam", ("dam",), 1.1, 0.0, 0.0),
        ("dam", (), 0.9, 0.0, 0.0),  # an answer where there is none
        ("dam", (), 1.0, 1.0, 1.0),  # rightly none
    ],
)
def test_below_the_threshold_words_are_no_answer(
    answer: str, accepted: tuple[str, ...], threshold: float, f1: float, exact: float
) -> None:
    read = Read("What is it?", answer, 1.0, accepted)
    assert (read.f1(threshold), read.exact(threshold)) == pytest.approx((f1, exact))


def test_without_a_threshold_every_question_is_answered() -> None:
    right, wrong = Read("?", "dam", -99.0, ("dam",)), Read("?", "dam", -99.0, ())
    assert (right.f1(), right.exact(), wrong.f1(), wrong.exact()) == (1.0, 1.0, 0.0, 0.0)


@given(_READ, st.floats(-3, 3))
def test_exact_is_never_more_than_f1(read: Read, threshold: float) -> None:
    assert 0 <= read.exact(threshold) <= read.f1(threshold) <= 1


def test_a_paragraph_becomes_a_document_of_one_passage() -> None:
    readable = as_passage(DAM)
    document = readable.document
    assert (readable.pieces, readable.similarity) == ([Piece(DAM.text, 0)], 0.0)
    assert (document.path, document.title, document.text) == ("Kariba Dam.txt", "", DAM.text)
    assert document.blocks == (Block(0, 39, "paragraph"),)
    expected = (Sentence(0, 16, "paragraph"), Sentence(17, 39, "paragraph"))
    assert readable.passage == Passage(0, document.id, 0, 39, expected)


def test_a_paragraph_can_keep_the_title_of_its_article() -> None:
    assert as_passage(DAM, titled=True).document.title == "Kariba Dam"


@pytest.mark.parametrize(("titled", "titles"), [(False, [""]), (True, ["Mill"])])
def test_the_reader_sees_titles_when_told_so(titled: bool, titles: list[str]) -> None:
    reader = ReaderOfTitles({"It turns.": 0.5})
    read_paragraphs(reader, [MILL], lambda _: None, titled)
    assert reader.titles == titles


def test_every_question_is_asked_of_its_own_paragraph() -> None:
    reader = ReaderOfQuestions(
        {
            "Where is it?": {"in Zambia": 0.5, "128 metres": 0.2},
            "Who built it?": {"It": 0.5},
            "What does it do?": {"turns": 0.5, "in Zambia": 0.9},
        }
    )
    told: list[int] = []
    assert read_paragraphs(reader, [DAM, MILL], told.append) == [
        Read("Where is it?", "in Zambia", 0.0, ("Zambia", "in Zambia")),
        Read("Who built it?", "It", 0.0, ()),
        Read("What does it do?", "turns", 0.0, ("It turns.",)),
    ]
    assert told == [1, 2, 3]


@pytest.mark.parametrize("text", ["It turns.", "", "  "])
def test_where_the_reader_finds_no_words_there_is_no_answer(text: str) -> None:
    paragraph = SquadParagraph("Mill", text, (SquadQuestion("1", "What?", ()),))
    (read,) = read_paragraphs(ReaderOfNothing(), [paragraph], lambda _: None)
    assert read == Read("What?", "", float("-inf"), ())
    assert (read.f1(), read.exact()) == (1.0, 1.0)


def test_the_best_threshold_turns_down_what_has_no_answer() -> None:
    read = [
        Read("?", "dam", 3.0, ("dam",)),
        Read("?", "dam", 2.0, ()),
        Read("?", "high dam", 1.0, ("dam",)),
        Read("?", "dam", 0.5, ()),
        Read("?", "mill", 0.0, ("dam",)),
    ]
    # Sums of F1: nothing turned down 5/3; up to 0.0 5/3; to 0.5 8/3; to 1.0 2; to 2.0 3; to 3.0 2.
    assert best_threshold(read) == 2.0


def test_where_all_answers_are_right_none_is_turned_down() -> None:
    assert best_threshold([Read("?", "dam", score, ("dam",)) for score in (0.0, 1.0)]) == float("-inf")


def test_readings_of_equal_score_are_turned_down_together() -> None:
    read = [Read("?", "dam", 0.0, ()), Read("?", "dam", 0.0, ("dam",)), Read("?", "dam", 0.0, ("dam",))]
    assert best_threshold(read) == float("-inf")


def test_no_readings_need_no_threshold() -> None:
    assert best_threshold([]) == float("-inf")


@given(st.lists(_READ, min_size=1))
def test_no_threshold_is_better_than_the_best(read: list[Read]) -> None:
    best = mean_f1(read, best_threshold(read))
    assert best == pytest.approx(max(mean_f1(read, t) for t in (float("-inf"), *(r.score for r in read))))
