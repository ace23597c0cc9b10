import pytest

from index.errors import UnreadableFile
from index.formats.extraction import Block, Extraction
from index.formats.rtf import extract

HEAD = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}"


def text_of(body: str) -> str:
    return extract((HEAD + body + "}").encode("latin-1")).text


def test_paragraphs_are_blocks_and_the_title_is_the_files_own() -> None:
    data = (HEAD + r"{\info{\title Our dams}}\pard The {\b dam} stands.\par It is high.\par}").encode()
    assert extract(data) == Extraction(
        "The dam stands.\n\nIt is high.", (Block(0, 15, "paragraph"), Block(17, 28, "paragraph")), "Our dams"
    )


def test_a_row_of_a_table_knows_its_headings() -> None:
    row = r"\trowd\cellx1\cellx2 {}\cell {}\cell\row "
    extraction = extract(
        (HEAD + row.format("Dam", "Height") + row.format("Kariba", "128 m") + r"\pard End.\par}").encode()
    )
    assert extraction.text == "Dam\tHeight\nKariba\t128 m\n\nEnd."
    assert [block.headings for block in extraction.blocks] == [None, (0, 10), None]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"caf\'e9 \'80 10", "café € 10"),
        (r"\u8364? \u-10179?\u-9015?", "€ 📉"),
        (r"half \u-10179? alone", "half \ufffd alone"),
        (r"10\~000 \emdash  x", "10\u00a0000 — x"),
        (r"a \{brace\}", "a {brace}"),
        (r'{\field{\*\fldinst{HYPERLINK "http://a.b"}}{\fldrslt{a link}}}', "a link"),
        ("raw caf\xe9", "raw café"),
    ],
)
def test_escapes_are_the_characters_they_name(body: str, text: str) -> None:
    assert text_of(body) == text


def test_the_code_page_is_the_one_that_is_declared() -> None:
    assert extract(rb"{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2}").text == "Привет"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"text", "is not Rich Text; open it in its program and save it again as .rtf"),
        (HEAD.encode() + b" The dam", "is cut short; open it in its program and save it again"),
        (
            (HEAD + r"\'81 x}").encode(),
            "has characters that its encoding lacks; open it in its program and save it again",
        ),
    ],
)
def test_a_damaged_file_is_refused_with_a_next_step(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        extract(data)
    assert str(refused.value) == reason
