import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from index.bundled_encoder import BundledEncoder
from index.encoding import BUNDLED, SentenceTransformerEncoder, file_hash, model_folder
from index.errors import EncoderUnavailable

TEXTS = ["The dam is 128 metres high.", "How tall is the dam?", "She bakes bread on Sundays."]


def test_vectors_are_unit_vectors_of_single_precision(encoder: BundledEncoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.shape == (3, encoder.dimension) == (3, 384)
    assert vectors.dtype == encoder.encode_question(TEXTS[0]).dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


def test_texts_of_like_meaning_are_near(encoder: BundledEncoder) -> None:
    high, tall, bread = encoder.encode_passages(TEXTS)
    assert high @ tall > 0.6 > 0.3 > high @ bread


def test_a_text_has_the_same_vector_alone_and_among_others(encoder: BundledEncoder) -> None:
    among = encoder.encode_passages([*TEXTS, "word " * 200])
    alone = np.stack([encoder.encode_question(text) for text in TEXTS])
    assert among[:3].tolist() == alone.tolist()


def test_vectors_are_near_those_of_the_model_as_it_was_published(encoder: BundledEncoder) -> None:
    published = SentenceTransformerEncoder(str(model_folder(BUNDLED)))
    assert (published.dimension, published.window) == (encoder.dimension, encoder.window)
    texts = [*TEXTS, "The bridge over the Aare, opened in 1844, carries eleven thousand vehicles a day. " * 20]
    assert published.count_tokens(texts) == encoder.count_tokens(texts)
    similarities = (published.encode_passages(texts) * encoder.encode_passages(texts)).sum(axis=1)
    assert similarities == pytest.approx([1, 1, 1, 1], abs=0.02)


def test_no_texts_make_no_vectors(encoder: BundledEncoder) -> None:
    assert encoder.encode_passages([]).shape == (0, 384)
    assert encoder.count_tokens([]) == []


def test_tokens_are_counted_without_the_models_own_and_beyond_the_window(encoder: BundledEncoder) -> None:
    assert encoder.count_tokens(["", "dam", "the dam stands.", "dam " * 1000]) == [0, 1, 4, 1000]


def test_of_the_tokens_of_very_many_texts_only_their_number_is_kept(encoder: BundledEncoder) -> None:
    texts = ["dam bread " * (number % 40) for number in range(12_345)]
    encoder.count_tokens(texts[:2])  # loads the model
    tracemalloc.start()
    try:
        assert encoder.count_tokens(texts) == [number % 40 * 2 for number in range(12_345)]
        assert tracemalloc.get_traced_memory()[1] < 6_000_000  # the tokens of all take over 24,000,000
    finally:
        tracemalloc.stop()


def test_what_is_within_the_window_counts_and_what_is_beyond_does_not(encoder: BundledEncoder) -> None:
    full = "dam " * encoder.window
    whole, longer, shorter = encoder.encode_passages([full, full + "bread bread", full[: -len("dam ")]])
    assert whole.tolist() == longer.tolist()
    assert whole.tolist() != shorter.tolist()


def test_the_fingerprint_is_that_of_the_weights(tmp_path: Path, encoder: BundledEncoder) -> None:
    (tmp_path / "other.onnx").write_bytes(b"other weights")
    assert BundledEncoder(tmp_path / "other.onnx").fingerprint == file_hash(tmp_path / "other.onnx")
    assert encoder.fingerprint != BundledEncoder(tmp_path / "other.onnx").fingerprint
    assert encoder.name == BUNDLED


def test_weights_that_are_missing_or_none_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "other.onnx").write_bytes(b"other weights")
    with pytest.raises(EncoderUnavailable, match=r"other\.onnx cannot be loaded"):
        BundledEncoder(tmp_path / "other.onnx").encode_question("how high?")
    with pytest.raises(EncoderUnavailable, match=r"missing\.onnx cannot be read"):
        _ = BundledEncoder(tmp_path / "missing.onnx").fingerprint
