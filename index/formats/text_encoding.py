"""Bytes to text, without ever guessing silently wrong: what cannot be decoded is refused."""

import codecs

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
_NOT_TEXT = [chr(code) for code in (*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20))]


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode by byte order mark, then UTF-8, then the encoding the file declares, then detection.

    Raises UnreadableFile when the bytes are not text in any encoding that can be told.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _checked(_strict(data[len(mark) :], encoding))
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if declared:
        try:
            text = data.decode(_as_browsers(declared))
            text.encode()  # what some codecs call text holds lone surrogates
            return _checked(text)
        except (UnicodeError, LookupError):
            pass
    best = from_bytes(data).best()
    if best is None:
        raise UnreadableFile("is not text in any known encoding; if it is text, save it as UTF-8")
    return _checked(_strict(data, best.encoding))


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
