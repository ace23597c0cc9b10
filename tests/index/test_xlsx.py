from datetime import date, datetime, time, timedelta
from io import BytesIO

import docx
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from index.errors import UnreadableFile
from index.formats.extraction import Block, Extraction
from index.formats.xlsx import extract, shown
from tests.builders import zipped

DAMAGED = r"^is damaged or not an Excel workbook \(\.xlsx\); open it in its program and save it again$"
Rows = list[list[object]]


def workbook(sheets: dict[str, Rows], title: str | None = None) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet: Worksheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.properties.title = title
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_each_sheet_is_a_page_below_its_name_and_a_row_knows_its_headings() -> None:
    data = workbook({"Dams": [["Name", "Height"], ["Kariba", 128]], "Bridges": [["Name", "Built"], ["Old", 1911]]})
    assert extract(data) == Extraction(
        "Dams\n\nName\tHeight\nKariba\t128\n\nBridges\n\nName\tBuilt\nOld\t1911",
        (
            Block(0, 4, "heading", 1),
            Block(6, 17, "row", number=1),
            Block(18, 28, "row", headings=(6, 17), number=2),
            Block(30, 37, "heading", 1),
            Block(39, 49, "row", number=1),
            Block(50, 58, "row", headings=(39, 49), number=2),
        ),
        None,
        (0, 30),
    )


def test_the_title_is_the_workbooks_own_where_it_has_one() -> None:
    assert extract(workbook({"Sheet1": [["x"]]}, title="Our dams")).title == "Our dams"


def test_blank_rows_part_tables_and_empty_cells_keep_their_place() -> None:
    data = workbook({"S": [["Dam", "Site", "Height"], ["Kariba", None, 128], [], ["Lake", "Area"], ["Nasser", 5250]]})
    extraction = extract(data)
    assert extraction.text == "S\n\nDam\tSite\tHeight\nKariba\t\t128\n\nLake\tArea\nNasser\t5250"
    assert [b.headings and extraction.text[slice(*b.headings)] for b in extraction.blocks] == [
        *(None, None, "Dam\tSite\tHeight", None, "Lake\tArea"),
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "General", ""),
        (128, "General", "128"),
        (0.1 + 0.2, "General", "0.3"),
        (128.0, "General", "128"),
        (0.125, "0.0%", "12.5%"),
        (1234567, "#,##0", "1,234,567"),
        (-1234.5, '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\)', "-$1,234.50"),
        (128.25, "[$€-407] 0.0", "€ 128.25"),
        (5, '#,##0.00\\ "€"', "5.00 €"),
        (12, '0" kg"', "12 kg"),
        (12, "[Red]0 [$kr-414]", "12 kr"),
        (1234567, '0,"k"', "1234567"),
        (12.5, '0.0"%"', "12.5%"),
        (-12.5, "0.0\\%", "-12.5%"),
        (12, '[$%-409] 0"; of 100 %"', "% 12; of 100 %"),
        (0.5, '0" of ";0%', "0.5 of"),
        (1, '"Yes";"Yes";"No"', "Yes"),
        (-1, '"Yes";"Yes";"No"', "Yes"),
        (0, '"Yes";"Yes";"No"', "No"),
        (0, '"Yes";"No"', "Yes"),
        (-3, '"above";-0.0" m"', "-3.0 m"),
        (-1, '"Yes"', "-1"),
        (3, '[=1]"Yes";[=0]"No";General', "3"),
        (3, ";;;", "3"),
        (5, 'General" kg"', "5 kg"),
        (5, '"General fund "0', "General fund 5"),
        (1e300, '"$"#,##0', "$1e+300"),
        (7, "@", "7"),
        (True, "General", "TRUE"),
        ("#N/A", "General", "#N/A"),
        (datetime(2024, 10, 30), "yyyy-mm-dd", "2024-10-30"),
        (datetime(2024, 10, 30, 9, 5), "yyyy-mm-dd", "2024-10-30 09:05:00"),
        (date(2024, 10, 30), "yyyy-mm-dd", "2024-10-30"),
        (time(9, 5), "h:mm", "09:05:00"),
        (timedelta(hours=30), "[h]:mm", "30:00:00"),
        ("Käse\n👍", "General", "Käse\n👍"),
    ],
)
def test_values_are_shown_as_a_person_reads_them(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_dates_and_percentages_are_told_by_their_format() -> None:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.append(["on", datetime(2024, 10, 30), 0.125])
    sheet["C1"].number_format = "0.0%"
    buffer = BytesIO()
    made.save(buffer)
    assert extract(buffer.getvalue()).text == "Sheet\n\non\t2024-10-30\t12.5%"


def test_half_a_surrogate_pair_leaves_valid_unicode() -> None:
    text = extract(workbook({"S": [["_xD83D_ alone", "Käse"]]})).text
    assert text.encode().decode() == text


def test_formulas_that_nobody_has_calculated_are_refused() -> None:
    with pytest.raises(
        UnreadableFile, match="^holds no values; if it has formulas, open it in its program and save it"
    ):
        extract(workbook({"S": [["=1+1"]]}))


@pytest.mark.parametrize(
    "data", [b"PK", b"text", workbook({"S": [[1]]})[:-30], zipped({"a": "b"}), zipped({"[Content_Types].xml": "<x"})]
)
def test_a_damaged_file_is_refused_with_a_next_step(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=DAMAGED):
        extract(data)


def test_a_word_document_with_the_ending_of_excel_is_refused() -> None:
    buffer = BytesIO()
    docx.Document().save(buffer)
    with pytest.raises(UnreadableFile, match=DAMAGED):
        extract(buffer.getvalue())
