import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from qa.training.batches import Batch
from qa.training.model import SpanModel
from qa.training.recipe import Round
from qa.training.train import mean_weights, on_device, train
from tests.qa.training.makers import random_batch

ROUND = Round(seed=13, learning_rate=1e-3, mix={})
BATCHES = [random_batch(seed) for seed in range(6)]


def new_model(bert: Path, seed: int = 3, dropout: float = 0.1) -> SpanModel:
    return SpanModel(bert, dropout, seed)


def run(model: SpanModel, batches: Sequence[Batch], folder: Path) -> list[str]:
    """Train, and return what was shown."""
    folder.mkdir(exist_ok=True)
    shown: list[str] = []
    train(model, batches, ROUND, folder, shown.append)
    return shown


def differing(one: SpanModel, other: SpanModel) -> list[str]:
    """Return the names of the weights in which two models differ."""
    weights = other.state_dict()
    return [name for name, values in one.state_dict().items() if not torch.equal(values, weights[name])]


def test_a_training_that_is_stopped_and_called_again_ends_as_one_that_ran_through(bert: Path, tmp_path: Path) -> None:
    through, stopped = new_model(bert), new_model(bert)
    run(through, BATCHES, tmp_path / "through")
    folder = tmp_path / "stopped"
    folder.mkdir()
    (folder / "pause").touch()
    with pytest.raises(SystemExit, match="paused"):
        run(stopped, BATCHES, folder)
    assert differing(stopped, through) != []
    (folder / "pause").unlink()
    # What goes on is not in memory: a new model takes it from the folder.
    resumed = new_model(bert, seed=4)
    run(resumed, BATCHES, folder)
    assert differing(resumed, through) == []


def test_a_training_that_is_stopped_after_each_batch_ends_as_one_that_ran_through(bert: Path, tmp_path: Path) -> None:
    through = new_model(bert)
    run(through, BATCHES, tmp_path / "through")
    folder = tmp_path / "stopped"
    folder.mkdir()
    (folder / "pause").touch()
    for number in range(len(BATCHES)):
        with pytest.raises(SystemExit, match="paused"):
            run(new_model(bert, seed=3 + number), BATCHES, folder)
    last = new_model(bert, seed=9)
    run(last, BATCHES, folder)
    assert differing(last, through) == []


def test_a_training_that_is_done_is_not_done_again(bert: Path, tmp_path: Path) -> None:
    once = new_model(bert)
    run(once, BATCHES, tmp_path)
    written = (tmp_path / "checkpoint.pt").read_bytes()
    again = new_model(bert, seed=4)
    run(again, BATCHES, tmp_path)
    assert differing(again, once) == []
    assert (tmp_path / "checkpoint.pt").read_bytes() == written
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_frozen_layers_and_the_embeddings_below_them_keep_their_weights(bert: Path, tmp_path: Path) -> None:
    model, before = new_model(bert), new_model(bert)
    train(model, BATCHES, replace(ROUND, frozen=1), tmp_path, lambda _: None)
    learnt = [name for name in before.state_dict() if not re.search(r"embeddings|layer\.0\.", name)]
    assert differing(model, before) == learnt


def test_the_same_model_and_batches_train_to_the_same_weights(bert: Path, tmp_path: Path) -> None:
    models = [new_model(bert), new_model(bert)]
    for number, model in enumerate(models):
        run(model, BATCHES, tmp_path / str(number))
    assert differing(*models) == []
    assert differing(models[0], new_model(bert)) != []


def test_the_mean_of_rounds_is_that_of_each_of_their_weights_by_what_each_counts(bert: Path, tmp_path: Path) -> None:
    ended = [new_model(bert), new_model(bert, dropout=0.3)]
    for number, model in enumerate(ended):
        run(model, BATCHES[:3], tmp_path / str(number))
    one, other = (model.state_dict() for model in ended)
    assert differing(*ended) != []
    mean = mean_weights({tmp_path / "0": 3, tmp_path / "1": 1})
    assert list(mean) == list(one)
    for name, values in mean.items():
        torch.testing.assert_close(values, 0.75 * one[name] + 0.25 * other[name])


def test_what_was_shown_often_is_learnt(bert: Path, tmp_path: Path) -> None:
    model = new_model(bert, dropout=0.0)
    batch = random_batch(1)
    run(model, [batch] * 60, tmp_path)
    tensors = on_device(batch, next(model.parameters()).device)
    with torch.inference_mode():
        logits = model.eval()(tensors["input_ids"], tensors["token_type_ids"], tensors["attention_mask"]).float()
    logits = logits.masked_fill(~tensors["allowed"][..., None], -math.inf)
    answered = tensors["targets"].sum(dim=(1, 2)) > 0
    best = logits.argmax(dim=1)
    assert torch.equal(best[answered], tensors["targets"].argmax(dim=1)[answered])
    # On the scale of all passages: above 0 where the answer stands, below where it does not.
    assert (logits.amax(dim=1) > 0).all(dim=1).tolist() == answered.tolist() == [True, False, True, False]


def test_a_loss_that_is_no_number_stops_the_training_before_it_is_saved(bert: Path, tmp_path: Path) -> None:
    model = new_model(bert)
    with torch.no_grad():
        model.spans.bias.fill_(math.nan)
    with pytest.raises(FloatingPointError, match="the loss is no longer a number"):
        run(model, BATCHES, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_progress_is_shown_with_pace_and_what_is_left(
    bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A clock on which each batch, of 64 tokens, takes 32 seconds.
    clock = itertools.count(0.0, 32.0)
    monkeypatch.setattr("qa.training.train.time", SimpleNamespace(monotonic=lambda: next(clock)))
    shown = run(new_model(bert), BATCHES[:4], tmp_path)
    without_loss = [(line[: line.index("  loss")], line[line.index("tokens/s") - 3 :]) for line in shown]
    assert without_loss == [
        (" 25.0 %", " 2 tokens/s  2 min left"),
        (" 50.0 %", " 2 tokens/s  1 min left"),
        (" 75.0 %", " 2 tokens/s  1 min left"),
        ("100.0 %", " 2 tokens/s  0 min left"),
    ]


def test_a_checkpoint_is_written_as_often_as_it_should_be(
    bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(0.0, 10.0)
    monkeypatch.setattr("qa.training.train.time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr("qa.training.train._CHECKPOINT_SECONDS", 15.0)
    done: list[int] = []
    save = torch.save

    def noting(state: dict[str, Any], file: Path) -> None:
        done.append(state["done"])
        save(state, file)

    monkeypatch.setattr(torch, "save", noting)
    run(new_model(bert), BATCHES, tmp_path)
    assert done == [2, 4, 6]


def test_a_batch_becomes_tensors_of_the_same_values() -> None:
    tensors = on_device(BATCHES[0], torch.device("cpu"))
    assert list(tensors) == ["input_ids", "token_type_ids", "attention_mask", "allowed", "targets", "groups"]
    for name, tensor in tensors.items():
        assert tensor.tolist() == getattr(BATCHES[0], name).tolist()
