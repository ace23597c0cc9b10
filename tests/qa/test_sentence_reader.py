import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoding import Encoder, SentenceTransformerEncoder
from index.passages import Passage, cut
from qa.reader import ReadablePassage
from qa.sentence_reader import SentenceReader, overlap
from tests.builders import WordEncoder, document
from tests.strategies import texts_with_words

DAM = (
    "The Kariba Dam is one of the largest dams in the world. It stands 128 metres tall. "
    "The dam was built between 1955 and 1959 by the engineer Guido Ferrari in Zambia. Visitors like the view."
)


def passages(encoder: Encoder, text: str, path: str = "dam.txt") -> list[ReadablePassage]:
    read = document(b"\xef\xbb\xbf" + text.encode(), path)
    cuts = cut(read, encoder.count_tokens, encoder.window)
    return [ReadablePassage(read, Passage(n, read.id, c.start, c.end, c.sentences), 0.5) for n, c in enumerate(cuts)]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How tall is the dam?", "128 metres"),
        ("When was the dam built?", "1955"),
        ("Who built the dam?", "Guido Ferrari"),
        ("In which country was the dam built?", "Zambia"),
        ("What do visitors like?", "Visitors like the view."),
    ],
)
def test_the_first_span_is_the_words_asked_for(encoder: SentenceTransformerEncoder, question: str, answer: str) -> None:
    assert SentenceReader(encoder).read(question, passages(encoder, DAM))[0].text == answer


def test_a_question_for_no_few_words_gets_whole_sentences(encoder: SentenceTransformerEncoder) -> None:
    spans = SentenceReader(encoder).read("Why is the dam famous?", passages(encoder, DAM))
    assert len(spans) == 4
    assert all(span.is_whole_quote for span in spans)


def test_a_quantity_of_the_thing_asked_about_beats_one_of_something_else(encoder: SentenceTransformerEncoder) -> None:
    text = "About 10,000 troops arrived with 300 lorries. Another 50 villages were empty."
    spans = SentenceReader(encoder).read("How many soldiers arrived?", passages(encoder, text))
    assert spans[0].text == "About 10,000"


def test_spans_are_best_first_and_their_probabilities_are_probabilities(encoder: SentenceTransformerEncoder) -> None:
    probabilities = [s.probability for s in SentenceReader(encoder).read("How tall?", passages(encoder, DAM))]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 < probability < 1 for probability in probabilities)


def test_a_sentence_of_two_passages_is_read_once() -> None:
    readable = passages(WordEncoder(), DAM)
    assert len(SentenceReader(WordEncoder()).read("dam", readable * 3)) == 4


def test_headings_are_read_only_where_nothing_else_stands() -> None:
    reader = SentenceReader(WordEncoder())
    texts = [span.text for span in reader.read("dam", passages(WordEncoder(), "# Dam\n\nIt stands.", "dam.md"))]
    alone = [span.text for span in reader.read("dam", passages(WordEncoder(), "# Dam", "dam.md"))]
    assert (texts, alone) == (["It stands."], ["Dam"])


def test_the_words_of_the_question_do_not_answer_it() -> None:
    text = "In 1959 the dam was finished after 4 years. Nobody knew."
    spans = SentenceReader(WordEncoder()).read("When in 1959 was it?", passages(WordEncoder(), text))
    assert "1959" not in [span.text for span in spans]


def test_nothing_is_read_from_no_passages() -> None:
    assert SentenceReader(WordEncoder()).read("dam", []) == []


@given(
    texts_with_words, st.sampled_from(["How many?", "When?", "Who?", "Where is it?", "Why?", "", "How many x of y?"])
)
def test_every_span_lies_in_its_quote_and_every_quote_in_its_document(text: str, question: str) -> None:
    for span in SentenceReader(WordEncoder()).read(question, passages(WordEncoder(), text)):
        assert span.quote_start <= span.start < span.end <= span.quote_end <= len(span.document.text)
        assert span.text in span.document.text[span.quote_start : span.quote_end]
        assert 0 <= span.probability <= 1


@pytest.mark.parametrize(
    ("question", "share"), [("How tall is the dam?", 0.5), ("Is a dam in Zambia?", 0.5), ("Why?", 0.0), ("is the", 0.0)]
)
def test_overlap_is_the_share_of_the_questions_content_words(question: str, share: float) -> None:
    assert overlap(question, "The dam is high.") == share
