"""What an answer says, as far as two answers can be compared: a quantity, a date, a time of day, or words."""

import itertools
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from qa.clock_times import ClockTime, clock_times
from qa.dates import PartialDate, dates, decade
from qa.quantities import Kin, Quantity, is_part_of, measure_after, names_measure, quantities
from qa.question_words import EMPTY
from qa.reader import AnswerSpan

#: Words that make another thing of the name they stand before: North Korea is not Korea.
_OTHER = frozenset(
    "north south east west northern southern eastern western new old vice deputy former acting non not no".split()
)
#: Words of a phrase that make another thing of the name at its end, wherever they stand.
_NOT_THE_NAMED = frozenset("of not no non to under for by from after near".split())
#: Words that turn what is said beside them, so that a phrase that has one says not what it says without.
_TURNING = frozenset(
    "t s never neither nor without half quarter before after until till from less fewer more under over but"
    " except his her its their our your my".split()
)
#: What stands between the words that name a thing and those that say more of it.
_PREPOSITIONS = frozenset(
    "of in on at by to for with from into near beside under over behind between and or that which who".split()
)
_PRONOUNS = frozenset(
    "he she it they we you i him her them us me his its their our your my this that these those who which there here"
    " himself herself itself themselves".split()
)
#: Words before a name that leave it the same person's.
_TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame lord lady capt captain maj major col colonel gen general lt"
    " commodore brigadier rabbi imam congressman congresswoman councillor alderman"
    " lieutenant sgt sergeant rev reverend fr father sr sister hon president senator sen rep minister secretary judge"
    " justice archbishop pastor mayor governor ambassador chancellor chairman chairwoman chief commander commissioner"
    " corporal private constable inspector superintendent detective engineer warden mme mlle herr frau señor señora"
    " madame monsieur".split()
)
_OF_MEN = frozenset("mr sir lord herr señor monsieur".split())
_OF_WOMEN = frozenset("mrs ms miss dame lady mme mlle frau señora madame".split())
_WORD = re.compile(r"\w+(?:[.,:]\w+)*|[%$€£¥]")
_ARTICLES = ("a", "an", "the")
#: An address of mail or of a page, a code such as C-112, a time or a score, and a date in figures.
_UNBROKEN = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://(?:\([^\s()]*\)|[^\s<>\"”’()\]])*(?:[\w/]|(?<=\)))|\b[A-Z]{1,4}-\d+\b"
    r"|(?<![\d:])\d{1,2}:\d\d(?![\d:])|(?<![\d-])\d{4}-\d\d-\d\d(?![\d-])"
)
_EVERY = re.compile(r"\bevery\s+$", re.IGNORECASE)
#: Words that make a part of a decade of it, or another time: "the late nineties".
_OTHER_THAN_DECADE = frozenset(
    "early mid middle late later before after until till since from by than not pre post end beginning start".split()
)
#: Words beside a time that leave it one; what bounds it is told apart in `clock_times`.
_BESIDE_TIMES = EMPTY - frozenset("not but or and".split()) | frozenset(
    "around before after until till since exactly shortly just sharp only".split()
)
#: Words beside a quantity or a date that leave it one: "10,000 foreign troops in all".
_MOST_WORDS_BESIDE = 4


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is said: `words` are those of the text as typed, without case, punctuation at their ends or articles."""

    words: tuple[str, ...]
    is_name: bool
    quantity: Quantity | None = None
    date: PartialDate | None = None
    time: ClockTime | None = None
    decade: int | None = None

    def agrees(self, other: "Meaning", kin: Kin) -> bool:
        """Tell whether two answers say the same: one quantity, possibly one moment, one name or wording."""
        if (self.time and other.time and self.time.agrees(other.time)) or self._is_of_its_decade(other):
            return not (self.date and other.date) or self.date.agrees(other.date)
        if self.quantity and other.quantity:
            return self.quantity.agrees(other.quantity, kin)
        if self.date and other.date:
            is_another_time = self.time and other.time and self.words != other.words  # those that agree are told above
            return self.date.agrees(other.date) and not is_another_time
        if self.words == other.words:
            return True
        if self.decade != other.decade and not _OTHER_THAN_DECADE.isdisjoint(self.words + other.words):
            return False
        if self.is_name != other.is_name:
            name, phrase = (self, other) if self.is_name else (other, self)
            return _ends_with(phrase.words, name.words)
        if not self.is_name:
            return (self.quantity or self.date or other.quantity or other.date) is None and _says_more(
                *sorted((self.words, other.words), key=len)
            )
        short, long = sorted((_untitled(self.words), _untitled(other.words)), key=len)
        return not _are_man_and_woman(self.words, other.words) and (
            _is_part_of_name(short, long) or _has_its_initial(short, long)
        )

    @property
    def is_moment(self) -> bool:
        """Whether it is a date, a decade or a time of day."""
        return not (self.date is None and self.time is None and self.decade is None)

    def _is_of_its_decade(self, other: "Meaning") -> bool:
        """Tell whether one is a decade, and the other the same or a day in it; the nineties may be of any century."""
        mine, theirs = (
            said.date.year // 10 if said.decade is None and said.date and said.date.year else said.decade
            for said in (self, other)
        )
        if mine is None or theirs is None or (self.decade is None and other.decade is None):
            return False
        return mine == theirs or (min(mine, theirs) < 10 and mine % 10 == theirs % 10)

    def is_of_one_kind(self, other: "Meaning", kin: Kin) -> bool:
        """Tell whether two answers could contradict each other: both are numbers of one thing, or days, or neither."""
        if (self.quantity is None, self.date is None) != (other.quantity is None, other.date is None):
            return False
        if self.date and other.date and not self.date.is_comparable(other.date):
            return False
        if self.quantity and other.quantity and self.quantity.is_of_another_dimension(other.quantity):
            return False
        counted = [quantity.counts for quantity in (self.quantity, other.quantity) if quantity and quantity.counts]
        return len(counted) < 2 or kin(*counted)


def meaning(span: AnswerSpan) -> Meaning:
    """Return what a span says, read in its quote: the unit of a number may stand behind the span."""
    first, last = _read_in(span)
    return _meaning(span.document.text[first:last], span.start - first, span.end - first)


def _read_in(span: AnswerSpan) -> tuple[int, int]:
    """Return what of a document a span is understood from: its quote, or its cell of a row."""
    text, first, last = span.document.text, span.quote_start, span.quote_end
    if "\t" in span.text:
        return first, last
    before, after = text.rfind("\t", first, span.start), text.find("\t", span.end, last)
    return (first if before < 0 else before + 1), (last if after < 0 else after)


@lru_cache(maxsize=2**15)  # the same words are met again, by other questions and while weights are fitted
def _meaning(quoted: str, start: int, end: int) -> Meaning:
    text = quoted[start:end]
    words = _words(text)
    found = [q for q in quantities(quoted) if q.start < end and q.end > start]
    if len(found) == 2 and is_part_of(quoted, *found):
        found = found[:1]
    times = [t for t in clock_times(quoted) if t.start < end and t.end > start]
    found = [q for q in found if not any(t.start <= q.start < t.end for t in times)]
    days = [d for d in dates(quoted) if d.start < end and d.end > start]
    date = days[0] if len(days) == 1 and _is_most_of(words, quoted[days[0].start : days[0].end]) else None
    return Meaning(
        words=words,
        is_name=_is_name(text),
        quantity=found[0] if len(found) == 1 and _is_most_of(words, quoted[found[0].start : found[0].end]) else None,
        date=date,
        time=times[0] if len(times) == 1 and _is_all_of(words, quoted, times[0], date) else None,
        decade=decade(quoted, start, end),
    )


def completed(span: AnswerSpan, question: str) -> AnswerSpan:
    """Return the span with the whole of a quantity, an address, a code or a time of day of which it holds a part.

    "10,000" in "about 10,000" is the latter, and so are "example.org" in "ada@example.org" and "53" in "05:53". To a
    number belong the measure behind it, "47" in "47 minutes", unless the question names it ("how many minutes?"), and
    an "every" before it.
    """
    if span.is_whole_quote:
        return span
    at, until = _read_in(span)
    start, end = span.start - at, span.end - at
    quoted = span.document.text[at:until]
    numbers = quantities(quoted)
    wholes = [match.span() for match in _UNBROKEN.finditer(quoted)]
    wholes += [(time.start, time.end) for time in clock_times(quoted)]
    wholes += [(number.start, number.end) for number in numbers]
    for first, last in wholes:
        if first < end and last > start:
            start, end = min(start, first), max(end, last)
    for number in numbers:
        measured = measure_after(quoted, number)
        if number.end == end and measured is not None and not names_measure(question, number):
            end = measured
        if number.start == start and (every := _EVERY.search(quoted, 0, start)):
            start = every.start()
    return replace(span, start=at + start, end=at + end)


def is_pronoun(span: AnswerSpan) -> bool:
    """Tell whether a span names nobody and nothing."""
    return _PRONOUNS.issuperset(_words(span.text))


def _words(text: str) -> tuple[str, ...]:
    folded = text.casefold()
    found = [(match.group(), match.end()) for match in _WORD.finditer(folded)]
    # An "A." is no article but a name's initial.
    return tuple(word.replace(",", "") for word, end in found if word not in _ARTICLES or folded[end : end + 1] == ".")


def _is_most_of(words: tuple[str, ...], part: str) -> bool:
    return len(words) - len(_words(part)) <= _MOST_WORDS_BESIDE


def _is_all_of(words: tuple[str, ...], quoted: str, time: ClockTime, date: PartialDate | None) -> bool:
    """Tell whether words say no more than a time and a date: "on Wednesday at noon", not "the service at noon"."""
    said = {*_words(quoted[time.start : time.end]), *_BESIDE_TIMES}
    return said.union(_words(quoted[date.start : date.end]) if date else ()).issuperset(words)


def _is_name(text: str) -> bool:
    words = [
        word
        for word in _WORD.findall(text)
        if word.casefold() not in (*_ARTICLES, "of", "and", "de", "van", "von", "s")
    ]
    return bool(words) and all(word[0].isupper() or word[0].isdigit() for word in words)


def _is_part_of_name(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Tell whether a name is another one's end (Austin, Lloyd Austin) or beginning (New York, New York City)."""
    if not short or short == long:
        return bool(short)
    if long[-len(short) :] == short:
        return long[-len(short) - 1] not in _OTHER
    return long[: len(short)] == short


def _ends_with(phrase: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Tell whether a phrase names the same at its end: "the earth bank at Tanner's Reach", but not "north of Kent"."""
    bare = _untitled(name)
    before = phrase[: -len(bare)]
    if phrase[len(before) :] != bare or _are_man_and_woman(before[-1:], name):
        return False
    return _NOT_THE_NAMED.isdisjoint(before) and _OTHER.isdisjoint(before[-1:])


def _are_man_and_woman(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether the titles of two names are of a man and of a woman: Mr Quill, Mrs Quill."""
    return any(
        not _OF_MEN.isdisjoint(his) and not _OF_WOMEN.isdisjoint(hers) for his, hers in ((one, other), (other, one))
    )


def _says_more(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Tell whether one of two phrases names the same thing as the other and says more of it: "fog", "dense fog"."""
    differing = set(short) ^ set(long)
    is_turned = not _OTHER.isdisjoint(differing) or not _TURNING.isdisjoint(differing)
    said = set(short) - EMPTY
    return bool(said) and said <= set(long) and not is_turned and _head(short) == _head(long)


def _head(phrase: tuple[str, ...]) -> str | None:
    """Return the last word of those that name the thing: "boards" of "on spruce boards in the ripening room"."""
    words = itertools.dropwhile(lambda word: word in _PREPOSITIONS or word in EMPTY, phrase)
    naming = list(itertools.takewhile(lambda word: word not in _PREPOSITIONS, words))
    return naming[-1] if naming else None


def _untitled(name: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name without the titles before it, unless it is nothing else."""
    return tuple(itertools.dropwhile(_TITLES.__contains__, name)) or name


def _has_its_initial(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Tell whether two names have one surname, and one of them begins with the initial of the other (I. Sollis)."""
    return (
        len(short) > 1
        and short[-1] == long[-1]
        and short[0][0] == long[0][0]
        and min(len(short[0]), len(long[0])) == 1
        and min(short[0], long[0], key=len).isalpha()
    )
