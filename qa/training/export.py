"""A network as one small file: ONNX, fused, its weights in eight bits, its tokenizer inside."""

import copy
import tempfile
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from torch import Tensor, nn

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


def export(
    network: nn.Module,
    tokenizer: str,
    target: Path,
    quantized: bool = True,
    output: str = "logits",
    per_token: bool = True,
    left_whole: tuple[int, int] | None = None,
) -> None:
    """Write a network over a BERT, its `encoder`, to `target`; in float32 when not `quantized`.

    Layers whose weights have the shape `left_whole` stay in float32 even so.
    `tokenizer` (its JSON) goes into the metadata. The `output` has a row for each passage, and in it, when
    `per_token`, one for each token.
    """
    model: Any = copy.deepcopy(network).cpu().eval()
    if quantized:
        embeddings = model.encoder.embeddings
        embeddings.word_embeddings = _RowsInEightBits(embeddings.word_embeddings.weight.detach())
    example = tuple(torch.ones(2, 16, dtype=torch.int64) for _ in _INPUTS)
    with tempfile.TemporaryDirectory() as scratch:
        plain, fused = Path(scratch) / "plain.onnx", Path(scratch) / "fused.onnx"
        axes = {name: {0: "passages", 1: "tokens"} for name in (*_INPUTS, output)}
        if not per_token:
            del axes[output][1]
        torch.onnx.export(
            model, example, plain, input_names=list(_INPUTS), output_names=[output], dynamic_axes=axes, dynamo=False
        )
        options = FusionOptions("bert")
        options.enable_skip_layer_norm = False  # see qa/span_reader.py
        config = model.encoder.config
        optimize_model(
            str(plain), "bert", config.num_attention_heads, config.hidden_size, optimization_options=options
        ).save_model_to_file(str(fused))
        if quantized:
            graph = onnx.load(fused).graph
            whole = {weights.name for weights in graph.initializer if tuple(weights.dims) == left_whole}
            eight_bits = {"DefaultTensorType": onnx.TensorProto.FLOAT}
            layers = ["MatMul", "Attention"]
            quantize_dynamic(
                fused,
                plain,
                layers,
                per_channel=True,
                nodes_to_exclude=[node.name for node in graph.node if whole.intersection(node.input)],
                reduce_range=True,  # to seven bits: see WEIGHT_LEVELS
                weight_type=QuantType.QInt8,
                extra_options=eight_bits,
            )
        written = onnx.load(plain if quantized else fused)
    onnx.helper.set_model_props(written, {"tokenizer": tokenizer})
    target.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(written, target)
