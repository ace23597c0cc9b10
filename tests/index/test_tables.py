"""Rows as they are read: every cell behind the names of its row and column, and still a slice of its document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document, read_document
from index.tables import Piece, as_read, column_names, context, text_as_read
from tests.builders import document

CSV = b"Port,Ships,Cranes\nArd,1200,\nLower Ferrow,800,4\n"


def table(data: bytes = CSV, path: str = "ports.csv") -> Document:
    return read_document(path, data, modified=0.0)


def shown(document: Document, start: int = 0, end: int | None = None) -> str:
    return "".join(piece.text for piece in as_read(document, start, len(document.text) if end is None else end))


def test_cells_stand_behind_the_names_of_their_row_and_column() -> None:
    assert shown(table()) == (
        "Port\tShips\tCranes\n"
        "Port: Ard. Ard, Ships: 1200. \n"
        "Port: Lower Ferrow. Lower Ferrow, Ships: 800. Lower Ferrow, Cranes: 4. "
    )


def test_pieces_without_a_place_are_what_was_put_in() -> None:
    document = table()
    at = document.text.index("Ard")
    assert list(as_read(document, at, at + len("Ard\t1200"))) == [
        Piece("Port: "),
        Piece("Ard", at),
        Piece(". "),
        Piece("Ard, Ships: "),
        Piece("1200", at + 4),
        Piece(". "),
    ]


def test_text_around_a_table_is_read_as_it_is() -> None:
    document = table(b"Ships by port.\n\n| Port | Ships |\n|---|---:|\n| Ard | 1200 |\n\nThat is all.\n", "ports.md")
    assert shown(document) == (
        "Ships by port.\n\n| Port | Ships |\n|---|---:|\nPort: Ard. Ard, Ships: 1200. \n\nThat is all.\n"
    )


def test_a_slice_within_a_row_has_only_its_own_cells() -> None:
    document = table()
    at = document.text.index("800")
    assert shown(document, at + 1, at + 5) == "Lower Ferrow, Ships: 00. Lower Ferrow, Cranes: 4. "


def test_a_pipe_of_the_cell_itself_parts_nothing() -> None:
    document = table(b"| Rule | Means |\n|---|---|\n| a \\| b | either |\n", "rules.md")
    assert shown(document).endswith("Rule: a \\| b. a \\| b, Means: either. \n")


def test_a_table_whose_corner_is_empty_keeps_each_name_over_its_column() -> None:
    document = table(b",Captain,Cook\nSwift,Maud Perrin,Nils Aker\n")
    assert shown(document).endswith("\n Swift. Swift, Captain: Maud Perrin. Swift, Cook: Nils Aker. ")


def test_a_name_over_several_columns_is_that_of_each() -> None:
    text = "\t2023\t\t2024\nDepot\tLitres\tCost\tLitres\tCost"
    assert column_names(text, (0, len(text))) == ["Depot", "2023 Litres", "2023 Cost", "2024 Litres", "2024 Cost"]


def test_columns_named_by_several_rows_have_all_their_names() -> None:
    text = "Ships\tShips\tCranes\n2023\t2024\n"
    assert column_names(text, (0, len(text))) == ["Ships 2023", "Ships 2024", "Cranes"]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\x1c", "\x1d", "\x1e", "\v", "\f"])
def test_only_a_line_end_parts_the_rows_that_name_columns(end: str) -> None:
    read = table(f"| Port{end}of call | Ships |\n|---|---|\n| Ard | 1200 |\n".encode(), "ports.md")
    assert column_names(read.text, (0, read.text.index("\n"))) == [f"Port{end}of call", "Ships"]
    assert shown(table(f'"Port{end}of call",Ships\nArd,1200\n'.encode())) == (
        "Port of call\tShips\nPort of call: Ard. Ard, Ships: 1200. "
    )


@pytest.mark.parametrize(
    ("begins", "goes_on"),
    [("- | ", "  | "), ("12) | ", "    | "), ("- * | ", "    | "), ("> | ", "> | "), (">", ">"), ("- > ", "  > ")],
)
def test_a_table_in_a_list_or_quotation_keeps_each_name_over_its_column(begins: str, goes_on: str) -> None:
    text = f"{begins}Port | Ships\n{goes_on}---|---\n{goes_on}Ard | 1200\n"
    assert shown(table(text.encode(), "ports.md")).endswith(
        f"\n{goes_on.removesuffix('| ')}Port: Ard. Ard, Ships: 1200. \n"
    )


def test_a_corner_that_is_a_dash_is_a_name() -> None:
    text = "- | Ships\n---|---\nArd | 1200\n"
    assert shown(table(text.encode(), "ports.md")).endswith("-: Ard. Ard, Ships: 1200. \n")


def test_more_cells_than_names_are_read_all_the_same() -> None:
    assert shown(table(b"Port,Ships\nArd,1200\nFerrow,800,new\n")).endswith(
        "Port: Ferrow. Ferrow, Ships: 800. Ferrow: new. "
    )


def test_a_long_first_cell_is_not_said_again() -> None:
    sentence = "The harbour that lies behind the second dam"
    assert shown(table(f"Port,Ships\n{sentence},8\n".encode())).endswith(f"Port: {sentence}. Ships: 8. ")


@given(
    st.lists(st.lists(st.text("ab|\t\\1 é\n", max_size=6), min_size=1, max_size=4), min_size=1, max_size=5),
    st.sampled_from([",", ";"]),
    st.data(),
)
def test_every_piece_with_a_place_is_a_slice_and_all_words_are_read(
    rows: list[list[str]], delimiter: str, data: st.DataObject
) -> None:
    quoted = "\n".join(delimiter.join('"' + cell + '"' for cell in row) for row in rows)
    document = table(f"Port{delimiter}Ships\n{quoted}\nArd{delimiter}1\n".encode())
    start = data.draw(st.integers(0, len(document.text)))
    end = data.draw(st.integers(start, len(document.text)))
    read = [piece for piece in as_read(document, start, end) if piece.start is not None]
    for piece in read:
        assert piece.start is not None
        assert start <= piece.start and piece.start + len(piece.text) <= end
        assert document.text[piece.start : piece.start + len(piece.text)] == piece.text
    kept = "".join(piece.text for piece in read).replace("|", "").split()
    assert "".join(kept) == "".join(document.text[start:end].replace("|", "").split())


def test_the_context_of_a_row_is_what_names_its_columns() -> None:
    read = document("| Dam | Height |\n|---|---|\n| Kariba | 128 m |\n| Hoover | 221 m |\n\nText.\n", "a.md")
    names = (0, 16)
    assert read.text[slice(*names)] == "| Dam | Height |"
    kariba, hoover, text = (read.text.index(word) for word in ("Kariba", "Hoover", "Text"))
    assert context(read, kariba, kariba + 6) == (names,)
    assert context(read, kariba, hoover + 6) == (names,)  # once, for two rows
    assert context(read, hoover, text + 4) == (names,)
    assert context(read, text, text + 5) == ()
    assert context(read, 2, 5) == ()  # the very row
    assert context(read, 2, kariba) == ()  # it is in the quote
    assert context(read, 0, 0) == ()


def test_a_row_whose_first_cell_is_empty_belongs_to_the_one_above() -> None:
    table = "| Country | Year | Troops |\n|---|---|---|\n| Norway | 2020 | 5 |\n| | 2021 | 7 |\n| | 2022 | 9 |\n"
    read = document(table, "a.md")
    at = read.text.index("2022")
    assert [read.text[slice(*needed)] for needed in context(read, at, at + 4)] == [
        "| Country | Year | Troops |",
        "Norway",
    ]
    row = slice(read.text.rindex("| |"), len(read.text) - 1)
    assert text_as_read(read, row.start, row.stop) == "Norway, Year: 2022. Norway, Troops: 9. "
    norway = read.text.index("| Norway")
    assert context(read, norway, len(read.text)) == ((0, 27),)  # the cell stands in the quote


def test_first_cells_that_are_all_empty_name_no_row() -> None:
    read = document("| | Year |\n|---|---|\n| | 2020 |\n| | 2021 |\n", "a.md")
    at = read.text.index("2021")
    assert context(read, at, at + 4) == ((0, 10),)
