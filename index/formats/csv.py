"""Tables in text: CSV, whatever parts its cells, and TSV. A line of the text is a row, with tabs between its cells."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice

from index.errors import UnreadableFile
from index.formats.extraction import Extraction
from index.formats.text_encoding import decode
from index.formats.text_writer import TextWriter, names_columns

#: The comma comes last, since it stands in figures and sentences too.
_DELIMITERS = ";\t|,"
_ROWS_TO_JUDGE = 50
_LONGEST_CELL = 2**20


def extract(data: bytes) -> Extraction:
    """Read CSV parted by whatever gives most rows the same number of cells."""
    text = decode(data)
    return _table(text, max(_DELIMITERS, key=lambda delimiter: _likelihood(text, delimiter)))


def extract_tsv(data: bytes) -> Extraction:
    """Read a table parted by tabs."""
    return _table(decode(data), "\t")


def _table(text: str, delimiter: str) -> Extraction:
    writer = TextWriter()
    writer.add_table(_without_gaps(_rows(text, delimiter)))
    return writer.extraction()


def _without_gaps(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with their numbers, and of blank ones only those before a row that names columns."""
    blank: tuple[int, list[str]] | None = None
    for number, row in enumerate(rows, 1):
        if not any(map(str.strip, row)):
            blank = number, row
            continue
        if blank and names_columns(row):
            yield blank
        blank = None
        yield number, row


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise UnreadableFile(f"is no table at line {reader.line_num}: {error}; mend it and save it again") from None


def _likelihood(text: str, delimiter: str) -> int:
    """Return how many of the first rows have the same number of cells; one cell is no table."""
    try:
        widths = Counter(len(row) for row in islice(_rows(text, delimiter), _ROWS_TO_JUDGE))
    except UnreadableFile:
        return 0
    return max((rows for cells, rows in widths.items() if cells > 1), default=0)
