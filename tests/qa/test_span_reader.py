"""The trained reader, as it ships: what it points at, and that it never points beside the text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Document, read_document
from index.errors import ReaderUnavailable
from index.passages import Cut, Passage, cut
from index.sentences import LONGEST_QUOTE
from qa.reader import ReadablePassage, Reading
from qa.span_edges import UNWEIGHED
from qa.span_reader import SpanReader
from tests.builders import document
from tests.strategies import texts_with_words

BRIDGE = "The old bridge over the river Ard was opened on 4 May 1911 by Ada Quill, the mayor of Lower Ferrow."
MILL = "The mill on the hill grinds corn for three villages. It belongs to the Halloran family."


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    return SpanReader()


def passages(text: str, title: str = "Notes") -> list[ReadablePassage]:
    """Return the passages of a text file, with a title line, as the index would cut them."""
    whole = document(f"{title}\n\n{text}\n")
    return [readable(whole, found) for found in cut(whole, lambda texts: [len(t.split()) for t in texts], 256)]


def readable(whole: Document, found: Cut) -> ReadablePassage:
    return ReadablePassage(whole, Passage(0, whole.id, found.start, found.end, found.sentences), 0.5)


def best(readings: list[Reading]) -> str:
    return max((span for reading in readings for span in reading.spans), key=lambda span: span.score).text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the bridge opened?", "4 May 1911"),
        ("Who opened the bridge?", "Ada Quill"),
        ("Which river does the bridge cross?", "Ard"),
        ("what does the mill grind", "corn"),
        ("How many villages does the mill serve?", "three"),
        ("Who owns the mill?", "Halloran family"),
    ],
)
def test_it_points_at_the_few_words_that_answer(reader: SpanReader, question: str, answer: str) -> None:
    found = best(reader.read(question, [*passages(BRIDGE), *passages(MILL)]))
    assert found.removeprefix("the ").removeprefix("river ") == answer


PORTS = b"""Port,Ships in 2023,Cranes,Harbour master,Opened
Ard,1200,14,Ada Quill,1911
Lower Ferrow,800,4,Bela Orme,1934
Stour Quay,2310,31,Ines Varga,1978
Kellmouth,4100,52,Ruth Adeyemi,1890
"""


@pytest.mark.parametrize(
    ("question", "answer", "row"),
    [
        ("Who is the harbour master of Stour Quay?", "Ines Varga", "Stour Quay\t2310\t31\tInes Varga\t1978"),
        ("When did Kellmouth open?", "1890", "Kellmouth\t4100\t52\tRuth Adeyemi\t1890"),
        ("How many cranes does Ard have?", "14", "Ard\t1200\t14\tAda Quill\t1911"),
    ],
)
def test_a_cell_is_found_by_its_row_and_column_and_quoted_with_its_row(
    reader: SpanReader, question: str, answer: str, row: str
) -> None:
    table = read_document("ports.csv", PORTS, modified=0.0)
    found = [readable(table, each) for each in cut(table, lambda texts: [len(t.split()) for t in texts], 256)]
    span = max((s for reading in reader.read(question, found) for s in reading.spans), key=lambda s: s.score)
    assert (span.text, table.text[span.quote_start : span.quote_end]) == (answer, row)


def test_the_passage_that_answers_is_more_relevant_than_one_that_does_not(reader: SpanReader) -> None:
    bridge, mill = reader.read("When was the bridge opened?", [*passages(BRIDGE), *passages(MILL)])
    assert bridge.relevance > 0 > mill.relevance
    assert bridge.spans[0].score > 0 > mill.spans[0].score


def test_what_a_passage_is_read_with_does_not_change_what_is_read_in_it(reader: SpanReader) -> None:
    alone = reader.read("Who opened the bridge?", passages(BRIDGE))
    beside = reader.read("Who opened the bridge?", [*passages(MILL * 3), *passages(BRIDGE)])
    assert beside[-1] == alone[0]


def test_the_best_answer_is_looked_for_in_the_other_passages_too_and_read_where_it_stands(reader: SpanReader) -> None:
    names = "Bela Orme, Cato Finch, Dora Pell, Emil Strand, Fay Ormond and Gil Tarrant"
    guests = f"The guests at the opening of the bridge were {names}. It was hers: ADA\nQUILL cut the ribbon."
    asked = "Who opened the bridge?"
    (alone,) = reader.read(asked, passages(guests))
    first, beside = reader.read(asked, [*passages(BRIDGE), *passages(guests)])
    echoes = [span for span in beside.spans if span not in alone.spans]
    assert [(span.text, span.is_whole_quote) for span in echoes] == [("ADA\nQUILL", False)]
    assert echoes[0].score < first.spans[0].score


@pytest.mark.parametrize("question", ["Was the bridge opened by the mayor?", "bridge mayor", "What about the bridge?"])
def test_what_no_few_words_answer_is_answered_by_the_whole_sentence(reader: SpanReader, question: str) -> None:
    (reading,) = reader.read(question, passages(f"{BRIDGE} It is closed in winter."))
    assert (reading.spans[0].text, reading.spans[0].is_whole_quote) == (BRIDGE, True)


def test_why_is_answered_by_words_that_the_reader_is_sure_of_and_not_also_by_their_sentence(reader: SpanReader) -> None:
    text = "The bridge was closed because of ice on the deck, and it stayed so until April. The mill went on."
    (reading,) = reader.read("Why was the bridge closed?", passages(text))
    best, *others = reading.spans
    assert (best.text, best.is_whole_quote) == ("because of ice on the deck", False)
    assert not any(span.is_whole_quote and span.quote_start == best.quote_start for span in others)


def test_where_the_network_is_not_sure_the_words_themselves_tell_which_span_is_the_answer(reader: SpanReader) -> None:
    asked = "What do they call it?"
    text = "Locals call the old mill on the hill “the grey widow” because of its colour."
    assert best(SpanReader(edges=UNWEIGHED).read(asked, passages(text))) == "the old mill"
    (reading,) = reader.read(asked, passages(text))
    assert reading.spans[0].text == "the grey widow"
    assert [span.score for span in reading.spans] == sorted((span.score for span in reading.spans), reverse=True)


def test_the_likeliest_span_keeps_the_networks_score(reader: SpanReader) -> None:
    asked = "When was the bridge opened?"
    first, unweighed = (r.read(asked, passages(BRIDGE))[0].spans[0] for r in (reader, SpanReader(edges=UNWEIGHED)))
    assert first.text == unweighed.text
    assert first.score == pytest.approx(unweighed.score)


@pytest.mark.parametrize("question", ["Who opened the bridge?", "Why was the bridge opened?", "mayor of Lower Ferrow"])
def test_no_span_goes_from_one_sentence_into_the_next(reader: SpanReader, question: str) -> None:
    text = "The bridge was opened by Ada Quill. Tobias Crane was the mayor of Lower Ferrow. It has two arches."
    (reading,) = reader.read(question, passages(text))
    stops = [len("Notes\n\n") + text.index(stop) + len(stop) for stop in ("Quill.", "Ferrow.")]
    assert reading.spans
    assert not any(span.start < stop < span.end for span in reading.spans for stop in stops)


def test_of_a_very_long_sentence_a_part_is_quoted(reader: SpanReader) -> None:
    text = f"{BRIDGE[:-1]}{', and people came by boat and on foot to see it' * 8}."
    (reading,) = reader.read("Who opened the bridge?", passages(text))
    best = reading.spans[0]
    quoted = best.document.text[best.quote_start : best.quote_end]
    assert quoted == f"{BRIDGE[:-1]}{', and people came by boat and on foot to see it' * 4}"
    assert len(quoted) <= LONGEST_QUOTE


def test_an_answer_far_down_a_passage_longer_than_the_network_takes_is_found(reader: SpanReader) -> None:
    whole = document("The clerk read article after article aloud " * 90 + "until Ada Quill signed the treaty.\n")
    (only,) = cut(whole, lambda texts: [1 for _ in texts], 10_000)
    readings = reader.read("Who signed the treaty?", [readable(whole, only)])
    assert best(readings) == "Ada Quill"


def test_no_passages_give_no_readings(reader: SpanReader) -> None:
    assert reader.read("Who opened the bridge?", []) == []


@settings(max_examples=60, deadline=None)
@given(texts_with_words, st.one_of(st.sampled_from(["when?", "is it?", "why was it?", "12"]), st.text(max_size=300)))
def test_every_span_is_inside_its_passage_and_its_quote(text: str, question: str) -> None:
    reader = SpanReader()
    for reading in reader.read(question, passages(text)):
        passage = reading.passage.passage
        for span in reading.spans:
            assert passage.start <= span.start < span.end <= passage.end or span.is_whole_quote
            assert span.quote_start <= span.start < span.end <= span.quote_end
            assert span.text == span.text.strip() != ""


def test_weights_that_are_missing_or_broken_are_named(tmp_path: Path) -> None:
    missing, broken = tmp_path / "none.onnx", tmp_path / "broken.onnx"
    broken.write_bytes(b"not a network")
    for file in (missing, broken):
        with pytest.raises(ReaderUnavailable, match=f"the reader's weights at {file} cannot be loaded"):
            SpanReader(file).load()
