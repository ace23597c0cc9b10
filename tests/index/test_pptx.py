from io import BytesIO
from typing import Any

import openpyxl
import pptx
import pytest
from pptx.util import Inches

from index.errors import UnreadableFile
from index.formats.extraction import Block, Extraction
from index.formats.pptx import extract
from tests.builders import zipped

DAMAGED = r"^is damaged or not a PowerPoint presentation \(\.pptx\); open it in its program and save it again$"
BOX = (Inches(1), Inches(1), Inches(4), Inches(2))
TITLE_AND_CONTENT, BLANK = 1, 6


def saved(presentation: Any) -> bytes:
    buffer = BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def add_slide(presentation: Any, title: str, body: str, notes: str = "") -> None:
    slide = presentation.slides.add_slide(presentation.slide_layouts[TITLE_AND_CONTENT])
    slide.shapes.title.text = title
    slide.placeholders[1].text = body
    if notes:
        slide.notes_slide.notes_text_frame.text = notes


def test_each_slide_is_a_page_with_its_title_above_and_its_notes_below() -> None:
    presentation = pptx.Presentation()
    add_slide(presentation, "Our\vdams", "Kariba\nHoover", "Smile.")
    add_slide(presentation, "", "The end.")
    assert extract(saved(presentation)) == Extraction(
        "Our dams\n\nKariba\n\nHoover\n\nSmile.\n\nThe end.",
        (
            Block(0, 8, "heading", 1),
            Block(10, 16, "paragraph"),
            Block(18, 24, "paragraph"),
            Block(26, 32, "paragraph"),
            Block(34, 42, "paragraph"),
        ),
        "Our dams",
        (0, 34),
    )


def test_the_title_is_the_presentations_own_where_somebody_gave_it_one() -> None:
    presentation = pptx.Presentation()
    add_slide(presentation, "Dams", "")
    assert extract(saved(presentation)).title == "Dams"
    presentation.core_properties.title = "Report"
    assert extract(saved(presentation)).title == "Report"


def test_a_row_of_a_table_knows_its_headings() -> None:
    presentation = pptx.Presentation()
    shapes = presentation.slides.add_slide(presentation.slide_layouts[BLANK]).shapes
    table = shapes.add_table(2, 2, *BOX).table
    for i, text in enumerate(["Dam", "Height", "Kariba", "128 m"]):
        table.cell(*divmod(i, 2)).text = text
    extraction = extract(saved(presentation))
    assert extraction.text == "Dam\tHeight\nKariba\t128 m"
    assert extraction.blocks == (Block(0, 10, "row", number=1), Block(11, 23, "row", headings=(0, 10), number=2))
    table.first_row = False
    assert [block.headings for block in extract(saved(presentation)).blocks] == [None, None]


def test_groups_are_looked_into_and_line_breaks_are_line_ends() -> None:
    presentation = pptx.Presentation()
    group = presentation.slides.add_slide(presentation.slide_layouts[BLANK]).shapes.add_group_shape()
    group.shapes.add_group_shape().shapes.add_textbox(*BOX).text_frame.text = "One\vtwo 👍"
    assert extract(saved(presentation)).text == "One\ntwo 👍"


def test_an_empty_slide_keeps_its_number() -> None:
    presentation = pptx.Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[BLANK])
    add_slide(presentation, "Two", "")
    assert extract(saved(presentation)).pages == (0, 0)


@pytest.mark.parametrize(
    "data",
    [b"PK", b"text", saved(pptx.Presentation())[:-30], zipped({"a": "b"}), zipped({"[Content_Types].xml": "<x"})],
)
def test_a_damaged_file_is_refused_with_a_next_step(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=DAMAGED):
        extract(data)


def test_an_excel_workbook_with_the_ending_of_powerpoint_is_refused() -> None:
    buffer = BytesIO()
    openpyxl.Workbook().save(buffer)
    with pytest.raises(UnreadableFile, match=DAMAGED):
        extract(buffer.getvalue())
