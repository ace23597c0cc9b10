"""The encoder that Seedbed ships with: all-MiniLM-L6-v2 in eight bits, run by onnxruntime, a text on each core."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np

from index.encoding import BUNDLED, Vectors, file_hash, lengths
from index.errors import EncoderUnavailable
from index.network import Network

#: Written by qa/training/encoder.py; the card beside it says what it is worth.
WEIGHTS = Path(__file__).parent / "weights" / "encoder.onnx"


class BundledEncoder:
    """Encodes with the network in `weights`, an ONNX file that carries its tokenizer; it is loaded at first use.

    Raises EncoderUnavailable, at first use, when it cannot be loaded.
    """

    name = BUNDLED
    dimension = 384
    window = 254

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._weights = weights
        self._network = Network(weights, "the encoder's", EncoderUnavailable)
        self._threads = ThreadPoolExecutor(len(os.sched_getaffinity(0)), "encoder")

    @cached_property
    def fingerprint(self) -> str:
        """The hash of the weights, known without loading them."""
        try:
            return file_hash(self._weights)
        except OSError as error:
            raise EncoderUnavailable(f"the encoder's weights at {self._weights} cannot be read: {error}") from None

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return lengths(self._token_ids, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        token_ids = self._token_ids(texts)
        # Each text by itself needs no padding; the longest first, so that no core is left with a long one at the end.
        longest_first = sorted(range(len(texts)), key=lambda number: -len(token_ids[number]))
        found = self._threads.map(self._vector, (token_ids[number] for number in longest_first))
        for number, vector in zip(longest_first, found, strict=True):
            vectors[number] = vector
        return vectors

    def encode_question(self, question: str) -> Vectors:
        return self._vector(*self._token_ids([question]))

    def _token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        encoded = self._network.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [tokens.ids for tokens in encoded]

    def _vector(self, token_ids: list[int]) -> Vectors:
        first, last = self._ends
        input_ids = np.array([[first, *token_ids[: self.window], last]], dtype=np.int64)
        inputs = {
            "input_ids": input_ids,
            "token_type_ids": np.zeros_like(input_ids),
            "attention_mask": np.ones_like(input_ids),
        }
        (vectors,) = self._network.session.run(None, inputs)
        return np.asarray(vectors[0], dtype=np.float32)

    @cached_property
    def _ends(self) -> list[int]:
        """The tokens that stand around every text."""
        return list(self._network.tokenizer.encode("").ids)
