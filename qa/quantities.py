"""Quantities in a text: value, unit and modifier, each a slice of the text. For English."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from text_to_num import find_numbers

from qa.dates import dates

#: `about` is no bound; the others bound the value from below or from above.
Modifier = Literal["about", "more than", "at least", "less than", "at most", "up to"]
Bound = Literal["exact", "below", "above"]
#: Tells whether two nouns name things of one kind.
Kin = Callable[[str, str], bool]

_BEFORE: dict[str, Modifier] = {
    "more than": "more than",
    "greater than": "more than",
    "in excess of": "more than",
    "upwards of": "more than",
    "over": "more than",
    "above": "more than",
    "exceeding": "more than",
    "at least": "at least",
    "a minimum of": "at least",
    "no less than": "at least",
    "no fewer than": "at least",
    "not less than": "at least",
    "less than": "less than",
    "fewer than": "less than",
    "under": "less than",
    "below": "less than",
    "at most": "at most",
    "at the most": "at most",
    "a maximum of": "at most",
    "no more than": "at most",
    "not more than": "at most",
    "up to": "up to",
    "as many as": "up to",
    "as much as": "up to",
    "about": "about",
    "around": "about",
    "approximately": "about",
    "approx.": "about",
    "roughly": "about",
    "some": "about",
    "circa": "about",
    "c.": "about",
    "ca.": "about",
    "nearly": "about",
    "almost": "about",
    "close to": "about",
    "an estimated": "about",
    "estimated": "about",
    "~": "about",
    "≈": "about",
    ">": "more than",
    "≥": "at least",
    "<": "less than",
    "≤": "at most",
}
_AFTER: dict[str, Modifier] = {
    "-odd": "about",
    "or more": "at least",
    "and more": "at least",
    "or over": "at least",
    "or so": "about",
    "or less": "at most",
    "or fewer": "at most",
    "at least": "at least",
    "at most": "at most",
    "+": "at least",
}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "mn": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
    "dozen": 12.0,
}
_CURRENCIES = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW"}
_CODES = frozenset("USD EUR GBP JPY INR KRW CHF CAD AUD CNY RUB SEK NOK DKK PLN".split())
#: What is measured, by the ways in which it is written after a number.
_MEASURES = {
    written: unit
    for unit, ways in {
        "%": "%|per cent|percent",
        "percentage points": "percentage points|percentage point",
        "USD": "dollars|dollar|us dollars",
        "EUR": "euros|euro",
        "km": "km|kilometres|kilometers|kilometre|kilometer",
        "m": "m|metres|meters|metre|meter",
        "cm": "cm|centimetres|centimeters|centimetre|centimeter",
        "mm": "mm|millimetres|millimeters|millimetre|millimeter",
        "feet": "feet|foot|ft",
        "inches": "inches|inch",
        "miles": "miles|mile|mi",
        "nautical miles": "nautical miles|nautical mile",
        "t": "tonnes|tonne",
        "kg": "kg|kilograms|kilogrammes|kilogram|kilos|kilo",
        "g": "g|grams|grammes|gram",
        "mg": "mg|milligrams",
        "litres": "litres|liters|litre|liter|l",
        "ml": "ml|millilitres|milliliters",
        "°C": "°c|degrees celsius",
        "°F": "°f|degrees fahrenheit",
        "km/h": "km/h|kph|kilometres an hour|kilometres per hour",
        "mph": "mph|miles an hour|miles per hour",
        "kW": "kw|kilowatts",
        "MW": "mw|megawatts",
        "kWh": "kwh|kilowatt hours|kilowatt-hours",
        "seconds": "seconds|second|secs|sec|s",
        "minutes": "minutes|minute|mins|min",
        "hours": "hours|hour|hrs|hr",
        "days": "days|day",
        "weeks": "weeks|week",
        "months": "months|month",
        "years": "years|year|yrs",
        "GB": "gb|gigabytes",
        "MB": "mb|megabytes",
    }.items()
    for written in ways.split("|")
}
#: Units that are no nouns of things that are counted.
MEASURES = frozenset({*_MEASURES.values(), *_CURRENCIES.values(), *_CODES, "ordinal"})
#: Units in smaller ones of the same measure.
_BASE_UNITS = {
    "minutes": ("seconds", 60.0),
    "hours": ("seconds", 3600.0),
    "days": ("seconds", 86400.0),
    "weeks": ("seconds", 604800.0),
    "years": ("months", 12.0),
    "cm": ("mm", 10.0),
    "m": ("mm", 1000.0),
    "km": ("mm", 1e6),
    "g": ("mg", 1000.0),
    "kg": ("mg", 1e6),
    "t": ("mg", 1e9),
    "litres": ("ml", 1000.0),
    "GB": ("MB", 1000.0),
    "MW": ("kW", 1000.0),
    "feet": ("inches", 12.0),
}
#: The units of what a question may ask for by a word: "how long", "how heavy".
LENGTHS = frozenset(("km", "m", "cm", "mm", "feet", "inches", "miles", "nautical miles"))
TIMES = frozenset("seconds minutes hours days weeks months years decades".split())
SPEEDS = frozenset("km/h mph".split())
WEIGHTS = frozenset("t kg g mg".split())
#: Units of one of these cannot contradict those of another.
_DIMENSIONS = (LENGTHS, TIMES, SPEEDS, WEIGHTS, frozenset({*_CURRENCIES.values(), *_CODES}), frozenset(("°C", "°F")))
#: Units that a number has wherever it is stated.
_NEVER_LEFT_OUT = frozenset(("%", "percentage points", "ordinal"))
#: How far, as a share of it, a number may lie from one that is said to be about right, or beyond one that bounds it.
_ABOUT, _CLOSELY = 0.05, 0.1
#: Plural nouns that do not end in s, so that "four hundred tired people" counts people.
_PLURALS = frozenset(
    "people men women children policemen fishermen mice geese teeth fish sheep deer cattle staff personnel police crew"
    " aircraft species series offspring bacteria data feet".split()
)
_NOT_PLURALS = frozenset(
    "is was has its his as this us less across perhaps always plus thus yes various does various".split()
)
#: Between a number and what it counts these do not stand: "the 300 in the valley", "300 were seen".
STOPS = frozenset(
    "a an the and or but nor if that which who whom whose in on at by to from for with of into onto over under than"
    " then is are was were be been being has have had will would can could may might must shall should do does did not"
    " no when where while because since until before after per there here it he she they we you i as each it's".split()
)
#: After these a number is a name: "room 12", "No. 5".
_LABELS = re.compile(
    r"\b(?:no|nos|number|numbers|page|pages|chapter|section|article|figure|table|room|line|route|highway|platform|version"
    r"|step|part|volume|vol|appendix|clause|item|flight|phase|level|grade|type|model|class|act|rule|bus|tram|gate|pier)"
    r"\.?\s+$",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(r"\b\d{1,2}(?:[:.]\d\d)?\s*[ap]\.?m\b\.?|\b\d{1,2}:\d\d\b", re.IGNORECASE)
_YEARS = re.compile(r"(?:1\d|20)\d\d(?:\s*[–—-]\s*(?:1\d|20)\d\d)?")
_WORD_SCALES = "|".join(name for name in _SCALES if len(name) > 2)
#: What a paragraph or an item of a list is numbered with: "4.2 Animals", "2. Speed limit", "3) Rent".
_NUMBERING = re.compile(
    rf"^[^\S\n]*(?P<number>\d{{1,2}}[.)]|\d{{1,2}}(?:\.\d{{1,2}})+\.?)[^\S\n]+(?=[A-Z“\"(\[])"
    rf"(?!(?i:{_WORD_SCALES})s?\b)",
    re.MULTILINE,
)
_DIGITS = re.compile(
    r"(?:(?<![^\s(\[])(?<!\d\s)(?P<minus>[-−])|(?<![\w.,/:-])|(?<=\d-))"
    r"(?P<digits>\d{1,3}(?:[, \u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:(?P<letter>k|m|mn|bn|b|tn)\b|[ \u00a0-]?(?P<scale>{_WORD_SCALES})s?\b)?(?P<ordinal>st|nd|rd|th)?"
    r"(?![^\W_](?<!-)|[/:]\d|[.,]\d)",
    re.IGNORECASE,
)
#: The second number of "10-12", which is none by itself, and behind which no third stands ("555-1234-77").
_BEHIND_HYPHEN = re.compile(r"(?<=\d-)(?=\d)")
#: Before a number that may be part of a name.
_NAMED = re.compile(r"[A-Z][\w-]*\s$")
_HALF = re.compile(rf"\bhalf a (?P<scale>{_WORD_SCALES})\b|\b(?:a )(?P<dozen>dozen)\b", re.IGNORECASE)
_FRACTION = re.compile(
    r"\w+[ -](?:halves|thirds|quarters|fifths|sixths|eighths|tenths)\b|\bthirds\b"
    r"|\b(?:a|one)[ -](?:third|quarter|fifth)\b",
    re.IGNORECASE,
)
_AND_A_HALF = re.compile(rf"\s+and\s+a\s+half\b(?:\s+(?P<scale>{_WORD_SCALES})\b)?", re.IGNORECASE)
_TIME = "minute|hour|day|week|month|year|decade|century"
_HALF_AN_HOUR = re.compile(
    rf"\bhalf\s+an?(?=\s+(?:{_TIME}|mile|(?:kilo|centi)?met(?:re|er)|foot|inch|tonne|kilo(?:gram)?|pound|litre|liter)\b)",
    re.IGNORECASE,
)
_A_DAY_AND_A_HALF = re.compile(rf"\b(?:an?|one)\s+(?P<unit>{_TIME}|mile)\s+and\s+a\s+half\b", re.IGNORECASE)
_HOURS_AND_A_HALF = re.compile(rf"\s+(?P<unit>(?:{_TIME}|mile)s|centuries)\s+and\s+a\s+half\b", re.IGNORECASE)
_A_HUNDRED = re.compile(r"\ba\s+(?=hundred|thousand|million|billion)", re.IGNORECASE)
#: "Thousands", "several hundred", "tens of".
_VAGUE = re.compile(r"tens|(?:hundred|thousand|million|billion|trillion)s?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_NOUN = re.compile(r"(?:(?P<hyphen>-)|\s+)(?P<noun>[^\W\d_]\w*)")
#: Behind a word that ends in s it makes a verb of it: "the profit of 4.7 million includes 6 million".
_HAS_OBJECT = re.compile(r"\s+(?:the|an?|its|his|her|their|\d+)\b", re.IGNORECASE)
_ENDS_IN_S = re.compile(r"[^s]s$")
_NOT_ONE = re.compile(r"\b(?:no|any|every|each|some|another|the|this|that|which|last|first|next)\s+$", re.IGNORECASE)
_ONE_OF = re.compile(
    r"\s+(?:of|another|who|that|which|is|was|may|can|could|must|should|has|had|day)\b|['’]", re.IGNORECASE
)


def _any_of(phrases: dict[str, Modifier]) -> str:
    longest_first = sorted(phrases, key=len, reverse=True)
    return "|".join((r"(?<!\w)" if p[0].isalpha() else "") + re.escape(p).replace(r"\ ", r"\s+") for p in longest_first)


_MODIFIED_BEFORE = re.compile(rf"(?:{_any_of(_BEFORE)})\s*$", re.IGNORECASE)
_MODIFIED_AFTER = re.compile(rf"\s*(?:{_any_of(_AFTER)})(?!\w)", re.IGNORECASE)
_CURRENCY_BEFORE = re.compile(rf"(?:US\$|[$€£¥₹₩]|\b(?:{'|'.join(_CODES)})\s)\s*$")
_RANGE = re.compile(r"\s*(?:[–—-]|\bto\b|\band\b)\s*(?:US\$|[$€£¥₹₩])?\s*", re.IGNORECASE)
#: Between a part and the whole, "11 of 34 posts": as many posts as the part says.
_OF = re.compile(r"\s+(?:out\s+)?of\s+(?:(?:the|its|their|all)\s+)?", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|from)\s+(?:US\$|[$€£¥₹₩])?$", re.IGNORECASE)
_MEASURE_WORDS = (
    r"(?P<of>square\s+|cubic\s+)?(?P<measure>"
    + "|".join(re.escape(m).replace(r"\ ", r"\s+") for m in sorted(_MEASURES, key=len, reverse=True))
    + rf"|{'|'.join(_CODES)})(?!\w)"
)
_MEASURE = re.compile(rf"[\s-]*{_MEASURE_WORDS}", re.IGNORECASE)
_NAMED_MEASURE = re.compile(rf"(?<!\w){_MEASURE_WORDS}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it counts or measures; `[start, end)` holds the number and its modifiers, not a unit after it.

    `value` is the lower end of a range and `high` the upper; otherwise they are equal. `unit` is a symbol or code for
    what is measured ("km", "%", "USD"), a noun as written for what is counted ("troops"), and "ordinal" for a rank.
    """

    value: float
    high: float
    unit: str | None
    modifier: Modifier | None
    start: int
    end: int

    @property
    def bound(self) -> Bound:
        """Whether the value is what is stated, or bounds it from `below` or `above`."""
        if self.modifier in ("more than", "at least"):
            return "below"
        return "above" if self.modifier in ("less than", "at most", "up to") else "exact"

    @property
    def counts(self) -> str | None:
        """The noun of what is counted; None for a measure, a rank, or a bare number."""
        return None if self.unit in MEASURES else self.unit

    def is_of_another_dimension(self, other: "Quantity") -> bool:
        """Tell whether one is a length, say, and the other a time, so that they cannot answer one question."""
        mine, theirs = (next((d for d in _DIMENSIONS if quantity.unit in d), None) for quantity in (self, other))
        return mine is not None and theirs is not None and mine != theirs

    def is_measured_like(self, other: "Quantity") -> bool:
        """Tell whether both have one unit, or units of one measure, or one has left its unit out."""
        if self.unit is None or other.unit is None:
            return self.unit == other.unit or not {self.unit, other.unit} & _NEVER_LEFT_OUT
        return _base_unit(self.unit)[0] == _base_unit(other.unit)[0]

    def agrees(self, other: "Quantity", kin: Kin) -> bool:
        """Tell whether two may state the same: of one measure or, by `kin`, of things of one kind, and values that fit.

        Values fit when they are equal and equally bound; when one, said to be about right, is near the other; or when
        one bounds the other closely ("more than 600" and "612").
        """
        if not (self.is_measured_like(other) or (self.counts and other.counts and kin(self.counts, other.counts))):
            return False
        return self._allows(other._in_unit_of(self)) or other._allows(self._in_unit_of(other))

    def _in_unit_of(self, other: "Quantity") -> "Quantity":
        if self.unit is None or other.unit is None:
            return self
        times = _base_unit(self.unit)[1] / _base_unit(other.unit)[1]
        return replace(self, value=self.value * times, high=self.high * times)

    def _allows(self, other: "Quantity") -> bool:
        """Tell whether what is stated here can be meant by another one of the same unit."""
        if self.bound == other.bound and _are_equal(self.value, other.value) and _are_equal(self.high, other.high):
            return True
        if other.bound != "exact" or self.value != self.high or other.value != other.high or not self.value:
            return False
        more = (other.value - self.value) / abs(self.value)
        if self.modifier == "about":
            return abs(more) <= _ABOUT and abs(other.value - self.value) <= _rounded_by(self.value) / 2
        if self.modifier == "more than":
            return 0 < more <= _CLOSELY
        return self.modifier == "less than" and 0 < -more <= _CLOSELY


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as it stands in the text, without modifiers; `scaled` when a word such as million is part of it."""

    value: float
    start: int
    end: int
    scaled: bool = False
    ordinal: bool = False
    unit: str | None = None

    def completed(self, text: str) -> "_Number":
        """Return the number with the half after it: "two and a half million", "six hours and a half"."""
        if not self.ordinal and (half := _HOURS_AND_A_HALF.match(text, self.end)):
            return replace(self, value=self.value + 0.5, end=half.end(), unit=_unit(text, half.start("unit"), 2))
        if self.ordinal or not (half := _AND_A_HALF.match(text, self.end)):
            return self
        scale = _SCALES[half["scale"].casefold()] if half["scale"] else 1.0
        return replace(self, value=(self.value + 0.5) * scale, end=half.end())


class _Token:
    """A word for the library that reads spelled-out numbers."""

    def __init__(self, match: re.Match[str]) -> None:
        self.start, self.end = match.span()
        # A digit here would be read as part of the number, though `_DIGITS` reads it better.
        self._text = ";" if match[0].isdigit() else match[0].casefold()

    def text(self) -> str:
        return self._text

    def nt_separated(self, previous: "_Token") -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return False


@lru_cache(maxsize=2**12)  # one quote holds several spans, and each is looked at more than once
def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text in order; dates, times of day and numbers that are names are none."""
    stated = [(d.start, d.end) for d in dates(text) if d.end - d.start > len("2024")]
    taken = [*stated, *(match.span() for match in _TIME_OF_DAY.finditer(text)), *_numberings(text)]
    numbers = [
        number
        for number in sorted(_numbers(text), key=lambda n: (n.start, -n.end))
        if not any(start < number.end and number.start < end for start, end in taken)
        and not _LABELS.search(text, max(0, number.start - 20), number.start)
    ]
    found: list[Quantity] = []
    end = 0
    while numbers:
        first, *numbers = numbers
        if first.start < end or _BEHIND_HYPHEN.match(text, first.start):
            continue
        last = first
        if numbers and _is_range(text, first, numbers[0]):
            last, *numbers = numbers
        quantity = _quantity(text, first, last)
        end = quantity.end
        if numbers and quantity.unit is None and _OF.fullmatch(text, end, numbers[0].start):
            whole = _quantity(text, numbers[0], numbers[0])
            if whole.counts and whole.start == numbers[0].start:
                quantity = replace(quantity, unit=whole.unit)
        if quantity.unit or not _YEARS.fullmatch(text, first.start, last.end):
            found.append(quantity)
    return tuple(found)


def is_part_of(text: str, part: Quantity, whole: Quantity) -> bool:
    """Tell whether one quantity is said to be a part of the one behind it: "11 of 34 posts"."""
    return part.unit == whole.unit and _OF.fullmatch(text, part.end, whole.start) is not None


def measure_after(text: str, quantity: Quantity) -> int | None:
    """Return where the measure behind a quantity ends ("minutes" in "about 47 minutes"); None where there is none."""
    measure = None if quantity.unit == "ordinal" else _MEASURE.match(text, quantity.end)
    if measure is None or text.startswith("-", measure.end()):
        return None
    # "20 foot soldiers": a measure of several in the singular is one only behind a hyphen.
    is_singular = f"{_plain(measure['measure'])}s" in _MEASURES or measure["measure"].casefold() in ("foot", "inch")
    if is_singular and quantity.high != 1 and "-" not in text[quantity.end : measure.start("measure")]:
        return None
    more = _MODIFIED_AFTER.match(text, measure.end())
    return more.end() if more else measure.end()


def names_measure(text: str, quantity: Quantity) -> bool:
    """Tell whether a text has a word for what a quantity measures: "how many minutes" for "47 min"."""
    return any(_measured(match) == quantity.unit for match in _NAMED_MEASURE.finditer(text))


def without_numbering(heading: str) -> str:
    """Return a heading without the number that it has as one of many."""
    return heading[max((end for start, end in _numberings(heading) if start == 0), default=0) :]


def _numberings(text: str) -> Iterator[tuple[int, int]]:
    """Yield where lines are numbered; a decimal with a measure behind it is a quantity, "3.5 MW turbines"."""
    for match in _NUMBERING.finditer(text):
        if match["number"][-1] in ".)" or not _MEASURE.match(text, match.end()):
            yield match.span()


def _numbers(text: str) -> Iterator[_Number]:
    for number in (*_in_digits(text), *_in_words(text)):
        yield number.completed(text)
    for match in _HALF_AN_HOUR.finditer(text):
        yield _Number(0.5, *match.span())
    for match in _A_DAY_AND_A_HALF.finditer(text):
        yield _Number(1.5, *match.span(), unit=_unit(text, match.start("unit"), 1))


def _in_digits(text: str) -> Iterator[_Number]:
    for match in _DIGITS.finditer(text):
        scale = (match["letter"] or match["scale"] or "").casefold()
        if scale == "m" and not _CURRENCY_BEFORE.search(text, 0, match.start()):
            yield _Number(_value(match), match.start(), match.end("digits"))  # 12m are metres
        else:
            value = _value(match) * _SCALES.get(scale, 1.0)
            yield _Number(value, *match.span(), scaled=bool(scale), ordinal=match["ordinal"] is not None)
    for match in _HALF.finditer(text):
        yield _Number(
            _SCALES[(match["scale"] or "dozen").casefold()] * (0.5 if match["scale"] else 1), *match.span(), True
        )


def _value(match: re.Match[str]) -> float:
    value = float(re.sub(r"[, \u00a0\u202f]", "", match["digits"]))
    return -value if match["minus"] else value


def _in_words(text: str) -> Iterator[_Number]:
    tokens = [_Token(match) for match in _WORD.finditer(text)]
    for number in find_numbers(tokens, "en", 0):
        start, end = tokens[number.start].start, tokens[number.end - 1].end
        if text[start:end].casefold() == "one" and (
            _NOT_ONE.search(text, 0, start) or _ONE_OF.match(text, end) or text[end : end + 1] in ",.;:!?"
        ):
            continue  # a pronoun
        if _FRACTION.search(text, max(0, start - 2), end + 10):
            continue
        if before := _A_HUNDRED.search(text, max(0, start - 4), end):
            start = before.start()
        elif _VAGUE.fullmatch(text, start, end):
            continue
        dozen = re.match(r"\s+dozen\b", text[end:], re.IGNORECASE)
        yield _Number(
            number.value * (12 if dozen else 1), start, end + (dozen.end() if dozen else 0), True, number.is_ordinal
        )


def _is_range(text: str, first: _Number, second: _Number) -> bool:
    between = text[first.end : second.start]
    if not _RANGE.fullmatch(between) or first.ordinal or second.ordinal:
        return False
    if "to" in between.casefold() and 0 <= second.value < first.value:
        return False  # "lowered from 15 to 10"
    if between == "-" and not _is_hyphened_range(text, first, second):
        return False
    return "and" not in between.casefold() or bool(_BETWEEN.search(text, 0, first.start))


def _is_hyphened_range(text: str, first: _Number, second: _Number) -> bool:
    """Tell whether a hyphen stands for a dash: "10-12 people"; it does not in a score, a code or "Boeing 737-800"."""
    if second.value <= first.value or text.startswith("-", second.end):
        return False
    if first.start == 0 and second.end == len(text):
        return True
    says_of_what = second.scaled or _CURRENCY_BEFORE.search(text, max(0, first.start - 5), first.start)
    is_name = _NAMED.search(text, 0, first.start) and not _MODIFIED_BEFORE.search(text, 0, first.start)
    return bool(says_of_what) or (_unit(text, second.end, second.value) is not None and not is_name)


def _quantity(text: str, first: _Number, last: _Number) -> Quantity:
    low, high = first.value, last.value
    if last is not first and last.scaled and not first.scaled and low < high:
        low *= _scale_of(text[last.start : last.end])
    start, end = first.start, last.end
    unit: str | None = "ordinal" if first.ordinal else last.unit
    if symbol := _CURRENCY_BEFORE.search(text, max(0, start - 5), start):
        start, unit = symbol.start(), _currency(symbol[0].strip())
    if last is not first and (between := _BETWEEN.search(text, 0, start)):
        start = between.start()
    modifier: Modifier | None = None
    while before := _MODIFIED_BEFORE.search(text, max(0, start - 20), start):
        modifier, start = _closer(modifier, _BEFORE[_plain(before[0])]), before.start()
    after = _MODIFIED_AFTER.match(text, end)
    if after:
        modifier, end = _AFTER[_plain(after[0])], after.end()
    if unit is None:
        unit = _unit(text, end, high)
        after_unit = None if after or unit is None else _MODIFIED_AFTER.match(text, _end_of_next_word(text, end))
        if after_unit:  # 13,000 troops or more
            modifier = _AFTER[_plain(after_unit[0])]
    return Quantity(low, high, unit, modifier, start, end)


def _closer(modifier: Modifier | None, outer: Modifier) -> Modifier:
    """Return which of two modifiers counts, the inner one given first: "up to about 300" is up to."""
    return outer if modifier in (None, "about") else modifier


def _base_unit(unit: str) -> tuple[str, float]:
    """Return the smallest unit of the same measure, and how many of it make this one."""
    return _BASE_UNITS.get(unit, (unit, 1.0))


def _are_equal(one: float, other: float) -> bool:
    """Tell whether two values are equal but for what is lost when units are converted."""
    return math.isclose(one, other, rel_tol=1e-15)


def _rounded_by(value: float) -> float:
    """Return what one counts in the last digit of a number that is not a closing nought: 100 in 1,200, 0.1 in 2.5."""
    digits, exponent = f"{abs(value):.6e}".split("e")
    return 10.0 ** (int(exponent) - len(digits.rstrip("0").replace(".", "")) + 1)


def _plain(phrase: str) -> str:
    return " ".join(phrase.casefold().split())


def _currency(symbol: str) -> str:
    return _CURRENCIES.get(symbol, symbol)


def _scale_of(number: str) -> float:
    return next((scale for name, scale in _SCALES.items() if len(name) > 2 and name in number.casefold()), 1.0)


def _end_of_next_word(text: str, at: int) -> int:
    match = re.compile(r"\s*\w+").match(text, at)
    return match.end() if match else at


def _unit(text: str, at: int, value: float) -> str | None:
    """Return what is measured or counted by the number that ends at `at`."""
    if measure := _MEASURE.match(text, at):
        return _measured(measure)
    for _ in range(4):
        match = _NOUN.match(text, at)
        if match is None or match["noun"].casefold() in STOPS:
            return None
        at, noun = match.end(), match["noun"].casefold()
        if value == 1 or match["hyphen"] or is_plural(noun):
            return None if _HAS_OBJECT.match(text, at) and noun not in _PLURALS else noun
    return None


def _measured(match: re.Match[str]) -> str:
    """Return the unit of a measure that was found."""
    name = _plain(match["measure"])
    return _plain(match["of"] or "") + " " * bool(match["of"]) + _MEASURES.get(name, name.upper())


def is_plural(word: str) -> bool:
    """Tell whether a word looks like a plural noun."""
    noun = word.casefold()
    return noun in _PLURALS or (noun not in _NOT_PLURALS and _ENDS_IN_S.search(noun) is not None)
