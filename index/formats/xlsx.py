"""Excel workbooks: values as last calculated, not formulas. Each sheet is a page below its name."""

import re
import warnings
from datetime import datetime, time, timedelta
from functools import lru_cache
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from index.errors import UnreadableFile
from index.formats.extraction import Extraction
from index.formats.text_writer import TextWriter
from index.formats.zip_guard import damaged, open_zip

_KIND = "an Excel workbook (.xlsx)"
_DIGITS = 15  # that many are certain in what Excel calculates
#: In a format: words in quotation marks, an escaped character, a currency, condition or colour, and room left empty.
_APART = r'"[^"]*"|\\.|\[[^\]]*\]|[_*].'
_PARTS_APART = re.compile(_APART, re.DOTALL)
#: One of its sections, of which there may be one for numbers above zero, one for those below, and one for zero.
_SECTION = re.compile(rf"((?:{_APART}|[^;])*);", re.DOTALL)
_HAS_CONDITION = re.compile(r"\[[<>=]")
#: A section: what is written before the number, its digits, and what is written after it.
_FORMAT = re.compile(rf"((?:{_APART}|(?!General)[^#0?@])*)((?:[#0?][#0?,.]*|General|@)?)(.*)", re.DOTALL)
#: In those: words in quotation marks, an escaped character, a currency, room left empty, a sign, a condition or colour.
_WRITTEN = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]+)[^\]]*\]|[_*].|([$€£¥₹ ])|\[[^\]]*\]', re.DOTALL)


def extract(data: bytes) -> Extraction:
    """Read an .xlsx file; the title is its own, since sheets often have none but a number."""
    open_zip(data, _KIND).close()
    writer = TextWriter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles, headers and checks of input that are not read anyway
        try:
            workbook = load_workbook(BytesIO(data), read_only=True, data_only=True)
        except MemoryError:
            raise
        except Exception:  # whatever the library trips over
            raise damaged(_KIND) from None
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # what a sheet says of its size is often wrong
            writer.begin_page()
            writer.add(sheet.title, "heading", 1)
            rows = ([shown(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows())
            writer.add_table(enumerate(rows, 1))
        title = workbook.properties.title
        workbook.close()
    if not any(block.kind == "row" for block in writer.blocks):
        raise UnreadableFile(
            "holds no values; if it has formulas, open it in its program and save it, so that they are calculated"
        )
    return writer.extraction(title, else_first_heading=False)


def shown(value: Any, number_format: str | None = None) -> str:
    """Return a cell's value as a person reads it: dates as in ISO 8601, percentages and currencies as such."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, int | float):
        return _number(value, number_format or "")
    return str(value)


def _number(value: int | float, number_format: str) -> str:
    """Return a number with what its format writes around it, such as a currency, and all digits that are certain."""
    section = _section(number_format, (value > 0) - (value < 0))
    before, pattern, after = _FORMAT.findall(section)[0]
    if "%" in _PARTS_APART.sub("", section):
        return f"{value * 100:.{_DIGITS}g}%"
    if not pattern and (words := _written(before).strip()):
        return words
    digits = f"{abs(value):.{_DIGITS}g}" if isinstance(value, float) else str(abs(value))
    if pattern.endswith(","):  # it is shown in thousands, and what is written behind it means them
        before = after = ""
    elif "e" not in digits:
        whole, _, fraction = digits.partition(".")
        fraction = fraction.ljust(pattern.partition(".")[2].count("0"), "0")
        digits = f"{int(whole):,}" if "," in pattern else whole
        digits += f".{fraction}" if fraction else ""
    return f"{'-' if value < 0 else ''}{_written(before).lstrip()}{digits}{_written(after).rstrip()}"


@lru_cache  # a sheet has few formats and many numbers
def _section(number_format: str, sign: int) -> str:
    """Return the section for numbers above zero, or, where that writes no digits, the one for this sign, if any."""
    sections: list[str] = _SECTION.findall(f"{number_format};")
    first, *others = sections
    if _FORMAT.findall(first)[0][1]:
        return first
    if _HAS_CONDITION.search(first):
        return ""
    if sign < 0:
        return others[0] if others else ""
    return others[1] if sign == 0 and len(others) > 1 else first


def _written(part: str) -> str:
    """Return what a part of a number's format writes: what is quoted, escaped, a currency or a sign of one."""
    return "".join(next(filter(None, found), "") for found in _WRITTEN.findall(part))
