from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.training.batches import Batch
from qa.training.export import export
from qa.training.model import SpanModel
from qa.training.train import on_device
from tests.qa.training.makers import random_batch, word_tokenizer

pytestmark = [
    # torch's exporter speaks of its own future, of what it will not trace, and of what it does not expect.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
    pytest.mark.filterwarnings("ignore:Exporting aten.*index operator:UserWarning"),
]

INPUTS = ("input_ids", "token_type_ids", "attention_mask")
TOKENIZER = word_tokenizer("who built the dam ?").to_str()


@pytest.fixture(scope="module")
def model(bert: Path) -> SpanModel:
    torch.manual_seed(3)
    model = SpanModel(bert)
    torch.nn.init.normal_(model.relevance.weight)
    return model.train()


@pytest.fixture(scope="module")
def files(model: SpanModel, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The model in float32 and in eight bits."""
    folder = tmp_path_factory.mktemp("exported") / "new" / "folder"
    files = {"float32": folder / "whole.onnx", "eight bits": folder / "small.onnx"}
    for name, file in files.items():
        export(model, TOKENIZER, file, quantized=name == "eight bits")
    return files


def logits_of(file: Path, batch: Batch) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (logits,) = session.run(None, {name: getattr(batch, name) for name in INPUTS})
    return np.asarray(logits)


def padded(passages: int, tokens: int) -> Batch:
    """Return a batch whose last passage is shorter than the others."""
    batch = random_batch(5, passages, tokens)
    batch.attention_mask[-1, tokens - 4 :] = 0
    return batch


@pytest.mark.parametrize(("passages", "tokens"), [(2, 16), (1, 9), (5, 64)])
def test_the_file_says_what_the_model_says_whatever_the_number_of_passages_and_tokens(
    model: SpanModel, files: dict[str, Path], passages: int, tokens: int
) -> None:
    batch = padded(passages, tokens)
    tensors = on_device(batch, torch.device("cpu"))
    with torch.inference_mode():
        expected = model.eval()(*(tensors[name] for name in INPUTS)).numpy()
    np.testing.assert_allclose(logits_of(files["float32"], batch), expected, atol=1e-4, rtol=0)


@pytest.mark.parametrize(("passages", "tokens"), [(2, 16), (1, 9), (5, 64)])
def test_the_file_in_eight_bits_says_about_the_same(files: dict[str, Path], passages: int, tokens: int) -> None:
    batch = padded(passages, tokens)
    logits = logits_of(files["eight bits"], batch)
    assert (logits.shape, logits.dtype.name) == ((passages, tokens, 2), "float32")
    np.testing.assert_allclose(logits, logits_of(files["float32"], batch), atol=0.5, rtol=0)


def test_no_sum_of_two_products_in_eight_bits_is_too_large_for_sixteen(files: dict[str, Path]) -> None:
    """Processors without VNNI add pairs of products in sixteen bits, and cut what does not fit."""
    whole = onnx.load(files["eight bits"]).graph.initializer
    weights = {each.name: onnx.numpy_helper.to_array(each) for each in whole if each.name.endswith("_quantized")}
    assert len(weights) == 2 * 4 + 2  # four layers of each of the tiny network's two, and the heads
    largest = {name: 2 * 255 * int(np.abs(values.astype(int)).max()) for name, values in weights.items()}
    assert max(largest.values()) <= 2**15 - 1


def test_the_file_in_eight_bits_is_smaller(files: dict[str, Path]) -> None:
    assert files["eight bits"].stat().st_size < files["float32"].stat().st_size


@pytest.mark.parametrize("name", ["float32", "eight bits"])
def test_the_file_carries_its_tokenizer_and_names_what_it_takes(files: dict[str, Path], name: str) -> None:
    session = onnxruntime.InferenceSession(files[name], providers=["CPUExecutionProvider"])
    carried = session.get_modelmeta().custom_metadata_map
    assert carried == {"tokenizer": TOKENIZER}
    assert Tokenizer.from_str(carried["tokenizer"]).encode("who built it ?").ids == [1, 4, 5, 3, 8, 2]
    assert [(taken.name, taken.shape, taken.type) for taken in session.get_inputs()] == [
        (name, ["passages", "tokens"], "tensor(int64)") for name in INPUTS
    ]
    assert [output.name for output in session.get_outputs()] == ["logits"]


def test_nothing_else_is_written_beside_a_file(files: dict[str, Path]) -> None:
    assert sorted(file.name for file in files["float32"].parent.iterdir()) == ["small.onnx", "whole.onnx"]
