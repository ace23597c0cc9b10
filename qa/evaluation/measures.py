"""Figures: how like two answers are, and how well confidence tells right from wrong."""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: A first answer counts as right from this F1 on.
RIGHT = 0.5
#: Bins of the calibration error, of equal count.
_BINS = 10


def normalized(answer: str) -> str:
    """Return an answer without case, punctuation, articles and spare white space, as SQuAD compares them."""
    without = answer.lower().translate({ord(character): None for character in string.punctuation})
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", without).split())


def exact_match(answer: str, accepted: Sequence[str]) -> bool:
    """Tell whether an answer is one of those accepted, once normalized (Rajpurkar et al. 2016)."""
    return any(normalized(answer) == normalized(other) for other in accepted)


def f1(answer: str, accepted: Sequence[str]) -> float:
    """Return the F1 of shared words with the accepted answer that is most like it (Rajpurkar et al. 2016)."""
    return max((_word_f1(normalized(answer).split(), normalized(other).split()) for other in accepted), default=0.0)


def _word_f1(words: list[str], others: list[str]) -> float:
    if not words or not others:
        return float(words == others)
    shared = sum((Counter(words) & Counter(others)).values())
    return 2 * shared / (len(words) + len(others))


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about one confidence: how confident on average, how often right, and how many."""

    confidence: float
    accuracy: float
    count: int


def reliability(confidences: Sequence[float], right: Sequence[bool]) -> list[Bin]:
    """Return bins of equal count, by rising confidence; answers of one confidence may fall into two bins."""
    order = np.argsort(confidences, kind="stable")
    sure, correct = np.asarray(confidences, float)[order], np.asarray(right, float)[order]
    parts = np.array_split(np.arange(len(order)), min(_BINS, len(order)))
    return [Bin(float(sure[part].mean()), float(correct[part].mean()), len(part)) for part in parts if len(part)]


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """Return the mean gap of confidence and accuracy over bins, weighted by count (Naeini et al. 2015)."""
    count = sum(b.count for b in bins)
    return sum(b.count * abs(b.confidence - b.accuracy) for b in bins) / count if count else 0.0


def brier_score(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Return the mean squared error of confidence as a probability of being right (Brier 1950)."""
    from sklearn.metrics import brier_score_loss

    return float(brier_score_loss(right, confidences, labels=[False, True]))


def brier_skill(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Return by how much, as a share, the Brier score is better than that of always saying how often one is right."""
    share = sum(right) / len(right)
    constant = share * (1 - share)
    return 1 - brier_score(confidences, right) / constant if constant else 0.0


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> tuple[list[float], list[float]]:
    """Return coverages, and the share of wrong answers when only that share, the surest, is answered.

    Answers of equal confidence are answered together: no threshold tells them apart.
    """
    order = np.argsort(-np.asarray(confidences, float), kind="stable")
    sure = np.asarray(confidences, float)[order]
    wrong = np.cumsum(1 - np.asarray(right, float)[order])
    last_of_equals = np.append(sure[1:] != sure[:-1], True)
    answered = np.arange(1, len(order) + 1)[last_of_equals]
    return (answered / len(order)).tolist(), (wrong[last_of_equals] / answered).tolist()


def area_under_risk_coverage(coverages: Sequence[float], risks: Sequence[float]) -> float:
    """Return the mean risk over coverages from 0 to 1, each risk holding from the coverage before (Geifman 2017)."""
    widths = np.diff(np.asarray(coverages, float), prepend=0.0)
    return float(np.sum(widths * np.asarray(risks, float)))


def coverage_at(accuracy: float, coverages: Sequence[float], risks: Sequence[float]) -> float:
    """Return the largest share of questions that can be answered with at least this accuracy."""
    return max((c for c, risk in zip(coverages, risks, strict=True) if 1 - risk >= accuracy), default=0.0)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Return how often a positive scores above a negative, ties as half; None without one of each."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(positive, scores)) if len(set(positive)) == 2 else None
