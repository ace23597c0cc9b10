"""Builds a text block by block, for formats whose files hold more than their text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.errors import UnreadableFile
from index.formats.extraction import Block, BlockKind, Extraction, LeftOut, valid_unicode

_SPACES = re.compile(r"[ \t\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")  # and all that some program ends a line at
_FIGURE = re.compile(r"[-+(<>~≈]?\W?\d")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:[/–-]\d\d)?(?!\S)")
_DEEPEST_HEADING = 6
#: Of so many cells that name columns one may be empty, and the first.
_FEW_EMPTY = 4
#: So many cells are empty at least in a row of names that stand over several columns each.
_SPANNED = 2
#: Columns or rows that a cell may go over; what says more is a mistake, or made to do harm.
MOST_SPANNED = 100
#: Characters. A small file can stand for very many, with a cell in a far column of each row.
LONGEST_TEXT = 256 * 2**20


class TextWriter:
    """Collects blocks; an empty line parts them, and a line end the rows of a table."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.left_out: list[LeftOut] = []
        self.length = 0
        self._parts: list[str] = []
        self._pages: list[int] = []
        self._parted = True
        self._in_table = False
        self._headings: tuple[int, int] | None = None

    def add(self, text: str, kind: BlockKind = "paragraph", level: int = 0) -> None:
        """Add a block, unless it is blank, without the white space around it; code keeps its indent."""
        self.end_table()
        self._add(text.strip("\r\n").rstrip() if kind == "code" else text.strip(), kind, level)

    def add_row(self, number: int, cells: Iterable[str], names_columns: bool = False) -> None:
        """Add a row, unless it is blank, and one that names the columns of those after it where it is said to."""
        text = "\t".join(one_line(cell) for cell in cells).rstrip()
        if not text:
            return
        follows_headings = self._headings is not None and self._headings[1] == self.blocks[-1].end
        headings = None if names_columns else self._headings
        self._add(text, "row", headings=headings, number=number, parted_by="\n")
        if names_columns:
            row = self.blocks[-1]
            first = self._headings[0] if self._headings is not None and follows_headings else row.start
            self._headings = (first, row.end)
        self._in_table = True

    def add_table(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Add a table of numbered rows, none of which is said to name its columns; a blank one ends it.

        The first row of several cells does when it looks like one, and so does the second where the names of the first
        stand over several columns each. Lines of a single cell above are titles. After a blank row another may begin.
        """
        self.end_table()
        begins = True
        above: tuple[int, Sequence[str]] | None = None
        for number, cells in rows:
            filled = sum(bool(cell.strip()) for cell in cells)
            if begins and filled > 1:
                above, begins = (number, cells), False
                continue
            is_lower = above is not None and names_columns(cells) and _stands_over(above[1], cells)
            if above is not None:
                self.add_row(*above, names_columns=is_lower or names_columns(above[1]))
                above = None
            self.add_row(number, cells, names_columns=is_lower)
            if not filled:
                self.end_table()
                begins = True
        if above is not None:
            self.add_row(*above, names_columns=names_columns(above[1]))
        self.end_table()

    def end_table(self) -> None:
        """Let what comes next be no part of the table before it."""
        self._in_table = False
        self._headings = None

    def add_extraction(self, extraction: Extraction, below: int = 0) -> None:
        """Add a whole text as it is, with its headings `below` levels deeper."""
        self.end_table()
        offset = self._append(extraction.text, "\n\n")
        for block in extraction.blocks:
            start, end = block.start + offset, block.end + offset
            level = min(block.level + below, _DEEPEST_HEADING) if block.level else 0
            headings = block.headings and (block.headings[0] + offset, block.headings[1] + offset)
            self.blocks.append(replace(block, start=start, end=end, level=level, headings=headings))
        self.left_out.extend(extraction.left_out)

    def begin_page(self) -> None:
        """Let a page begin here."""
        self.end_table()
        self._part("\n\n")
        self._pages.append(self.length)

    def extraction(self, title: str | None = None, else_first_heading: bool = True) -> Extraction:
        """Return all of it."""
        text = "".join(self._parts)
        title = one_line(valid_unicode(title or ""))
        if not title and else_first_heading:
            title = next((one_line(text[b.start : b.end]) for b in self.blocks if b.kind == "heading"), "")
        return Extraction(text, tuple(self.blocks), title or None, tuple(self._pages), tuple(self.left_out))

    def _add(
        self,
        text: str,
        kind: BlockKind,
        level: int = 0,
        headings: tuple[int, int] | None = None,
        number: int = 0,
        parted_by: str = "\n\n",
    ) -> None:
        text = valid_unicode(text)
        if text:
            start = self._append(text, parted_by if self._in_table else "\n\n")
            self.blocks.append(Block(start, self.length, kind, level, headings, number))

    def _append(self, text: str, parted_by: str) -> int:
        """Append a text after what parts it from the one before, and return where it begins.

        Raises UnreadableFile when that is too much.
        """
        if self.length + len(text) > LONGEST_TEXT:
            raise UnreadableFile(f"holds more than {LONGEST_TEXT // 2**20} million characters; split it")
        self._part(parted_by)
        start = self.length
        self._parts.append(text)
        self.length += len(text)
        self._parted = not text
        return start

    def _part(self, by: str) -> None:
        if not self._parted:
            self._parts.append(by)
            self.length += len(by)
            self._parted = True


def one_line(text: str) -> str:
    """Return a text as the one line of a cell or title; a no-break space stays one."""
    return _SPACES.sub(" ", text).strip(" ")


def names_columns(cells: Sequence[str]) -> bool:
    """Tell whether a row looks like one that names columns: words or years in its cells, of which few are empty."""
    words = [cell.strip() for cell in cells]
    while words and not words[-1]:
        words.pop()
    behind = words[1:]
    return bool(behind) and behind.count("") <= len(words) // _FEW_EMPTY and _are_names(words)


def heading_rows(rows: Sequence[Sequence[str]], is_first_bold: bool) -> int:
    """Return how many of the first rows name the columns of a table whose only mark of that is bold type, if any.

    Without it, the first does where it looks so and has only figures below in some column.
    """
    if len(rows) > 2 and stands_over_figures(rows[1:]):
        named = [cell for cell in rows[0] if cell.strip()]
        if _stands_over(rows[0], rows[1]) or (_are_names(named) and len(set(named)) < len(named)):
            return 2
    return 1 if is_first_bold or stands_over_figures(rows) else 0


def stands_over_figures(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first of some rows looks like one that names columns, and has only figures below in one."""
    first, *others = rows
    if not names_columns(first):
        return False
    columns = ([cell for cell in column if cell.strip()] for column in zip(*others, strict=False))
    return any(column and all(map(_FIGURE.match, column)) for column in columns)


def _stands_over(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Tell whether the names of a row stand over several columns each, which the row below it names."""
    words = [cell.strip() for cell in upper]
    empty = words.count("") + max(0, len(lower) - len(words))
    return empty >= _SPANNED and _are_names(words)


def _are_names(words: Iterable[str]) -> bool:
    return all(_YEAR.match(word) or not _FIGURE.match(word) for word in words)
