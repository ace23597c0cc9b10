"""Which cell of a table a question asks for: that of the row and the column whose words it has."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index.tables import cells, column_names, rows
from index.words import stems
from qa.question_words import WeighedWord, weighed_words
from qa.reader import AnswerSpan, ReadablePassage

#: What it costs in log-odds when a cell has none of the question's words, and another cell of its table has them all.
#: The reader, which learnt from prose, often takes a neighbour.
_OTHER_CELL = 20.0
#: What the cell asked for has at least when every word of the question stands in its row or over its column.
_ALL_NAMED = 6.0
#: What all cells of a table lose when none has all names and numbers of the question that do not stand over the table:
#: it asks for a row that is not there, and the reader takes one that is called almost the same.
_NOT_NAMED = 8.0
#: They stand before names, and not in tables.
_TITLES = frozenset("mr mrs ms miss dr prof".split())
#: More cells that fit as well are not worth the time to look at each.
_MOST_BEST = 12
#: What stands inside numbers and times, so that "30" is not found in "30,000", nor "12" in "12:05".
_INSIDE_NUMBER = re.compile(r"(?<=\d)[.,:/](?=\d)")

Slice = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell `[start, end)`, and the numbers of the question's words that stand in its row or over its column."""

    start: int
    end: int
    is_first: bool
    asked: frozenset[int]


class AskedCells:
    """The cells of the tables in some passages, beside a question."""

    def __init__(self, question: str, passages: Iterable[ReadablePassage]) -> None:
        words = weighed_words(_INSIDE_NUMBER.sub("", question))
        names = frozenset(k for k, word in enumerate(words) if word.is_name and not word.stems & _TITLES)
        cells: dict[tuple[str, Slice], dict[Slice, _Cell]] = {}
        around: dict[tuple[str, Slice], frozenset[int]] = {}
        for passage in passages if words else ():
            for headings, cell in _cells(words, passage):
                table = (passage.document.id, headings)
                cells.setdefault(table, {})[cell.start, cell.end] = cell
                if table not in around:
                    above = passage.document.heading_path(headings[0])
                    around[table] = _asked(words, " ".join((passage.document.title, *above)))
        self._tables: dict[str, list[_Table]] = {}
        for table, found in cells.items():
            self._tables.setdefault(table[0], []).append(_Table([*found.values()], len(words), names - around[table]))

    def best(self, passage: ReadablePassage) -> Iterator[Slice]:
        """Yield the cells of a passage that have as much of the question as any of their table, if they are few."""
        for table in self._tables.get(passage.document.id, []):
            for cell in table.best if len(table.best) <= _MOST_BEST else ():
                if passage.passage.start <= cell.start and cell.end <= passage.passage.end:
                    yield cell.start, cell.end

    def weighed(self, spans: Sequence[Sequence[AnswerSpan]]) -> list[list[AnswerSpan]]:
        """Return the spans, those in tables with log-odds of the cell that they stand in.

        The reader tells that a table answers, and the question's words which of its cells does: where one has more of
        them than any other, it is as likely as the likeliest.
        """
        placed = [[(span, self._place(span)) for span in found] for found in spans]
        likeliest: dict[_Table, float] = {}
        for span, place in itertools.chain.from_iterable(placed):
            if place:
                likeliest[place[0]] = max(span.score, likeliest.get(place[0], span.score))
        return [
            [
                replace(span, score=place[0].score(place[1], span.score, likeliest[place[0]])) if place else span
                for span, place in found
            ]
            for found in placed
        ]

    def _place(self, span: AnswerSpan) -> "tuple[_Table, _Cell] | None":
        for table in self._tables.get(span.document.id, []):
            for cell in table.cells:
                if cell.start <= span.start and span.end <= cell.end:
                    return table, cell
        return None


class _Table:
    """The cells of a table that stand in what is read; `names` are those of the question that only a row can have."""

    def __init__(self, cells: list[_Cell], words: int, names: frozenset[int]) -> None:
        self.cells = cells
        self._words = words
        self._most = max(len(cell.asked) for cell in self.cells)
        best = [cell for cell in self.cells if cell.asked and len(cell.asked) == self._most]
        # A row that is known by another of its cells is asked for by its name.
        first = [cell for cell in best if cell.is_first]
        self.best = first if len(first) == 1 else best
        self._lacks_name = bool(names) and not any(names <= cell.asked for cell in best)

    def score(self, cell: _Cell, score: float, likeliest: float) -> float:
        if self.best == [cell]:
            score = max(likeliest, _ALL_NAMED) if self._most == self._words else likeliest
        else:
            score -= _OTHER_CELL * (self._most - len(cell.asked)) / self._words
        return score - _NOT_NAMED if self._lacks_name else score


def _cells(words: Sequence[WeighedWord], passage: ReadablePassage) -> Iterator[tuple[Slice, _Cell]]:
    """Yield the cells of a passage, each with what names the columns of its table."""
    text = passage.document.text
    named: dict[Slice, list[frozenset[int]]] = {}
    for row in rows(passage.document, passage.passage.start, passage.passage.end):
        headings, of_row = row.headings, list(cells(text, row.start, row.end))
        if headings not in named:
            named[headings] = [_asked(words, name) for name in column_names(text, headings)]
        names = named[headings] + [frozenset[int]()] * (len(of_row) - len(named[headings]))
        values = [_asked(words, text[start:end]) for start, end in of_row]
        if row.name_above is not None:
            values[0] = _asked(words, text[slice(*row.name_above)])
        for number, (start, end) in enumerate(of_row):
            if start < end:
                of_others = (v | n for k, (v, n) in enumerate(zip(values, names, strict=False)) if v and k != number)
                yield headings, _Cell(start, end, number == 0, names[number].union(*of_others) - values[number])


def _asked(words: Sequence[WeighedWord], text: str) -> frozenset[int]:
    """Return the numbers of the question's words that stand in a text."""
    known = _stems(text)
    return frozenset(k for k, word in enumerate(words) if word.stems <= known)


@lru_cache(maxsize=2**15)  # the same rows are read again for the next question
def _stems(text: str) -> frozenset[str]:
    return frozenset(stems(" ".join(re.findall(r"\w+", _INSIDE_NUMBER.sub("", text)))))
