"""The trained network as one small file: ONNX, fused, its weights in eight bits, its tokenizer inside."""

import copy
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from torch import Tensor, nn

from qa.training.model import SpanModel

_INPUTS = ("input_ids", "token_type_ids", "attention_mask")


class _RowsInEightBits(nn.Module):
    """An embedding in eight bits, with a scale for each row: one for all rows is too coarse for most of them."""

    def __init__(self, weights: Tensor) -> None:
        super().__init__()
        scales = weights.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("rows", torch.round(weights / scales).to(torch.int8))
        self.register_buffer("scales", scales)
        self.rows: Tensor
        self.scales: Tensor

    def forward(self, ids: Tensor) -> Tensor:
        return nn.functional.embedding(ids, self.rows).float() * nn.functional.embedding(ids, self.scales)


def export(model: SpanModel, tokenizer: str, target: Path, quantized: bool = True) -> None:
    """Write `model` to `target`, with `tokenizer` (its JSON) in the metadata; in float32 when not `quantized`."""
    model = copy.deepcopy(model).cpu().eval()
    if quantized:
        embeddings = model.encoder.embeddings
        embeddings.word_embeddings = _RowsInEightBits(embeddings.word_embeddings.weight.detach())
    example = tuple(torch.ones(2, 16, dtype=torch.int64) for _ in _INPUTS)
    with tempfile.TemporaryDirectory() as scratch:
        plain, fused = Path(scratch) / "plain.onnx", Path(scratch) / "fused.onnx"
        axes = {name: {0: "passages", 1: "tokens"} for name in (*_INPUTS, "logits")}
        torch.onnx.export(
            model, example, plain, input_names=list(_INPUTS), output_names=["logits"], dynamic_axes=axes, dynamo=False
        )
        options = FusionOptions("bert")
        options.enable_skip_layer_norm = False  # see qa/span_reader.py
        config = model.encoder.config
        optimize_model(
            str(plain), "bert", config.num_attention_heads, config.hidden_size, optimization_options=options
        ).save_model_to_file(str(fused))
        if quantized:
            eight_bits = {"DefaultTensorType": onnx.TensorProto.FLOAT}
            layers = ["MatMul", "Attention"]
            quantize_dynamic(
                fused,
                plain,
                layers,
                per_channel=True,
                reduce_range=True,  # to seven bits: see WEIGHT_LEVELS
                weight_type=QuantType.QInt8,
                extra_options=eight_bits,
            )
        written = onnx.load(plain if quantized else fused)
    onnx.helper.set_model_props(written, {"tokenizer": tokenizer})
    target.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(written, target)
