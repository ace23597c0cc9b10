from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Document, read_document
from index.encoding import Encoder
from index.formats.extraction import Block
from index.passages import CONTEXT_TOKENS, OVERLAP_TOKENS, TARGET_TOKENS, Cut, cut
from index.sentences import sentences
from tests.builders import WordEncoder, document
from tests.strategies import texts_with_words

WORDS = WordEncoder()
PATHS = st.sampled_from(["a.txt", "a.md"])
SENTENCES = [f"This is sentence number {n} of them all." for n in range(100)]


def passages(read: Document, window: int = 254) -> list[Cut]:
    return list(cut(read, WORDS.count_tokens, window))


def slices(read: Document, cuts: Sequence[Cut]) -> list[str]:
    return [read.text[piece.start : piece.end] for piece in cuts]


@given(texts_with_words, PATHS)
def test_the_sentences_of_a_passage_are_in_order_and_span_it(text: str, path: str) -> None:
    for piece in passages(document(b"\xef\xbb\xbf" + text.encode(), path)):
        bounds = [offset for sentence in piece.sentences for offset in (sentence.start, sentence.end)]
        assert bounds == sorted(bounds)
        # A sentence too long for any passage is whole all the same, and reaches beyond.
        assert bounds[0] <= piece.start < bounds[1] and bounds[-2] < piece.end <= bounds[-1]


@given(texts_with_words, PATHS)
def test_passages_cover_every_sentence(text: str, path: str) -> None:
    read = document(b"\xef\xbb\xbf" + text.encode(), path)
    cuts = passages(read)
    covered = {offset for piece in cuts for offset in range(piece.start, piece.end)}
    found = sentences(read.text, read.blocks)
    wanted = {offset for s in found for offset in range(s.start, s.end) if not read.text[offset].isspace()}
    assert {offset for offset in wanted if not read.text[offset].isspace()} <= covered


@given(texts_with_words, PATHS)
def test_what_is_embedded_ends_with_the_passage_as_it_stands_in_the_document(text: str, path: str) -> None:
    read = document(b"\xef\xbb\xbf" + text.encode(), path)
    cuts = passages(read)
    assert all(piece.searchable.endswith(part) for piece, part in zip(cuts, slices(read, cuts), strict=True))


@given(texts_with_words, PATHS)
@settings(max_examples=50)
def test_every_passage_fits_the_encoder(encoder: Encoder, text: str, path: str) -> None:
    read = document(b"\xef\xbb\xbf" + text.encode(), path)
    cuts = list(cut(read, encoder.count_tokens, encoder.window))
    assert all(count <= encoder.window for count in encoder.count_tokens([piece.searchable for piece in cuts]))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("list.txt", "- yes\n" * 400),
        ("list.md", "1. yes\n" * 400),
        ("links.md", "Before.\n\n" + "[ref]: https://example.com/a/b/c/d\n" * 60 + "\nAfter.\n"),
        ("tables.md", ("| a | b | c | d |\n|:---:|:---:|:---:|:---:|\n| 1 | 2 | 3 | 4 |\n\n" * 40)),
        ("rules.md", "One.\n\n***************\n\n" * 60),
        ("quotes.md", "> > > > Yes.\n> > > >\n" * 100),
        ("emoji.txt", "👍🏽 " * 400),
        ("title.md", "# " + "A very long title " * 30 + "\n\n" + "word " * 500),
        ("characters.txt", "漢" * 3000),
        ("letters.txt", "x" * 5000),
    ],
)
def test_text_between_sentences_counts_as_well(encoder: Encoder, path: str, text: str) -> None:
    cuts = list(cut(document(text, path), encoder.count_tokens, encoder.window))
    assert max(encoder.count_tokens([piece.searchable for piece in cuts])) <= encoder.window


def test_a_short_document_is_one_passage_with_its_title_embedded() -> None:
    read = document("# The dam\n\nIt stands. It is old.", "dam.md")
    (piece,) = passages(read)
    assert (piece.start, piece.end) == (2, 32)
    assert piece.searchable == "The dam\nThe dam\n\nIt stands. It is old."


def test_the_headings_above_a_passage_are_embedded_and_not_quoted() -> None:
    read = document("# Dams\n\nOld ones.\n\n## Kariba\n\n### Height\n\n128 m.", "dams.md")
    first, second = passages(read)
    assert slices(read, [first, second]) == ["Dams\n\nOld ones.", "Kariba\n\n### Height\n\n128 m."]
    assert second.searchable == "Dams\nKariba\n\n### Height\n\n128 m."


def test_the_names_of_columns_are_embedded_with_later_rows_too() -> None:
    rows = "\n".join(f"Harbour {n} on the northern coast,{n * 10}" for n in range(60))
    table = read_document("ports.csv", f"Port,Ships\n{rows}\n".encode(), modified=0.0)
    first, *later = passages(table)
    assert first.searchable.startswith("ports\nPort\tShips\nHarbour 0 on")
    assert later
    assert all(each.searchable == f"ports\nPort\tShips\n{table.text[each.start : each.end]}" for each in later)


def test_a_long_text_is_cut_at_sentences_and_each_passage_repeats_the_end_of_the_one_before() -> None:
    read = document(" ".join(SENTENCES))
    cuts = passages(read)
    for before, after in zip(cuts, cuts[1:], strict=False):
        shared = read.text[after.start : before.end]
        assert shared and sum(WORDS.count_tokens([shared])) <= OVERLAP_TOKENS
        assert after.sentences[0] in before.sentences
    assert max(WORDS.count_tokens(slices(read, cuts))) <= TARGET_TOKENS


def test_a_passage_that_is_full_enough_ends_with_its_paragraph() -> None:
    read = document(" ".join(SENTENCES[:15]) + "\n\n" + " ".join(SENTENCES[15:30]))
    first, second = passages(read)
    assert read.text[first.start : first.end] == " ".join(SENTENCES[:15])
    assert read.text[second.start : second.end].endswith(SENTENCES[29])


def test_an_encoder_that_sees_little_gets_small_passages() -> None:
    read = document(" ".join(SENTENCES))
    counts = WORDS.count_tokens([piece.searchable for piece in passages(read, window=100)])
    assert max(counts) <= 100


def test_a_title_too_long_to_embed_is_shortened() -> None:
    read = document("Text here.", "/".join(["folder"] * 3) + "/" + "long name " * 30 + ".txt")
    (piece,) = passages(read)
    assert 0 < WORDS.count_tokens([piece.searchable.removesuffix("Text here.")])[0] <= CONTEXT_TOKENS


def test_equal_documents_are_cut_equally() -> None:
    text = "# A\n\n" + " ".join(SENTENCES)
    assert passages(document(text, "a.md")) == passages(document(text, "b.md"))


def test_a_passage_of_what_the_encoder_takes_for_nothing_is_full_too() -> None:
    text = "\n\n".join(["\u200b"] * 1000)
    blocks = tuple(Block(start, start + 1, "paragraph") for start in range(0, len(text), 3))
    blank = replace(document("x"), text=text, blocks=blocks)
    pieces = list(cut(blank, lambda texts: [0] * len(texts), 256))
    assert [piece.start for piece in pieces] == [0, *range(450, 3000, 450)]
