"""Fits confidence to questions of known answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.errors import BadQuestion
from qa.confidence import Confidence
from qa.evaluation.measures import expected_calibration_error, reliability
from qa.evaluation.run import Outcome

#: Fewer right or wrong first answers than this say too little.
_FEWEST = 10
_UNREGULARIZED = 1e3
#: Of fewer questions that got an answer, the calibration error is mostly chance.
ENOUGH = 50


@dataclass(frozen=True, slots=True)
class CalibrationErrors:
    """The calibration error over so many different questions: before a fit, and after it when left out of it."""

    before: float
    after: float
    questions: int


def calibrate(confidence: Confidence, outcomes: Sequence[Outcome]) -> Confidence:
    """Return `confidence` with its log-odds scaled and shifted to how often it was right (Platt 1999).

    The order of answers stays as it is. Raises BadQuestion when there are too few right or wrong ones to tell.
    """
    from sklearn.linear_model import LogisticRegression

    log_odds, right = _judged(outcomes)
    fitted = LogisticRegression(C=_UNREGULARIZED).fit(log_odds, right)
    scale, shift = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    if scale <= 0:
        raise BadQuestion("confidence is no higher where the answers are right; it was left as it is")
    return confidence.calibrated(scale, shift)


def cross_validated(outcomes: Sequence[Outcome]) -> CalibrationErrors:
    """Return the calibration error as it is, and as it becomes on questions left out of the fit (five parts).

    Raises BadQuestion like `calibrate`.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    log_odds, right = _judged(outcomes)
    parts = StratifiedKFold(5, shuffle=True, random_state=0)  # questions of one article, or foreign, stand together
    fitted = cross_val_predict(LogisticRegression(C=_UNREGULARIZED), log_odds, right, cv=parts, method="predict_proba")
    before, after = (
        expected_calibration_error(reliability(list(sure), list(right)))
        for sure in (1 / (1 + np.exp(-log_odds[:, 0])), fitted[:, 1])
    )
    return CalibrationErrors(before, after, len(right))


def _once_each(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Leave out copies of a question: they say nothing new, and one left out of a fit would be in it all the same."""
    first: dict[tuple[str, tuple[str, ...]], Outcome] = {}
    for outcome in outcomes:
        first.setdefault((outcome.question.text, outcome.question.answers), outcome)
    return list(first.values())


def _judged(outcomes: Sequence[Outcome]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the log-odds of confidence, one column, and which first answers are right."""
    judged = [outcome for outcome in _once_each(outcomes) if outcome.answers]
    right = np.array([outcome.candidate_right for outcome in judged], bool)
    if min(right.sum(), (~right).sum()) < _FEWEST:
        raise BadQuestion(
            f"{right.sum()} first answers are right and {(~right).sum()} wrong; to calibrate takes {_FEWEST} of each: "
            "add questions, some of them hard, or without an answer in the documents"
        )
    sure = np.clip([outcome.confidence for outcome in judged], 1e-6, 1 - 1e-6)
    return np.log(sure / (1 - sure))[:, None], right
