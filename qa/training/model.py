"""The reader's network: the encoder read through, with one logit per token for each end of an answer."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

#: Weights are rounded to so many steps on each side of nought: with seven bits, the sums that processors without VNNI
#: make of two products fit their sixteen bits, so that every processor gives the same answer.
WEIGHT_LEVELS = 64


class CheapDropout(nn.Module):
    """Dropout whose mask comes from random bytes: torch's own draws it, on a CPU, slower than the layers compute."""

    def __init__(self, probability: float) -> None:
        super().__init__()
        self._threshold = round(256 * probability)
        self._scale = 256 / (256 - self._threshold)
        self.seed(0)

    def seed(self, *numbers: int) -> None:
        """Begin the masks anew, the same for the same numbers."""
        self._random = np.random.Generator(np.random.SFC64(numbers))

    def forward(self, values: Tensor) -> Tensor:
        if not self.training or not self._threshold:
            return values
        if values.is_cuda:
            return nn.functional.dropout(values, self._threshold / 256)
        drawn = np.frombuffer(self._random.bytes(values.numel()), dtype=np.uint8)
        kept = torch.from_numpy(drawn >= self._threshold).view(values.shape)
        return values * kept * self._scale


class RoundedLinear(nn.Linear):
    """A layer that computes, while it learns, with what eight bits will leave of its input and of its weights.

    Gradients pass the rounding as if it were not there (the straight-through estimator: Bengio et al. 2013, "Estimating
    or propagating gradients through stochastic neurons"). Each passage's input has a scale of its own, as it is read
    alone; each output's weights too, in `WEIGHT_LEVELS` steps either way, as in the exported file.
    """

    def forward(self, values: Tensor) -> Tensor:
        if not self.training:
            return super().forward(values)
        with torch.no_grad():
            low, high = torch.aminmax(values.flatten(1), dim=1)
            step = (high.clamp(min=0) - low.clamp(max=0)).clamp(min=1e-8)[:, None, None] / 255
            values_lost = torch.round(values / step).mul_(step).sub_(values)
            scale = self.weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / WEIGHT_LEVELS
            weight_lost = torch.round(self.weight / scale).mul_(scale).sub_(self.weight)
        return nn.functional.linear(values + values_lost, self.weight + weight_lost, self.bias)


class SpanModel(nn.Module):
    """A question and a passage in; out, for each token, a logit that the answer starts there, one that it ends there.

    Logits are on one scale for all passages of all questions, on which 0 stands for "there is no answer here".
    The relevance of the passage, read from its first token, is added to all of them.
    """

    def __init__(self, folder: Path, dropout: float = 0.1, seed: int = 0) -> None:
        """Start from the encoder in `folder`, a BERT, with heads drawn at random, the same for the same `seed`."""
        from transformers import BertModel

        super().__init__()
        torch.manual_seed(seed)
        encoder: Any = BertModel.from_pretrained(str(folder), add_pooling_layer=False, attn_implementation="eager")
        for layer in encoder.encoder.layer:
            layer.attention.self.dropout = nn.Dropout(0.0)
            layer.attention.output.dropout = CheapDropout(dropout)
            layer.output.dropout = CheapDropout(dropout)
            for linear in (module for module in layer.modules() if type(module) is nn.Linear):
                linear.__class__ = RoundedLinear
        encoder.embeddings.dropout = CheapDropout(dropout)
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.spans = nn.Linear(width, 2)
        self.relevance = nn.Linear(width, 1)
        nn.init.zeros_(self.relevance.weight)
        nn.init.zeros_(self.relevance.bias)
        self.seed(seed, 0)

    def seed(self, seed: int, step: int) -> None:
        """Begin the masks of a step, so that a training that was stopped goes on as if it had not been."""
        torch.manual_seed(hash((seed, step)))
        for number, module in enumerate(self.modules()):
            if isinstance(module, CheapDropout):
                module.seed(seed, step, number)

    def freeze(self, layers: int | None) -> None:
        """Let all weights learn but those of the embeddings and of so many layers above them, if any are given."""
        still = [] if layers is None else [self.encoder.embeddings, *self.encoder.encoder.layer[:layers]]
        self.requires_grad_(True)
        for part in still:
            part.requires_grad_(False)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return logits of shape (passages, tokens, 2), from integers of shape (passages, tokens)."""
        hidden = self.encoder(
            input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask
        ).last_hidden_state
        logits: Tensor = self.spans(hidden) + self.relevance(hidden[:, :1])
        return logits


def span_loss(logits: Tensor, allowed: Tensor, targets: Tensor, groups: Tensor) -> Tensor:
    """Return the mean loss of a batch.

    `logits` and `targets` are (passages, tokens, 2), `allowed` is (passages, tokens), `groups` numbers each passage's
    question. `targets` hold, for each end, the share of annotators who put it there: they sum to 1 over a passage that
    answers, and to 0 over one that does not, whose mass lies on "no answer", the logit 0. The loss is the cross-entropy
    over each passage alone, plus that over all passages of a question together (shared normalisation: Clark and
    Gardner 2018, "Simple and effective multi-paragraph reading comprehension").
    """
    logits = logits.float().masked_fill(~allowed.unsqueeze(-1), -1e4)
    passage_mass = torch.logsumexp(logits, dim=1)
    hit = (targets * logits).sum(dim=1)
    alone = torch.logaddexp(passage_mass, torch.zeros_like(passage_mass)) - hit
    questions = int(groups.max()) + 1
    together = []
    member = torch.nn.functional.one_hot(groups, questions).bool()
    for end in range(2):
        spread = torch.where(member, passage_mass[:, end : end + 1], torch.full_like(member, -1e4, dtype=torch.float32))
        mass = torch.logsumexp(spread, dim=0)
        zero = torch.zeros(questions, device=logits.device)
        together.append(torch.logaddexp(mass, zero) - zero.index_add(0, groups, hit[:, end]))
    several = torch.bincount(groups, minlength=questions) > 1
    shared = torch.stack(together).mean(dim=0) * several
    return alone.mean() + shared.sum() / questions
