"""Times of day in a text: "18:04", "6 p.m.", "half past seven in the evening", "at noon". For English, no zones."""

import re
from dataclasses import dataclass
from functools import lru_cache

_HOURS = "one two three four five six seven eight nine ten eleven twelve".split()
#: Minutes as words.
_PARTS = {"a quarter": 15, "quarter": 15, "half": 30, "five": 5, "ten": 10, "twenty": 20, "twenty five": 25}
_PART = "|".join(sorted(_PARTS, key=len, reverse=True)).replace("twenty five", r"twenty[-\s]five")
_CLOCK = re.compile(
    rf"(?<![\w.:$€£])(?<!\d,)(?<!\w-)(?:(?P<part>{_PART})\s+(?P<side>past|to)\s+)?"
    rf"(?:(?:12\s+)?(?P<named>(?-i:noon|midday|midnight))\b|(?P<hour>\d{{1,2}}|{'|'.join(_HOURS)})"
    r"(?:(?P<mark>[:.])(?P<minute>[0-5]\d))?(?!(?![ap]\.?m\b)[\w:]|[.,]\d)(?P<clock>\s+o['’]clock\b)?)",
    re.IGNORECASE,
)
_HALF_OF_DAY = re.compile(
    r"\s*(?:(?P<am>a\.m\.|a\.?m\b)|(?P<pm>p\.m\.|p\.?m\b))"
    r"|\s+(?:(?P<morning>in the (?:early |late )?morning\b)"
    r"|(?P<evening>in the (?:early |late )?(?:afternoon|evening)\b)|(?P<night>at night\b))",
    re.IGNORECASE,
)
#: What tells that a number of few words, or "noon", is a time: "at seven in the morning", not "about seven".
_IS_AT = re.compile(r"\b(?:at|until|till|before|after|since)\s+(?:(?:about|around|exactly|just)\s+)?$", re.IGNORECASE)
#: What follows a length or a ratio: "3:20 minutes".
_IS_MEASURED = re.compile(r"[\s-]*(?:hours?|hrs?|h|minutes?|mins?|seconds?|secs?|people|men|women)\b", re.IGNORECASE)
#: What makes another time of it, with what may stand between: "until about 6 p.m.", "not at noon".
_BOUND = re.compile(
    r"\b(before|after|until|till|since|from|by|not)\s+(?:(?:at|about|around|shortly|just|exactly|only|the)\s+){0,2}$",
    re.IGNORECASE,
)
#: Characters before a time that are looked at.
_NEAR = 30
#: At night, hours from this one on are before midnight.
_EVENING = 6
_DAY, _HALF_DAY = 24 * 60, 12 * 60


@dataclass(frozen=True, slots=True)
class ClockTime:
    """The time of day that `[start, end)` of a text states, in minutes from midnight.

    Where `is_of_either_half`, the text does not say whether it is of the morning or twelve hours later. `bound` is the
    word in front that makes another time of it, such as "before" or "until". What `is_bare` are figures that may be a
    ratio or a score, "1:26".
    """

    start: int
    end: int
    minutes: int
    is_of_either_half: bool = False
    bound: str | None = None
    is_bare: bool = False

    def agrees(self, other: "ClockTime") -> bool:
        """Tell whether both may be the same time; of bare figures, "1:26" and "13:26" are not taken for that."""
        either = (self.is_of_either_half or other.is_of_either_half) and not (self.is_bare and other.is_bare)
        return self.bound == other.bound and (self.minutes - other.minutes) % (_HALF_DAY if either else _DAY) == 0


@lru_cache(maxsize=2**12)  # one quote holds several spans, and each is looked at more than once
def clock_times(text: str) -> tuple[ClockTime, ...]:
    """Return the times of day of a text in order."""
    stated = (_stated(text, match) for match in _CLOCK.finditer(text))
    return tuple(time for time in stated if time)


def _stated(text: str, match: re.Match[str]) -> ClockTime | None:
    half = _HALF_OF_DAY.match(text, match.end())
    if not _is_told(text, match, half) or _IS_MEASURED.match(text, match.end()):
        return None
    hour = _hour(match)
    minutes = 60 * hour + int(match["minute"] or 0)
    is_on_dial = 1 <= hour <= 12 and not match["named"] and not (match["hour"] or "").startswith("0")
    if hour > 23 or (half and hour > 12 and not match["minute"]):  # "about 20 in the morning" are people
        return None
    if match["part"]:
        part = _PARTS[" ".join(match["part"].casefold().replace("-", " ").split())]
        minutes += part if match["side"].casefold() == "past" else -part
    if half and 1 <= hour <= 12:
        is_night = half["night"] is not None and _EVENING * 60 <= minutes < _HALF_DAY
        minutes = minutes % _HALF_DAY + (_HALF_DAY if half["pm"] or half["evening"] or is_night else 0)
    return ClockTime(
        match.start(),
        half.end() if half else match.end(),
        minutes % _DAY,
        is_of_either_half=is_on_dial and not half,
        bound=_bound(text, match.start()),
        is_bare=not (half or match["clock"] or match["part"] or match["named"]),
    )


def _is_told(text: str, match: re.Match[str], half: re.Match[str] | None) -> bool:
    """Tell whether the words are a time: "ten to twelve people" are none, and "18.04" may be an amount."""
    if match["mark"] == ":" or match["clock"]:
        return True
    is_at = _IS_AT.search(text, max(0, match.start() - _NEAR), match.start()) is not None
    if match["named"]:
        return is_at or match[0].startswith("12")
    if match["side"]:
        is_clear = half is not None or "quarter" in match["part"].casefold()
        return match["side"].casefold() == "past" or (is_at and is_clear)
    if half and (half["am"] or half["pm"]):
        # "one PM who resigned"
        return match["hour"].isdigit() or not half[0].strip().isupper()
    return is_at and half is not None


def _bound(text: str, start: int) -> str | None:
    bound = _BOUND.search(text, max(0, start - _NEAR), start)
    return bound[1].casefold().replace("till", "until") if bound else None


def _hour(match: re.Match[str]) -> int:
    if match["named"]:
        return 0 if match["named"] == "midnight" else 12
    hour = match["hour"].casefold()
    return 1 + _HOURS.index(hour) if hour in _HOURS else int(hour)
