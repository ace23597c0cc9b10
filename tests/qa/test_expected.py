import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.expected import Expected, Kind, candidates, expected, unit, with_unit
from tests.strategies import texts


def found(kind: Kind, sentence: str) -> list[str]:
    return [sentence[start:end] for start, end in candidates(kind, sentence)]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many troops were there?", Expected("quantity", "troops")),
        ("how many North Korean soldiers are in Kursk", Expected("quantity", "North Korean soldiers")),
        ("How much money did it cost?", Expected("quantity", "money", measured=True)),
        ("How high is the dam?", Expected("quantity", measured=True)),
        ("What percentage of voters stayed at home?", Expected("quantity", measured=True)),
        ("What is the price?", Expected("quantity", measured=True)),
        ("What is the monthly rent?", Expected("quantity", measured=True)),
        ("When did it open?", Expected("date")),
        ("In which year did it open?", Expected("date")),
        ("Who built it?", Expected("person")),
        ("And who paid?", Expected("person")),
        ("Where is the dam?", Expected("place")),
        ("In which country is it?", Expected("place")),
        ("Why did it break?", None),
        ("What does the report say about dams?", None),
        ("dam", None),
        ("", None),
    ],
)
def test_the_question_tells_what_kind_of_words_answer_it(question: str, asked: Expected | None) -> None:
    assert expected(question) == asked


@pytest.mark.parametrize(
    ("sentence", "quantities"),
    [
        ("About 10,000 troops came.", ["About 10,000"]),
        ("It rose by 3.5 percent to $1.2 million.", ["3.5 percent", "$1.2 million"]),
        ("Twenty-five people, or 13,000 or more, left.", ["Twenty-five", "13,000 or more"]),
        ("At least 20 of the 300 houses stood.", ["At least 20", "300"]),
        ("In 1959 it was finished.", []),
        ("From 1 April 2025 the rent is £48.00.", ["£48.00"]),
        ("Repairs cost between $1.2 million and $1.5 million.", ["between $1.2 million and $1.5 million"]),
        ("The mill employs 1,200 to 1,500 people.", ["1,200 to 1,500"]),
        ("Sales were US$ 3.4 billion.", ["US$ 3.4 billion"]),
        ("Nothing was counted.", []),
        ("Version 1.2.3 of A4 paper.", []),
    ],
)
def test_quantities_are_found_with_what_modifies_them(sentence: str, quantities: list[str]) -> None:
    assert found("quantity", sentence) == quantities


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("It opened on 17 May 1960.", ["17 May 1960"]),
        ("It opened on May 17th, 1960, a Tuesday.", ["May 17th, 1960", "Tuesday"]),
        ("From 1955 to 1959 they built.", ["1955", "1959"]),
        ("On 2024-11-05 at 5:30 p.m. it closed.", ["2024-11-05", "5:30 p.m."]),
        ("In the 1990s it leaked.", ["1990s"]),
        ("It may open.", []),
    ],
)
def test_dates_are_found_whole(sentence: str, dates: list[str]) -> None:
    assert found("date", sentence) == dates


def test_people_are_names_and_not_the_first_word_of_a_sentence() -> None:
    assert found("person", "The dam was built by Anna de Vries and Bob.") == ["Anna de Vries", "Bob"]


def test_places_are_names_that_something_is_in_or_at() -> None:
    assert found("place", "Anna lives in New York near the Hudson River.") == ["New York", "Hudson River"]


@given(st.sampled_from(["quantity", "date", "person", "place"]), texts)
def test_candidates_are_slices_in_order_that_do_not_overlap(kind: Kind, text: str) -> None:
    bounds = [offset for span in candidates(kind, text) for offset in span]
    assert bounds == sorted(bounds)
    assert all(0 <= offset <= len(text) for offset in bounds)
    assert all(start < end for start, end in zip(bounds[::2], bounds[1::2], strict=True))


def test_the_unit_is_the_few_words_after_a_quantity() -> None:
    sentence = "About 10,000 North Korean troops have been sent, he said."
    assert unit(sentence, len("About 10,000")) == "North Korean troops have"
    assert unit("It was 300.", 10) == ""


@pytest.mark.parametrize(
    ("sentence", "quantity", "measure"),
    [
        ("It cost 20 cents more.", "20", "20 cents"),
        ("A 40-hour week.", "40", "40-hour"),
        ("There were 300 of them.", "300", "300"),
        ("There were 300.", "300", "300"),
    ],
)
def test_a_measure_takes_its_unit_along(sentence: str, quantity: str, measure: str) -> None:
    start = sentence.index(quantity)
    assert sentence[start : with_unit(sentence, start + len(quantity))] == measure
