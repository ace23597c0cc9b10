"""Fits the weights of the confidence on questions that trained nothing, asked as the service would ask them."""

import itertools
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from index.encoding import SentenceTransformerEncoder
from index.store import SnapshotStore
from qa.answerer import Question, retrieve, same
from qa.confidence import Confidence
from qa.evaluation.measures import RIGHT, f1
from qa.evaluation.questions import ReferenceQuestion, of_articles
from qa.evaluation.run import index_documents, is_right
from qa.reader import Reader, Reading
from qa.training.corpora import Source

#: Documents of the training parts that stand among those of the tuning parts, so that retrieval is no child's play.
_DISTRACTORS = 600
_FLAT = Confidence(similarity=0.0, relevance=0.0, passage_similarity=0.0, support=1.0, lead=0.0, bias=0.0)
_SIMILARITY = (0.0, 2.0, 4.0, 6.0, 9.0, 13.0, 18.0, 25.0)
_PASSAGE_SIMILARITY = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 60.0)
_RELEVANCE = (0.0, 0.25, 0.5, 1.0, 1.5)

#: Differences of F1, or of the share of right passages, that are not worth a larger weight.
_CHANCE = 0.003

Weights = TypeVar("Weights")
Show = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what the reader made of the passages found; without accepted answers it is foreign."""

    question: ReferenceQuestion
    readings: list[Reading]


def ask_tuning_questions(sources: Sequence[Source], reader: Reader, show: Show) -> list[Asked]:
    """Index half of the tuning articles among distractors, and ask the questions of both halves."""
    by_name = {source.name: source for source in sources}
    natural = by_name["natural_questions"]
    articles = of_articles([*by_name["squad"].tuning, *natural.tuning])
    names = sorted(articles.documents)
    indexed = set(names[::2])
    documents = {name: text for name, text in articles.documents.items() if name in indexed}
    documents |= of_articles(natural.training[:_DISTRACTORS]).documents
    encoder = SentenceTransformerEncoder()
    with tempfile.TemporaryDirectory() as scratch:
        store = SnapshotStore(Path(scratch) / "index", Path(scratch) / "documents", encoder)
        index_documents(documents, Path(scratch) / "documents", store, lambda *_: None)
        snapshot = store.current()
        asked = []
        for question in articles.questions:
            passages = retrieve(snapshot, encoder, Question(question.text))
            known = question if question.document in indexed else replace(question, answers=(), place=None)
            asked.append(Asked(known, reader.read(question.text, passages)))
            if len(asked) % 200 == 0:
                show(f"confidence: {len(asked)} of {len(articles.questions)} questions asked")
        return asked


def fit(asked: Sequence[Asked], show: Show) -> Confidence:
    """Choose what orders the candidates for the best F1, what orders the passages, and fit the probability."""
    answerable = [a for a in asked if a.question.answers]
    similarity, relevance = _smallest(
        list(itertools.product(_SIMILARITY, _RELEVANCE)),
        lambda pair: _mean_f1(replace(_FLAT, similarity=pair[0], relevance=pair[1]), answerable),
    )
    passage_similarity = _smallest(
        _PASSAGE_SIMILARITY, lambda weight: _first_right(replace(_FLAT, passage_similarity=weight), answerable)
    )
    ordered = replace(_FLAT, similarity=similarity, relevance=relevance, passage_similarity=passage_similarity)
    for name, figure in (("F1 of first answers", _mean_f1), ("first passages right", _first_right)):
        before, after = figure(_FLAT, answerable), figure(ordered, answerable)
        show(f"confidence: {name} {before:.3f} by the reader alone, {after:.3f} fitted")
    return _with_probability(ordered, asked)


def _smallest(weights: Sequence[Weights], figure: Callable[[Weights], float]) -> Weights:
    """Return the first of ascending weights that is about as good as the best: what the rest gains is chance."""
    figures = [figure(weight) for weight in weights]
    return next(w for w, value in zip(weights, figures, strict=True) if value >= max(figures) - _CHANCE)


def _with_probability(ordered: Confidence, asked: Sequence[Asked]) -> Confidence:
    from sklearn.linear_model import LogisticRegression

    features, right = [], []
    for a in asked:
        candidates = ordered.candidates(a.readings, same)
        if candidates:
            features.append((candidates[0].support, candidates[0].lead))
            right.append(f1(candidates[0].span.text, a.question.answers) >= RIGHT)
    fitted = LogisticRegression(C=1e3).fit(np.array(features), right)
    support, lead = (float(weight) for weight in fitted.coef_[0])
    return replace(ordered, support=support, lead=lead, bias=float(fitted.intercept_[0]))


def _mean_f1(confidence: Confidence, asked: Sequence[Asked]) -> float:
    total = 0.0
    for a in asked:
        candidates = confidence.candidates(a.readings, same)
        total += f1(candidates[0].span.text, a.question.answers) if candidates else 0.0
    return total / len(asked)


def _first_right(confidence: Confidence, asked: Sequence[Asked]) -> float:
    total = 0
    for a in asked:
        (first, _), *_ = confidence.order(a.readings)
        total += is_right(a.question, first.passage.document, first.passage.passage.start, first.passage.passage.end)
    return total / len(asked)
