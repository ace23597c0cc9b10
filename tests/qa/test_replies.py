import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.replies import Answer, Level, Quote, Reply, Status, Timings, quote
from tests.builders import document
from tests.strategies import texts_with_words


def reply(status: Status, confidence: float, *answers: str) -> Reply:
    given_answers = tuple(Answer(text, confidence, None, ()) for text in answers)
    return Reply("q?", "q?", status, confidence, given_answers, (), "v1", Timings(1, 2, 3))


@given(texts_with_words, st.data())
def test_a_quote_is_the_slice_it_claims_with_what_stands_around_it(text: str, data: st.DataObject) -> None:
    read = document(b"\xef\xbb\xbf" + text.encode())
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, len(text)))
    cut = quote(read, start, end)
    assert read.text[cut.start : cut.end] == cut.text
    assert text[:start].endswith(cut.prefix) and text[end:].startswith(cut.suffix)
    assert (len(cut.prefix), len(cut.suffix)) == (min(32, start), min(32, len(text) - end))


def test_a_quote_counts_code_points() -> None:
    assert quote(document("👍🏽 It stands. Yes."), 3, 13) == Quote("It stands.", 3, 13, "👍🏽 ", " Yes.")


@pytest.mark.parametrize(
    ("confidence", "level"),
    [(1.0, "high"), (0.8, "high"), (0.79, "medium"), (0.5, "medium"), (0.49, "low"), (0, "low")],
)
def test_confidence_has_three_levels(confidence: float, level: Level) -> None:
    assert reply("answered", confidence, "x").confidence_level == level


def test_one_answer_is_the_answer() -> None:
    assert reply("answered", 0.9, "128 metres").answer == "128 metres"


def test_one_of_several_answers_is_never_the_answer() -> None:
    assert reply("several", 0.9, "128 metres", "130 metres").answer is None


@pytest.mark.parametrize("status", ["not_stated", "no_documents"])
def test_no_answer_is_none(status: Status) -> None:
    assert reply(status, 0.1).answer is None
