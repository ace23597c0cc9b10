"""A reader without training of its own: the sentence most like the question, and in it the words of the asked kind."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.encoding import Encoder
from index.sentences import Sentence
from qa.expected import Expected, candidates, expected, unit, with_unit
from qa.reader import AnswerSpan, ReadablePassage

#: Sentences of one question that are looked at closely, those of the most similar passages first.
_MOST_SENTENCES = 40
#: Quantities of one sentence that are looked at; a row of a table of numbers has many more.
_MOST_CANDIDATES = 8
_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    """
    a an and are as at be been by can could did do does for from had has have how in is it its many much of on or said
    say says so that the their there they this to was were what when where which who whom whose why will with
    """.split()
)
# Log-odds that a sentence answers. Chosen by hand, so `probability` orders and filters but is not calibrated.
_BIAS, _COSINE, _OVERLAP, _SIMILARITY = -6.0, 5.0, 3.0, 2.0
#: Log-odds for words of the asked kind: a quantity of the thing asked about against one of something else.
_SAME_UNIT, _OTHER_UNIT, _NO_SUCH_WORDS = 0.5, -2.5, -1.5
#: Cosine similarity of two things that are surely different, and surely the same.
_UNLIKE, _ALIKE = 0.2, 0.5


@dataclass(frozen=True, slots=True)
class _Candidate:
    readable: ReadablePassage
    sentence: Sentence
    text: str


class SentenceReader:
    """Chooses sentences by similarity to the question, and the quantity, date or name that was asked for in them."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[AnswerSpan]:
        """Return the most probable span of every sentence, best first."""
        sentences = list(_sentences(passages))[:_MOST_SENTENCES]
        if not sentences:
            return []
        cosines = self._encoder.encode_passages([c.text for c in sentences]) @ self._encoder.encode_question(question)
        words = self._words(question, [candidate.text for candidate in sentences])
        spans = []
        for candidate, cosine, (start, end, extra) in zip(sentences, cosines, words, strict=True):
            features = (_COSINE * float(cosine), _OVERLAP * overlap(question, candidate.text))
            odds = _BIAS + sum(features) + _SIMILARITY * candidate.readable.similarity + extra
            spans.append(_answer_span(candidate, start, end, 1 / (1 + math.exp(-odds))))
        return sorted(spans, key=lambda span: -span.probability)

    def _words(self, question: str, sentences: list[str]) -> list[tuple[int, int, float]]:
        """Return, for each sentence, where the words of the asked kind stand and what they add to the odds.

        A sentence without such words is returned whole.
        """
        asked = expected(question)
        if asked is None:
            return [(0, len(sentence), 0.0) for sentence in sentences]
        found = [
            [span for span in candidates(asked.kind, sentence) if not _only_repeats(question, sentence[slice(*span)])]
            for sentence in sentences
        ]
        found = [spans[:_MOST_CANDIDATES] for spans in found]
        likeness = self._likeness(asked, sentences, found)
        chosen = []
        for sentence, spans in zip(sentences, found, strict=True):
            if not spans:
                chosen.append((0, len(sentence), _NO_SUCH_WORDS))
            elif asked.counted is None:
                start, end = min(spans, key=lambda span: _distance(question, sentence, span))
                chosen.append((start, with_unit(sentence, end) if asked.measured else end, 0.0))
            else:
                like, (start, end) = max((likeness[unit(sentence, span[1])], span) for span in spans)
                same = min(1.0, max(0.0, (like - _UNLIKE) / (_ALIKE - _UNLIKE)))
                end = with_unit(sentence, end) if asked.measured else end
                chosen.append((start, end, _OTHER_UNIT + (_SAME_UNIT - _OTHER_UNIT) * same))
        return chosen

    def _likeness(self, asked: Expected, sentences: list[str], found: list[list[tuple[int, int]]]) -> dict[str, float]:
        """Return, for every thing of which a quantity was found, how like it is to the thing asked about."""
        units = {unit(sentence, end) for sentence, spans in zip(sentences, found, strict=True) for _, end in spans}
        if asked.counted is None or not units:
            return {}
        vectors = self._encoder.encode_passages([asked.counted, *sorted(units)])
        return dict(zip(sorted(units), (vectors[1:] @ vectors[0]).tolist(), strict=True))


def overlap(question: str, sentence: str) -> float:
    """Return the share of the question's content words that stand in the sentence, compared by their first letters."""
    wanted = {_stem(word) for word in _WORD.findall(question.lower()) if word not in _COMMON}
    there = {_stem(word) for word in _WORD.findall(sentence.lower())}
    return len(wanted & there) / len(wanted) if wanted else 0.0


def _stem(word: str) -> str:
    return word[:5]


def _sentences(passages: Sequence[ReadablePassage]) -> Iterator[_Candidate]:
    """Yield each sentence once, though passages overlap; headings only of passages that hold nothing else."""
    seen: set[tuple[str, int]] = set()
    for readable in passages:
        sentences = [s for s in readable.passage.sentences if s.kind != "heading"] or readable.passage.sentences
        for sentence in sentences:
            if (readable.document.id, sentence.start) not in seen:
                seen.add((readable.document.id, sentence.start))
                yield _Candidate(readable, sentence, readable.document.text[sentence.start : sentence.end])


def _answer_span(candidate: _Candidate, start: int, end: int, probability: float) -> AnswerSpan:
    sentence = candidate.sentence
    return AnswerSpan(
        document=candidate.readable.document,
        start=sentence.start + start,
        end=sentence.start + end,
        quote_start=sentence.start,
        quote_end=sentence.end,
        probability=probability,
    )


def _only_repeats(question: str, words: str) -> bool:
    asked = set(_WORD.findall(question.lower()))
    return all(word in asked for word in _WORD.findall(words.lower()))


def _distance(question: str, sentence: str, span: tuple[int, int]) -> int:
    """Return how far, in characters, the nearest content word of the question stands from the span."""
    wanted = {_stem(word) for word in _WORD.findall(question.lower()) if word not in _COMMON}
    gaps = [
        max(match.start() - span[1], span[0] - match.end())
        for match in _WORD.finditer(sentence)
        if _stem(match[0].lower()) in wanted
    ]
    return min((gap for gap in gaps if gap >= 0), default=len(sentence))
