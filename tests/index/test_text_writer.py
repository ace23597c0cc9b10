import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.formats import text_writer
from index.formats.extraction import Block, Extraction, LeftOut
from index.formats.text_writer import TextWriter, names_columns

ANY_TEXT = st.text(st.characters(), max_size=20)


def test_blocks_are_parted_by_an_empty_line_and_blank_ones_left_out() -> None:
    writer = TextWriter()
    writer.add(" The dam\n", "heading", 1)
    writer.add(" \t")
    writer.add("It stands.")
    assert writer.extraction() == Extraction(
        "The dam\n\nIt stands.", (Block(0, 7, "heading", 1), Block(9, 19, "paragraph")), "The dam"
    )


def test_rows_follow_one_another_and_know_what_names_their_columns() -> None:
    writer = TextWriter()
    writer.add_row(1, ["Dam", "Height"], names_columns=True)
    writer.add_row(2, ["Kariba", "128\n m"])
    writer.add("It stands.")
    writer.add_row(1, ["no", "headings"])
    assert writer.extraction() == Extraction(
        "Dam\tHeight\nKariba\t128 m\n\nIt stands.\n\nno\theadings",
        (
            Block(0, 10, "row", number=1),
            Block(11, 23, "row", headings=(0, 10), number=2),
            Block(25, 35, "paragraph"),
            Block(37, 48, "row", number=1),
        ),
    )


def test_two_rows_of_headings_are_one_slice_and_later_ones_replace_them() -> None:
    writer = TextWriter()
    for number, (cells, names) in enumerate(
        ((["a", "b"], True), (["c", "d"], True), (["1", "2"], False), (["e", "f"], True), (["3"], False)), 1
    ):
        writer.add_row(number, cells, names)
    blocks = writer.extraction().blocks
    assert [block.headings for block in blocks] == [None, None, (0, 7), None, (12, 15)]


def test_an_empty_cell_keeps_its_place_but_not_at_the_end() -> None:
    writer = TextWriter()
    writer.add_table([(1, ["", "b", "", "d", "", ""])])
    assert writer.extraction().text == "\tb\t\td"


@pytest.mark.parametrize(
    ("rows", "headings"),
    [
        (
            ["|2023||2024|", "Depot|Buses|Trams|Buses|Trams", "North|1|2|3|4"],
            [None, None, "\t2023\t\t2024\nDepot\tBuses\tTrams\tBuses\tTrams"],
        ),
        (["Kariba||old", "Hoover|dam|older", "Aswan|dam|new"], [None, None, None]),
        (["|2023||2024|", "North|1|2|3|4"], [None, "\t2023\t\t2024"]),
        (["|2023||2024|"], [None]),
    ],
)
def test_names_that_stand_over_several_columns_each_are_headings_too(
    rows: list[str], headings: list[str | None]
) -> None:
    writer = TextWriter()
    writer.add_table((number, row.split("|")) for number, row in enumerate(rows, 1))
    extraction = writer.extraction()
    assert [block.headings and extraction.text[slice(*block.headings)] for block in extraction.blocks] == headings


def test_a_table_is_ended_by_a_blank_row_and_may_have_a_title() -> None:
    writer = TextWriter()
    table = [["Dams of 1959"], ["Name", "Height"], ["Kariba", "128"], [], ["Kabul", "Herat"], ["1", "2"]]
    writer.add_table(enumerate(table, 1))
    extraction = writer.extraction()
    rows = {
        extraction.text[b.start : b.end]: b.headings and extraction.text[slice(*b.headings)] for b in extraction.blocks
    }
    assert rows == {
        "Dams of 1959": None,
        "Name\tHeight": None,
        "Kariba\t128": "Name\tHeight",
        "Kabul\tHerat": None,
        "1\t2": "Kabul\tHerat",
    }
    assert [block.number for block in extraction.blocks] == [1, 2, 3, 5, 6]


@pytest.mark.parametrize(
    "row",
    [
        ["Dam", "Height (m)"],
        ["", "2019", "2020"],
        ["No.", "Dam", ""],
        ["Q1", "Q2"],
        ["Dam", "2019/20", "2021 (est.)"],
        ["Dam", "Height", "", "Length"],
        ["", "Height", "Length", "", "Built"],
    ],
)
def test_words_and_years_name_columns(row: list[str]) -> None:
    assert names_columns(row)


@pytest.mark.parametrize(
    "row",
    [
        [],
        ["Dam"],
        ["Kariba", "128"],
        ["Kariba", "128 m"],
        ["a", "", "c"],
        ["a", "", "", "d"],
        ["Oslo", "-3.5"],
        ["a", "€10"],
        ["b", "5 %"],
        ["c", "2024-10-30"],
    ],
)
def test_figures_gaps_and_single_cells_name_no_columns(row: list[str]) -> None:
    assert not names_columns(row)


def test_a_page_begins_after_what_parts_it_from_the_one_before() -> None:
    writer = TextWriter()
    for text in ("One.", "", "Three."):
        writer.begin_page()
        writer.add(text)
    extraction = writer.extraction()
    assert (extraction.text, extraction.pages) == ("One.\n\nThree.", (0, 6, 6))


def test_a_whole_text_is_taken_over_as_it_is() -> None:
    inner = TextWriter()
    inner.add("Deep", "heading", 6)
    inner.add_row(1, ["a", "b"], names_columns=True)
    inner.add_row(2, ["c", "d"])
    inner.left_out.append(LeftOut("x.png", "is a picture"))
    writer = TextWriter()
    writer.add("Mail", "heading", 1)
    writer.add_extraction(inner.extraction(), below=1)
    writer.add("End.")
    assert writer.extraction() == Extraction(
        "Mail\n\nDeep\n\na\tb\nc\td\n\nEnd.",
        (
            Block(0, 4, "heading", 1),
            Block(6, 10, "heading", 6),
            Block(12, 15, "row", number=1),
            Block(16, 19, "row", headings=(12, 15), number=2),
            Block(21, 25, "paragraph"),
        ),
        "Mail",
        left_out=(LeftOut("x.png", "is a picture"),),
    )


def test_halves_of_a_surrogate_pair_become_the_character_they_are() -> None:
    writer = TextWriter()
    writer.add("a\ud83d\udc4db\ud83dc")
    assert writer.extraction("t\udc00").text == "a👍b\ufffdc"
    assert writer.extraction("t\udc00").title == "t\ufffd"


def test_a_text_that_would_be_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_writer, "LONGEST_TEXT", 2**20)
    with pytest.raises(UnreadableFile, match="^holds more than 1 million characters; split it$"):
        TextWriter().add_table((number, [*[""] * 16_383, "far"]) for number in range(100))


@given(
    st.lists(
        st.tuples(st.sampled_from(["block", "rows", "page"]), st.lists(st.lists(ANY_TEXT, max_size=3), max_size=4))
    )
)
def test_whatever_is_written_blocks_are_in_order_and_the_text_is_valid(
    steps: list[tuple[str, list[list[str]]]],
) -> None:
    writer = TextWriter()
    for step, rows in steps:
        if step == "rows":
            writer.add_table(enumerate(rows, 1))
        elif step == "page":
            writer.begin_page()
        else:
            writer.add(" ".join(cell for row in rows for cell in row))
    extraction = writer.extraction()
    bounds = [offset for block in extraction.blocks for offset in (block.start, block.end)]
    assert bounds == sorted(bounds)
    assert all(block.start < block.end <= len(extraction.text) for block in extraction.blocks)
    assert all(b.headings is None or 0 <= b.headings[0] < b.headings[1] < b.start for b in extraction.blocks)
    assert list(extraction.pages) == sorted(extraction.pages)
    assert extraction.text.encode().decode() == extraction.text
