"""Which cell of a table a question asks for: that of the row and the column whose words it has."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from index.tables import cells, column_names, rows
from index.words import stems
from qa.question_words import WeighedWord, weighed_words
from qa.reader import AnswerSpan, ReadablePassage

#: What it costs in log-odds when a cell has none of the question's words, and another cell of its table has them all.
#: The reader, which learnt from prose, often takes a neighbour.
_OTHER_CELL = 20.0
#: More cells that fit as well are not worth the time to look at each.
_MOST_BEST = 12
#: What stands inside numbers and times, so that "30" is not found in "30,000", nor "12" in "12:05".
_INSIDE_NUMBER = re.compile(r"(?<=\d)[.,:/](?=\d)")

Slice = tuple[int, int]


class AskedCells:
    """The cells of the tables in some passages, beside a question."""

    def __init__(self, question: str, passages: Iterable[ReadablePassage]) -> None:
        words = weighed_words(_INSIDE_NUMBER.sub("", question))
        self._tables: dict[str, list[_Table]] = {}
        tables: dict[tuple[str, Slice], dict[Slice, float]] = {}
        for passage in passages:
            for headings, cell, share in _shares(words, passage):
                tables.setdefault((passage.document.id, headings), {})[cell] = share
        for (document_id, _), shares in tables.items():
            self._tables.setdefault(document_id, []).append(_Table(shares))

    def best(self, passage: ReadablePassage) -> Iterator[Slice]:
        """Yield the cells of a passage that have as much of the question as any of their table, if they are few."""
        for table in self._tables.get(passage.document.id, []):
            for start, end in table.best if len(table.best) <= _MOST_BEST else ():
                if passage.passage.start <= start and end <= passage.passage.end:
                    yield start, end

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

    def _place(self, span: AnswerSpan) -> "tuple[_Table, Slice] | None":
        for table in self._tables.get(span.document.id, []):
            for start, end in table.cells:
                if start <= span.start and span.end <= end:
                    return table, (start, end)
        return None


class _Table:
    """The cells of a table that stand in what is read, with the share of the question that each has."""

    def __init__(self, shares: dict[Slice, float]) -> None:
        self.cells = shares
        self._most = max(shares.values())
        self.best = [cell for cell, share in shares.items() if share and share == self._most]

    def score(self, cell: Slice, score: float, likeliest: float) -> float:
        return likeliest if self.best == [cell] else score - _OTHER_CELL * (self._most - self.cells[cell])


def _shares(words: Sequence[WeighedWord], passage: ReadablePassage) -> Iterator[tuple[Slice, Slice, float]]:
    """Yield what names its table's columns, its place, and the share of the question's words it has, for each cell."""
    document, total = passage.document, len(words)
    if not total:
        return
    for block, headings in rows(document, passage.passage.start, passage.passage.end):
        row = list(cells(document.text, block.start, block.end))
        names = [_asked(words, name) for name in column_names(document.text, headings)]
        names += [frozenset[int]()] * (len(row) - len(names))
        values = [_asked(words, document.text[start:end]) for start, end in row]
        for number, cell in enumerate(row):
            if cell[0] == cell[1]:
                continue
            of_others = (v | n for k, (v, n) in enumerate(zip(values, names, strict=False)) if v and k != number)
            asked = names[number].union(*of_others) - values[number]
            yield headings, cell, len(asked) / total


def _asked(words: Sequence[WeighedWord], text: str) -> frozenset[int]:
    """Return the numbers of the question's words that stand in a text."""
    known = _stems(text)
    return frozenset(k for k, word in enumerate(words) if word.stems <= known)


@lru_cache(maxsize=2**15)  # names of columns stand over every row
def _stems(text: str) -> frozenset[str]:
    return frozenset(stems(" ".join(re.findall(r"\w+", _INSIDE_NUMBER.sub("", text)))))
