import pytest
from hypothesis import given

from index.formats.extraction import Block
from index.formats.plain_text import extract
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
def test_an_empty_line_parts_paragraphs_whatever_ends_a_line(end: str) -> None:
    text = f"The first one is here.{end}{end}The second one is there.{end}"
    assert parts(text) == [("paragraph", "The first one is here."), ("paragraph", "The second one is there.")]


def test_a_short_line_alone_at_the_top_is_the_title() -> None:
    extraction = extract(b"The old dam\n\nIt stands.\n")
    assert extraction.title == "The old dam"
    assert extraction.blocks == (Block(0, 11, "heading", 1), Block(13, 23, "paragraph"))


def test_a_short_line_alone_further_down_is_a_heading_of_the_second_level() -> None:
    extraction = extract(b"It stands.\n\nRepairs\n\nNone yet.\n")
    assert extraction.title is None
    assert extraction.blocks[1] == Block(12, 19, "heading", 2)


@pytest.mark.parametrize("line", ["It stands.", "repairs", "Repairs:", "Paid 30 dollars", "Last line"])
def test_a_line_that_does_not_look_like_a_heading_is_none(line: str) -> None:
    after = "" if line == "Last line" else "\n\nMore text."
    assert ("paragraph", line) in parts(f"Some words here.\n\n{line}{after}")


def test_list_items_begin_after_their_markers() -> None:
    assert parts("- apples and pears\n* plums\n1. cherries\n(2) figs\n") == [
        ("item", "apples and pears"),
        ("item", "plums"),
        ("item", "cherries"),
        ("item", "figs"),
    ]


def test_a_line_wrapped_by_the_margin_continues_its_paragraph() -> None:
    text = "The water level in the reservoir has been falling\nsince the spring of that year, and nobody\nknows why."
    assert parts(text) == [("paragraph", text)]


def test_a_line_that_left_room_for_the_next_word_was_ended_on_purpose() -> None:
    lines = ["Roses are red", "Violets are blue", "and the longest line of them all stands at the very end"]
    assert parts("\n".join(lines)) == [("paragraph", line) for line in lines]


def test_pages_begin_after_form_feeds() -> None:
    extraction = extract(b"Page one.\fPage two.\fPage three.")
    assert extraction.pages == (0, 10, 20)
    assert [extraction.text[b.start : b.end] for b in extraction.blocks] == ["Page one.", "Page two.", "Page three."]


def test_text_without_form_feeds_has_no_pages() -> None:
    assert extract(b"Page one.").pages == ()
