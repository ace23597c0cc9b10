"""Bytes to text, without ever guessing silently wrong: what cannot be decoded is refused."""

import codecs
import re

from charset_normalizer import from_bytes

from index.errors import UnreadableFile

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_REALLY = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}
#: Encodings whose bytes look like ASCII, and the escapes of the one that is used without saying so.
_SEVEN_BIT = re.compile(r"(?:cs)?iso-?2022|hz|utf-?7", re.IGNORECASE)
_JAPANESE = re.compile(rb"\x1b(?:\$[@B]|\(J)")
_NOT_TEXT = [chr(code) for code in (*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20))]


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode by byte order mark, then UTF-8, then the encoding the file declares, then detection.

    An encoding whose bytes look like ASCII goes before UTF-8, as which they could be read too. Raises UnreadableFile
    when the bytes are not text in any encoding that can be told.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _checked(_strict(data[len(mark) :], encoding))
    seven_bit = _seven_bit(data, declared)
    if seven_bit and (text := _decoded(data, seven_bit)) is not None:
        return _checked(text)
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if declared and (text := _decoded(data, declared)) is not None:
        return _checked(text)
    best = from_bytes(data).best()
    if best is None:
        raise UnreadableFile("is not text in any known encoding; if it is text, save it as UTF-8")
    return _checked(_strict(data, best.encoding))


def _seven_bit(data: bytes, declared: str | None) -> str | None:
    """Return the encoding that the file declares, or shows by its escapes, where its bytes look like ASCII."""
    if declared:
        return declared if _SEVEN_BIT.match(declared) else None
    return "iso-2022-jp" if _JAPANESE.search(data) else None


def _decoded(data: bytes, encoding: str) -> str | None:
    """Return the text, unless there is no such encoding or it is not the one."""
    try:
        text = data.decode(_as_browsers(encoding))
        text.encode()  # what some codecs call text holds lone surrogates
        return text
    except (UnicodeError, LookupError):
        return None


def _as_browsers(declared: str) -> str:
    """Return the encoding that pages with this label really have, as the WHATWG Encoding Standard lists them."""
    name = codecs.lookup(declared).name
    return _REALLY.get(name, name)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"is damaged: not valid {encoding} at byte {error.start}; save it as UTF-8") from None


def _checked(text: str) -> str:
    """Refuse binary data with a text file's name: a NUL, or more control characters than any text has."""
    controls = sum(map(text.count, _NOT_TEXT))  # counted without a list of them, which can be longer than the text
    if "\x00" in text or controls > max(4, len(text) // 200):
        raise UnreadableFile("is binary data, not text; rename it to its real type or remove it")
    return text
