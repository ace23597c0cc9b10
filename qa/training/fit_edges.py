"""Fits the weights of a span's edges on questions that trained nothing, their paragraph given."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from qa.evaluation.measures import exact_match, f1
from qa.evaluation.paragraphs import as_passage
from qa.span_edges import Edges, signs
from qa.span_reader import SpanReader
from qa.training.corpora import Source

#: Questions of the other sets are of single sentences.
_SETS = ("squad", "natural_questions", "reddit", "amazon")
#: What keeps the weights small, for a sign that is seen as often as not.
_SHRINKAGE = 0.01
#: What a question counts for of which no span is right, so that its logarithm is finite.
_HOPELESS = 1e-3

Show = Callable[[str], None]


def fit_edges(sources: Sequence[Source], reader: SpanReader, show: Show) -> Edges:
    """Return the weights for which the spans chosen are most likely right, half by exact match and half by F1."""
    features, worth = [], []
    for source in sources:
        if source.name not in _SETS:
            continue
        for paragraph in source.tuning:
            passage = as_passage(paragraph)
            for question in paragraph.questions:
                choices = reader.choices(question.text, passage)
                accepted = paragraph.answers(question)
                said = [paragraph.text[start:end] for start, end, _ in choices]
                features.append([(logit, *signs(paragraph.text, start, end)) for start, end, logit in choices])
                worth.append([(exact_match(text, accepted) + f1(text, accepted)) / 2 for text in said])
        show(f"edges: {len(features)} questions read")
    return fitted(features, worth)


def fitted(features: list[list[tuple[float, ...]]], worth: list[list[float]]) -> Edges:
    """Maximise the mean logarithm of what is expected of a span drawn by softmax."""
    most = max(map(len, features))
    shape = (len(features), most, 1 + len(Edges._fields))
    values, gains, missing = torch.zeros(shape), torch.zeros(shape[:2]), torch.ones(shape[:2], dtype=torch.bool)
    for row, (choices, right) in enumerate(zip(features, worth, strict=True)):
        values[row, : len(choices)] = torch.tensor(choices)
        gains[row, : len(choices)] = torch.tensor(right)
        missing[row, : len(choices)] = False
    spread = values[~missing].std(dim=0)
    # The first weight is the logarithm of the logits': what makes them as sure as they are right.
    weights = torch.zeros(shape[2], requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=60, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        scores = values[..., 0] * weights[0].exp() + values[..., 1:] @ weights[1:]
        chances = torch.softmax(scores.masked_fill(missing, -1e9), dim=1)
        expected = torch.log((chances * gains).sum(dim=1) + _HOPELESS).mean()
        lost: Tensor = _SHRINKAGE * (weights * spread).square().sum() - expected
        torch.autograd.backward(lost)
        return lost

    optimizer.step(loss)  # type: ignore[no-untyped-call]  # torch says no types for this one
    scaled = (weights[1:] / weights[0].exp()).tolist()
    return Edges(*(round(weight, 3) for weight in scaled))
