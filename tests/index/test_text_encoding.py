import codecs

import pytest
from hypothesis import given

from index.errors import UnreadableFile
from index.formats.text_encoding import decode
from tests.strategies import texts

TEXT = "Zürich – 10 € für Ωμέγα 👍🏽\r\n"


@given(texts)
def test_utf8_comes_back_unchanged_with_and_without_a_byte_order_mark(text: str) -> None:
    assert decode(codecs.BOM_UTF8 + text.encode()) == text
    assert decode(b"." + text.encode()) == "." + text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_names_the_encoding_and_is_not_text(mark: bytes, encoding: str) -> None:
    assert decode(mark + TEXT.encode(encoding)) == TEXT


def test_a_declared_encoding_is_used_where_utf8_does_not_fit() -> None:
    assert decode("Łódź".encode("cp1250"), "windows-1250") == "Łódź"
    assert decode("Łódź".encode(), "windows-1250") == "Łódź"


def test_an_unknown_declared_encoding_is_ignored() -> None:
    text = "Der Damm hält seit über fünfzig Jahren, und die Brücke über die Mündung ist für Fußgänger geöffnet. " * 3
    assert decode(text.encode("cp1252"), "no-such-encoding") == text


@pytest.mark.parametrize(
    ("encoding", "text"), [("iso-2022-jp", "東京の漢字"), ("hz-gb-2312", "汉字"), ("utf-7", "漢字")]
)
def test_a_declared_encoding_that_looks_like_ascii_is_used(encoding: str, text: str) -> None:
    assert decode(f"The tower: {text}.".encode(encoding), encoding.upper()) == f"The tower: {text}."


@pytest.mark.parametrize("escape", [b"\x1b$B", b"\x1b$@"])
def test_japanese_in_seven_bits_is_told_by_its_escapes(escape: bytes) -> None:
    assert decode("塔は高い\n".encode("iso-2022-jp").replace(b"\x1b$B", escape)) == "塔は高い\n"
    assert decode(b"\x1b(JTower\x1b(B\n") == "Tower\n"


def test_text_with_an_escape_that_is_no_japanese_is_read_as_it_is() -> None:
    assert decode("\x1b$B höher".encode()) == "\x1b$B höher"
    assert decode("höher".encode(), "iso-2022-jp") == "höher"


def test_an_undeclared_encoding_is_detected() -> None:
    text = "Плотина стоит уже пятьдесят лет, и мост через реку открыт для пешеходов каждый день. " * 3
    assert decode(text.encode("cp1251")) == text


def test_a_byte_order_mark_that_lies_is_refused_with_the_place() -> None:
    with pytest.raises(UnreadableFile, match=r"^is damaged: not valid utf-16-le at byte 2; save it as UTF-8$"):
        decode(codecs.BOM_UTF16_LE + b"a\x00\x00\xd8")


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 text \x00", bytes(range(256)) * 4, b"\x01\x02\x03\x04\x05 five controls"]
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        decode(data)


def test_a_few_control_characters_are_still_text() -> None:
    assert decode(b"\x1b[1mbold\x1b[0m \x07") == "\x1b[1mbold\x1b[0m \x07"


@pytest.mark.parametrize("declared", ["unicode_escape", "raw_unicode_escape", "utf-7", "idna", "rot13", "hex"])
def test_no_declared_encoding_makes_text_with_lone_surrogates(declared: str) -> None:
    data = "\\ud800 caf\xe9 und gr\xfc\xdfe aus der alten Stadt am Fluss".encode("cp1252")
    text = decode(data, declared)
    assert text.encode().decode() == text
