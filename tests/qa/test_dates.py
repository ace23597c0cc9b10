import pytest
from hypothesis import given

from qa.dates import PartialDate, dates, decade, stated_date
from tests.strategies import texts_with_words

Told = tuple[str, int | None, int | None, int | None, int | None]


def told(text: str) -> list[Told]:
    return [(text[d.start : d.end], d.year, d.month, d.day, d.weekday) for d in dates(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On 30 October 2024 he came.", ("30 October 2024", 2024, 10, 30, None)),
        ("on Wednesday, 30 October", ("Wednesday, 30 October", None, 10, 30, 2)),
        ("Oct. 5, 2023", ("Oct. 5, 2023", 2023, 10, 5, None)),
        ("the 4th of May", ("4th of May", None, 5, 4, None)),
        ("on the sixteenth of May", ("sixteenth of May", None, 5, 16, None)),
        ("Friday the second of June", ("Friday the second of June", None, 6, 2, 4)),
        ("twenty first of June", ("twenty first of June", None, 6, 21, None)),
        ("the last day of February 2024", ("last day of February 2024", 2024, 2, 29, None)),
        ("the last day of February", ("last day of February", None, 2, None, None)),
        ("the last day of September 2014", ("last day of September 2014", 2014, 9, 30, None)),
        ("in October 2024", ("October 2024", 2024, 10, None, None)),
        ("2024-10-30", ("2024-10-30", 2024, 10, 30, None)),
        ("2024-03-04", ("2024-03-04", 2024, 3, 4, None)),
        ("30.10.2024", ("30.10.2024", 2024, 10, 30, None)),
        ("5/6/2021", ("5/6/2021", 2021, 6, 5, None)),
        ("It was opened in 1911.", ("1911", 1911, None, None, None)),
        ("They met on sunday.", ("sunday", None, None, None, 6)),
    ],
)
def test_a_date_is_told_as_far_as_it_is_stated(text: str, expected: Told) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "13,000 or 2,024",
        "the 1950s",
        "31 February",
        "in May",
        "room 1911-12",
        "99/99/2021",
        "a third of March",
        "one-third of May",
        "the fırst of May",
        "the third of May's",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wednesday", "30 October"),
        ("Wednesday", "30 October 2024"),
        ("October 30, 2024", "30.10.2024"),
        ("2024", "30 October 2024"),
        ("October 2024", "30 October 2024"),
        ("October 2024", "30 October"),
        ("Monday", "28 October"),
    ],
)
def test_dates_that_may_be_one_day_agree(one: str, other: str) -> None:
    (first,), (second,) = dates(one), dates(other)
    assert first.agrees(second) and second.agrees(first)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thursday", "30 October 2024"),
        ("Wednesday", "Thursday"),
        ("29 October", "30 October 2024"),
        ("2023", "30 October 2024"),
        ("4 May", "4 June"),
        ("2024", "30 October"),  # though they may be one, nobody says so
        ("2024", "Wednesday"),
    ],
)
def test_dates_that_cannot_be_one_day_do_not_agree(one: str, other: str) -> None:
    (first,), (second,) = dates(one), dates(other)
    assert not first.agrees(second) and not second.agrees(first)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("---\ntitle: The count, briefing of 30 October 2024\n---\n\nText.", "30 October 2024"),
        ("The harbour\n\nPublished: 2024-10-30\n\nOn 4 May 1911 it was opened.", "2024-10-30"),
        ("Memo\n\nDate:\t30 October 2024\n\nText.", "30 October 2024"),
        ("Briefing from 4 May 2024\n\nText.", "4 May 2024"),
        ("# Minutes of Monday, 3 June 2024\n\nText.", "Monday, 3 June 2024"),
        ("Big march\n\nPublished 2 June 2023 by Ann Lee, who was there and saw all of it herself.", "2 June 2023"),
        ("By Ann Lee | Last updated on 2 June 2023 at 10:15. She writes about hospitals.", "2 June 2023"),
        ("BRACKFORD, 2 June 2023 — Thousands of people marched through the town on Saturday.", "2 June 2023"),
        ("St. Ives (June 2, 2023) - Thousands of people marched through the town on Saturday.", "June 2, 2023"),
        ("LINTHOLM, Oct. 5, 2023 (Valley Post) – Thousands of people marched through the town.", "Oct. 5, 2023"),
    ],
)
def test_the_date_of_a_document_stands_in_a_title_or_a_line_of_its_own(text: str, date: str) -> None:
    place = stated_date(text)
    assert place is not None
    assert text[slice(*place)] == date


@pytest.mark.parametrize(
    "text",
    [
        "The bridge was opened on 4 May 1911.",
        "Minutes of June 2024",
        "",
        "a\n" * 30 + "4 May 1911",
        "Open until 31 August 2025\n\nText",
        "Anna\t2019-04-01\t51,000",
        "Born: 4 May 1911",
        "The report, published on 2 June 2023, says that the bridge must be closed at once for repairs.",
        "Brackford, 2 June 2023, was a sunny day on which nobody thought of rain or even of clouds.",
        "It was on 2 June 2023 — a sunny day — that thousands of people marched through the town.",
    ],
)
def test_a_day_that_a_document_tells_of_is_not_its_own_date(text: str) -> None:
    assert stated_date(text) is None


@given(texts_with_words)
def test_dates_of_any_text_are_in_order_apart_and_inside_it(text: str) -> None:
    bounds = [offset for found in dates(text) for offset in (found.start, found.end)]
    assert bounds == sorted(bounds)
    assert all(0 <= offset <= len(text) for offset in bounds)


def test_a_day_is_whole_with_its_month_and_year() -> None:
    assert PartialDate(0, 1, 2024, 10, 30).is_whole
    assert not PartialDate(0, 1, 2024, 10).is_whole


@pytest.mark.parametrize(
    ("quoted", "answer", "expected"),
    [
        ("It was built in the 1980s and restored later.", "1980s", 198),
        ("It was built in the 1980s and restored later.", "in the 1980s", 198),
        ("It closed in the nineties.", "the nineties", 9),
        ("Jazz came in the ’20s – and stayed.", "the ’20s", 2),
        ("during the 90s", "the 90s", 9),
        ("The mill had to close in the 1990s.", "in the 1990s", 199),
        ("in the early\n1990s", "1990s", None),
        ("in the mid-1990s", "1990s", None),
        ("in the late nineties", "the late nineties", None),
        ("the end of the nineties", "the nineties", None),
        ("It closed before the 1990s.", "the 1990s", None),
        ("not the 1990s", "the 1990s", None),
        ("no later than the 1990s", "1990s", None),
        ("the first years of the 1990s", "the 1990s", None),
        ("from the 1980s to the early 1990s", "1980s", None),
        ("the 1980s–1990s", "the 1980s", None),
        ("the 1980s–1990s", "1990s", None),
        ("RAINFALL IN THE NINETIES AND THE EIGHTIES", "THE NINETIES", None),
        ("the sixties and seventies", "the sixties", None),
        ("a man in his thirties", "thirties", None),
        ("in the 1900s", "the 1900s", None),
        ("in 1998", "1998", None),
    ],
)
def test_a_decade_is_told_where_an_answer_is_one(quoted: str, answer: str, expected: int | None) -> None:
    start = quoted.index(answer)
    assert decade(quoted, start, start + len(answer)) == expected
