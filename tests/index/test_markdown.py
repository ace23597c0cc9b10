import re

import pytest
from hypothesis import given

from index.formats.markdown import extract
from tests.strategies import texts


def parts(data: str) -> list[tuple[str, str]]:
    extraction = extract(data.encode())
    return [(block.kind, extraction.text[block.start : block.end]) for block in extraction.blocks]


@given(texts)
def test_the_text_is_the_files_text_unchanged(text: str) -> None:
    assert extract(b"\xef\xbb\xbf" + text.encode()).text == text


@given(texts)
def test_blocks_are_in_order_do_not_overlap_and_lie_in_the_text(text: str) -> None:
    extraction = extract(b"\xef\xbb\xbf" + text.encode())
    bounds = [offset for block in extraction.blocks for offset in (block.start, block.end)]
    assert bounds == sorted(bounds)
    assert all(block.start < block.end <= len(text) for block in extraction.blocks)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_structure_is_the_same_whatever_ends_a_line(end: str) -> None:
    text = end.join(["# The dam #", "", "It *stands*.", "", "- one", "- two", "", "Repairs", "-------", "None."])
    assert parts(text) == [
        ("heading", "The dam"),
        ("paragraph", "It *stands*."),
        ("item", "one"),
        ("item", "two"),
        ("heading", "Repairs"),
        ("paragraph", "None."),
    ]


def test_headings_have_their_level() -> None:
    blocks = extract(b"# One\n\n### Three\n\nText.").blocks
    assert [(block.kind, block.level) for block in blocks] == [("heading", 1), ("heading", 3), ("paragraph", 0)]


def test_rows_of_a_table_are_blocks_and_the_ruler_is_not() -> None:
    assert parts("| Dam | Height |\n|---|---|\n| Kariba | 128 m |\n| Hoover | 221 m |\n") == [
        ("row", "| Dam | Height |"),
        ("row", "| Kariba | 128 m |"),
        ("row", "| Hoover | 221 m |"),
    ]


def test_a_table_that_begins_a_list_item_begins_with_its_first_pipe() -> None:
    assert parts("- | A | B |\n  |---|---|\n  | 1 | 2 |\n\nText.\n") == [
        ("row", "| A | B |"),
        ("row", "| 1 | 2 |"),
        ("paragraph", "Text."),
    ]


def test_a_row_knows_what_names_its_columns() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n"
    extraction = extract(f"{table}\nText.\n\n{table}".encode())
    assert [block.headings for block in extraction.blocks] == [None, *[(0, 9)] * 2, None, None, *[(48, 57)] * 2]
    assert extraction.text[48:57] == "| a | b |"


def test_code_keeps_its_fences_out_of_sentences_of_text() -> None:
    assert parts("Run:\n\n```sh\nmake all\n```\n\nDone.") == [
        ("paragraph", "Run:"),
        ("code", "```sh\nmake all\n```"),
        ("paragraph", "Done."),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: From the *front*\ndate: 2026\n---\n# Heading\n", "From the *front*"),
        ("---\ntitle: 'Quoted'\n---\nText.", "Quoted"),
        ("Text.\n\n## The **old** [dam](http://a.b)\n", "The old dam"),
        ("Only text.", None),
    ],
)
def test_the_title_is_the_front_matters_else_the_first_heading(text: str, title: str | None) -> None:
    assert extract(text.encode()).title == title


def test_a_heading_of_two_lines_ends_before_its_underline() -> None:
    assert parts("The old dam\nand its repairs\n===\n\nText.")[0] == ("heading", "The old dam\nand its repairs")


def test_nothing_is_lost_in_a_deeply_nested_list() -> None:
    text = "".join(f"{'  ' * depth}- item{depth}\n" for depth in range(30))
    assert re.findall(r"item\d+", " ".join(part for _, part in parts(text))) == [f"item{n}" for n in range(30)]


def test_a_quotation_within_a_quotation_is_read() -> None:
    assert parts("> > He left.\n> > Alone.\n")[0][1].startswith("He left.")


def test_ten_thousand_nested_quotations_are_no_trouble() -> None:
    assert extract((">" * 10_000 + " deep").encode()).text.endswith(" deep")
