from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import index.formats.pdf
from index.errors import UnreadableFile
from index.formats.extraction import Block, LeftOut
from index.formats.pdf import extract
from tests.builders import Drawn, pdf

ENCRYPTED = Path(__file__).parent.parent / "fixtures" / "encrypted.pdf"


def test_a_page_begins_with_a_paragraph_where_the_one_before_ends_with_a_sentence() -> None:
    extraction = extract(pdf(["The dam stands.", "It is 40 m high."]))
    assert extraction.text == "The dam stands.\n\nIt is 40 m high."
    assert extraction.pages == (0, 17)


def test_a_sentence_may_run_on_over_a_page() -> None:
    extraction = extract(pdf(["The dam of the old town", "still stands today."]))
    assert extraction.text == "The dam of the old town\nstill stands today."
    assert (extraction.blocks, extraction.pages) == ((Block(0, 43, "paragraph"),), (0, 24))


def test_a_page_without_text_keeps_its_number() -> None:
    extraction = extract(pdf(["One.", "", "Three."]))
    assert extraction.text == "One.\n\nThree."
    assert extraction.pages == (0, 6, 6)


def test_the_title_is_the_documents_own_else_its_first_line() -> None:
    assert extract(pdf(["First line.\nMore."], title="Report (final)")).title == "Report (final)"
    assert extract(pdf(["First line\nMore."])).title == "First line"


def test_bookmarks_are_headings_where_their_words_stand() -> None:
    extraction = extract(pdf(["Dams\nThey stand.", "Repairs\nNone."], bookmarks=[("dams", 1), ("Repairs", 2)]))
    headings = [block for block in extraction.blocks if block.kind == "heading"]
    assert [extraction.text[b.start : b.end] for b in headings] == ["Dams", "Repairs"]


def test_a_bookmark_is_a_line_of_its_page_and_no_word_of_a_sentence() -> None:
    page = "1.2  Survey\nThe survey of 1988 was\nlong.\nTable of\nspans\nAll are short."
    extraction = extract(pdf([page], bookmarks=[("of", 1), ("Survey", 1), ("Table of spans", 1)]))
    headings = [block for block in extraction.blocks if block.kind == "heading"]
    assert [extraction.text[b.start : b.end].split() for b in headings] == [["Survey"], ["Table", "of", "spans"]]


def parts(data: bytes) -> list[tuple[str, int, str]]:
    extraction = extract(data)
    return [(block.kind, block.level, extraction.text[block.start : block.end]) for block in extraction.blocks]


@pytest.mark.parametrize(("size", "second"), [(14, ("heading", 2)), (11, ("paragraph", 0))])
def test_a_bookmark_whose_words_stand_in_two_blocks_takes_no_word_out_of_either(
    size: int, second: tuple[str, int]
) -> None:
    page = [
        Drawn(72, 720, "Annex II", 18, is_bold=True),
        Drawn(72, 680, "List of services", size, is_bold=size > 11),
        *(Drawn(72, 640 - 14 * line, "The services are listed by the port that offers them,", 11) for line in range(8)),
    ]
    first, other, *_ = parts(pdf([page], bookmarks=[("Annex II List of services", 1)]))
    assert (first, other) == (("heading", 1, "Annex II"), (*second, "List of services"))


def test_a_heading_with_a_bookmark_for_each_of_its_lines_is_one_heading() -> None:
    page = [
        Drawn(72, 720, "Annex II The services of the ports", 18, is_bold=True),
        Drawn(72, 700, "Part One The ports of the north", 18, is_bold=True),
        *(Drawn(72, 640 - 14 * line, "The services are listed by the port that offers them,", 11) for line in range(8)),
    ]
    bookmarks = [("Annex II The services of the ports", 1), ("Part One The ports of the north", 1)]
    assert [part for part in parts(pdf([page], bookmarks=bookmarks)) if part[0] == "heading"] == [
        ("heading", 1, "Annex II The services of the ports\nPart One The ports of the north")
    ]


def test_pages_that_are_pictures_among_others_are_listed_and_blank_ones_are_not() -> None:
    pages = ["They stand.", "", "", "Repairs", "", "", ""]
    extraction = extract(pdf(pages, pictures=[1, 3, 5, 6]))
    reason = "no text, only a picture; if it is a scan, run it through text recognition first"
    assert extraction.left_out == (LeftOut("page 3", f"has {reason}"), LeftOut("pages 5-6", f"have {reason}"))


def test_a_bookmark_whose_words_are_not_on_its_page_is_no_heading() -> None:
    extraction = extract(pdf(["They stand.", "Repairs"], bookmarks=[("Repairs", 1)]))
    assert {block.kind for block in extraction.blocks} == {"paragraph"}


def test_a_document_too_large_to_look_at_its_layout_is_read_as_it_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = ["The dam stands.", "It is 40 m high.", "", "It holds."]
    monkeypatch.setattr(index.formats.pdf, "_MOST_WORDS", 5)
    extraction = extract(pdf(pages, pictures=[1, 4]))
    assert (extraction.text, extraction.pages) == ("The dam stands.\nIt is 40 m high.\n\nIt holds.", (0, 16, 33, 34))
    assert extraction.left_out == ()


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"not a pdf", pdf(["Text."])[:120]])
def test_a_damaged_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        extract(data)


def test_an_encrypted_file_is_refused() -> None:
    with pytest.raises(UnreadableFile, match=r"^is encrypted; save a copy without a password$"):
        extract(ENCRYPTED.read_bytes())


def test_a_file_without_text_is_refused_as_a_scan() -> None:
    with pytest.raises(UnreadableFile, match="if it is a scan, run it through text recognition first"):
        extract(pdf(["", ""]))


def test_many_threads_may_read_at_once() -> None:
    files = [pdf([f"This is file {n}."]) for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(extract, files))
    assert [extraction.text for extraction in read] == [f"This is file {n}." for n in range(20)]
