import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.formats.csv import extract, extract_tsv
from index.formats.extraction import Block, Extraction
from tests.builders import document

CELLS = st.sampled_from(["dam", "a, b", 'say "no"', "'", "é 👍", "x" * 500, "\u00a0y", ",,", '"'])


def test_a_row_is_a_line_with_tabs_and_knows_its_headings() -> None:
    assert extract(b'Dam,Height\r\n"Kariba, north",128\r\nHoover,221\r\n') == Extraction(
        "Dam\tHeight\nKariba, north\t128\nHoover\t221",
        (
            Block(0, 10, "row", number=1),
            Block(11, 28, "row", headings=(0, 10), number=2),
            Block(29, 39, "row", headings=(0, 10), number=3),
        ),
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_parts_the_cells_is_found_out(delimiter: str) -> None:
    rows = ("Dam", "Height", "Note"), ("Kariba", "128", "old"), ("Hoover", "221", "older")
    assert extract("\n".join(map(delimiter.join, rows)).encode()).text == "\n".join(map("\t".join, rows))


def test_figures_with_a_decimal_comma_are_no_cells_of_their_own() -> None:
    assert extract(b"Dam;Height\nKariba;128,5\nHoover;221,4").text == "Dam\tHeight\nKariba\t128,5\nHoover\t221,4"


def test_a_title_above_the_table_does_not_hide_what_parts_the_cells() -> None:
    assert extract(b"Our dams\nDam;Height\nKariba;128\n").text == "Our dams\nDam\tHeight\nKariba\t128"


def test_quoted_cells_may_hold_line_ends_and_quotation_marks() -> None:
    assert (
        extract(b'Dam,Note\nKariba,"He said ""high"".\nTwice."\n').text == 'Dam\tNote\nKariba\tHe said "high". Twice.'
    )


def test_only_tabs_part_the_cells_of_tsv() -> None:
    assert extract_tsv(b"Dam\tBuilt, opened\nKariba\t1955, 1959").text == "Dam\tBuilt, opened\nKariba\t1955, 1959"


def test_a_row_has_the_number_that_a_spreadsheet_gives_it() -> None:
    read = extract(b'Dam,Note\n\nKariba,"Two\nlines"\nHoover,old\n')
    assert {read.text[block.start : block.end]: block.number for block in read.blocks} == {
        "Dam\tNote": 1,
        "Kariba\tTwo lines": 3,
        "Hoover\told": 4,
    }


def test_a_table_without_headings_has_none() -> None:
    assert [block.headings for block in extract(b"Kariba,128\nHoover,221").blocks] == [None, None]


def test_the_encoding_is_told() -> None:
    assert extract("Ort;Höhe\nKäse;3".encode("utf-16")).text == "Ort\tHöhe\nKäse\t3"


def test_a_cell_of_more_than_a_million_characters_is_refused_by_line() -> None:
    with pytest.raises(
        UnreadableFile, match=r"^is no table at line 2: field larger than .*; mend it and save it again$"
    ):
        extract(b"a,b\n" + b"x" * 2**21)


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"a,b\x00\n" * 9])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="is binary data"):
        extract(data)


@pytest.mark.parametrize("data", [b",,\n,,\n", b"\n\n \n"])
def test_a_table_of_nothing_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        document(data, "a.csv")


@given(st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=9))
def test_every_cell_is_in_the_text_in_its_row(rows: list[tuple[str, str]]) -> None:
    file = StringIO()
    csv.writer(file).writerows(rows)
    extraction = extract(b"\xef\xbb\xbf" + file.getvalue().encode())
    assert extraction.text == "\n".join(map("\t".join, rows))
    assert [block.headings for block in extraction.blocks] == [None, *[(0, len("\t".join(rows[0])))] * (len(rows) - 1)]
