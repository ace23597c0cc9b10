import math
from collections.abc import Iterable
from dataclasses import replace
from statistics import mean

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.errors import BadQuestion
from qa.confidence import Confidence
from qa.evaluation.calibrate import calibrate, cross_validated
from qa.evaluation.measures import expected_calibration_error, reliability
from qa.evaluation.run import Outcome
from tests.builders import AS_READ
from tests.qa.evaluation.makers import outcome

#: Log-odds of 3 to 1.
THREE_TO_ONE = math.log(3)


def probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def different(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the outcomes as those of as many different questions."""
    return [
        replace(each, question=replace(each.question, text=f"Who built mill {number}?"))
        for number, each in enumerate(outcomes)
    ]


def judged(log_odds: float, right: Iterable[bool]) -> list[Outcome]:
    """Return outcomes of one confidence whose first answers are right or wrong."""
    return [
        outcome(accepted=("Ada" if r else "Bob",), answers=("Ada",), confidence=probability(log_odds)) for r in right
    ]


def three_in_four(log_odds: float) -> list[Outcome]:
    return judged(log_odds, [True, True, True, False] * 5)


def one_in_four(log_odds: float) -> list[Outcome]:
    return judged(log_odds, [True, False, False, False] * 5)


@pytest.mark.parametrize(
    ("low", "high", "scale", "shift"),
    [
        (-THREE_TO_ONE, THREE_TO_ONE, 1.0, 0.0),  # right as often as it said
        (-4.0, 4.0, THREE_TO_ONE / 4, 0.0),  # too sure of itself
        (-0.5, 0.5, 2 * THREE_TO_ONE, 0.0),  # too shy
        (0.0, 2.0, THREE_TO_ONE, -THREE_TO_ONE),  # always too high
    ],
)
def test_log_odds_are_scaled_and_shifted_to_how_often_the_answers_were_right(
    low: float, high: float, scale: float, shift: float
) -> None:
    fitted = calibrate(AS_READ, different(one_in_four(low) + three_in_four(high)))
    assert (fitted.support, fitted.bias) == pytest.approx((scale, shift), rel=1e-2, abs=1e-2)


def test_what_orders_the_answers_stays_as_it_is() -> None:
    confidence = Confidence(similarity=2.0, relevance=0.5, passage_similarity=3.0, support=0.6, lead=0.4, bias=-1.0)
    fitted = calibrate(confidence, different(one_in_four(-4.0) + three_in_four(4.0)))
    scale = fitted.support / 0.6
    assert (scale, fitted.lead, fitted.bias) == pytest.approx((THREE_TO_ONE / 4, 0.4 * scale, -scale), rel=1e-2)
    assert fitted == Confidence(
        similarity=2.0,
        relevance=0.5,
        passage_similarity=3.0,
        support=fitted.support,
        lead=fitted.lead,
        bias=fitted.bias,
    )


@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=30, max_size=60))
def test_once_fitted_the_mean_confidence_is_the_share_of_right_answers(answers: list[tuple[float, bool]]) -> None:
    outcomes = different(o for log_odds, right in answers for o in judged(log_odds, [right]))
    try:
        fitted = calibrate(AS_READ, outcomes)
    except BadQuestion:
        assume(False)
    told = mean(probability(fitted.support * log_odds + fitted.bias) for log_odds, _ in answers)
    assert told == pytest.approx(mean(right for _, right in answers), abs=1e-2)


def test_certainty_has_no_infinite_log_odds() -> None:
    certain = [outcome(accepted=("Ada",), answers=("Ada",), confidence=1.0)] * 15
    hopeless = [outcome(accepted=("Bob",), answers=("Ada",), confidence=0.0)] * 15
    mistaken = [outcome(accepted=("Bob",), answers=("Ada",), confidence=1.0)] * 5
    fitted = calibrate(AS_READ, different(certain + hopeless + mistaken))
    assert probability(fitted.support * math.log(1e6) + fitted.bias) == pytest.approx(0.75, abs=1e-2)


@pytest.mark.parametrize(("right", "wrong"), [(9, 30), (30, 9), (0, 0), (0, 40), (40, 0)])
def test_too_few_right_or_wrong_answers_tell_nothing(right: int, wrong: int) -> None:
    outcomes = different(judged(1.0, [True] * right + [False] * wrong))
    for fit in (lambda: calibrate(AS_READ, outcomes), lambda: cross_validated(outcomes)):
        with pytest.raises(BadQuestion) as refused:
            fit()
        assert str(refused.value) == (
            f"{right} first answers are right and {wrong} wrong; to calibrate takes 10 of each: "
            "add questions, some of them hard, or without an answer in the documents"
        )


def test_a_question_that_got_no_answer_tells_nothing_and_one_that_has_none_is_answered_wrong() -> None:
    silent = [outcome(accepted=("Ada",), confidence=0.0)] * 20
    none_there = [outcome(answers=("Ada",), confidence=0.9)] * 9
    with pytest.raises(BadQuestion, match="^10 first answers are right and 9 wrong;"):
        calibrate(AS_READ, different(silent + none_there + judged(1.0, [True] * 10)))


def test_confidence_that_is_higher_where_answers_are_wrong_is_left_alone() -> None:
    with pytest.raises(BadQuestion) as refused:
        calibrate(AS_READ, different(three_in_four(-2.0) + one_in_four(2.0)))
    assert str(refused.value) == "confidence is no higher where the answers are right; it was left as it is"


def test_the_calibration_error_falls_on_questions_left_out_of_the_fit_in_whatever_order_they_stand() -> None:
    low, high = one_in_four(-4.0) * 10, three_in_four(4.0) * 10
    mixed = [o for pair in zip(low, high, strict=True) for o in pair]
    for outcomes in (low + high, high + low, mixed):
        errors = cross_validated(different(outcomes))
        assert errors.before == pytest.approx(probability(4.0) - 0.75)
        assert errors.after == pytest.approx(0, abs=0.1)
        assert errors.questions == 400


def test_the_error_before_is_that_of_all_first_answers_as_they_are() -> None:
    outcomes = one_in_four(-1.0) + three_in_four(0.5) + judged(2.0, [True, False, True])
    bins = reliability([o.confidence for o in outcomes], [o.candidate_right for o in outcomes])
    silent = [outcome(accepted=("Ada",), confidence=0.0)] * 5
    assert cross_validated(different(outcomes + silent)).before == pytest.approx(expected_calibration_error(bins))


def test_a_question_that_stands_there_again_counts_once() -> None:
    few = different(one_in_four(-4.0) + three_in_four(4.0))
    copied = [each for each in few for _ in range(5)]
    assert (calibrate(AS_READ, copied), cross_validated(copied)) == (calibrate(AS_READ, few), cross_validated(few))
    with pytest.raises(BadQuestion, match="^9 first answers are right and 9 wrong;"):
        calibrate(AS_READ, different(judged(1.0, [True, False] * 9)) * 5)


def test_one_wording_with_two_expected_answers_is_two_questions() -> None:
    asked = [outcome("Who came?", (f"Ada {n}",), (f"Ada {n}" if n % 2 else "Bob",)) for n in range(40)]
    assert cross_validated(asked).questions == 40
