import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.clock_times import clock_times
from tests.strategies import texts_with_words


@pytest.mark.parametrize(
    ("text", "words", "minutes", "is_of_either_half"),
    [
        ("It left at 18:04.", "18:04", 1084, False),
        ("It left at 6:04.", "6:04", 364, True),
        ("It left at 06:04.", "06:04", 364, False),
        ("It left at 0:15.", "0:15", 15, False),
        ("It left at 6.04 p.m. by train.", "6.04 p.m.", 1084, False),
        ("at 6pm", "6pm", 1080, False),
        ("at 12 AM", "12 AM", 0, False),
        ("at 12:30 pm", "12:30 pm", 750, False),
        ("at ten o'clock", "ten o'clock", 600, True),
        ("at 10 o’clock at night", "10 o’clock at night", 1320, False),
        ("at two at night", "two at night", 120, False),
        ("at half past seven", "half past seven", 450, True),
        ("at half past seven in the evening", "half past seven in the evening", 1170, False),
        ("at a quarter to six", "a quarter to six", 345, True),
        ("at ten to one in the morning", "ten to one in the morning", 50, False),
        ("at seven in the early morning", "seven in the early morning", 420, False),
        ("Before noon.", "noon", 720, False),
        ("at 12 noon", "12 noon", 720, False),
        ("at a quarter to twelve in the morning", "a quarter to twelve in the morning", 705, False),
        ("at ten to twelve p.m.", "ten to twelve p.m.", 1430, False),
        ("at twenty five past six", "twenty five past six", 385, True),
        ("at 18:04 in the evening", "18:04 in the evening", 1084, False),
        ("at 00:30 in the morning", "00:30 in the morning", 30, False),
        ("at 6 p.m, sharp", "6 p.m", 1080, False),
        ("Mon,18:04,Zell", "18:04", 1084, False),
        ("at midnight", "midnight", 0, False),
        ("at ten to midnight", "ten to midnight", 1430, False),
        ("until about ten in the evening", "ten in the evening", 1320, False),
    ],
)
def test_a_time_of_day_is_told(text: str, words: str, minutes: int, is_of_either_half: bool) -> None:
    (time,) = clock_times(text)
    assert (text[time.start : time.end], time.minutes, time.is_of_either_half) == (words, minutes, is_of_either_half)


@pytest.mark.parametrize(
    "text",
    [
        "ten to twelve people",
        "five to six in the morning",
        "They paid 18.04.",
        "They saw seven in the morning and five at night.",
        "45:30",
        "1:05:53",
        "a ratio of 1:4",
        "It took about 1830 hours.",
        "They caught about ten in the morning and around five in the afternoon.",
        "The ward has about 12 at night.",
        "It was 3:20 minutes long.",
        "in 1911",
        "10,30 am",
        "half the village",
        "from a quarter to one third",
        "the one PM who resigned",
        "two AM stations",
        "About 20 in the morning and 15 at night.",
        "High Noon",
        "a noon meal",
    ],
)
def test_what_is_no_time_of_day_is_none(text: str) -> None:
    assert clock_times(text) == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("18:04", "6:04 p.m.", True),
        ("18:04", "6:04", False),
        ("6:04 p.m.", "6:04", True),
        ("1:26", "13:26", False),
        ("half past seven", "19:30", True),
        ("at noon", "12 o'clock", True),
        ("18:04", "6:04 a.m.", False),
        ("18:04", "18:05", False),
        ("06:04", "18:04", False),
        ("at noon", "before noon", False),
        ("before noon", "before 12:00", True),
        ("before about noon", "before 12:00", True),
        ("until 6 p.m.", "till 18:00", True),
        ("until 6 p.m.", "from 6 p.m.", False),
        ("until 6 p.m.", "6 p.m.", False),
        ("not at noon", "at noon", False),
        ("shortly before 18:04", "18:04", False),
    ],
)
def test_times_agree_that_may_be_the_same(one: str, other: str, expected: bool) -> None:
    (first,), (second,) = clock_times(one), clock_times(other)
    assert first.agrees(second) is second.agrees(first) is expected


_PIECES = (
    "ten to ",
    "a quarter past ",
    "twelve ",
    "at ",
    "before ",
    "6 ",
    "18:04",
    "0:15 ",
    "p.m. ",
    "in the morning ",
    "at night ",
    "noon ",
    "midnight ",
    "o'clock ",
    ". ",
    "-",
)


@given(st.lists(st.sampled_from(_PIECES)).map("".join) | texts_with_words)
def test_times_of_any_text_are_in_order_apart_inside_it_and_of_one_day(text: str) -> None:
    found = clock_times(text)
    bounds = [offset for time in found for offset in (time.start, time.end)]
    assert bounds == sorted(bounds)
    assert all(0 <= offset <= len(text) for offset in bounds)
    assert all(0 <= time.minutes < 1440 for time in found)
