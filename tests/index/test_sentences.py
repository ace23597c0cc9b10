import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document
from index.formats.extraction import Block, BlockKind, trimmed
from index.sentences import LONGEST_QUOTE, LONGEST_SENTENCE, Sentence, clauses, cut_before, quoted, sentences
from tests.builders import document
from tests.strategies import texts_with_words

PATHS = st.sampled_from(["a.txt", "a.md", "a.html"])


def cut(text: str, kind: BlockKind = "paragraph") -> list[str]:
    block = Block(0, len(text), kind)
    return [text[s.start : s.end] for s in sentences(text, (block,))]


def within(sentence: Sentence, blocks: tuple[Block, ...]) -> bool:
    return any(b.start <= sentence.start and sentence.end <= b.end and b.kind == sentence.kind for b in blocks)


@given(texts_with_words, PATHS)
def test_sentences_are_trimmed_in_order_apart_and_inside_their_blocks(text: str, path: str) -> None:
    read = _document(text, path)
    found = list(sentences(read.text, read.blocks))
    bounds = [offset for sentence in found for offset in (sentence.start, sentence.end)]
    assert bounds == sorted(bounds)
    assert all(within(sentence, read.blocks) for sentence in found)
    slices = [read.text[s.start : s.end] for s in found]
    assert all(piece and piece == piece.strip() and len(piece) <= LONGEST_SENTENCE for piece in slices)


@given(texts_with_words, PATHS)
def test_sentences_cover_every_character_of_the_blocks_that_is_not_space(text: str, path: str) -> None:
    read = _document(text, path)
    covered = {offset for s in sentences(read.text, read.blocks) for offset in range(s.start, s.end)}
    wanted = {offset for b in read.blocks for offset in range(b.start, b.end) if not read.text[offset].isspace()}
    assert wanted <= covered


@given(texts_with_words)
def test_no_sentence_begins_with_an_accent_of_the_letter_before(text: str) -> None:
    for sentence in sentences(text, (Block(0, len(text), "row"),)):
        before = text[: sentence.start]
        assert not before or before[-1].isspace() or not unicodedata.combining(text[sentence.start])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two!  Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Smith paid $3.50 to Mr. Jones. He left.", ["Dr. Smith paid $3.50 to Mr. Jones.", "He left."]),
        ("It rose by 3.5 percent, e.g. in May. Then not.", ["It rose by 3.5 percent, e.g. in May.", "Then not."]),
        ("A line\nwrapped here. Next.", ["A line\nwrapped here.", "Next."]),
        ("你好。世界！", ["你好。", "世界！"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize("kind", ["heading", "row"])
def test_headings_and_rows_are_never_parted(kind: BlockKind) -> None:
    assert cut("One. Two. Three.", kind) == ["One. Two. Three."]


def test_every_line_of_code_stands_for_itself() -> None:
    assert cut("a = 1. b\r\n\r\n  c = 2\rd", "code") == ["a = 1. b", "c = 2", "d"]


def test_a_sentence_without_an_end_is_cut_at_the_last_space_that_keeps_it_short() -> None:
    pieces = cut("word " * 500)
    assert [len(piece) for piece in pieces] == [999, 999, 499]
    assert set(" ".join(pieces).split()) == {"word"}


def test_a_cut_keeps_a_family_emoji_and_an_accent_whole() -> None:
    family = "👩\u200d👩\u200d👧"
    assert cut_before("x" * 8 + family, 0, 10) == 8
    assert cut_before("x" * 9 + "e\u0301", 0, 10) == 9
    assert cut_before("x" * 20, 0, 10) == 10


@given(st.text(min_size=2), st.data())
def test_a_cut_always_leaves_something_on_its_left(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    limit = data.draw(st.integers(start + 1, len(text)))
    assert start < cut_before(text, start, limit) <= limit


@given(st.text(), st.data())
def test_trimming_takes_white_space_from_both_ends_and_nothing_else(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = trimmed(text, start, end)
    assert text[first:last] == text[start:end].strip()


def _document(text: str, path: str) -> Document:
    if path == "a.html":
        return document(f"<h1>Title</h1><p>{text}</p><ul><li>{text}</ul>", path)
    return document(b"\xef\xbb\xbf" + text.encode(), path)


LONG = (
    "The bridge, which the county had promised for thirty years, was opened at last on 4 May 1911 by Ada Quill, the "
    "mayor of Lower Ferrow; a band played, children sang, the old ferryman rowed once more across the river for "
    "everybody to see, and in the evening, when the lamps had been lit, Tobias Crane counted 13,000 people who had "
    "walked over it."
)


@pytest.mark.parametrize(
    ("words", "begins", "ends"),
    [
        ("4 May 1911", "The bridge,", "when the lamps had been lit"),
        ("Ada Quill", "The bridge,", "when the lamps had been lit"),
        ("Tobias Crane", "was opened at last", "walked over it."),
        ("13,000 people", "was opened at last", "walked over it."),
    ],
)
def test_of_a_very_long_sentence_the_clauses_about_the_words_are_quoted(words: str, begins: str, ends: str) -> None:
    first = LONG.index(words)
    start, end = clauses(LONG, 0, len(LONG), first, first + len(words))
    part = LONG[start:end]
    assert words in part
    assert (part[: len(begins)], part[-len(ends) :]) == (begins, ends)


def test_where_a_clause_is_too_long_the_cut_is_between_words() -> None:
    text = "word " * 100 + "here " + "word " * 100
    start, end = clauses(text, 0, len(text), 500, 504)
    assert set(text[start:end].split(" ")) == {"word", "here"}
    assert end - start <= LONGEST_QUOTE


@given(texts_with_words, st.data())
def test_clauses_hold_the_words_and_are_short_and_inside_their_sentence(text: str, data: st.DataObject) -> None:
    text = text * data.draw(st.integers(1, 30))
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, min(len(text), first + 50)))
    start, end = clauses(text, 0, len(text), first, last)
    assert 0 <= start <= first <= last <= end <= len(text)
    assert end - start <= LONGEST_QUOTE
    assert len(text) > LONGEST_QUOTE or (start, end) == (0, len(text))


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        ("oats", "The mill grinds oats."),
        ("The mill grinds oats.", "The mill grinds oats."),
        ("oats. Who", "The mill grinds oats. Who eats them?"),
        ("horse", "A horse"),
        ("- ", "- "),
        ("them?\n\n- A", "Who eats them?\n\n- A horse"),
    ],
)
def test_words_are_quoted_with_the_sentences_that_hold_them(words: str, quote: str) -> None:
    read = document("The mill grinds oats. Who eats them?\n\n- A horse\n", "a.md")
    start = read.text.index(words)
    found = list(sentences(read.text, read.blocks))
    assert read.text[slice(*quoted(read.text, found, start, start + len(words)))] == quote


def test_a_paragraph_of_any_length_is_cut_in_a_time_that_grows_with_it_alone() -> None:
    text = "'" * 300_000  # sentencex by itself looks through all of the rest at each
    assert [(s.start, s.end) for s in sentences(text, (Block(0, len(text), "paragraph"),))] == [
        (start, start + 1000) for start in range(0, len(text), 1000)
    ]


@pytest.mark.parametrize("between", [" \t", "\t ", " —", "— ", " | ", ", \t", "; "])
def test_no_white_space_between_clauses_is_quoted(between: str) -> None:
    text = f'"Quoted."{between}{"a" * 400}'
    start, end = clauses(text, 0, len(text), 1, 7)
    assert text[start:end] == '"Quoted."'
