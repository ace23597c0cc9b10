import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.wording import TOKEN, Folded, fold, splits_word
from tests.strategies import texts

#: Texts of what joins and ends words and numbers.
_joints = st.text("a1-+\u2212.,:/'\u2019$% ", max_size=12)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("It holds.", " It\r\n\u00a0holds.\t"),
        ("“It’s ‘so’”", "\"It's 'so'\""),
        ("„It‟ ‚holds‛", "\"It\" 'holds'"),
    ],
)
def test_white_space_and_the_form_of_quotation_marks_make_no_difference(text: str, other: str) -> None:
    assert fold(text) == fold(other)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("It holds.", "it holds."),
        ("It holds.", "It holds"),
        ("10 000", "10000"),
        ("“so”", "‘so’"),
        ("“so”", "«so»"),
        ("café", "cafe\u0301"),
        ("co\u00adoperate", "cooperate"),
        ("1914–1918", "1914-1918"),
        ("word\u200b", "word"),
    ],
)
def test_everything_else_does(text: str, other: str) -> None:
    assert fold(text) != fold(other)


@given(texts, st.data())
@example("\n\n a  b \r\n\u3000c ", None)
def test_a_slice_of_the_folded_text_is_found_in_the_original(text: str, data: st.DataObject | None) -> None:
    folded = Folded(text)
    edges = [at for at, character in enumerate(folded.text) if character != " "]
    if not edges:
        return
    start = data.draw(st.sampled_from(edges)) if data else edges[0]
    last = data.draw(st.sampled_from([at for at in edges if at >= start])) if data else edges[-1]
    found_start, found_end = folded.original(start, last + 1)
    assert fold(text[found_start:found_end]) == folded.text[start : last + 1]
    assert text[found_start:found_end].strip() == text[found_start:found_end]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Up to 13,000 men.", ["Up", "to", "13,000", "men", "."]),
        ("(-5.5%, $3.20)", ["(", "-5.5%", ",", "$3.20", ")"]),
        ("He can’t: at 10:30, twenty-five", ["He", "can’t", ":", "at", "10:30", ",", "twenty-five"]),
        ("1914–1918/19", ["1914", "–", "1918/19"]),
        ("'so' e.g. x-", ["'", "so", "'", "e", ".", "g", ".", "x", "-"]),
    ],
)
def test_a_number_or_a_joined_word_is_one_token(text: str, tokens: list[str]) -> None:
    assert TOKEN.findall(text) == tokens


@given(_joints | texts)
def test_what_splits_a_token_splits_a_word(text: str) -> None:
    inside = {at for match in TOKEN.finditer(text) for at in range(match.start() + 1, match.end())}
    assert {at for at in range(len(text) + 1) if splits_word(text, at)} == inside
