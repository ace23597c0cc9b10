from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.measures import (
    Bin,
    area_under_risk_coverage,
    auroc,
    brier_score,
    brier_skill,
    coverage_at,
    exact_match,
    expected_calibration_error,
    f1,
    normalized,
    reliability,
    risk_coverage,
)
from tests.strategies import texts

#: Few different words, so that answers share some of them.
_ANSWERS = st.lists(
    st.sampled_from(["the", "a", "Dam", "dam.", "128", "metres", "-", "An", "the_end"]), max_size=6
).map(" ".join)
#: Confidences that often repeat, with whether the answer was right.
_JUDGED = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]), st.booleans()), min_size=1)


@pytest.mark.parametrize(
    ("answer", "compared"),
    [
        ("The Kariba Dam", "kariba dam"),
        ("  128\t metres,\n high ", "128 metres high"),
        ("an apple a day", "apple day"),
        ("Theatre and Anatomy", "theatre and anatomy"),
        ("10,000", "10000"),
        ("North-South", "northsouth"),
        ("U.S.", "us"),
        ("a-the", "athe"),
        ("“quoted”", "“quoted”"),
        ("The", ""),
        ("", ""),
    ],
)
def test_answers_are_compared_without_case_punctuation_articles_and_spare_white_space(
    answer: str, compared: str
) -> None:
    assert normalized(answer) == compared


@given(texts)
def test_a_normalized_answer_has_single_spaces_and_no_article(text: str) -> None:
    words = normalized(text).split(" ")
    assert " ".join(words).split() == [word for word in words if word]
    assert {"a", "an", "the"}.isdisjoint(words)


@pytest.mark.parametrize(
    ("answer", "accepted", "exact", "shared"),
    [
        ("The 128 metres.", ["128 metres"], True, 1.0),
        ("128 metres", ["about 128 metres"], False, 0.8),  # 2 shared of 2 and 3
        ("high dam", ["low bridge", "dam"], False, 2 / 3),  # the better of the two
        ("dam dam dam", ["dam dam wall"], False, 2 / 3),  # a word counts as often as both have it
        ("bridge", ["dam"], False, 0.0),
        ("bridge", ["dam", "Bridge"], True, 1.0),
        ("the", ["a"], True, 1.0),
        ("the", ["dam"], False, 0.0),
        ("dam", [], False, 0.0),
        ("", [], False, 0.0),
    ],
)
def test_an_answer_is_scored_against_the_accepted_one_most_like_it(
    answer: str, accepted: list[str], exact: bool, shared: float
) -> None:
    assert (exact_match(answer, accepted), f1(answer, accepted)) == pytest.approx((exact, shared))


@given(_ANSWERS, _ANSWERS)
def test_f1_is_symmetric_a_share_and_1_for_an_exact_match(one: str, other: str) -> None:
    score = f1(one, [other])
    assert f1(other, [one]) == score
    assert 0 <= score <= 1
    assert exact_match(one, [other]) <= (score == 1)


@given(_ANSWERS, st.lists(_ANSWERS, max_size=3), _ANSWERS)
def test_one_more_accepted_answer_never_lowers_a_score(answer: str, accepted: list[str], more: str) -> None:
    assert f1(answer, [*accepted, more]) == max(f1(answer, accepted), f1(answer, [more]))
    assert exact_match(answer, [*accepted, more]) == (exact_match(answer, accepted) or exact_match(answer, [more]))


@given(st.lists(_ANSWERS, min_size=1))
def test_an_accepted_answer_is_an_exact_match(accepted: list[str]) -> None:
    assert (exact_match(accepted[-1], accepted), f1(accepted[-1], accepted)) == (True, 1.0)


def test_bins_go_by_rising_confidence() -> None:
    confidences = [0.9, 0.1, 0.8, 0.2]
    assert reliability(confidences, [True, False, False, True]) == [
        Bin(0.1, 0.0, 1),
        Bin(0.2, 1.0, 1),
        Bin(0.8, 0.0, 1),
        Bin(0.9, 1.0, 1),
    ]


def test_ten_bins_share_the_answers_evenly() -> None:
    bins = reliability([i / 20 for i in range(20)], [i % 4 == 0 for i in range(20)])
    assert [b.count for b in bins] == [2] * 10
    assert [b.confidence for b in bins] == pytest.approx([0.025 + 0.1 * i for i in range(10)])
    assert [b.accuracy for b in bins] == [0.5, 0.0] * 5


@given(_JUDGED)
def test_bins_hold_every_answer_once_and_differ_by_one_at_most(judged: list[tuple[float, bool]]) -> None:
    confidences, right = [c for c, _ in judged], [r for _, r in judged]
    bins = reliability(confidences, right)
    counts = [b.count for b in bins]
    assert (len(bins), sum(counts)) == (min(10, len(judged)), len(judged))
    assert max(counts) - min(counts) <= 1
    assert sum(b.count * b.accuracy for b in bins) == pytest.approx(sum(right))
    assert sum(b.count * b.confidence for b in bins) == pytest.approx(sum(confidences))


def test_the_calibration_error_weighs_bins_by_their_count() -> None:
    # 3 of 4 with a gap of 0.1, 1 of 4 with a gap of 0.5.
    assert expected_calibration_error([Bin(0.6, 0.7, 3), Bin(0.5, 0.0, 1)]) == pytest.approx(0.2)
    assert expected_calibration_error([Bin(0.25, 0.25, 8)]) == 0.0
    assert expected_calibration_error([]) == 0.0


def test_the_brier_score_is_the_mean_squared_error() -> None:
    # (0.2² + 0.6² + 1²) / 3
    assert brier_score([0.8, 0.6, 1.0], [True, False, False]) == pytest.approx(1.4 / 3)


@pytest.mark.parametrize(("right", "score"), [(True, 0.09), (False, 0.49)])
def test_the_brier_score_needs_no_answers_of_both_kinds(right: bool, score: float) -> None:
    assert brier_score([0.7, 0.7], [right, right]) == pytest.approx(score)


def test_the_brier_skill_is_what_is_saved_of_the_score_of_a_constant() -> None:
    assert brier_skill([0.5, 0.5], [True, False]) == 0.0
    assert brier_skill([1.0, 0.0], [True, False]) == 1.0
    # (0.2² + 0.6² + 1²) / 3 against 1/3 × 2/3
    assert brier_skill([0.8, 0.6, 1.0], [True, False, False]) == pytest.approx(1 - (1.4 / 3) / (2 / 9))
    assert brier_skill([0.7, 0.9], [True, True]) == 0.0


@given(_JUDGED)
def test_the_brier_score_of_certainty_is_the_share_of_wrong_guesses(judged: list[tuple[float, bool]]) -> None:
    guesses, right = [c > 0.4 for c, _ in judged], [r for _, r in judged]
    wrong = sum(guess != r for guess, r in zip(guesses, right, strict=True))
    assert brier_score(list(map(float, guesses)), right) == pytest.approx(wrong / len(judged))


def test_risk_is_the_share_of_wrong_answers_among_the_surest() -> None:
    coverages, risks = risk_coverage([0.2, 0.9, 0.6, 0.7], [True, True, False, True])
    assert coverages == [0.25, 0.5, 0.75, 1.0]
    assert risks == pytest.approx([0, 0, 1 / 3, 1 / 4])


def test_answers_of_equal_confidence_are_answered_together() -> None:
    assert risk_coverage([0.5, 0.9, 0.5, 0.5], [True, True, False, False]) == ([0.25, 1.0], [0.0, 0.5])
    assert risk_coverage([0.5, 0.5], [False, True]) == ([1.0], [0.5])


@given(_JUDGED, st.randoms(use_true_random=False))
def test_risk_and_coverage_end_with_all_answered_whatever_the_order(
    judged: list[tuple[float, bool]], random: Random
) -> None:
    coverages, risks = risk_coverage([c for c, _ in judged], [r for _, r in judged])
    assert (coverages[-1], risks[-1]) == pytest.approx((1.0, sum(not r for _, r in judged) / len(judged)))
    assert len(coverages) == len({c for c, _ in judged})
    assert coverages == sorted(set(coverages))
    shuffled = sorted(judged, key=lambda _: random.random())
    assert risk_coverage([c for c, _ in shuffled], [r for _, r in shuffled]) == (coverages, risks)


def test_the_area_under_risk_and_coverage_counts_each_risk_from_the_coverage_before() -> None:
    assert area_under_risk_coverage([0.25, 0.5, 1.0], [0.0, 0.5, 0.25]) == pytest.approx(0.25 * 0.5 + 0.5 * 0.25)


@given(_JUDGED)
def test_the_area_is_a_risk_between_the_least_and_the_most(judged: list[tuple[float, bool]]) -> None:
    coverages, risks = risk_coverage([c for c, _ in judged], [r for _, r in judged])
    area = area_under_risk_coverage(coverages, risks)
    assert min(risks) - 1e-9 <= area <= max(risks) + 1e-9


@pytest.mark.parametrize(
    ("accuracy", "coverage"),
    [(1.0, 0.25), (0.9, 0.25), (0.8, 0.75), (0.75, 1.0), (0.5, 1.0)],
)
def test_the_largest_coverage_counts_though_a_smaller_one_is_less_accurate(accuracy: float, coverage: float) -> None:
    assert coverage_at(accuracy, [0.25, 0.5, 0.75, 1.0], [0.0, 0.5, 0.2, 0.25]) == coverage


def test_where_no_coverage_is_accurate_enough_none_is_answered() -> None:
    assert coverage_at(0.8, [0.5, 1.0], [0.5, 0.25]) == 0.0


@given(_JUDGED, st.sampled_from([0.0, 0.3, 0.5, 0.8, 0.9, 1.0]), st.sampled_from([0.0, 0.3, 0.5, 0.8, 0.9, 1.0]))
def test_more_accuracy_is_never_had_at_more_coverage(judged: list[tuple[float, bool]], one: float, two: float) -> None:
    curve = risk_coverage([c for c, _ in judged], [r for _, r in judged])
    assert coverage_at(max(one, two), *curve) <= coverage_at(min(one, two), *curve)
    assert coverage_at(0.0, *curve) == 1.0


def test_auroc_is_how_often_a_positive_scores_above_a_negative() -> None:
    # Pairs: 0.9 > 0.5, 0.9 > 0.1, 0.5 = 0.5 (half), 0.5 > 0.1.
    assert auroc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(3.5 / 4)


@pytest.mark.parametrize("positive", [True, False])
def test_auroc_needs_one_of_each(positive: bool) -> None:
    assert auroc([0.1, 0.9], [positive, positive]) is None


@given(_JUDGED.filter(lambda judged: len({positive for _, positive in judged}) == 2))
def test_auroc_is_the_mean_over_all_pairs_and_symmetric(judged: list[tuple[float, bool]]) -> None:
    scores, positive = [s for s, _ in judged], [p for _, p in judged]
    pairs = [(s, t) for s, p in judged if p for t, q in judged if not q]
    expected = sum((s > t) + 0.5 * (s == t) for s, t in pairs) / len(pairs)
    assert auroc(scores, positive) == pytest.approx(expected)
    assert auroc([-s for s in scores], positive) == pytest.approx(1 - expected)
    assert auroc(scores, [not p for p in positive]) == pytest.approx(1 - expected)
