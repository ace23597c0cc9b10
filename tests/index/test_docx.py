import re
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.formats.docx import extract
from index.formats.extraction import Block, Extraction
from tests.builders import zipped

NAMESPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    }.items()
)

DAMAGED = r"^is damaged or not a Word document \(\.docx\); open it in its program and save it again$"


def saved(document: Document) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read(fill: Callable[[Document], object]) -> Extraction:
    document = docx.Document()
    fill(document)
    return extract(saved(document))


def text_of(xml: str) -> str:
    """Return what is read of a document with this XML in its body."""
    return read(lambda d: d.element.body.insert(0, parse_xml(f"<w:sdt {NAMESPACES}>{xml}</w:sdt>"))).text


def test_headings_paragraphs_and_items_are_blocks() -> None:
    def fill(document: Document) -> None:
        document.add_heading("Our dams", 0)
        document.add_heading("Kariba", 2)
        document.add_paragraph("It stands.\nStill.")
        document.add_paragraph("old", style="List Bullet")
        document.add_paragraph("")

    assert read(fill) == Extraction(
        "Our dams\n\nKariba\n\nIt stands.\nStill.\n\nold",
        (
            Block(0, 8, "heading", 1),
            Block(10, 16, "heading", 2),
            Block(18, 35, "paragraph"),
            Block(37, 40, "item"),
        ),
        "Our dams",
    )


def test_the_title_is_the_documents_own_where_it_has_one() -> None:
    def fill(document: Document) -> None:
        document.core_properties.title = "Report"
        document.add_heading("Dams", 1)

    assert read(fill).title == "Report"


def test_a_document_that_says_nothing_of_itself_has_its_first_heading_for_a_title() -> None:
    document = docx.Document()
    document.add_heading("Dams", 1)
    with ZipFile(BytesIO(saved(document))) as whole:
        files = {name: whole.read(name) for name in whole.namelist()}
    del files["docProps/core.xml"]
    files["_rels/.rels"] = re.sub(rb"<Relationship [^>]*core-properties[^>]*/>", b"", files["_rels/.rels"])
    assert extract(zipped(files)).title == "Dams"


def test_a_style_is_what_the_style_it_is_based_on_is() -> None:
    def fill(document: Document) -> None:
        style = document.styles.add_style("House heading", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Heading 3"]
        document.add_paragraph("Dams", style="House heading")

    assert read(fill).blocks == (Block(0, 4, "heading", 3),)


def table(document: Document, rows: list[list[str]]) -> None:
    made = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text


def test_a_row_of_a_table_is_one_line_with_tabs_and_knows_its_headings() -> None:
    extraction = read(lambda d: table(d, [["Dam", "Height"], ["Kariba\nnorth", "128 m"], ["Hoover", ""]]))
    assert extraction == Extraction(
        "Dam\tHeight\nKariba north\t128 m\nHoover",
        (
            Block(0, 10, "row", number=1),
            Block(11, 29, "row", headings=(0, 10), number=2),
            Block(30, 36, "row", headings=(0, 10), number=3),
        ),
    )


def test_a_row_that_is_repeated_on_every_page_names_the_columns() -> None:
    def fill(document: Document) -> None:
        table(document, [["1", "2"], ["3", "4"]])
        row = document.tables[0].rows[0]._tr
        row.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {NAMESPACES}/>"))

    assert [block.headings for block in read(fill).blocks] == [None, (0, 3)]


ROWS = [["North", "1", "2", "3"], ["", "4", "5", "6"], ["", "", "", "7"]]


def test_a_cell_that_goes_over_columns_or_rows_leaves_the_others_in_their_place() -> None:
    def fill(document: Document) -> None:
        table(document, [["", "2023", "", "2024"], ["Depot", "Buses", "Trams", "Buses"], *ROWS])
        made = document.tables[0]
        made.cell(0, 1).merge(made.cell(0, 2))
        made.cell(2, 0).merge(made.cell(3, 0))
        late = made.rows[4]
        late._tr.remove(late._tr.tc_lst[0])
        late._tr.get_or_add_trPr().append(parse_xml(f'<w:gridBefore {NAMESPACES} w:val="1"/>'))

    extraction = read(fill)
    assert extraction.text.split("\n") == [
        "\t2023\t\t2024",
        "Depot\tBuses\tTrams\tBuses",
        "North\t1\t2\t3",
        "\t4\t5\t6",
        "\t\t\t7",
    ]
    assert [block.headings for block in extraction.blocks] == [None, None, *[(0, 35)] * 3]


@pytest.mark.parametrize(
    ("style", "look", "names"),
    [
        ("LightGrid", 'w:val="0020"', (0, 9)),
        ("LightGrid", 'w:val="0000"', None),
        ("LightGrid", 'w:val="none of these"', None),
        ("LightGrid", 'w:firstRow="1"', (0, 9)),
        ("LightGrid", 'w:firstRow="0" w:val="0020"', None),
        ("TableGrid", 'w:val="0020"', None),
    ],
)
def test_a_first_row_of_words_names_the_columns_where_its_style_sets_it_apart(
    style: str, look: str, names: tuple[int, int] | None
) -> None:
    def fill(document: Document) -> None:
        table(document, [["Dam", "River"], ["Kariba", "Zambezi"]])
        properties = document.tables[0]._tbl.tblPr
        for old in properties.findall(f"{{{properties.nsmap['w']}}}tblLook"):
            properties.remove(old)
        properties.append(parse_xml(f"<w:tblStyle {NAMESPACES} w:val='{style}'/>"))
        properties.append(parse_xml(f"<w:tblLook {NAMESPACES} {look}/>"))

    assert read(fill).blocks[-1].headings == names


def test_a_table_of_one_column_is_a_frame_around_text() -> None:
    assert [block.kind for block in read(lambda d: table(d, [["One."], ["Two."]])).blocks] == ["paragraph"] * 2


def test_a_table_in_a_cell_is_part_of_the_row() -> None:
    def fill(document: Document) -> None:
        table(document, [["Dam", "Size"], ["Kariba", ""]])
        inner = document.tables[0].cell(1, 1).add_table(1, 2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "high", "128"

    assert read(fill).text == "Dam\tSize\nKariba\thigh 128"


TEXT = "<w:r><w:t>{}</w:t></w:r>"
BOX = f"<w:txbxContent><w:p>{TEXT.format('Box.')}</w:p></w:txbxContent>"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (f"<w:ins>{TEXT.format('new')}</w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>", "new"),
        (f"<w:moveFrom>{TEXT.format('gone')}</w:moveFrom>{TEXT.format('here')}", "here"),
        (f"<w:hyperlink>{TEXT.format('link')}</w:hyperlink>", "link"),
        (f"<w:fldSimple>{TEXT.format('field')}</w:fldSimple>", "field"),
        ("<w:r><w:instrText>PAGE</w:instrText><w:t>7</w:t></w:r>", "7"),
        ("<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r>", "a\tb"),
        ("<w:r><w:t>well</w:t><w:noBreakHyphen/><w:t>kn</w:t><w:softHyphen/><w:t>own</w:t></w:r>", "well-known"),
        ("<m:oMath><m:r><m:t>E=mc²</m:t></m:r></m:oMath>", "E=mc²"),
        (f"<w:ruby><w:rt>{TEXT.format('kan')}</w:rt><w:rubyBase>{TEXT.format('漢')}</w:rubyBase></w:ruby>", "漢"),
        (
            f"<w:r><w:t>Text.</w:t><mc:AlternateContent><mc:Choice>{BOX}</mc:Choice><mc:Fallback>{BOX}</mc:Fallback>"
            "</mc:AlternateContent></w:r>",
            "Text.\n\nBox.",
        ),
    ],
)
def test_what_stands_deep_in_a_paragraph_is_read_once(xml: str, text: str) -> None:
    assert text_of(f"<w:p>{xml}</w:p>") == text


def test_what_stands_in_a_content_control_is_read() -> None:
    assert text_of(f"<w:sdtContent><w:p>{TEXT.format('a control')}</w:p></w:sdtContent>") == "a control"


@pytest.mark.parametrize("level", ["9", "-1", "x"])
def test_an_outline_level_beyond_all_is_no_heading(level: str) -> None:
    xml = f'<w:p><w:pPr><w:outlineLvl w:val="{level}"/></w:pPr><w:r><w:t>Text.</w:t></w:r></w:p>'
    blocks = read(lambda d: d.element.body.insert(0, parse_xml(f"<w:sdt {NAMESPACES}>{xml}</w:sdt>"))).blocks
    assert blocks == (Block(0, 5, "paragraph"),)


def test_notes_follow_the_text() -> None:
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote>'
    line = '<w:footnote w:type="separator"><w:p><w:r><w:t>---</w:t></w:r></w:p></w:footnote>'
    notes = f"<w:footnotes {NAMESPACES}>{line}{note}</w:footnotes>"

    def fill(document: Document) -> None:
        document.add_paragraph("It stands.")
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
        document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")

    assert read(fill).text == "It stands.\n\nA note."


@settings(max_examples=25)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff"))))
def test_every_paragraph_is_read_as_it_was_written(written: list[str]) -> None:
    extraction = read(lambda document: [document.add_paragraph(text) for text in written])
    kept = [text.strip() for text in written if text.strip()]
    assert extraction.text == "\n\n".join(kept)
    assert [extraction.text[block.start : block.end] for block in extraction.blocks] == kept


def test_the_same_words_in_two_paragraphs_stay_two_blocks() -> None:
    assert read(lambda d: [d.add_paragraph("Same."), d.add_paragraph("Same.")]).text == "Same.\n\nSame."


@pytest.mark.parametrize(
    "data", [b"PK", b"text", saved(docx.Document())[:-30], zipped({"a": "b"}), zipped({"[Content_Types].xml": "<x"})]
)
def test_a_damaged_file_or_one_of_another_type_is_refused_with_a_next_step(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=DAMAGED):
        extract(data)


def test_an_excel_workbook_with_the_ending_of_word_is_refused() -> None:
    buffer = BytesIO()
    openpyxl.Workbook().save(buffer)
    with pytest.raises(UnreadableFile, match=DAMAGED):
        extract(buffer.getvalue())


def test_entities_are_not_expanded() -> None:
    with ZipFile(BytesIO(saved(docx.Document()))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    bomb = '<!DOCTYPE x [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;">]>'
    xml = f"{bomb}<w:document {NAMESPACES}><w:body><w:p><w:r><w:t>Text.&b;</w:t></w:r></w:p></w:body></w:document>"
    assert extract(zipped(files | {"word/document.xml": xml.encode()})).text == "Text."
