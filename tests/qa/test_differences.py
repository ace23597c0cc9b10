import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.differences import Difference, differences
from qa.wording import fold

_wordings = st.text("ab1 -%.,’'\"“n\n", min_size=1, max_size=14).filter(lambda text: bool(text.strip())).map(str.strip)


def told(claim: str, text: str) -> list[tuple[str, str, str]]:
    return [(d.kind, d.claimed, d.found) for d in differences(claim, text, 0, len(text))]


def test_a_number_written_otherwise_is_no_other_number() -> None:
    found = differences("it has 2413000 men", "it has 2,413,000 men", 0, 20)
    assert [(each.kind, each.claimed, each.found) for each in found] == [("words", "2413000", "2,413,000")]


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("up to 13,000 men", "up to 10,000 men", [("number", "13,000", "10,000")]),
        ("up to 13 men", "up to 13,000 men", [("number", "13", "13,000")]),
        ("it cost $5", "it cost £5", [("number", "$5", "£5")]),
        ("it rose by 5", "it rose by -5", [("number", "5", "-5")]),
        ("it rose by 5%", "it rose by 6%", [("number", "5%", "6%")]),
        ("at 10:30", "at 10:45", [("number", "10:30", "10:45")]),
        ("two men", "three men", [("number", "two", "three")]),
        ("twenty-five men", "twenty-six men", [("number", "twenty-five", "twenty-six")]),
        ("five million men", "five billion men", [("number", "million", "billion")]),
        ("in 1894", "in late 1894", [("words", "", "late")]),
        ("in May 1894", "in May", [("number", "1894", "")]),
    ],
)
def test_a_changed_number_is_one_difference(claim: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(claim, text) == expected


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("it is safe", "it is not safe", [("negation", "", "not")]),
        ("it is not safe", "it is safe", [("negation", "not", "")]),
        ("he can swim", "he can’t swim", [("negation", "can", "can’t")]),
        ("he cannot swim", "he can swim", [("negation", "cannot", "can")]),
        ("it was never safe", "it was ever safe", [("negation", "never", "ever")]),
        ("with a licence", "without a licence", [("negation", "with", "without")]),
        ("either of them", "neither of them", [("negation", "either", "neither")]),
        ("lethal aid", "non-lethal aid", [("negation", "lethal", "non-lethal")]),
        ("it isn't safe", "it is not safe", [("words", "", "is"), ("words", "isn't", "not")]),
        ("Not so", "not so", [("words", "Not", "not")]),
    ],
)
def test_a_changed_negation_is_named(claim: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(claim, text) == expected


def test_numbers_come_first_then_negations_then_words() -> None:
    claim = "The new bridge is not safe for 12 lorries"
    assert told(claim, "The old bridge is safe for 10 large lorries") == [
        ("number", "12", "10"),
        ("negation", "not", ""),
        ("words", "new", "old"),
        ("words", "", "large"),
    ]


def test_the_places_are_those_in_the_whole_document() -> None:
    text = "We said: it took 10 men."
    assert differences("it took 12 men.", text, 9, 24) == (Difference("number", "12", "10", 17, 19),)
    assert text[17:19] == "10"


def test_a_number_stands_beside_the_number_that_replaced_it() -> None:
    assert told("about 10,000 troops", "13,000 or more troops") == [
        ("number", "10,000", "13,000"),
        ("words", "about", ""),
        ("words", "", "or more"),
    ]
    assert told("not 10 men", "13 women") == [
        ("number", "10", "13"),
        ("negation", "not", ""),
        ("words", "men", "women"),
    ]


def test_neighbouring_words_are_one_difference() -> None:
    assert told("It was built in a hurry.", "It was put up in a hurry.") == [("words", "built", "put up")]


def test_missing_words_are_an_empty_slice_where_they_would_stand() -> None:
    (missing,) = differences("It is very safe.", "Oh. It is safe.", 4, 15)
    assert (missing.claimed, missing.found, missing.start, missing.end) == ("very", "", 9, 9)
    (first,) = differences("So it is.", "Oh, it is.", 4, 10)
    assert (first.claimed, first.found, first.start, first.end) == ("So", "", 4, 4)


def test_white_space_alone_is_shown_with_the_word_before() -> None:
    assert told("a well -known man", "a well-known man") == [("words", "well -known", "well-known")]
    assert told("he said .", "he said.") == [("words", "said .", "said.")]


@given(_wordings, _wordings)
@example("(5 x", "5 x")
@example("5 x", "a:5 x")
def test_texts_differ_if_and_only_if_they_are_not_verbatim_the_same(claim: str, text: str) -> None:
    found = differences(claim, f"({text})", 1, len(text) + 1)
    assert bool(found) == (fold(claim) != fold(text))
    for difference in found:
        assert f"({text})"[difference.start : difference.end] == difference.found
        assert 1 <= difference.start <= difference.end <= len(text) + 1
        assert difference.claimed in claim
        assert fold(difference.claimed) != fold(difference.found)
