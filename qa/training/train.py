"""The training loop: batches in, weights out; it can be stopped at any moment and goes on from its last checkpoint."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from qa.training.batches import Batch
from qa.training.model import SpanModel, span_loss

Show = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training is told: the seed, the highest learning rate, and how often a checkpoint is written."""

    seed: int = 13
    learning_rate: float = 1.5e-4
    warmup: float = 0.05
    weight_decay: float = 0.01
    checkpoint_seconds: float = 240.0


def train(model: SpanModel, batches: Sequence[Batch], recipe: Recipe, folder: Path, show: Show) -> None:
    """Train `model` in place. Its state is kept in `folder`; a second call with the same batches goes on from there."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device).train()
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay, betas=(0.9, 0.98), fused=True
    )
    sizes = [batch.input_ids.size for batch in batches]
    after = np.cumsum(sizes) / sum(sizes)
    checkpoint = folder / "checkpoint.pt"
    first = _resume(checkpoint, model, optimizer)
    saved = shown = time.monotonic()
    tokens, losses = 0, []
    for number in range(first, len(batches)):
        rate = recipe.learning_rate * _rate(float(after[number - 1]) if number else 0.0, recipe.warmup)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.seed(recipe.seed, number)
        losses.append(_step(model, optimizer, batches[number], device))
        tokens += batches[number].input_ids.size
        now = time.monotonic()
        if now - shown > 30:
            pace = tokens / (now - shown)
            done, left = after[number], (1 - after[number]) * sum(sizes) / pace / 60
            show(f"{100 * done:5.1f} %  loss {np.mean(losses):.3f}  {pace:,.0f} tokens/s  {left:.0f} min left")
            shown, tokens, losses = now, 0, []
        if now - saved > recipe.checkpoint_seconds or number == len(batches) - 1:
            _save(checkpoint, model, optimizer, number + 1)
            saved = now
        if (folder / "pause").exists():
            _save(checkpoint, model, optimizer, number + 1)
            raise SystemExit("paused")


def _rate(done: float, warmup: float) -> float:
    return done / warmup if done < warmup else (1 - done) / (1 - warmup)


def _step(model: SpanModel, optimizer: torch.optim.Optimizer, batch: Batch, device: torch.device) -> float:
    tensors = on_device(batch, device)
    with torch.autocast(device.type, torch.bfloat16):
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
