"""Text out of the layout of real PDFs: columns, paragraphs, headings, items, tables, running titles."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.extraction import Extraction
from index.formats.pdf import extract
from tests.builders import Drawn, pdf

LEFT = [
    "The harbour master is Ada Lind who",
    "followed Per Holm in the year 2019.",
    "She leads a team of twelve people,",
    "of whom four work at night.",
]
RIGHT = [
    "Training takes two years. All pilots",
    "have sailed for five years, and they",
    "know the channel by heart when they",
    "are examined in the old mill.",
]
TEXT = ["\n".join(LEFT), "\n".join(RIGHT)]


def read(*pages: list[Drawn]) -> Extraction:
    return extract(pdf(pages))


def blocks(extraction: Extraction) -> list[str]:
    return [extraction.text[block.start : block.end] for block in extraction.blocks]


def column(lines: list[str], x: float, top: float = 700) -> list[Drawn]:
    return [Drawn(x, top - 14 * number, line) for number, line in enumerate(lines)]


@pytest.mark.parametrize(
    "drawn",
    [
        [*column(LEFT, 72), *column(RIGHT, 320)],
        [*column(RIGHT, 320), *column(LEFT, 72)],
        [line for lines in zip(column(LEFT, 72), column(RIGHT, 320), strict=True) for line in lines],
    ],
    ids=["by column", "the right one first", "by line"],
)
def test_columns_are_read_one_after_the_other(drawn: list[Drawn]) -> None:
    assert blocks(read([Drawn(72, 740, "Our harbour", 18), *drawn])) == ["Our harbour", *TEXT]


def test_a_title_that_is_drawn_last_is_read_first() -> None:
    assert blocks(read([*column(LEFT, 72), Drawn(72, 780, "Our harbour", 18)])) == ["Our harbour", TEXT[0]]


def test_a_sentence_runs_on_in_the_next_column() -> None:
    drawn = [*column(LEFT[:3], 72), *column(["of whom four work at night."], 320)]
    assert blocks(read(drawn)) == [TEXT[0]]


def test_cells_side_by_side_in_rows_are_a_table() -> None:
    rows = [("Year", "Ships handled", "Pilots"), ("2022", "1,150", "41"), ("2023", "", "45"), ("2024", "1,200", "47")]
    drawn = [
        Drawn(x, 700 - 20 * number, text)
        for number, row in enumerate(rows)
        for x, text in zip((72, 160, 300), row, strict=True)
        if text
    ]
    extraction = read([Drawn(72, 740, "Traffic grew."), *drawn, Drawn(72, 600, "So much for traffic.")])
    assert extraction.text.split("\n\n") == [
        "Traffic grew.",
        "Year\tShips handled\tPilots\n2022\t1,150\t41\n2023\t\t45\n2024\t1,200\t47",
        "So much for traffic.",
    ]
    names = [block.headings and extraction.text[slice(*block.headings)] for block in extraction.blocks]
    assert names == [None, None, *["Year\tShips handled\tPilots"] * 3, None]


def test_the_second_line_of_a_cell_belongs_to_its_row() -> None:
    drawn = [
        *(Drawn(72, 700, "-o"), Drawn(160, 700, "writes to the file that"), Drawn(160, 686, "is named")),
        *(Drawn(72, 660, "-v"), Drawn(160, 660, "tells more"), Drawn(72, 640, "-h"), Drawn(160, 640, "helps")),
    ]
    assert read(drawn).text == "-o\twrites to the file that is named\n-v\ttells more\n-h\thelps"


MENU = ["Dish|Small|Large", "Smoked trout|8.90|13.60", "Braised lamb/with potatoes|14.80|21.30", "Stew|10.10|15.70"]


def cell_by_cell(rows: list[str], lift: float, top: float = 700) -> list[Drawn]:
    """Draw the lines of each cell and then the next cell, single lines `lift` lines below the first of others."""
    drawn = []
    for number, row in enumerate(rows):
        cells = [cell.split("/") for cell in row.split("|")]
        most = max(map(len, cells))
        for x, lines in zip((72, 220, 320, 420), cells, strict=False):
            first = top - 34 * number - 14 * lift * (most - len(lines))
            drawn += [Drawn(x, first - 14 * k, line) for k, line in enumerate(lines)]
    return drawn


#: What stands above the first cell alone, the others on its last line, may be a title, and is not taken for its part.
PLACES = [(place, lift) for place in (0, 1, 2) for lift in (0, 0.5, 1) if (place, lift) != (0, 1)]


@pytest.mark.parametrize(("place", "lift"), PLACES)
def test_a_cell_of_several_lines_is_one_in_whatever_column(place: int, lift: float) -> None:
    order = {0: [0, 1, 2], 1: [1, 0, 2], 2: [1, 2, 0]}[place]
    rows = ["|".join(row.split("|")[k] for k in order) for row in MENU]
    extraction = read([*cell_by_cell(rows, lift), Drawn(72, 500, "All prices include service.")])
    assert blocks(extraction) == [
        *(row.replace("|", "\t").replace("/", " ") for row in rows),
        "All prices include service.",
    ]


def test_the_names_of_columns_may_have_several_lines_and_stand_in_the_middle_of_them() -> None:
    head = cell_by_cell(["Name of/employee|Hours/worked|Gross/pay"], 0, 734)
    body = cell_by_cell(["Zadie Clemens|38|817.00", "Ivo Strand|24|456.00"], 0)
    extraction = read([*(drawn._replace(x=drawn.x + 20) for drawn in head), *body])
    names = "Name of employee\tHours worked\tGross pay"
    assert blocks(extraction) == [names, "Zadie Clemens\t38\t817.00", "Ivo Strand\t24\t456.00"]
    assert [block.headings for block in extraction.blocks] == [None, (0, len(names)), (0, len(names))]


def test_names_over_several_columns_stand_over_those_below() -> None:
    upper = [Drawn(72, 700, "Region"), Drawn(220, 700, "Sales in thousands"), Drawn(420, 700, "Staff here")]
    lower = [Drawn(x, 682, year) for x, year in zip((210, 290, 410, 460), ("2022", "2023") * 2, strict=True)]
    body = [
        Drawn(x, 664 - 18 * k, cell)
        for k, row in enumerate(("Portugal|1,204|1,377|14|15", "Austria|988|1,012|11|9"))
        for x, cell in zip((72, 210, 290, 410, 460), row.split("|"), strict=True)
    ]
    extraction = read([*upper, *lower, *body])
    assert extraction.text.split("\n") == [
        "Region\tSales in thousands\t\tStaff here",
        "\t2022\t2023\t2022\t2023",
        "Portugal\t1,204\t1,377\t14\t15",
        "Austria\t988\t1,012\t11\t9",
    ]
    assert [block.headings and block.headings[0] for block in extraction.blocks] == [None, None, 0, 0]


@pytest.mark.parametrize("repeats", [True, False])
def test_a_table_goes_on_over_the_page(repeats: bool) -> None:
    def page(rows: list[str]) -> list[Drawn]:
        return [
            Drawn(x, 700 - 20 * k, cell)
            for k, row in enumerate(rows)
            for x, cell in zip((72, 220), row.split("|"), strict=True)
        ]

    first = page(["Station|Rain", "Ard|600", "Corin|617", "Ferrow|634"])
    second = page([*["Station|Rain"] * repeats, "Holm|651", "Lind|668", "Orme|685"])
    extraction = read(first, second)
    rows = {extraction.text[b.start : b.end]: (b.number, b.headings) for b in extraction.blocks}
    assert rows["Holm\t651"] == (5, (0, 12))
    assert (len(rows), extraction.text[extraction.pages[1] :][:4]) == (7, "Holm")


def test_short_fields_below_one_another_are_apart_and_so_is_a_stretched_line_no_row() -> None:
    fields = column(["Power: 2,200 W", "Weight: 1.1 kg"], 72)
    stretched = [Drawn(72 + 60 * k, 600, word) for k, word in enumerate("The winter has been unusually".split())]
    text = column(["kind to us all, as all of us well know."], 72, 586)
    assert blocks(read([*fields, *stretched, *text]))[:2] == ["Power: 2,200 W", "Weight: 1.1 kg"]


def test_the_foot_of_a_page_that_is_drawn_in_the_midst_of_a_paragraph_stands_at_its_end() -> None:
    drawn = column(LEFT, 72)
    assert blocks(read([*drawn[:2], Drawn(280, 30, "Page 1 of 3"), *drawn[2:]])) == [TEXT[0], "Page 1 of 3"]


def test_a_first_row_of_words_over_words_names_columns_where_it_alone_is_bold() -> None:
    rows = [("Dam", "River"), ("Kariba", "Zambezi"), ("Hoover", "Colorado")]
    plain = [Drawn(x, 700 - 20 * n, t) for n, row in enumerate(rows) for x, t in zip((72, 200), row, strict=True)]
    bold = [drawn._replace(is_bold=drawn.y == 700) for drawn in plain]
    assert [block.headings for block in read(plain).blocks] == [None, None, None]
    assert [block.headings for block in read(bold).blocks] == [None, (0, 9), (0, 9)]


def test_lines_with_gaps_that_do_not_stand_below_one_another_are_text() -> None:
    drawn = [
        *(Drawn(72, 700, "The dam stands"), Drawn(200, 700, "and it is")),
        Drawn(72, 686, "high, as all of us can see."),
    ]
    assert blocks(read(drawn)) == ["The dam stands and it is\nhigh, as all of us can see."]


def test_larger_and_bold_lines_are_headings_and_the_larger_are_higher() -> None:
    drawn = [
        *(Drawn(72, 740, "Our", 24), Drawn(72, 712, "dams", 24), Drawn(72, 680, "1 Sites", 16)),
        *(*column(LEFT, 72, 650), Drawn(72, 560, "Kariba", is_bold=True), *column(RIGHT, 72, 540)),
        Drawn(72, 400, "It is important that this is bold.", is_bold=True),
    ]
    extraction = read(drawn)
    found = [(extraction.text[b.start : b.end], b.level) for b in extraction.blocks if b.kind == "heading"]
    assert found == [("Our\ndams", 1), ("1 Sites", 2), ("Kariba", 3)]
    assert extraction.title == "Our dams"


def test_what_parts_paragraphs() -> None:
    first = column([*LEFT[:2], "A line that is short enough ends one.", "Room is what tells."], 72, 740)
    indented = [
        Drawn(90, 684, "An indent begins another here, too,"),
        Drawn(72, 670, "and goes on where the others do."),
    ]
    apart = column(["So does a gap, as it does here, that", "is larger than what is usual."], 72, 640)
    assert blocks(read([*first, *indented, *apart])) == [
        "\n".join(LEFT[:2]),
        "A line that is short enough ends one.\nRoom is what tells.",
        "An indent begins another here, too,\nand goes on where the others do.",
        "So does a gap, as it does here, that\nis larger than what is usual.",
    ]


def test_items_begin_with_a_mark_and_the_drawn_one_is_no_text() -> None:
    drawn = [
        *(Drawn(72, 700, "\u2022"), Drawn(100, 700, "one that goes on in the line below,")),
        *(Drawn(100, 686, "which is indented"), Drawn(72, 672, "\u2022"), Drawn(100, 672, "another")),
        *(Drawn(72, 650, "1."), Drawn(90, 650, "counted")),
    ]
    extraction = read(drawn)
    assert [(block.kind, extraction.text[block.start : block.end]) for block in extraction.blocks] == [
        ("item", "one that goes on in the line below,\nwhich is indented"),
        ("item", "another"),
        ("item", "1. counted"),
    ]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["The goods were manu-", "factured in the north."], "The goods were manufactured in the north."),
        (["A well-known dam is well-", "known to all of us."], "A well-known dam is well-known to all of us."),
        (["It was an Anglo-", "Saxon dam."], "It was an Anglo-Saxon dam."),
        (["From 2019-", "2020 it was closed."], "From 2019-2020 it was closed."),
        (["It was high -", "and long."], "It was high -\nand long."),
    ],
)
def test_a_hyphen_that_only_the_margin_asked_for_is_left_out(lines: list[str], text: str) -> None:
    assert read(column(lines, 72)).text == text


def test_what_stands_at_the_head_and_foot_of_page_after_page_is_left_out() -> None:
    pages = [
        [Drawn(72, 780, "Harbour report", 10), *column(lines, 72), Drawn(290, 30, f"- {number} -", 10)]
        for number, lines in enumerate((LEFT[:3], ["which is night work."], RIGHT), 5)
    ]
    extraction = read(*pages)
    assert blocks(extraction) == ["\n".join([*LEFT[:3], "which is night work."]), TEXT[1]]
    assert [extraction.text[offset:].split()[0] for offset in extraction.pages] == ["The", "which", "Training"]


@pytest.mark.parametrize(
    "lines",
    [
        ["Exhibit A", "Exhibit B", "Exhibit C"],
        ["Case 1204", "Case 1377", "Case 2"],
    ],
)
def test_what_differs_at_the_head_of_pages_is_read(lines: list[str]) -> None:
    pages = [[Drawn(72, 780, line), *column([f"The {line[-1]} one stands."], 72)] for line in lines]
    assert [block for block in blocks(read(*pages)) if block in lines] == lines


def test_a_first_line_that_pages_share_is_read_where_no_gap_follows() -> None:
    pages = [column(["The same line.", f"The {word} line."], 72) for word in ("first", "second", "third")]
    assert read(*pages).text.count("The same line.") == 3


def test_turned_words_beside_the_text_stand_apart() -> None:
    turned = Drawn(40, 300, "arXiv 2024", turned=True)
    assert blocks(read([*column(LEFT, 72), turned])) == [TEXT[0], "arXiv 2024"]


def test_text_that_is_turned_as_a_whole_is_read_as_it_was_drawn() -> None:
    drawn = [Drawn(100 + 14 * number, 72, line, turned=True) for number, line in enumerate(LEFT)]
    assert read(drawn).text.split() == TEXT[0].split()


WORDS = st.text("abcdefg0123.,:", min_size=1, max_size=5)
#: Apart, since PDFium takes a letter that is drawn twice at nearly the same place for one with a shadow.
PLACED = st.builds(
    Drawn,
    st.sampled_from([40, 210, 400]),
    st.integers(1, 30).map(lambda row: row * 25.0),
    st.lists(WORDS, min_size=1, max_size=3).map(" ".join),
    st.sampled_from([8, 12, 14]),
    st.booleans(),
)


@given(st.lists(PLACED, min_size=1, max_size=40, unique_by=lambda drawn: (drawn.x, drawn.y)))
def test_no_word_is_lost_wherever_it_stands(drawn: list[Drawn]) -> None:
    extraction = read(drawn)
    expected = Counter("".join(line.text.replace(" ", "") for line in drawn))
    assert Counter("".join(extraction.text.split())) == expected
    bounds = [offset for block in extraction.blocks for offset in (block.start, block.end)]
    assert bounds == sorted(bounds)
