"""Which cell of a table a question asks for, whatever the reader thinks of its neighbours."""

from dataclasses import replace

import pytest

from index.documents import Document, read_document
from index.passages import Passage
from qa.reader import AnswerSpan, ReadablePassage
from qa.table_cells import AskedCells
from tests.builders import document

VENUES = b"""Venue,2021,2022,Head
Museum,"30,120",3012,Ada Quill
Pool,"4,100",517,Bela Orme
Library,12:05,30,May Finch
"""


@pytest.fixture(scope="module")
def table() -> Document:
    return read_document("venues.csv", VENUES, modified=0.0)


def whole(read: Document) -> ReadablePassage:
    return ReadablePassage(read, Passage(0, read.id, 0, len(read.text), ()), 0.5)


def span(read: Document, words: str, score: float = 0.0) -> AnswerSpan:
    start = read.text.index(words)
    return AnswerSpan(read, start, start + len(words), start, start + len(words), score)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many people came to the museum in 2021?", ["30,120"]),
        ("How many people came to the pool in 2022?", ["517"]),
        ("Who is head of the library?", ["May Finch"]),
        ("Which venue has Bela Orme as its head?", ["Pool"]),
        ("Which venue had 30 in 2022?", ["Library"]),  # and not the museum, which had 30,120 and 3012
        ("Where is May Finch?", ["Library"]),
        ("What did the pool have?", ["4,100", "517", "Bela Orme"]),
        ("Who built the bridge?", []),
        ("who?", []),
    ],
)
def test_the_cell_asked_for_is_that_of_the_row_and_the_column_named(
    table: Document, question: str, asked: list[str]
) -> None:
    passage = whole(table)
    assert [table.text[slice(*cell)] for cell in AskedCells(question, [passage]).best(passage)] == asked


def test_the_cell_asked_for_is_as_likely_as_the_likeliest_and_others_less_the_less_of_the_question_they_have(
    table: Document,
) -> None:
    spans = [span(table, words, 4.0) for words in ("517", "3012", "Ada Quill", "4,100")]
    asked, *others = [replace(spans[0], score=-3.0), *spans[1:]]
    cells = AskedCells("How many came to the pool in 2022?", [whole(table)])
    (weighed,) = cells.weighed([[asked, *others]])
    assert [each.score for each in weighed] == pytest.approx([4.0, 4 - 20 / 3, 4 - 40 / 3, 4 - 20 / 3])
    assert [replace(each, score=0.0) for each in weighed] == [replace(each, score=0.0) for each in (asked, *others)]


@pytest.mark.parametrize(
    ("question", "score"),
    [
        ("What is 2022 for the museum?", 6.0),  # the reader may not know it, but all words are there
        ("What was 2022 like for the museum?", -3.0),
        ("What is 2022 for the Pool Museum?", -11.0),  # the name is of no row
        ("How much does it cost?", -3.0),  # no word of it stands in the table, and it has no name
        ("How much did Rome cost?", -11.0),
        ("What is 2022 for Mr. Museum in the venues?", -3.0),  # and this one's rest stands in the title
    ],
)
def test_how_likely_a_cell_is_depends_on_whether_all_words_and_names_stand_in_its_row(
    table: Document, question: str, score: float
) -> None:
    assert [each.score for each in AskedCells(question, [whole(table)]).weighed([[span(table, "3012", -3.0)]])[0]] == [
        score
    ]


def test_prose_and_whole_rows_keep_what_the_reader_thinks_of_them(table: Document) -> None:
    prose = document("The museum had 30 guests in 2022.")
    row = span(table, "Pool\t4,100\t517\tBela Orme", 2.0)
    cells = AskedCells("How many came to the museum in 2022?", [whole(table), whole(prose)])
    assert cells.weighed([[row], [span(prose, "30", 1.0)]]) == [[row], [span(prose, "30", 1.0)]]


def test_where_more_than_one_cell_has_the_most_of_the_question_the_reader_tells_which(table: Document) -> None:
    spans = [span(table, "30,120", 5.0), span(table, "3012", 3.0)]
    cells = AskedCells("How many came to the museum?", [whole(table)])
    assert cells.weighed([spans]) == [spans]


def test_a_row_without_a_name_of_its_own_has_that_of_the_row_above() -> None:
    read = read_document(
        "troops.csv", b"Country,Year,Troops\nNorway,2020,500\n,2021,700\nSweden,2020,900\n,2021,1100\n", modified=0.0
    )
    passage = whole(read)
    cells = AskedCells("How many troops did Norway have in 2021?", [passage])
    assert [read.text[slice(*cell)] for cell in cells.best(passage)] == ["700"]
