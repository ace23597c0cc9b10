"""The training loop: batches in, weights out; it can be stopped at any moment and goes on from its last checkpoint."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from qa.training.batches import Batch
from qa.training.model import SpanModel, span_loss
from qa.training.recipe import Round

Show = Callable[[str], None]


#: The file of a round's state; once the round has ended, its weights are those that the round came to.
CHECKPOINT = "checkpoint.pt"
#: Of a round, the part in which the rate rises; then it falls.
_WARMUP = 0.05
_WEIGHT_DECAY = 0.01
_CHECKPOINT_SECONDS = 240.0


def train(model: SpanModel, batches: Sequence[Batch], plan: Round, folder: Path, show: Show) -> None:
    """Train `model` in place. Its state is kept in `folder`; a second call with the same batches goes on from there.

    Numbers are rounded to bfloat16 where the processor computes faster so.

    A file `pause` in the folder stops the training after the next batch.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device).train()
    model.freeze(plan.frozen)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=plan.learning_rate, weight_decay=_WEIGHT_DECAY, betas=(0.9, 0.98), fused=True
    )
    sizes = [batch.input_ids.size for batch in batches]
    after = np.cumsum(sizes) / sum(sizes)
    checkpoint = folder / CHECKPOINT
    first = _resume(checkpoint, model, optimizer)
    saved = shown = time.monotonic()
    tokens, losses = 0, []
    for number in range(first, len(batches)):
        rate = plan.learning_rate * _rate(float(after[number - 1]) if number else 0.0)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.seed(plan.seed, number)
        losses.append(_step(model, optimizer, batches[number], device))
        tokens += batches[number].input_ids.size
        now = time.monotonic()
        if now - shown > 30:
            pace = tokens / (now - shown)
            done, left = after[number], (1 - after[number]) * sum(sizes) / pace / 60
            show(f"{100 * done:5.1f} %  loss {np.mean(losses):.3f}  {pace:,.0f} tokens/s  {left:.0f} min left")
            shown, tokens, losses = now, 0, []
        if now - saved > _CHECKPOINT_SECONDS or number == len(batches) - 1:
            _save(checkpoint, model, optimizer, number + 1)
            saved = now
        if (folder / "pause").exists():
            _save(checkpoint, model, optimizer, number + 1)
            raise SystemExit("paused")


def _rate(done: float) -> float:
    return done / _WARMUP if done < _WARMUP else (1 - done) / (1 - _WARMUP)


def _step(model: SpanModel, optimizer: torch.optim.Optimizer, batch: Batch, device: torch.device) -> float:
    tensors = on_device(batch, device)
    with torch.autocast(device.type, torch.bfloat16, enabled=_has_bfloat16(device)):
        logits = model(tensors["input_ids"], tensors["token_type_ids"], tensors["attention_mask"])
    loss = span_loss(logits, tensors["allowed"], tensors["targets"], tensors["groups"])
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    value = loss.item()
    if not math.isfinite(value):
        raise FloatingPointError("the loss is no longer a number")
    return value


def mean_weights(folders: Mapping[Path, float]) -> dict[str, Tensor]:
    """Return the mean of the weights that the rounds of `folders` came to, each of which counts so much."""
    states = [torch.load(folder / CHECKPOINT, weights_only=True, map_location="cpu")["model"] for folder in folders]
    shares = torch.tensor([*folders.values()]) / sum(folders.values())
    return {name: torch.tensordot(shares, torch.stack([state[name] for state in states]), 1) for name in states[0]}


def _has_bfloat16(device: torch.device) -> bool:
    """Tell whether the processor multiplies bfloat16 itself; emulated, it is several times slower than float32."""
    return device.type == "cuda" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def on_device(batch: Batch, device: torch.device) -> dict[str, Tensor]:
    """Return a batch's arrays as tensors."""
    return {name: torch.from_numpy(getattr(batch, name)).to(device) for name in batch.__slots__}


def _save(checkpoint: Path, model: SpanModel, optimizer: torch.optim.Optimizer, done: int) -> None:
    written = checkpoint.with_suffix(".new")
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "done": done}, written)
    written.rename(checkpoint)


def _resume(checkpoint: Path, model: SpanModel, optimizer: torch.optim.Optimizer) -> int:
    if not checkpoint.exists():
        return 0
    state = torch.load(checkpoint, weights_only=True, map_location="cpu")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["done"])
