import pytest
from hypothesis import example, given

from qa.question_words import coverage
from tests.strategies import texts_with_words

TEXT = "The old bridge over the Ard was opened in 1911 by Ada Quill."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("when was the bridge opened?", 1.0),
        ("Who opens bridges?", 1.0),
        ("Who built the bridge?", 0.5),
        ("When did Quill open the bridge?", 1.0),
        ("When did Crane open the bridge?", 2 / 5),
        ("Was the bridge opened in 1912?", 2 / 5),
        ("when was it?", 1.0),
        ("", 1.0),
    ],
)
def test_the_share_of_a_question_that_stands_in_a_text(question: str, expected: float) -> None:
    assert coverage(question, TEXT) == pytest.approx(expected)


def test_words_may_stand_in_any_of_the_texts() -> None:
    assert coverage("When was the Ferrow bridge opened?", TEXT) == pytest.approx(2 / 5)
    assert coverage("When was the Ferrow bridge opened?", TEXT, "Lower Ferrow") == 1.0


@given(texts_with_words)
@example("0\U00018d80")  # a letter to the index, and none to Python
def test_a_text_covers_itself(text: str) -> None:
    assert coverage(text, text) == 1.0
