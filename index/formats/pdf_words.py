"""The words of a PDF's page and where they stand, as PDFium gives them, in the order in which they were drawn."""

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

from index.formats.extraction import valid_unicode

#: How a word ends that the margin broke; PDFium marks every hyphen at the end of a line so.
SOFT_HYPHEN = "\xad"
#: PDFium's marks of such hyphens, and what is no character of a text.
_NOT_WRITTEN = dict.fromkeys([*range(0x20), 0x7F, 0xFFFF], " ") | dict.fromkeys([0x02, 0xFFFE], SOFT_HYPHEN)
_WORD = re.compile(rf"[^\s{SOFT_HYPHEN}]*{SOFT_HYPHEN}|[^\s{SOFT_HYPHEN}]+")
_BOLD_WEIGHT = 600
_BOLD_NAME = re.compile(rb"bold|black|heavy|demi|cmbx", re.IGNORECASE)
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without white space between them, on one line; in points, from the lower left corner of the page."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_bold: bool = False
    is_upright: bool = True


def words(text_page: Any) -> Iterator[Word]:
    """Yield the words of a page."""
    page = text_page.raw
    fonts: dict[bytes, _Font] = {}
    across, baseline, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    at = ctypes.byref(across), ctypes.byref(baseline)
    for match in _WORD.finditer(_characters(page)):
        first, last = match.start(), match.end() - 1
        # What is drawn as one has one font; asking for it is what takes the time.
        drawn = bytes(raw.FPDFText_GetTextObject(page, first))
        font = fonts.get(drawn)
        if font is None:
            font = fonts[drawn] = _font(page, first)
        raw.FPDFText_GetCharOrigin(page, first, *at)
        raw.FPDFText_GetLooseCharBox(page, last, ctypes.byref(box))
        text = valid_unicode(match[0])
        yield Word(text, across.value, max(box.right, across.value), baseline.value, *font)


_Font = tuple[float, bool, bool]


def _characters(page: Any) -> str:
    """Return the characters of a page by their numbers, with what is none as a space."""
    count = raw.FPDFText_CountChars(page)
    units = (ctypes.c_ushort * (count + 1))()
    # All at once, unless PDFium leaves some out or writes one as two.
    if raw.FPDFText_GetText(page, 0, count, units) != count + 1 or any(unit & 0xF800 == 0xD800 for unit in units):
        codes = [raw.FPDFText_GetUnicode(page, number) for number in range(count)]
    else:
        codes = units[:count]
    return "".join(map(chr, codes)).translate(_NOT_WRITTEN)


def _font(page: Any, number: int) -> _Font:
    """Return size, weight and direction of a character: its size, whether it is bold, and whether it is upright."""
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(page, number, ctypes.byref(matrix))
    size = abs(raw.FPDFText_GetFontSize(page, number)) * math.hypot(matrix.c, matrix.d)
    name, flags = ctypes.create_string_buffer(_LONGEST_NAME), ctypes.c_int()
    raw.FPDFText_GetFontInfo(page, number, name, _LONGEST_NAME, ctypes.byref(flags))
    is_bold = raw.FPDFText_GetFontWeight(page, number) >= _BOLD_WEIGHT or _BOLD_NAME.search(name.value) is not None
    return size, is_bold, abs(matrix.b) < abs(matrix.a)
