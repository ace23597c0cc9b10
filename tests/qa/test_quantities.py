import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.quantities import quantities, without_numbering
from tests.builders import kin
from tests.strategies import texts_with_words

Told = tuple[str, float, str | None, str | None]


def told(text: str) -> list[Told]:
    """Return the slice, value, unit and modifier of every quantity."""
    return [(text[q.start : q.end], q.value, q.unit, q.modifier) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They sent about 10,000 troops.", ("about 10,000", 10_000, "troops", "about")),
        ("ten thousand troops", ("ten thousand", 10_000, "troops", None)),
        ("Up to 13,000 or more North Korean troops come.", ("Up to 13,000 or more", 13_000, "troops", "at least")),
        ("more than 13,000 containers", ("more than 13,000", 13_000, "containers", "more than")),
        ("The army counts 1.2 million soldiers.", ("1.2 million", 1_200_000, "soldiers", None)),
        ("Sales fell by -6 % in Lyon.", ("-6", -6, "%", None)),
        ("It was −12 °C there.", ("−12", -12, "°C", None)),
        ("the crew –12 men– left", ("12", 12, "men", None)),
        ("13.000 North Korean troops", ("13.000", 13, "troops", None)),
        ("- 12 boats", ("12", 12, "boats", None)),
        ("2.5 Million people", ("2.5 Million", 2_500_000, "people", None)),
        ("3.5 MW of it", ("3.5", 3.5, "MW", None)),
        ("10k followers", ("10k", 10_000, "followers", None)),
        ("half a million people", ("half a million", 500_000, "people", None)),
        ("a\nmillion pounds of it", ("a\nmillion", 1_000_000, "pounds", None)),
        ("12 nautical miles", ("12", 12, "nautical miles", None)),
        ("two dozen eggs", ("two dozen", 24, "eggs", None)),
        ("a hundred houses", ("a hundred", 100, "houses", None)),
        ("one hundred and fifty-three fish", ("one hundred and fifty-three", 153, "fish", None)),
        ("no more than three dogs", ("no more than three", 3, "dogs", "at most")),
        ("at least 50 guests", ("at least 50", 50, "guests", "at least")),
        ("30 guests or more", ("30", 30, "guests", "at least")),
        ("fewer than 20", ("fewer than 20", 20, None, "less than")),
        ("up to about 600 seals", ("up to about 600", 600, "seals", "up to")),
        ("some 300 fishermen", ("some 300", 300, "fishermen", "about")),
        ("20-odd people", ("20-odd", 20, "people", "about")),
        ("$3.5 million", ("$3.5 million", 3_500_000, "USD", None)),
        ("about £5m", ("about £5m", 5_000_000, "GBP", "about")),
        ("EUR 40", ("EUR 40", 40, "EUR", None)),
        ("40 dollars", ("40", 40, "USD", None)),
        ("12%", ("12", 12, "%", None)),
        ("forty per cent of voters", ("forty", 40, "%", None)),
        ("a 128-metre dam", ("128", 128, "m", None)),
        ("12m high", ("12", 12, "m", None)),
        ("40 square kilometres", ("40", 40, "square km", None)),
        ("a seven-day notice", ("seven", 7, "days", None)),
        ("90 days' notice", ("90", 90, "days", None)),
        ("the 21st century", ("21st", 21, "ordinal", None)),
        ("the second man", ("second", 2, "ordinal", None)),
        ("1 234 567 trees", ("1 234 567", 1_234_567, "trees", None)),
        ("1,911 people", ("1,911", 1911, "people", None)),
        ("The 300 in the valley waited.", ("300", 300, None, None)),
        ("It was 15 in all.", ("15", 15, None, None)),
        ("It was off for a day and a half.", ("a day and a half", 1.5, "days", None)),
        ("half an hour later", ("half an", 0.5, "hours", None)),
        ("about two and a half years", ("about two and a half", 2.5, "years", "about")),
        ("two and a half million dollars", ("two and a half million", 2_500_000, "USD", None)),
    ],
)
def test_a_quantity_is_value_unit_and_modifier_with_its_slice(text: str, expected: Told) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11 of 34 nursing posts", [("11", 11, "posts", None), ("34", 34, "posts", None)]),
        (
            "more than four out of ten pupils",
            [("more than four", 4, "pupils", "more than"), ("ten", 10, "pupils", None)],
        ),
        ("12 of the 30 ships", [("12", 12, "ships", None), ("30", 30, "ships", None)]),
        ("a crew of 40 includes 61 boys", [("40", 40, None, None), ("61", 61, "boys", None)]),
        ("three of 40 metres", [("three", 3, None, None), ("40", 40, "m", None)]),
        ("12 of 2,000 or more ships", [("12", 12, "ships", None), ("2,000 or more", 2000, "ships", "at least")]),
    ],
)
def test_a_part_of_a_whole_counts_the_same_things(text: str, expected: list[Told]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "On 30 October 2024 at 10:30, or at 9 am.",
        "In 1911, and from 1911–1915.",
        "the 1950s",
        "room 12, No. 5, chapter 3, F-16, G7 and S.742",
        "one of the officials; no one; another one; one who knows",
        "two-thirds of them, a third of the town",
        "several people, many more, none",
        "Thousands marched, hundreds of thousands of them, several hundred men",
        "4.2 Animals, except guide dogs, are not allowed.",
        "Rules:\n2. Speed limit\n2. Minutes of the meeting\n3) “Rent” and others\n  1.2.3. Notices",
    ],
)
def test_dates_times_names_fractions_and_pronouns_are_no_quantities(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("between 10 and 12 people", ("between 10 and 12", 10, 12, "people")),
        ("10–12 km", ("10–12", 10, 12, "km")),
        ("10-12 people", ("10-12", 10, 12, "people")),
        ("1-2 people", ("1-2", 1, 2, "people")),
        ("10-12", ("10-12", 10, 12, None)),
        ("About 10-12 people", ("About 10-12", 10, 12, "people")),
        ("9,000-10,000 troops", ("9,000-10,000", 9000, 10_000, "troops")),
        ("$5-6 million", ("$5-6 million", 5_000_000, 6_000_000, "USD")),
        ("€12 to £15", ("€12 to £15", 12, 15, "EUR")),
        ("2.5 to 3 million birds", ("2.5 to 3 million", 2_500_000, 3_000_000, "birds")),
        ("from three to five hours", ("from three to five", 3, 5, "hours")),
        ("held for six hours and a half", ("six hours and a half", 6.5, 6.5, "hours")),
        ("a profit of 4.7 million includes the sale", ("4.7 million", 4_700_000, 4_700_000, None)),
    ],
)
def test_a_range_is_one_quantity(text: str, expected: tuple[str, float, float, str]) -> None:
    assert [(text[q.start : q.end], q.value, q.high, q.unit) for q in quantities(text)] == [expected]


def test_two_numbers_that_are_merely_neighbours_are_two() -> None:
    assert told("10 goats and 12 sheep, 3 to one") == [
        ("10", 10, "goats", None),
        ("12", 12, "sheep", None),
        ("3", 3, None, None),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lowered from 15 to 10", [("15", 15, None, None), ("10", 10, None, None)]),
        ("They won 3-2.", [("3", 3, None, None)]),
        ("They lost 2-3.", [("2", 2, None, None)]),
        ("Call 555-1234.", [("555", 555, None, None)]),
        ("Call 555-1234-77.", [("555", 555, None, None)]),
        ("The Boeing 737-800 planes stay.", [("737", 737, None, None)]),
        ("the season of 1911-12", []),
    ],
)
def test_a_range_goes_up(text: str, expected: list[Told]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("about 10,000 troops", "ten thousand soldiers"),
        ("10,000", "10,000 troops"),
        ("more than 300 seals", "at least 300"),
        ("13,000 or more", "at least 13,000"),
        ("40%", "forty per cent"),
        ("$5", "5 dollars"),
        ("10–12 km", "10 to 12 kilometres"),
        ("19", "19 years"),
        ("two years", "24 months"),
        ("two weeks", "fourteen days"),
        ("half a metre", "50 cm"),
        ("about two hours", "125 minutes"),
        ("between -5 and -10 °C", "between -5 and -10 degrees celsius"),
        ("about 14 million masks", "13.6 million masks"),
        ("nearly 184 million euros", "183.6 million euros"),
        ("more than 600 problems", "612 problems"),
        ("just under 52 per cent", "51.7 %"),
    ],
)
def test_quantities_agree_however_they_are_worded(one: str, other: str) -> None:
    (first,), (second,) = quantities(one), quantities(other)
    assert first.agrees(second, kin) and second.agrees(first, kin)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13,000 or more", "10,000"),
        ("13,000 or more", "13,000"),
        ("up to 300", "more than 300"),
        ("$5", "£5"),
        ("40%", "40 people"),
        ("13,000 troops", "13,000 containers"),
        ("5 hours", "5 minutes"),
        ("5 km", "5 miles"),
        ("10–12", "10"),
        ("50", "50 %"),
        ("19 days", "19 years"),
        ("some 236 jobs", "228 jobs"),
        ("about 10,000", "12,000"),
        ("more than 600 problems", "800 problems"),
        ("at most 50 persons", "45 persons"),
        ("14 million", "13.6 million"),
        ("at least 13,000", "13,400"),
        ("4915112345678", "4915112345679"),
        ("about 0 km", "0.1 km"),
    ],
)
def test_quantities_that_differ_in_value_bound_or_measure_do_not_agree(one: str, other: str) -> None:
    (first,), (second,) = quantities(one), quantities(other)
    assert not first.agrees(second, kin) and not second.agrees(first, kin)


STATED = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "about ", "more than ", "under ", "up to "]),
    st.integers(0, 99),
    st.sampled_from(["", " hours", " minutes", " days", " years", " months", " %", " km", " metres", " goats"]),
)


@given(STATED, STATED)
def test_agreement_goes_both_ways(one_stated: str, other_stated: str) -> None:
    (one,), (other,) = quantities(one_stated), quantities(other_stated)
    assert one.agrees(other, kin) == other.agrees(one, kin)


@given(texts_with_words)
def test_quantities_of_any_text_are_in_order_apart_and_inside_it(text: str) -> None:
    bounds = [offset for q in quantities(text) for offset in (q.start, q.end)]
    assert bounds == sorted(bounds)
    assert all(0 <= offset <= len(text) for offset in bounds)
    assert all(text[q.start : q.end].strip() for q in quantities(text))


@given(st.integers(1, 999_999_999), st.sampled_from(["", "about ", "more than "]))
def test_any_whole_number_with_commas_is_read(number: int, modifier: str) -> None:
    (found,) = quantities(f"They counted {modifier}{number:,} birds.")
    assert (found.value, found.unit, found.modifier) == (number, "birds", modifier.strip() or None)


@pytest.mark.parametrize(
    ("heading", "bare"),
    [("4.2 Animals", "Animals"), ("2. Speed limit", "Speed limit"), ("3.5 MW turbines", "3.5 MW turbines"), ("a", "a")],
)
def test_a_heading_is_said_without_its_number(heading: str, bare: str) -> None:
    assert without_numbering(heading) == bare
