"""Dates in a text, as far as they are stated: a year, a day of a month, a weekday. For English."""

import calendar
import itertools
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from dateutil.parser import parse

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_UNITS = "first second third fourth fifth sixth seventh eighth ninth".split()
_TEENS = "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split()
#: Days as words.
_SPELLED_DAYS = [*_UNITS, *_TEENS, "twentieth", *(f"twenty-{unit}" for unit in _UNITS), "thirtieth", "thirty-first"]
_LAST_DAY = "last day"
_SPELLED_DAY = "|".join(sorted((*_SPELLED_DAYS, _LAST_DAY), key=len, reverse=True)).replace("-", r"[-\s]")
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\b"
_BARE_YEAR = r"(?<![\w.,/:-])(?:1\d|20)\d\d(?![\w/:-]|[.,]\d)"
_CALENDAR_DATE = (
    rf"(?<![\w.,]){_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}}\b)?"
    rf"|(?<!\ba\s)(?<!\bone\s)(?<![\w-])(?:{_SPELLED_DAY})\s+of\s+{_MONTH}(?!['’]s)(?:,?\s+\d{{4}}\b)?"
    rf"|\b{_MONTH}\s+{_DAY}(?:,?\s+\d{{4}}\b)?"
    rf"|\b{_MONTH}\s+\d{{4}}\b"
    r"|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{4}\b"
)
_DATE = re.compile(
    rf"\b{_WEEKDAY}\b(?:,?\s+(?:the\s+)?(?:{_CALENDAR_DATE}))?|{_CALENDAR_DATE}|{_BARE_YEAR}", re.IGNORECASE
)
_TENS = "twenties thirties forties fifties sixties seventies eighties nineties".split()
#: "the 1990s", "in the '90s", "the nineties", as all of an answer; "the 1900s" are a hundred years, or ten.
_DECADE = re.compile(
    rf"(?:(?:in|during|throughout)\s+)?(?:(?:the\s+)?(?P<whole>(?:1[5-9]|20)[1-9])0s"
    rf"|the\s+(?:['‘’]?(?P<ten>[2-9])0s|(?P<named>{'|'.join(_TENS)})))",
    re.IGNORECASE,
)
#: What makes another time of a decade: "late 1990s", "before the nineties", "not until the 1990s".
_TURNED = re.compile(
    r"(?:\b(?:early|mid|middle|late|later|before|after|until|till|since|from|by|into|than|not|pre|post|to|through|between"
    r"|(?:end|close|turn|start|beginning|dawn|half|part|years?) of)(?:\s+in)?(?:\s+the)?[\s–—-]+|[–—-])$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    rf"\s*(?:[–—-]|and|or|to)\s*(?:the\s+)?(?:early\s+|mid-?\s*|late\s+)?(?:['‘’]?\d|{'|'.join(_TENS)})",
    re.IGNORECASE,
)
#: Characters before a decade that are looked at.
_NEAR = 24
_YEAR_FIRST = re.compile(r"\d{4}-")
_SPELLED = re.compile(rf"\b(?P<day>{_SPELLED_DAY})\s+of\s+(?P<month>{_MONTH})(?:,?\s+(?P<year>\d{{4}}))?")
_LINE = re.compile(r"\S[^\r\n]*(?<!\s)")
#: Lines with words at the beginning of a document that may state its date; a longer line, or a sentence, tells a story.
_FIRST_LINES, _WORDS_OF_DATELINE = 10, 16
#: Characters of a line that are looked at.
_LONGEST_DATELINE = 300
#: A row of a table; a line such as "Date:<tab>30 October 2024" is none.
_IS_ROW = re.compile(r"(?<!:)\t")
#: What is said of a date that is not that of the document: "open until 31 August 2025".
_OF_SOMETHING = re.compile(
    r"\b(?:until|till|through|(?:open|valid|effective) from|since|before|after|by|born|due|expires?|ends?|starts?"
    r"|begins?|opens?|closes?)\W+$",
    re.IGNORECASE,
)
#: What begins a line, or a part of one, that states its date, also a sentence: "Published on 2 June 2023 by Ann."
_STATES = re.compile(
    r"(?:^|[|·•(—–]\s*)(?:first |last )?(?:published|posted|updated|issued|released|dated|date)\b:?\s+(?:on\s+)?$",
    re.IGNORECASE,
)
#: The dateline of a report, "BRACKFORD, 2 June 2023 — Thousands marched": a place before it, and a dash behind it.
_PLACE_BEFORE = re.compile(r"^(?:[A-Z][\w.'’-]*[\s,]+){1,5}\(?$")
_DASH_BEHIND = re.compile(r"\s*(?:\([^()]{1,30}\)|\))?\s*[—–-]")
#: A common year and a leap year.
_YEARS_OF_BOTH_KINDS = (2001, 2004)
_ASSUMED = (datetime(2000, 1, 1), datetime(2004, 12, 31))
_WEEKDAYS = [name.casefold() for name in calendar.day_name]


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as far as `[start, end)` of a text states it; `weekday` counts from Monday, 0."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether year, month and day are all stated."""
        return None not in (self.year, self.month, self.day)

    def is_comparable(self, other: "PartialDate") -> bool:
        """Tell whether both state something of the same: a year and a day of a month do not, but a weekday is a day."""
        return any(
            mine is not None and theirs is not None
            for mine, theirs in (
                (self.year, other.year),
                (self.month, other.month),
                (self.day or self.weekday, other.day or other.weekday),
            )
        )

    def agrees(self, other: "PartialDate") -> bool:
        """Tell whether both may be the same day: nothing that both state differs, and the calendar allows it."""
        if not self.is_comparable(other):
            return False
        for mine, theirs in ((self.year, other.year), (self.month, other.month), (self.day, other.day)):
            if None not in (mine, theirs) and mine != theirs:
                return False
        weekdays = {weekday for weekday in (self._weekday(), other._weekday()) if weekday is not None}
        return len(weekdays) < 2

    def _weekday(self) -> int | None:
        if self.weekday is None and self.year and self.month and self.day:
            return date(self.year, self.month, self.day).weekday()
        return self.weekday


@lru_cache(maxsize=2**12)  # one quote holds several spans, and each is looked at more than once
def dates(text: str) -> tuple[PartialDate, ...]:
    """Return the dates of a text in order: days, months of a year, weekdays, and years by themselves."""
    found = (_stated(match[0].casefold(), *match.span()) for match in _DATE.finditer(text))
    return tuple(stated for stated in found if stated)


def _stated(words: str, start: int, end: int) -> PartialDate | None:
    weekday = next((number for number, name in enumerate(_WEEKDAYS) if words.startswith(name)), None)
    if words in _WEEKDAYS:
        return PartialDate(start, end, weekday=weekday)
    try:
        words = _SPELLED.sub(_in_figures, re.sub(r"\bthe\s+", "", words))
        is_day_first = not _YEAR_FIRST.match(words)
        one, other = (parse(words, default=assumed, dayfirst=is_day_first) for assumed in _ASSUMED)
    except (ValueError, OverflowError):  # the parser's own error is a ValueError
        return None
    # What differs with what is assumed was not stated.
    year = one.year if one.year == other.year else None
    month = one.month if one.month == other.month else None
    return PartialDate(start, end, year, month, one.day if one.day == other.day else None, weekday)


def _in_figures(match: re.Match[str]) -> str:
    """Return a day that is spelled out in figures: "the last day of June" is its thirtieth."""
    day, month, year = match["day"], match["month"], match["year"] or ""
    if day != _LAST_DAY:
        return f"{_SPELLED_DAYS.index('-'.join(day.split())) + 1} {month} {year}"
    # February's is not known without the year: then no day is stated.
    years = [int(year)] if year else _YEARS_OF_BOTH_KINDS
    lengths = {calendar.monthrange(each, parse(month, default=_ASSUMED[0]).month)[1] for each in years}
    return f"{lengths.pop() if len(lengths) == 1 else ''} {month} {year}"


def decade(text: str, start: int, end: int) -> int | None:
    """Return the decade that `[start, end)` of a text names, 199 for the 1990s and 9 for the nineties of any century.

    None where it says more than that, or the text speaks of a part of it, of several, or of before or after.
    """
    named = _DECADE.fullmatch(text, start, end)
    if named is None or _TURNED.search(text, max(0, start - _NEAR), start) or _GOES_ON.match(text, end):
        return None
    if named["named"]:
        return 2 + _TENS.index(named["named"].casefold())
    return int(named["whole"] or named["ten"])


def stated_date(text: str) -> tuple[int, int] | None:
    """Return where a document states its own date: a whole one in a title, a dateline or the like at its beginning.

    The row of a table says nothing of the document.
    """
    for match in itertools.islice(_LINE.finditer(text), _FIRST_LINES):
        start, end = match.span()
        line = text[start : min(end, start + _LONGEST_DATELINE)]
        if _IS_ROW.search(line):
            continue
        is_short = end - start == len(line) and len(line.split()) <= _WORDS_OF_DATELINE and not line.endswith(".")
        for found in dates(line):
            before = line[: found.start]
            is_dateline = _PLACE_BEFORE.search(before) and _DASH_BEHIND.match(line, found.end)
            is_stated = _STATES.search(before) or is_dateline or (is_short and not _OF_SOMETHING.search(before))
            if found.is_whole and is_stated:
                return start + found.start, start + found.end
    return None
