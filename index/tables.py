"""Rows of tables as they are read: each cell behind the names of its row and its column."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.documents import Document
from index.formats.extraction import trimmed

#: What parts the cells of a row: a tab in what `TextWriter` wrote, else Markdown's pipe.
_TAB, _PIPE = re.compile(r"\t"), re.compile(r"(?<!\\)\|")
_LINE = re.compile(r"[^\n]+")  # `splitlines` splits at what may stand in a cell
#: Characters of a first cell that is repeated before every other one of its row.
_LONGEST_ROW_NAME = 40
#: Rows that may share the first cell of one of them.
_MOST_NAMED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what is read: the slice of the document that begins at `start`, or, without one, words put in.

    Words are put in to name a row and a column, and to part two cells; they are never an answer, nor part of one.
    """

    text: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row `[start, end)` of a table, what names its columns, and the cell above that its empty first one belongs to.

    Tables say once what several rows share, in a cell that goes down over all of them or above empty ones.
    """

    start: int
    end: int
    headings: tuple[int, int]
    name_above: tuple[int, int] | None


def as_read(document: Document, start: int, end: int) -> Iterator[Piece]:
    """Yield the pieces to read for `[start, end)`: the slice itself, with each cell of a row as a piece of its own."""
    at = start
    for row in rows(document, start, end):
        if at < row.start:
            yield from _parted(document.text, at, row.start)
        for put_in, cell in _named_cells(document.text, row):
            cell_start, cell_end = max(cell[0], start), min(cell[1], end)
            if cell_start < cell_end:
                yield from (Piece(put_in), Piece(document.text[cell_start:cell_end], cell_start), Piece(". "))
        at = min(row.end, end)
    if at < end:
        yield from _parted(document.text, at, end)


def _parted(text: str, start: int, end: int) -> Iterator[Piece]:
    """Yield a slice in pieces that no tab is within, since no answer goes over cells."""
    at = start
    for match in _TAB.finditer(text, start, end):
        if at < match.start():
            yield Piece(text[at : match.start()], at)
        yield Piece("\t", match.start())
        at = match.end()
    if at < end:
        yield Piece(text[at:end], at)


def text_as_read(document: Document, start: int, end: int) -> str:
    """Return the text of the pieces of `[start, end)`."""
    return "".join(piece.text for piece in as_read(document, start, end))


def context(document: Document, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return what else is needed to understand `[start, end)`, as slices: what names the columns of its rows, and them.

    No slice stands in the quote itself.
    """
    found = [needed for row in rows(document, start, end) for needed in (row.headings, row.name_above)]
    return tuple(dict.fromkeys(needed for needed in found if needed is not None and needed[1] <= start))


def rows(document: Document, start: int, end: int) -> Iterator[Row]:
    """Yield the rows with named columns that share a character with `[start, end)`."""
    # By number, since a slice would copy all the blocks that follow, for every passage of a long document.
    for at in range(bisect_right(document.blocks, start, key=lambda block: block.end), len(document.blocks)):
        block = document.blocks[at]
        if block.start >= end:
            return
        if block.headings is not None:
            yield Row(block.start, block.end, block.headings, _name_above(document, at))


def _name_above(document: Document, at: int) -> tuple[int, int] | None:
    """Return the nearest first cell above the block `at` in its table that is not empty, if its own is."""
    for above in range(at, max(at - _MOST_NAMED_AT_ONCE, -1), -1):
        block = document.blocks[above]
        if block.headings != document.blocks[at].headings:
            return None
        first = next(cells(document.text, block.start, block.end))
        if first[0] < first[1]:
            return first if above < at else None
    return None


def _named_cells(text: str, row: Row) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the cells of a row, each with the words that say which it is: its row's name and its column's.

    A row's name is its first cell. Readers of prose tell rows apart by it, and by the full stop after each cell.
    """
    names = column_names(text, row.headings)
    row_name = _short(text, row.name_above) if row.name_above else ""
    for number, cell in enumerate(cells(text, row.start, row.end)):
        of_column = names[number] if number < len(names) else ""
        named = ", ".join(filter(None, (row_name, of_column)))
        yield (f"{named}: " if named else " "), cell
        if number == 0 and not row_name:
            row_name = _short(text, cell)


def _short(text: str, cell: tuple[int, int]) -> str:
    """Return the text of a cell that names a row, unless it is too long to be repeated."""
    return text[slice(*cell)] if cell[1] - cell[0] <= _LONGEST_ROW_NAME else ""


def column_names(text: str, headings: tuple[int, int]) -> list[str]:
    """Return the names of a table's columns; where several rows name them, from the top row down.

    A name in an upper row stands over the columns behind it that have none there.
    """
    lines: list[list[str]] = []
    for match in _LINE.finditer(text, *headings):
        line = match[0]
        # Not the tabs, of which one at the beginning parts an empty cell.
        start, end = match.end() - len(line.lstrip(" ")), match.start() + len(line.rstrip(" \r"))
        lines.append([text[slice(*cell)] for cell in cells(text, start, end)])
    names: list[list[str]] = [[] for _ in range(max(map(len, lines), default=0))]
    for upper in lines[:-1]:
        over = ""
        for number, of_column in enumerate(names):
            over = (upper[number] if number < len(upper) else "") or over
            of_column.append(over)
    for of_column, name in zip(names, lines[-1] if lines else [], strict=False):
        of_column.append(name)
    return [" ".join(filter(None, parts)) for parts in names]


def cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the cells of the row `[start, end)`, the empty ones too, as slices without the white space around them."""
    row = text[start:end]
    if "\t" not in row and "|" in row:
        start, end = start + row.startswith("|"), end - (len(row) > 1 and row.endswith("|") and row[-2] != "\\")
        between = _PIPE
    else:
        between = _TAB
    at = start
    for match in between.finditer(text, start, end):
        yield trimmed(text, at, match.start())
        at = match.end()
    yield trimmed(text, at, end)
