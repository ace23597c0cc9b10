import pytest

from index.errors import UnreadableFile
from index.formats.extraction import Block, Extraction
from index.formats.odt import extract
from tests.builders import zipped

NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{address}:1.0"'
    for name, address in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "svg": "svg-compatible",
    }.items()
)
DAMAGED = r"^is damaged or not an OpenDocument text \(\.odt\); open it in its program and save it again$"
META = '<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Report</dc:title></m>'


def odt(body: str, **others: str) -> bytes:
    content = f"<office:c {NAMESPACES}><office:body><office:text>{body}</office:text></office:body></office:c>"
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content} | others)


def text_of(body: str) -> str:
    return extract(odt(body)).text


def test_headings_paragraphs_and_items_are_blocks() -> None:
    body = (
        '<text:h text:outline-level="2">Our dams</text:h><text:p>They <text:span>stand</text:span>.</text:p>'
        "<text:list><text:list-item><text:p>one</text:p></text:list-item></text:list><text:p/>"
    )
    assert extract(odt(body)) == Extraction(
        "Our dams\n\nThey stand.\n\none",
        (Block(0, 8, "heading", 2), Block(10, 21, "paragraph"), Block(23, 26, "item")),
        "Our dams",
    )


def test_the_title_is_the_documents_own_where_it_has_one() -> None:
    assert extract(odt("<text:h>Dams</text:h>", **{"meta.xml": META})).title == "Report"


@pytest.mark.parametrize("head", ["<table:table-header-rows>{}</table:table-header-rows>", "{}"])
def test_a_row_of_a_table_knows_its_headings(head: str) -> None:
    def row(*cells: str) -> str:
        inner = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
        return f"<table:table-row>{inner}</table:table-row>"

    extraction = extract(odt(f"<table:table>{head.format(row('Dam', 'Height'))}{row('Kariba', '128 m')}</table:table>"))
    assert extraction.text == "Dam\tHeight\nKariba\t128 m"
    assert extraction.blocks == (Block(0, 10, "row", number=1), Block(11, 23, "row", headings=(0, 10), number=2))


def test_a_table_of_one_column_is_a_frame_around_text() -> None:
    cell = "<table:table-cell><text:p>One.</text:p><text:p>Two.</text:p></table:table-cell>"
    assert text_of(f"<table:table><table:table-row>{cell}</table:table-row></table:table>") == "One.\n\nTwo."


def test_a_cell_that_goes_over_columns_or_is_repeated_leaves_the_others_in_their_place() -> None:
    def row(cells: str) -> str:
        return f"<table:table-row>{cells}</table:table-row>"

    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell{more}><text:p>{text}</text:p></table:table-cell>"

    head = row(cell("Depot") + cell("Buses") + cell("Trams") + cell("Boats"))
    over = cell("1", ' table:number-columns-spanned="2"') + "<table:covered-table-cell/>" + cell("3")
    same = cell("4", ' table:number-columns-repeated="3"')
    body = head + row(cell("North") + over) + row(cell("South") + same)
    assert text_of(f"<table:table>{body}</table:table>") == (
        "Depot\tBuses\tTrams\tBoats\nNorth\t1\t\t3\nSouth\t4\t4\t4"
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('<text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d</text:p>', "a   b\tc\nd"),
        ("<text:p>in\n  the   file</text:p>", "in the file"),
        ('<text:p>a<text:s text:c="999999999"/>b</text:p>', f"a{' ' * 20}b"),
        (
            "<text:p>Text.<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Note.</text:p>"
            "</text:note-body></text:note> More.</text:p>",
            "Text. More.\n\nNote.",
        ),
        (
            "<text:p>Text.<draw:frame><svg:desc>alt</svg:desc><draw:text-box><text:p>Box.</text:p></draw:text-box>"
            "</draw:frame></text:p>",
            "Text.\n\nBox.",
        ),
        ("<text:p>Said.<office:annotation><text:p>remark</text:p></office:annotation></text:p>", "Said."),
        ("<text:tracked-changes><text:p>old</text:p></text:tracked-changes><text:p>new</text:p>", "new"),
        ("<text:section><text:p>inside</text:p></text:section>", "inside"),
    ],
)
def test_what_stands_deep_in_the_xml_is_read_once(body: str, text: str) -> None:
    assert text_of(body) == text


def test_an_encrypted_file_is_refused() -> None:
    manifest = {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
    with pytest.raises(UnreadableFile, match="^is encrypted; save a copy without a password$"):
        extract(odt("<text:p/>", **manifest))


@pytest.mark.parametrize(
    "data", [b"text", odt("<text:p/>")[:-9], zipped({"a": "b"}), odt("<text:p>"), zipped({"content.xml": "<a/>"})]
)
def test_a_damaged_file_or_one_of_another_type_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=DAMAGED):
        extract(data)


def test_a_file_that_defines_entities_is_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(UnreadableFile, match="^defines entities, as an OpenDocument text .* never needs to; open it"):
        extract(zipped({"content.xml": f"{bomb}<x>&b;</x>"}))
