"""The trained reader: one pass of a small network over each passage, and the words it points at."""

import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ReaderUnavailable
from index.formats.extraction import trimmed
from index.network import Network
from index.sentences import quoted
from index.tables import Piece
from qa.question_forms import Form, form
from qa.reader import AnswerSpan, ReadablePassage, Reading
from qa.span_edges import Edges
from qa.table_cells import AskedCells
from qa.wording import phrase

WEIGHTS = Path(__file__).parent / "weights" / "reader.onnx"

#: Tokens that the network saw at most in training, of all its input, of the question and of the title.
LONGEST_INPUT, LONGEST_QUESTION, LONGEST_TITLE = 384, 64, 24
#: Tokens that two windows of one long passage share.
_OVERLAP = 96
#: Tokens of the longest answer.
_LONGEST_ANSWER = 40
#: Different spans looked at in one passage.
_SPANS = 5
#: A span is chosen by its edges too among so many at most, which are at most so much less likely than the best.
_CHOICES, _CHOICE_MARGIN = 12, 3.0
#: Of the best spans of all passages so many are looked for in the others: what repeats them may be evidence as well.
_ECHOED = 3
#: Of a question that words or a sentence can answer, the words do when they have this share of their sentence: on
#: held-out training questions of that form the words are then the better answer (F1 59 against 31).
_SURE = 0.25

#: The fusion of an addition with the layer norm after it, which on processors takes six times as long as the two.
_SLOWER_FUSIONS = ("SkipLayerNormFusion",)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of a passage as the network takes it; `places` are those of its tokens, from `first` on."""

    passage: int
    token_ids: list[int]
    question_length: int
    first: int
    places: list["_Place"]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a token stands in the document, and in which piece of what is read; words put in stand nowhere."""

    start: int
    end: int
    piece: int
    is_put_in: bool


class SpanReader:
    """Reads with the network in `weights`, an ONNX file that carries its tokenizer, loaded at first use.

    For each token of a passage the network gives a logit that the answer starts there, and one that it ends there, on
    a scale where 0 stands for "not answered here" in every passage (`qa/training/model.py`).
    """

    def __init__(self, weights: Path = WEIGHTS, edges: Edges | None = None) -> None:
        """Take the `edges` that ship unless others are given. Raises ReaderUnavailable."""
        self._network = Network(weights, "the reader's", ReaderUnavailable, _SLOWER_FUSIONS)
        self._edges = Edges.load() if edges is None else edges
        self._threads = ThreadPoolExecutor(len(os.sched_getaffinity(0)), "reader")

    def load(self) -> None:
        """Load the weights now. Raises ReaderUnavailable."""
        _ = self._network.session, self._network.tokenizer

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
        """Return one reading for each passage, in their order. Raises ReaderUnavailable.

        Where a passage repeats the words of the best spans of all, these are among its spans, with their score there;
        and so are the cells of a table that the question names. Other cells of that table count less.
        """
        asked = form(question)
        windows = list(self._windows(question, passages))
        logits = list(self._threads.map(self._logits, windows))
        spans: list[list[AnswerSpan]] = [[] for _ in passages]
        relevance = [-np.inf] * len(passages)
        for window, (starts, ends) in zip(windows, logits, strict=True):
            number = window.passage
            spans[number] += _spans(passages[number], window, starts, ends, asked, self._edges)
            answers = (np.logaddexp.reduce(starts) + np.logaddexp.reduce(ends)) / 2
            relevance[number] = max(relevance[number], float(answers))
        likeliest = _likeliest(spans)
        cells = AskedCells(question, passages)
        for window, (starts, ends) in zip(windows, logits, strict=True):
            passage = passages[window.passage]
            given = [*_repeats(passage, window, likeliest), *cells.best(passage)]
            spans[window.passage] += _given(passage, window, starts, ends, given)
        return [
            Reading(passage, tuple(_distinct(found)), float(relevant))
            for passage, found, relevant in zip(passages, cells.weighed(spans), relevance, strict=True)
        ]

    def choices(self, question: str, passage: ReadablePassage) -> list[tuple[int, int, float]]:
        """Return start, end and logits of the spans of a short passage among which `Edges` choose, likeliest first."""
        window = next(self._windows(question, [passage]))
        scores, _ = _scores(passage, window, *self._logits(window))
        return [(window.places[s].start, window.places[e].end, logits) for s, e, logits in _choices(scores)]

    def _windows(self, question: str, passages: Sequence[ReadablePassage]) -> Iterator[_Window]:
        cls, sep = self._network.tokenizer.encode("").ids
        pieces = [passage.pieces for passage in passages]
        as_read = ("".join(piece.text for piece in of_passage) for of_passage in pieces)
        texts = [question, *(passage.document.title for passage in passages), *as_read]
        asked, *encoded = self._network.tokenizer.encode_batch(texts, add_special_tokens=False)
        for number, of_passage in enumerate(pieces):
            title, text = encoded[number], encoded[len(passages) + number]
            head, question_length = opening(cls, sep, asked.ids, title.ids)
            room = LONGEST_INPUT - len(head) - 1
            places = list(_places(of_passage, text.offsets))
            for first in range(0, max(1, len(places) - _OVERLAP), room - _OVERLAP):
                ids = text.ids[first : first + room]
                if ids:
                    yield _Window(number, [*head, *ids, sep], question_length, len(head), places[first : first + room])

    def _logits(self, window: _Window) -> tuple[Floats, Floats]:
        """Return the logits of a window's passage, for each of its tokens; no answer has words that were put in."""
        token_ids = np.array([window.token_ids], np.int64)
        token_type_ids = (np.arange(token_ids.shape[1]) >= window.question_length)[None].astype(np.int64)
        inputs = {
            "input_ids": token_ids,
            "token_type_ids": token_type_ids,
            "attention_mask": np.ones_like(token_ids),
        }
        ((logits,),) = self._network.session.run(None, inputs)
        of_passage = logits[window.first : window.first + len(window.places)]
        of_passage[[place.is_put_in for place in window.places]] = -np.inf
        return of_passage[:, 0], of_passage[:, 1]


def opening(cls: int, sep: int, question: list[int], title: list[int]) -> tuple[list[int], int]:
    """Return the tokens that the network takes before a passage, and how many of them are the question's."""
    asked = [cls, *question[:LONGEST_QUESTION], sep]
    return ([*asked, *title[:LONGEST_TITLE], sep] if title else asked), len(asked)


def _places(pieces: Sequence[Piece], offsets: Sequence[tuple[int, int]]) -> Iterator[_Place]:
    """Yield the places of the tokens at `offsets`, in order, of the pieces' text."""
    ends = list(accumulate(len(piece.text) for piece in pieces))
    for start, end in offsets:
        number = bisect_right(ends, start)
        piece = pieces[number]
        shift = (piece.start or 0) - ends[number] + len(piece.text)
        yield _Place(start + shift, end + shift, number, piece.start is None)


def _spans(
    passage: ReadablePassage, window: _Window, starts: Floats, ends: Floats, asked: Form, edges: Edges
) -> Iterator[AnswerSpan]:
    """Yield the best spans that share no token, best first; as sentences where they alone answer what is asked."""
    text, places = passage.document.text, window.places
    scores, sentence = _scores(passage, window, starts, ends)
    first = np.arange(len(scores))[:, None]
    last = first + np.arange(_LONGEST_ANSWER)
    free = scores.copy()
    usual = 0.0
    for rank in range(_SPANS):
        # Of what is less likely than "not answered here" only the best is worth the time to choose its edges.
        choices = _choices(free, _CHOICES if rank == 0 or free.max() > 0 else 1)
        if not choices:
            return
        weights = [edges.score(text, places[start].start, places[end].end) for start, end, _ in choices]
        if rank == 0:  # the likeliest of all keeps the network's score, which compares across passages
            usual = weights[0]
        weighed = [logits + weight - usual for (_, _, logits), weight in zip(choices, weights, strict=True)]
        chosen = int(np.argmax(weighed))
        start, end, _ = choices[chosen]
        score = weighed[chosen]
        free[(first <= end) & (last >= start)] = -np.inf
        span = trimmed(text, places[start].start, places[end].end)
        quote = quoted(text, passage.passage.sentences, *span)
        if asked != "words":
            inside = scores[sentence == sentence[start]]
            mass = float(np.logaddexp.reduce(inside, axis=None))
            if asked == "sentence" or inside.max() - mass < np.log(_SURE):
                span, score = quote, mass
        yield AnswerSpan(passage.document, *span, *quote, score)


def _scores(
    passage: ReadablePassage, window: _Window, starts: Floats, ends: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """Return the logits of all spans, by first token and how many follow, and the number of each token's sentence.

    No span crosses a sentence, or a cell of a table, or takes in what stands between sentences, such as "2.".
    """
    bounds = [sentence.start for sentence in passage.passage.sentences]
    ends_of = np.array([0, *(sentence.end for sentence in passage.passage.sentences)])
    at = np.array([place.start for place in window.places])
    sentence = np.searchsorted(bounds, at, side="right")
    within = at < ends_of[sentence]
    piece = np.array([place.piece for place in window.places])
    first = np.arange(len(starts))[:, None]
    last = first + np.arange(_LONGEST_ANSWER)
    inside = last < len(ends)
    last = np.minimum(last, len(ends) - 1)
    together = inside & (sentence[first] == sentence[last]) & (piece[first] == piece[last])
    together &= within[first] & within[last]
    return np.where(together, starts[first] + ends[last], -np.inf), sentence


def _choices(scores: Floats, most: int = _CHOICES) -> list[tuple[int, int, float]]:
    """Return first and last token and logits of the spans about as likely as the likeliest, which is first."""
    best = scores.max()
    if best == -np.inf:
        return []
    starts, following = np.nonzero(scores >= (best - _CHOICE_MARGIN if most > 1 else best))
    logits = scores[starts, following]
    order = np.argsort(-logits, kind="stable")[:most]
    return [(int(starts[n]), int(starts[n] + following[n]), float(logits[n])) for n in order]


def _likeliest(spans: Sequence[Sequence[AnswerSpan]]) -> list[str]:
    """Return the words of the best spans of all passages that may be an answer of few words."""
    best = sorted(
        (span for of_passage in spans for span in of_passage if span.score > 0 and not span.is_whole_quote),
        key=lambda span: -span.score,
    )
    return [span.text for span in best[:_ECHOED]]


def _repeats(passage: ReadablePassage, window: _Window, likeliest: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where a window repeats the words of one of the `likeliest`, in one cell where it has a table."""
    of_document = [place for place in window.places if not place.is_put_in]
    for words in likeliest if of_document else ():
        for match in phrase(words).finditer(passage.document.text, of_document[0].start, of_document[-1].end):
            if "\t" not in match[0] or "\t" in words:
                yield match.span()


def _given(
    passage: ReadablePassage, window: _Window, starts: Floats, ends: Floats, given: Iterable[tuple[int, int]]
) -> Iterator[AnswerSpan]:
    """Yield the given slices of the document, with what the reader thinks of them; none that cuts a token."""
    first = {place.start: number for number, place in enumerate(window.places) if not place.is_put_in}
    last = {place.end: number for number, place in enumerate(window.places) if not place.is_put_in}
    for start, end in given:
        if start in first and end in last:
            quote = quoted(passage.document.text, passage.passage.sentences, start, end)
            yield AnswerSpan(passage.document, start, end, *quote, float(starts[first[start]] + ends[last[end]]))


def _distinct(spans: list[AnswerSpan]) -> Iterator[AnswerSpan]:
    """Yield spans best first, without those that share a word with a better one."""
    kept: list[AnswerSpan] = []
    for span in sorted(spans, key=lambda span: -span.score):
        if not any(span.overlaps(other) for other in kept):
            kept.append(span)
            yield span
