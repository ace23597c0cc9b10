"""A network in one ONNX file that carries its tokenizer, as the encoder and the reader are; loaded at first use."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SeedbedError

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer


class Network:
    """The network in `weights`, on one thread: a core runs a text by itself, unpadded, not waiting for the others.

    Where it cannot be loaded, `unavailable` is raised, with the `name` of whose weights they are. Of onnxruntime's
    optimizers those `without` are not run.
    """

    def __init__(self, weights: Path, name: str, unavailable: type[SeedbedError], without: Sequence[str] = ()) -> None:
        self._weights = weights
        self._name = name
        self._unavailable = unavailable
        self._without = without

    @cached_property
    def session(self) -> "onnxruntime.InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            return onnxruntime.InferenceSession(
                self._weights, options, providers=["CPUExecutionProvider"], disabled_optimizers=list(self._without)
            )
        except Exception as error:  # onnxruntime's own errors have no common class
            raise self._unavailable(f"{self._name} weights at {self._weights} cannot be loaded: {error}") from None

    @cached_property
    def tokenizer(self) -> "Tokenizer":
        """Its tokenizer, which neither cuts nor pads."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self.session.get_modelmeta().custom_metadata_map["tokenizer"])
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer
