import math
from pathlib import Path

import pytest
import torch
from torch import Tensor

from qa.training.batches import Batch
from qa.training.model import WEIGHT_LEVELS, CheapDropout, RoundedLinear, SpanModel, span_loss
from qa.training.train import on_device
from tests.qa.training.makers import random_batch


@pytest.fixture
def model(bert: Path) -> SpanModel:
    torch.manual_seed(3)
    return SpanModel(bert).eval()


def logits_of(model: SpanModel, batch: Batch) -> Tensor:
    tensors = on_device(batch, torch.device("cpu"))
    with torch.inference_mode():
        logits: Tensor = model(tensors["input_ids"], tensors["token_type_ids"], tensors["attention_mask"])
    return logits


def loss_of(
    logits: list[list[list[float]]],
    targets: list[list[list[float]]],
    groups: list[int],
    allowed: list[list[bool]] | None = None,
) -> float:
    every = torch.ones(len(logits), len(logits[0]), dtype=torch.bool)
    mask = every if allowed is None else torch.tensor(allowed)
    return span_loss(torch.tensor(logits), mask, torch.tensor(targets), torch.tensor(groups)).item()


def none_or(*logits: float) -> float:
    """Return the log of all mass, that of "no answer" (the logit 0) among it."""
    return math.log(1 + sum(math.exp(logit) for logit in logits))


# Two passages of two tokens; of each token, the logit that the answer starts there, and that it ends there.
LOGITS = [[[1.0, 0.5], [-1.0, 2.0]], [[0.25, -0.5], [3.0, 1.5]]]
ANSWERED = [[[1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]]
NOWHERE = [[[0.0, 0.0], [0.0, 0.0]]] * 2
ALONE = none_or(1, -1) - 1, none_or(0.5, 2) - 2, none_or(0.25, 3), none_or(-0.5, 1.5)


def test_the_loss_of_one_question_with_two_passages_is_that_of_each_alone_and_of_both_together() -> None:
    together = (none_or(1, -1, 0.25, 3) - 1 + none_or(0.5, 2, -0.5, 1.5) - 2) / 2
    assert loss_of(LOGITS, ANSWERED, [0, 0]) == pytest.approx(sum(ALONE) / 4 + together)


def test_the_loss_of_two_questions_with_a_passage_each_is_that_of_each_alone() -> None:
    assert loss_of(LOGITS, ANSWERED, [0, 1]) == pytest.approx(sum(ALONE) / 4)


def test_what_questions_with_several_passages_lose_is_a_mean_over_all_questions() -> None:
    lone = [[[0.0, 0.0], [0.0, 0.0]]]
    together = (none_or(1, -1, 0.25, 3) - 1 + none_or(0.5, 2, -0.5, 1.5) - 2) / 2
    alone = (sum(ALONE) + 2 * none_or(0, 0)) / 6
    assert loss_of([*LOGITS, *lone], [*ANSWERED, *lone], [0, 0, 1]) == pytest.approx(alone + together / 2)


def test_a_question_that_nothing_answers_loses_to_every_token() -> None:
    alone = (none_or(1, -1) + none_or(0.5, 2) + none_or(0.25, 3) + none_or(-0.5, 1.5)) / 4
    together = (none_or(1, -1, 0.25, 3) + none_or(0.5, 2, -0.5, 1.5)) / 2
    assert loss_of(LOGITS, NOWHERE, [0, 0]) == pytest.approx(alone + together)


def test_annotators_who_differ_each_have_their_share() -> None:
    shared = [[[0.75, 0.0], [0.25, 1.0]]]
    start, end = none_or(1, -1) - 0.75 * 1 - 0.25 * -1, none_or(0.5, 2) - 2
    assert loss_of(LOGITS[:1], shared, [0]) == pytest.approx((start + end) / 2)


def test_tokens_that_are_not_allowed_count_for_nothing() -> None:
    allowed = [[True, False], [False, True]]
    answered = [[[1.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]
    alone = (none_or(1) - 1 + none_or(0.5) - 0.5 + none_or(3) + none_or(1.5)) / 4
    together = (none_or(1, 3) - 1 + none_or(0.5, 1.5) - 0.5) / 2
    assert loss_of(LOGITS, answered, [0, 0], allowed) == pytest.approx(alone + together)


def test_a_sure_and_right_network_loses_nothing() -> None:
    sure = [[[60.0, -60.0], [-60.0, 60.0]], [[-60.0, -60.0], [-60.0, -60.0]]]
    assert loss_of(sure, ANSWERED, [0, 0]) == pytest.approx(0.0, abs=1e-6)


def test_logits_of_half_precision_lose_what_their_values_do() -> None:
    whole = torch.tensor(LOGITS)
    others = torch.ones(2, 2, dtype=torch.bool), torch.tensor(ANSWERED), torch.tensor([0, 0])
    assert span_loss(whole.bfloat16(), *others).item() == span_loss(whole, *others).item()


def test_there_is_one_logit_per_token_for_each_end(model: SpanModel) -> None:
    assert logits_of(model, random_batch(1, passages=3, tokens=20)).shape == (3, 20, 2)


def test_the_relevance_of_a_passage_is_read_from_its_first_token_and_added_to_all_its_logits(model: SpanModel) -> None:
    batch = random_batch(1)
    before = logits_of(model, batch)
    with torch.no_grad():
        model.relevance.weight.copy_(torch.linspace(-1, 1, 32)[None])
        model.relevance.bias.fill_(0.5)
        tensors = on_device(batch, torch.device("cpu"))
        names = ("input_ids", "token_type_ids", "attention_mask")
        first = model.encoder(**{name: tensors[name] for name in names}).last_hidden_state[:, 0]
    relevance = first @ torch.linspace(-1, 1, 32) + 0.5
    torch.testing.assert_close(logits_of(model, batch), before + relevance[:, None, None])


def test_relevance_says_nothing_before_training(model: SpanModel) -> None:
    assert (model.relevance.weight.abs().sum().item(), model.relevance.bias.item()) == (0.0, 0.0)


def test_what_is_masked_changes_no_logit(model: SpanModel) -> None:
    batch = random_batch(1)
    batch.attention_mask[:, 12:] = 0
    before = logits_of(model, batch)
    batch.input_ids[:, 12:] = 5
    torch.testing.assert_close(logits_of(model, batch)[:, :12], before[:, :12])


def test_the_weights_of_the_encoder_are_where_the_model_starts(bert: Path, model: SpanModel) -> None:
    from transformers import BertModel

    pretrained = BertModel.from_pretrained(str(bert), add_pooling_layer=False).state_dict()
    started = model.encoder.state_dict()
    assert sorted(started) == sorted(pretrained)
    assert [name for name, weights in pretrained.items() if not torch.equal(weights, started[name])] == []


def test_dropout_drops_its_share_and_scales_up_the_rest() -> None:
    dropped = CheapDropout(0.25).train()(torch.full((100, 1000), 3.0))
    assert dropped.unique().tolist() == [0.0, 4.0]
    assert (dropped == 0).float().mean().item() == pytest.approx(0.25, abs=0.01)


def test_dropout_draws_anew_each_time_and_the_same_again_from_the_same_seed() -> None:
    ones = torch.ones(8, 64)
    dropout = CheapDropout(0.5).train()
    dropout.seed(1, 2)
    drawn = [dropout(ones) for _ in range(2)]
    assert not torch.equal(drawn[0], drawn[1])
    dropout.seed(1, 2)
    assert [dropout(ones).tolist() for _ in range(2)] == [mask.tolist() for mask in drawn]
    dropout.seed(1, 3)
    assert not torch.equal(dropout(ones), drawn[0])


def test_the_gradient_passes_where_the_values_do() -> None:
    values = torch.ones(8, 64, requires_grad=True)
    kept = CheapDropout(0.5).train()(values)
    kept.sum().backward()
    assert values.grad is not None
    assert torch.equal(values.grad, kept.detach())


@pytest.mark.parametrize(("probability", "training"), [(0.0, True), (0.5, False)])
def test_dropout_of_nothing_or_outside_training_leaves_values_as_they_are(probability: float, training: bool) -> None:
    values = torch.randn(8, 64)
    assert torch.equal(CheapDropout(probability).train(training)(values), values)


def test_each_layer_drops_other_values_than_the_others(bert: Path) -> None:
    ones = torch.ones(8, 32)
    layers = [module for module in SpanModel(bert).train().modules() if isinstance(module, CheapDropout)]
    masks = {tuple(layer(ones).ravel().tolist()) for layer in layers}
    assert (len(layers), len(masks)) == (5, 5)


def rounded_layer() -> RoundedLinear:
    layer = RoundedLinear(2, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, 0.26], [-0.1, 0.064]]))
        layer.bias.copy_(torch.tensor([0.0, 1.0]))
    return layer


def test_a_layer_learns_with_the_weights_and_the_input_that_the_exported_file_will_have() -> None:
    assert WEIGHT_LEVELS == 64
    # Of the first passage a step is (2.55 + 2.55) / 255 = 0.02, of the second 255 / 255 = 1.
    values = torch.tensor([[[2.55, -2.55], [0.013, 0.0]], [[255.0, 0.6], [0.0, 0.4]]])
    seen = torch.tensor([[[2.56, -2.56], [0.02, 0.0]], [[255.0, 1.0], [0.0, 0.0]]])
    weights = torch.tensor([[64 / 64, 17 / 64], [-0.1, 41 / 64 * 0.1]])
    expected = torch.nn.functional.linear(seen, weights, torch.tensor([0.0, 1.0]))
    torch.testing.assert_close(rounded_layer().train()(values), expected)


def test_gradients_pass_a_rounded_layer_as_if_it_did_not_round() -> None:
    layer, values = rounded_layer().train(), torch.tensor([[[1.0, 0.5]]], requires_grad=True)
    layer(values).sum().backward()  # type: ignore[no-untyped-call]
    assert values.grad is not None and layer.weight.grad is not None
    torch.testing.assert_close(layer.weight.grad, torch.tensor([[1.0, 0.5]] * 2), atol=0.01, rtol=0)
    torch.testing.assert_close(values.grad, torch.tensor([[[1.0 - 0.1, 17 / 64 + 41 / 640]]]))


def test_a_layer_that_does_not_learn_computes_with_what_it_is_given() -> None:
    layer, values = rounded_layer().eval(), torch.tensor([[[2.55, -2.55]]])
    assert torch.equal(layer(values), torch.nn.functional.linear(values, layer.weight, layer.bias))


def test_every_layer_of_the_encoder_is_rounded_and_the_heads_are_not(model: SpanModel) -> None:
    rounded = {name for name, module in model.named_modules() if isinstance(module, RoundedLinear)}
    linear = {name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)}
    assert linear - rounded == {"spans", "relevance"}
