"""From words with boxes to text as a person reads it: columns one after the other, paragraphs, headings, tables.

A PDF says where each letter stands, and nothing of what belongs together. What is drawn side by side is columns of
text, a table, or one line with gaps; lines below one another are one paragraph unless the gap between them, their size
or weight, a marker, an indent, or room left on the upper one says that another begins.
"""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from index.formats.extraction import BlockKind
from index.formats.pdf_words import SOFT_HYPHEN, Word

# Lengths are in sizes of the font, if nothing else is said.

#: Words of one line stand no further apart; further apart they may be of different columns.
_WORD_GAP = 1.0
#: Their baselines differ by no more, as those of raised figures do.
_SAME_LINE = 0.5
#: Where a gap is larger than this, and so many times what is usual on its line, another cell may begin.
_CELL_GAP, _MUCH_LARGER = 0.6, 1.8
#: So many gaps of about one width, up to this ratio, are between the words of a stretched line.
_FEWEST_GAPS, _EVEN = 3, 1.4
#: How far words that are set tightly may overlap.
_OVERLAP = 0.3
#: What marks an item stands no further from it.
_MARK_GAP = 4.0
#: Columns are at least so far apart.
_COLUMN_GAP = 0.5
#: Rows of a table are no further apart.
_ROW_GAP = 3.0
#: Rows of names that stand over several columns each.
_MOST_UPPER_HEADS = 2
#: What is further below than both the line before and the one after it, is of the foot of the page.
_FAR_BELOW = 6.0
#: A cell's next line is no further below.
_LINE_GAP = 1.4
#: So many lines has a cell at most.
_MOST_CELL_LINES = 6
#: Columns of text, and not of a table: at most so many, in so many lines at least, with so many words in each on
#: average, and full to this share of their width.
_MOST_COLUMNS, _FEWEST_LINES, _FEWEST_WORDS, _FULL = 4, 3, 4, 0.6
#: Lines whose baselines are further apart than this multiple of what is usual are of two paragraphs.
_PARAGRAPH_GAP = 1.3
#: How much smaller or larger another font is, as a share.
_OTHER_SIZE = 0.12
_INDENT = 0.7
#: Lines of one column begin within so much of one another, and full ones end so.
_SAME_LEFT, _SAME_RIGHT = 3.0, 4.0
#: So many full lines show where a column ends.
_FULL_LINES = 3
#: Between two words.
_SPACE = 0.3
#: A heading is larger than the text by this share, or bold; it has so many lines and characters at most.
_LARGER = 0.13
_HEADING_LINES, _LONGEST_HEADING = 3, 200
_DEEPEST_HEADING = 6
#: What stands at the head or foot of so many pages, at most so many points apart, belongs to none of them.
_REPEATED, _SAME_HEIGHT = 3, 3
_EDGE_LINES, _EDGE_GAP = 4, 1.8
_AROUND_NUMBERS = " -–—|•·[]()"
_FAR = float("inf")
#: On a page with more of them, nothing is put in order, and in more lines no columns are looked for: it is no page.
_MOST_STRETCHES, _MOST_LINES = 100, 1_000
#: The drawn mark of a list's item, and the counted one.
_BULLET = re.compile("[•◦▪‣●○■□∙·\uf0b7\uf0a7]")
_COUNTED = re.compile(r"\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]|\[\d{1,3}\]")
_LONGEST_END = 8
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’»)\]\d]*$")
#: "Power: 2,200 W", below another such line.
_FIELD = re.compile(r"\w[\w ()/.&'’-]{0,40}:\s")
_PAGE = re.compile(r"page|p\.?", re.IGNORECASE)
_OF_ALL = re.compile(r"\s*(?:of|/)\s*\d+$")
_PAGE_NUMBER = re.compile(r"\b(?:\d+|[ivxlc]+)\b")
_WORD = re.compile(r"\w+")
_HYPHENATED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(rf"(\w+)[-‐{SOFT_HYPHEN}]$")
_NO_HEADING_ENDS = (".", ",", ";")
#: Of so many digits at most is the number of a page.
_MOST_DIGITS = 5


#: From left to right.
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """Words side by side on a page: a line of text, or what a line has of one column."""

    page: int
    words: tuple[Word, ...]
    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_bold: bool

    @classmethod
    def of(cls, page: int, words: Sequence[Word]) -> "Line":
        sizes: dict[float, int] = defaultdict(int)
        for word in words:
            sizes[word.size] += len(word.text)
        size = max(sizes, key=sizes.__getitem__)
        baseline = next(word.baseline for word in words if word.size == size)
        left, right = min(word.left for word in words), max(word.right for word in words)
        text = " ".join(word.text for word in words).replace(f"{SOFT_HYPHEN} ", "")
        return cls(page, tuple(words), text, left, right, baseline, size, all(word.is_bold for word in words))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first is bold where only it is. It may go on with the table at the end of the page before."""

    page: int
    rows: list[list[str]]
    is_first_bold: bool
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class TextBlock:
    """The lines of a paragraph, heading or item, which may stand on several pages."""

    lines: list[Line]
    kind: BlockKind
    level: int = 0


def layout(pages: Iterable[Sequence[Word]]) -> Iterator[TextBlock | Table]:
    """Yield what stands on the pages, in the order in which it is read."""
    parts = [
        part
        for page, words in enumerate(pages)
        for part in _arranged(_in_order(_rows(_in_flow([*_lines(page, words)]))))
    ]
    text = _Text([part for part in parts if isinstance(part, Line)])
    blocks: list[TextBlock | Table] = []
    for is_table, group in groupby(_without_repeated(parts, text.size), lambda part: isinstance(part, Table)):
        tables_or_lines = list(group)
        if is_table:
            blocks.extend(_going_on([part for part in tables_or_lines if isinstance(part, Table)]))
        else:
            blocks.extend(_paragraphs([part for part in tables_or_lines if isinstance(part, Line)], text))
    yield from _with_headings(blocks, text)


def _going_on(tables: Sequence[Table]) -> Iterator[Table]:
    """Yield tables that follow one another, those that go on over a page as such, without the same headings again."""
    above: Table | None = None
    first: list[str] = []
    for table in tables:
        if above and table.page == above.page + 1 and len(table.rows[0]) == len(above.rows[0]):
            rows = table.rows[1:] if table.rows[0] == first else table.rows
            table = Table(table.page, rows, is_first_bold=False, goes_on=True)
        else:
            first = table.rows[0]
        yield table
        above = table


class _Text:
    """What is usual in a document: the size of its letters, how far apart its lines are, where its columns end."""

    def __init__(self, lines: Sequence[Line]) -> None:
        sizes: Counter[float] = Counter()
        bold = 0
        for line in lines:
            sizes[line.size] += len(line.text)
            bold += len(line.text) * line.is_bold
        self.size = max(sizes, key=sizes.__getitem__, default=0.0)
        self.is_bold = bold * 2 > sizes.total()
        self.gap = _usual_gap(lines)
        self._ends = {id(line): end for line, end in zip(lines, _column_ends(lines), strict=True)}

    def column_end(self, line: Line) -> float:
        """Return where the column of one of the lines ends, to the right."""
        return self._ends[id(line)]

    def is_heading(self, block: TextBlock) -> bool:
        """Tell whether a block is a heading: a few words, larger than the text or bold."""
        text = " ".join(line.text for line in block.lines)
        if len(block.lines) > _HEADING_LINES or len(text) > _LONGEST_HEADING or text.endswith(_NO_HEADING_ENDS):
            return False
        larger = block.lines[0].size >= self.size * (1 + _LARGER)
        bold = not self.is_bold and all(line.is_bold for line in block.lines)
        return (larger or bold) and any(character.isalpha() for character in text)


def _with_headings(blocks: Sequence[TextBlock | Table], text: _Text) -> Iterator[TextBlock | Table]:
    """Yield the blocks, with those that are headings as such; the larger, the higher their level."""
    headings = {id(b): b.lines[0].size for b in blocks if isinstance(b, TextBlock) and text.is_heading(b)}
    sizes = sorted({round(size) for size in headings.values()}, reverse=True)
    for block in blocks:
        if isinstance(block, TextBlock) and id(block) in headings:
            level = sizes.index(round(headings[id(block)])) + 1
            yield TextBlock(block.lines, "heading", min(level, _DEEPEST_HEADING))
        else:
            yield block


def words_of(blocks: Iterable[TextBlock | Table]) -> frozenset[str]:
    """Return the words of a text in small letters, with those that hyphens join as one too."""
    lines = (line.text for block in blocks if isinstance(block, TextBlock) for line in block.lines)
    return frozenset(word.casefold() for line in lines for word in _HYPHENATED.findall(line))


def joined(lines: Sequence[Line], known: frozenset[str]) -> tuple[str, dict[int, int]]:
    """Return the text of lines below one another, and the offset in it at which each page begins but the first.

    A hyphen at the end of a line is left out, unless the text has the word with one elsewhere, and not without.
    """
    text = lines[0].text
    begins: dict[int, int] = {}
    for above, line in pairwise(lines):
        hyphenated = _BROKEN.search(text)
        following = _WORD.match(line.text)
        if hyphenated and following:
            before, after = hyphenated[1].casefold(), following[0].casefold()
            kept = not following[0][0].islower() or (f"{before}-{after}" in known and before + after not in known)
            text = text[:-1] + ("-" if kept else "")
        else:
            text = text.removesuffix(SOFT_HYPHEN) + ("-\n" if text.endswith(SOFT_HYPHEN) else "\n")
        if line.page != above.page:
            begins[line.page] = len(text)
        text += line.text
    return text.replace(SOFT_HYPHEN, "-") if text.endswith(SOFT_HYPHEN) else text, begins


def _lines(page: int, words: Iterable[Word]) -> Iterator[Line]:
    """Yield words that stand close together on one line, in the order in which they were drawn."""
    line: list[Word] = []
    for word in words:
        if line and not _follows(line, word):
            yield from _cells(page, line)
            line = []
        line.append(word)
    if line:
        yield from _cells(page, line)


def _in_flow(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines, those last that were drawn far below in the midst of others, such as the foot of the page."""
    aside: list[Line] = []
    for number, line in enumerate(lines):
        before, after = lines[number - 1 : number], lines[number + 1 : number + 2]
        far = _FAR_BELOW * line.size
        if before and after and before[0].baseline - line.baseline > far < after[0].baseline - line.baseline:
            aside.append(line)
        else:
            yield line
    yield from aside


def _cells(page: int, words: Sequence[Word]) -> Iterator[Line]:
    """Yield a line in parts where it has gaps that are much larger than those between its words."""
    gaps = [after.left - word.right for word, after in pairwise(words)]
    usual = statistics.median([gap for gap in gaps if gap <= _CELL_GAP * words[0].size] or [0.0])
    least = max(_CELL_GAP * words[0].size, _MUCH_LARGER * usual)
    if len(gaps) >= _FEWEST_GAPS and 0 < max(gaps) < _EVEN * min(gaps):
        least = max(gaps)  # a line that was stretched to the width of its column
    first = 0
    for number, gap in enumerate(gaps, 1):
        if gap > least and not (number == 1 and _is_mark(words[0])):
            yield Line.of(page, words[first:number])
            first = number
    yield Line.of(page, words[first:])


def _follows(line: Sequence[Word], word: Word) -> bool:
    last = line[-1]
    if not (last.is_upright and word.is_upright):
        return last.is_upright == word.is_upright
    size = max(last.size, word.size)
    most = _MARK_GAP if len(line) == 1 and _is_mark(last) else _WORD_GAP
    return (
        abs(last.baseline - word.baseline) <= _SAME_LINE * size
        and -_OVERLAP * size <= word.left - last.right <= most * size
    )


def _is_mark(word: Word) -> bool:
    return (_BULLET.fullmatch(word.text) or _COUNTED.fullmatch(word.text)) is not None


def _rows(lines: Iterable[Line]) -> list[list[Line]]:
    """Return the lines that stand side by side together, those of one cell as one line.

    A cell may be drawn line by line, and then the next to the right of it, higher up. What is drawn next at the left is
    of another row.
    """
    rows: list[list[Line]] = []
    cells: list[list[Line]] = []
    for line in lines:
        if cells and len(cells[-1]) > 1 and not _goes_up(cells) and _is_right_of(cells[-1][-1], line):
            rows.extend(_row([*cells[:-1], cells[-1][:-1]]))
            cells = [cells[-1][-1:], [line]]
        elif cells and _is_below(cells, line):
            cells[-1].append(line)
        elif cells and _is_beside_all(cells, line):
            cells.append([line])
        else:
            rows.extend(_row(cells))
            cells = [[line]]
    return [*rows, *_row(cells)]


def _is_below(cells: Sequence[Sequence[Line]], line: Line) -> bool:
    """Tell whether a line goes on in the last cell of a row."""
    cell = cells[-1]
    last = cell[-1]
    if abs(last.size - line.size) > _OTHER_SIZE * last.size or last.is_bold != line.is_bold:
        return False
    if line.left >= max(above.right for above in cell) or line.right <= min(above.left for above in cell):
        return False
    if len(cells) > 1 and line.left <= max(above.right for above in cells[-2]):
        return False
    # What begins above the first cell of its row ends below it.
    most = _ROW_GAP if cell[0].baseline > cells[0][0].baseline + _SAME_LINE * line.size else _LINE_GAP
    return _SAME_LINE * line.size < last.baseline - line.baseline <= most * max(last.size, line.size)


def _is_beside_all(cells: Sequence[Sequence[Line]], line: Line) -> bool:
    """Tell whether a line begins a cell to the right of those of a row, about as high as they are."""
    if line.left <= max(above.right for above in cells[-1]):
        return False
    baselines = [above.baseline for cell in cells for above in cell]
    room = (_SAME_LINE if len(cells) == len(baselines) else _LINE_GAP) * line.size
    return min(baselines) - room <= line.baseline <= max(baselines) + _ROW_GAP * line.size


def _row(cells: Sequence[list[Line]]) -> Iterator[list[Line]]:
    """Yield a row with the lines of each cell as one, and then what stands below all cells but the last.

    Where no cell was drawn higher up than the last line of the one before, lines on one height are a row.
    """
    if not _goes_up(cells):
        yield from _level_rows(line for cell in cells for line in cell)
        return
    *others, last = cells
    lowest = min(line.baseline for cell in others for line in cell)
    inside = [line for line in last if line.baseline >= lowest - _SAME_LINE * line.size] or last[:1]
    if _are_cells((*others, inside)):
        yield [Line.of(cell[0].page, [word for line in cell for word in line.words]) for cell in (*others, inside)]
        yield from ([line] for line in last[len(inside) :])
    else:
        yield from _level_rows(line for cell in cells for line in cell)


def _goes_up(cells: Sequence[Sequence[Line]]) -> bool:
    return any(line[0].baseline > cell[-1].baseline + _SAME_LINE * line[0].size for cell, line in pairwise(cells))


def _is_right_of(line: Line, other: Line) -> bool:
    return _is_level(line, other) and other.left > line.right


def _level_rows(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield the lines that were drawn from left to right on one height together."""
    row: list[Line] = []
    for line in lines:
        if row and not _is_right_of(row[-1], line):
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _are_cells(cells: Sequence[Sequence[Line]]) -> bool:
    """Tell whether what stands side by side are the cells of a row, some of more lines than others, and not columns."""
    heights = [len(cell) for cell in cells]
    if max(heights) == 1:
        return True
    longest = max(cells, key=len)
    words = statistics.mean(len(line.words) for line in longest)
    are_two = len(cells) == 2 and len(longest) >= _FEWEST_LINES and words >= _FEWEST_WORDS
    return max(heights) <= _MOST_CELL_LINES and min(heights) < _FEWEST_LINES and not are_two


def _is_level(line: Line, other: Line) -> bool:
    return abs(line.baseline - other.baseline) <= _SAME_LINE * max(line.size, other.size)


def _in_order(rows: Iterable[list[Line]]) -> list[list[Line]]:
    """Return the rows of a page, those of a column or title that was drawn too late before what it belongs before."""
    stretches: list[_Stretch] = []
    for row in rows:
        if not stretches or not stretches[-1].goes_on(row):
            stretches.append(_Stretch())
        stretches[-1].add(row)
    if len(stretches) <= _MOST_STRETCHES:
        for number, stretch in enumerate(stretches):
            while number and stretch.precedes(stretches[number - 1]):
                stretches[number - 1 : number + 1] = stretch, stretches[number - 1]
                number -= 1
    return [row for stretch in stretches for row in stretch.rows]


class _Stretch:
    """Rows that were drawn one after the other, downwards and below one another."""

    def __init__(self) -> None:
        self.rows: list[list[Line]] = []
        self.left = self.bottom = _FAR
        self.right = self.top = -_FAR

    def goes_on(self, row: Sequence[Line]) -> bool:
        above, first = self.rows[-1], row[0]
        return (
            first.baseline <= above[0].baseline + _ROW_GAP * first.size
            and (first.left < above[-1].right and above[0].left < row[-1].right)
            and (len(row) > 1) == (len(above) > 1)
        )

    def add(self, row: list[Line]) -> None:
        self.rows.append(row)
        self.left, self.right = min(self.left, row[0].left), max(self.right, row[-1].right)
        self.bottom, self.top = min(self.bottom, row[0].baseline), max(self.top, row[0].baseline)

    def precedes(self, other: "_Stretch") -> bool:
        """Tell whether this is read first: it stands over the other, or is the column to the left of it."""
        if self.bottom > other.top:
            return self.left < other.right and other.left < self.right
        beside = min(self.top, other.top) - max(self.bottom, other.bottom)
        return self.right <= other.left and beside * 2 >= min(self.top - self.bottom, other.top - other.bottom)


def _arranged(rows: Sequence[list[Line]]) -> Iterator[Line | Table]:
    """Yield the rows with columns of text one after the other, tables as such, and all else as lines."""
    at = 0
    while at < len(rows):
        end, columns = _side_by_side(rows, at)
        run = rows[at:end]
        several = [row for row in run if len(row) > 1]
        if _are_text(several, columns):
            for number in range(len(columns)):
                yield from (line for row in run for line in row if _column(columns, line) == number)
        elif len(several) >= _FEWEST_LINES or (len(several) > 1 and len(columns) > 2):
            while len(rows[end - 1]) == 1:  # the text below a table
                end -= 1
            yield _table(rows[at:end], columns)
        else:
            end = at + 1
            yield Line.of(rows[at][0].page, [word for line in rows[at] for word in line.words])
        at = end


def _side_by_side(rows: Sequence[list[Line]], first: int) -> tuple[int, list[Span]]:
    """Return where the rows from `first` on end that stand in the same columns, and the columns."""
    end = first + _upper_heads(rows, first) + 1
    columns = [(line.left, line.right) for line in rows[end - 1]]
    while len(columns) > 1 and end < len(rows):
        row = rows[end]
        size = max(rows[end - 1][0].size, row[0].size)
        gap = _bottom(rows[end - 1]) - max(word.baseline for line in row for word in line.words)
        # A line that stands alone goes on in a cell, or is the name of the rows below.
        names_rows = end + 1 < len(rows) and len(rows[end + 1]) > 1 and row[0].left <= columns[0][1]
        wider = _with_row(columns, row, size)
        if abs(rows[end - 1][0].size - row[0].size) > _OTHER_SIZE * size:
            break
        if wider is None or not 0 < gap <= (_ROW_GAP if len(row) > 1 or names_rows else _LINE_GAP) * size:
            break
        columns = wider
        end += 1
    return end, columns


def _upper_heads(rows: Sequence[list[Line]], first: int) -> int:
    """Return how many rows from `first` on have names that stand over several columns of the row below."""
    number = 0
    while number < _MOST_UPPER_HEADS and _stands_over(*rows[first + number : first + number + 2]):
        number += 1
    return number


def _stands_over(upper: Sequence[Line], row: Sequence[Line] = ()) -> bool:
    if not 2 <= len(upper) < len(row):
        return False
    size = row[0].size
    is_close = -_SAME_LINE * size <= _bottom(upper) - row[0].baseline <= _ROW_GAP * size
    return is_close and any(sum(o.right > u.left and o.left < u.right for o in row) > 1 for u in upper)


def _bottom(row: Sequence[Line]) -> float:
    return min(word.baseline for line in row for word in line.words)


def _with_row(columns: Sequence[Span], row: Sequence[Line], size: float) -> list[Span] | None:
    """Return columns with the cells of one more row in them, or None where these do not fit.

    As many cells as columns are one in each, wherever in it they stand.
    """
    cells = [(line.left, line.right) for line in row]
    if len(cells) == len(columns):
        wider = [(min(c[0], k[0]), max(c[1], k[1])) for c, k in zip(columns, cells, strict=True)]
        return wider if all(left[1] + _COLUMN_GAP * size < right[0] for left, right in pairwise(wider)) else None
    merged = _merged([*columns, *cells], _COLUMN_GAP * size)
    if len(merged) < max(len(columns), len(cells)) or (len(row) == 1 and len(merged) > len(columns)):
        return None
    return merged


def _column(columns: Sequence[Span], line: Line) -> int:
    """Return the number of the column in which a cell stands, or begins."""
    shared = [min(right, line.right) - max(left, line.left) for left, right in columns]
    return next((number for number, width in enumerate(shared) if width > 0), shared.index(max(shared)))


def _merged(spans: Iterable[Span], gap: float) -> list[Span]:
    """Return the stretches that spans cover; those less than `gap` apart are one."""
    merged: list[Span] = []
    for left, right in sorted(spans):
        if merged and left - merged[-1][1] < gap:
            merged[-1] = merged[-1][0], max(right, merged[-1][1])
        else:
            merged.append((left, right))
    return merged


def _are_text(rows: Sequence[list[Line]], columns: Sequence[Span]) -> bool:
    """Tell whether columns are of running text: their lines have many words, and fill them."""
    if not 1 < len(columns) <= _MOST_COLUMNS or len(rows) < _FEWEST_LINES:
        return False
    for number, (left, right) in enumerate(columns):
        lines = [line for row in rows for line in row if _column(columns, line) == number]
        if statistics.mean(len(line.words) for line in lines) < _FEWEST_WORDS:
            return False
        if statistics.mean((line.right - line.left) / (right - left) for line in lines) < _FULL:
            return False
    return True


def _table(rows: Sequence[list[Line]], columns: Sequence[Span]) -> Table:
    table: list[list[str]] = []
    for number, row in enumerate(rows):
        cells: list[list[str]] = [[] for _ in columns]
        for place, line in enumerate(row):
            cells[place if len(row) == len(columns) else _column(columns, line)].append(line.text)
        texts = [" ".join(cell) for cell in cells]
        if number and len(row) == 1 and _bottom(rows[number - 1]) - row[0].baseline <= _LINE_GAP * row[0].size:
            table[-1] = [" ".join(filter(None, pair)) for pair in zip(table[-1], texts, strict=True)]
        else:
            table.append(texts)
    bold, *others = (all(line.is_bold for line in row) for row in rows)
    return Table(rows[0][0].page, table, bold and not all(others))


def _without_repeated(parts: Sequence[Line | Table], text_size: float) -> Iterator[Line | Table]:
    """Yield all but the numbers and running titles, no larger than the text, at the head and foot of pages."""
    edges: dict[tuple[str, int, int], set[int]] = defaultdict(set)
    keys: dict[int, list[tuple[str, int, int]]] = {}
    for page, group in groupby(parts, lambda part: part.page):
        lines = sorted((part for part in group if isinstance(part, Line)), key=lambda line: line.baseline)
        for line in (*_apart_from_rest(lines), *_apart_from_rest(lines[::-1])):
            if line.size <= text_size * (1 + _OTHER_SIZE):
                keys[id(line)] = list(_repeatable(line))
                for key in keys[id(line)]:
                    edges[key].add(page)
    for part in parts:
        if not any(len(edges[key]) >= _REPEATED - _is_numbered(key) for key in keys.get(id(part), ())):
            yield part


def _apart_from_rest(lines: Sequence[Line]) -> list[Line]:
    """Return the first of some lines, from an edge of the page on, if a gap follows."""
    for number, (line, inner) in enumerate(pairwise(lines[: _EDGE_LINES + 1]), 1):
        if abs(inner.baseline - line.baseline) >= _EDGE_GAP * line.size:
            return list(lines[:number])
    return []


def _repeatable(line: Line) -> Iterator[tuple[str, int, int]]:
    """Yield what a line at the edge of a page has in common with those of other pages, its number apart."""
    height = round(line.baseline / _SAME_HEIGHT)
    yield line.text, height, 0
    text = _OF_ALL.sub("", line.text)
    for match in _PAGE_NUMBER.finditer(text):
        before, after = (
            text[: match.start()].strip(_AROUND_NUMBERS),
            text[match.end() :].strip(_AROUND_NUMBERS),
        )
        if not before or not after:
            number = int(match[0]) - line.page if match[0].isdecimal() and len(match[0]) <= _MOST_DIGITS else 0
            yield f"{before}\0{after}", height, number


def _is_numbered(key: tuple[str, int, int]) -> bool:
    """Tell whether what pages have in common is their number, beside more words than one that is numbered itself."""
    words, _, _ = key
    return "\0" in words and (
        len(words.replace("\0", " ").split()) != 1 or _PAGE.fullmatch(words.strip("\0 ")) is not None
    )


def _paragraphs(lines: Sequence[Line], text: _Text) -> Iterator[TextBlock]:
    """Yield the lines that belong together, without the marks of items."""
    block: list[Line] = []
    for line in lines:
        if block and _begins(block, line, text):
            yield _block(block)
            block = []
        block.append(line)
    if block:
        yield _block(block)


def _block(lines: list[Line]) -> TextBlock:
    first = lines[0]
    if not _is_marked(first):
        return TextBlock(lines, "paragraph")
    if _BULLET.fullmatch(first.words[0].text):
        lines = [Line.of(first.page, first.words[1:]), *lines[1:]]
    return TextBlock(lines, "item")


def _is_marked(line: Line) -> bool:
    return len(line.words) > 1 and _is_mark(line.words[0])


def _begins(block: Sequence[Line], line: Line, text: _Text) -> bool:
    """Tell whether a paragraph begins with `line`, below or after those of the block."""
    above = block[-1]
    size = max(above.size, line.size)
    if abs(above.size - line.size) > _OTHER_SIZE * size or above.is_bold != line.is_bold or _is_marked(line):
        return True
    ended = _SENTENCE_END.search(above.text[-_LONGEST_END:]) is not None
    if _FIELD.match(block[0].text) and _FIELD.match(line.text):
        return True
    had_room = line.words[0].right - line.left + _SPACE * size <= text.column_end(above) - above.right
    goes_on = not line.text[0].isupper() or _BROKEN.search(above.text) is not None
    if had_room and (ended or not goes_on):
        return True
    gap = above.baseline - line.baseline
    if line.page != above.page or gap < _SAME_LINE * size:  # on the next page, or in the next column
        return ended
    apart = line.left >= above.right or line.right <= above.left
    indented = ended and not _is_marked(block[0]) and line.left > above.left + _INDENT * size
    return apart or indented or gap > _PARAGRAPH_GAP * text.gap * size


def _usual_gap(lines: Sequence[Line]) -> float:
    """Return how far apart baselines usually are."""
    gaps = [
        round((above.baseline - line.baseline) / line.size, 1)
        for above, line in pairwise(lines)
        if above.page == line.page and above.size == line.size and above.baseline > line.baseline and line.size
    ]
    usual = Counter(gap for gap in gaps if gap <= _ROW_GAP).most_common(1)
    return usual[0][0] if usual else _LINE_GAP


def _column_ends(lines: Sequence[Line]) -> list[float]:
    """Return for each line where its column ends, to the right: where full lines do, and before what stands beside."""
    ends: list[float] = []
    for _, group in groupby(lines, lambda line: line.page):
        of_page = list(group)
        if len(of_page) > _MOST_LINES:
            ends.extend(line.right for line in of_page)
            continue
        furthest = max(line.left for line in of_page)
        beside = [
            min((o.left for o in of_page if _is_beside(line, o)), default=_FAR) if line.right < furthest else _FAR
            for line in of_page
        ]
        by_left: dict[tuple[float, float], float] = {}
        for line in of_page:
            key = round(line.left), line.size
            if key not in by_left:
                column = [k for k, o in enumerate(of_page) if abs(o.left - line.left) <= _SAME_LEFT * line.size]
                by_left[key] = _column_end(line.size, [of_page[k].right for k in column], [beside[k] for k in column])
            ends.append(by_left[key])
    return ends


def _column_end(size: float, rights: Sequence[float], beside: Sequence[float]) -> float:
    """Return where a column ends, from where its lines do and what stands beside them begins."""
    bound = sorted([*beside, *[_FAR] * _FULL_LINES])[_FULL_LINES - 1]
    inside = sorted((right for right in rights if right <= bound), reverse=True)
    full = (
        right
        for right, last in zip(inside, inside[_FULL_LINES - 1 :], strict=False)
        if right - last <= _SAME_RIGHT * size
    )
    return next(full, inside[0] if inside else -_FAR)


def _is_beside(line: Line, other: Line) -> bool:
    return other.left > line.right and abs(other.baseline - line.baseline) < line.size
