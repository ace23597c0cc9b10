"""The trained reader: one pass of a small network over each passage, and the words it points at."""

import itertools
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import ReaderUnavailable
from index.formats.extraction import trimmed
from index.sentences import quoted
from qa.question_forms import Form, form
from qa.reader import AnswerSpan, ReadablePassage, Reading

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

WEIGHTS = Path(__file__).parent / "weights" / "reader.onnx"

#: Tokens that the network saw at most in training, of all its input, of the question and of the title.
LONGEST_INPUT, LONGEST_QUESTION, LONGEST_TITLE = 384, 64, 24
#: Tokens that two windows of one long passage share.
_OVERLAP = 96
#: Tokens of the longest answer.
_LONGEST_ANSWER = 40
#: Different spans looked at in one passage.
_SPANS = 5
#: Of a question that words or a sentence can answer, the words do when they have this share of their sentence: on
#: held-out training questions of that form the words are then the better answer (F1 59 against 31).
_SURE = 0.25

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of a passage as the network takes it; `offsets` are those of its tokens, in the document."""

    passage: int
    token_ids: list[int]
    question_length: int
    first: int
    offsets: list[tuple[int, int]]


class SpanReader:
    """Reads with the network in `weights`, an ONNX file that carries its tokenizer; it is loaded at first use.

    For each token of a passage the network gives a logit that the answer starts there, and one that it ends there, on
    a scale where 0 stands for "not answered here" in every passage (`qa/training/model.py`).
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._weights = weights
        self._threads = ThreadPoolExecutor(len(os.sched_getaffinity(0)), "reader")

    def load(self) -> None:
        """Load the weights now. Raises ReaderUnavailable."""
        _ = self._session, self._tokenizer

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
        """Return one reading for each passage, in their order. Raises ReaderUnavailable."""
        asked = form(question)
        windows = list(self._windows(question, passages))
        spans: list[list[AnswerSpan]] = [[] for _ in passages]
        relevance = [-np.inf] * len(passages)
        for window, (starts, ends) in zip(windows, self._threads.map(self._logits, windows), strict=True):
            number = window.passage
            spans[number] += _spans(passages[number], window, starts, ends, asked)
            answers = (np.logaddexp.reduce(starts) + np.logaddexp.reduce(ends)) / 2
            relevance[number] = max(relevance[number], float(answers))
        return [
            Reading(passage, tuple(_distinct(found)), float(relevant))
            for passage, found, relevant in zip(passages, spans, relevance, strict=True)
        ]

    def _windows(self, question: str, passages: Sequence[ReadablePassage]) -> Iterator[_Window]:
        cls, sep = self._tokenizer.encode("").ids
        texts = [question, *(p.document.title for p in passages), *(p.text for p in passages)]
        asked, *encoded = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        for number, passage in enumerate(passages):
            title, text = encoded[number], encoded[len(passages) + number]
            head, question_length = opening(cls, sep, asked.ids, title.ids)
            room = LONGEST_INPUT - len(head) - 1
            origin = passage.passage.start
            offsets = [(origin + start, origin + end) for start, end in text.offsets]
            for first in range(0, max(1, len(offsets) - _OVERLAP), room - _OVERLAP):
                ids = text.ids[first : first + room]
                if ids:
                    yield _Window(number, [*head, *ids, sep], question_length, len(head), offsets[first : first + room])

    def _logits(self, window: _Window) -> tuple[Floats, Floats]:
        """Return the logits of a window's passage, for each of its tokens."""
        token_ids = np.array([window.token_ids], np.int64)
        token_type_ids = (np.arange(token_ids.shape[1]) >= window.question_length)[None].astype(np.int64)
        inputs = {
            "input_ids": token_ids,
            "token_type_ids": token_type_ids,
            "attention_mask": np.ones_like(token_ids),
        }
        ((logits,),) = self._session.run(None, inputs)
        of_passage = logits[window.first : window.first + len(window.offsets)]
        return of_passage[:, 0], of_passage[:, 1]

    @cached_property
    def _session(self) -> "onnxruntime.InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a core reads a passage by itself: unpadded, and no waiting for the others
        try:
            return onnxruntime.InferenceSession(self._weights, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own errors have no common class
            raise ReaderUnavailable(f"the reader's weights at {self._weights} cannot be loaded: {error}") from None

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self._session.get_modelmeta().custom_metadata_map["tokenizer"])
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


def opening(cls: int, sep: int, question: list[int], title: list[int]) -> tuple[list[int], int]:
    """Return the tokens that the network takes before a passage, and how many of them are the question's."""
    asked = [cls, *question[:LONGEST_QUESTION], sep]
    return ([*asked, *title[:LONGEST_TITLE], sep] if title else asked), len(asked)


def _spans(
    passage: ReadablePassage, window: _Window, starts: Floats, ends: Floats, asked: Form
) -> Iterator[AnswerSpan]:
    """Yield the best spans that share no token, best first; as sentences where they alone answer what is asked."""
    bounds = [sentence.start for sentence in passage.passage.sentences]
    sentence = np.searchsorted(bounds, [start for start, _ in window.offsets], side="right")
    first, last = np.arange(len(starts))[:, None], np.arange(len(ends))[None, :]
    together = (last >= first) & (last - first < _LONGEST_ANSWER) & (sentence[:, None] == sentence[None, :])
    scores = np.where(together, starts[:, None] + ends[None, :], -np.inf)
    cuts = np.flatnonzero(np.diff(sentence, prepend=-1, append=-1))
    of_sentence = {
        sentence[a]: float(np.logaddexp.reduce(scores[a:b, a:b], axis=None)) for a, b in itertools.pairwise(cuts)
    }
    free = scores.copy()
    for _ in range(_SPANS):
        start, end = divmod(int(free.argmax()), len(ends))
        if free[start, end] == -np.inf:
            return
        free[: end + 1, start:] = -np.inf
        span = trimmed(passage.document.text, window.offsets[start][0], window.offsets[end][1])
        quote = quoted(passage.document.text, passage.passage.sentences, *span)
        score, mass = float(scores[start, end]), of_sentence[sentence[start]]
        if asked == "sentence" or (asked == "either" and score - mass < np.log(_SURE)):
            span, score = quote, mass
        yield AnswerSpan(passage.document, *span, *quote, score, mass)


def _distinct(spans: list[AnswerSpan]) -> Iterator[AnswerSpan]:
    """Yield spans best first, without those that share a word with a better one."""
    kept: list[AnswerSpan] = []
    for span in sorted(spans, key=lambda span: -span.score):
        if not any(span.overlaps(other) for other in kept):
            kept.append(span)
            yield span
