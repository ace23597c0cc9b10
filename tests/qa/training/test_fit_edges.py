"""The weights of a span's edges: fitted to what is right, and to nothing where nothing is to be learnt."""

from qa.span_edges import UNWEIGHED, signs
from qa.training.fit_edges import fitted

TEXT = "It was opened by Ada Quill in May."
SPANS = [(TEXT.index(said), TEXT.index(said) + len(said)) for said in ("Ada", "Ada Quill", "by Ada Quill")]


def features(*logits: float) -> list[tuple[float, ...]]:
    return [(logit, *signs(TEXT, *span)) for logit, span in zip(logits, SPANS, strict=True)]


def test_the_span_that_is_right_is_chosen_with_the_fitted_weights_and_not_without() -> None:
    edges = fitted([features(1.7, 1.5, 1.6)] * 20, [[0.0, 1.0, 0.0]] * 20)
    scores = [logit + edges.score(TEXT, *span) for logit, span in zip((1.7, 1.5, 1.6), SPANS, strict=True)]
    assert scores.index(max(scores)) == 1
    assert edges.cuts_name < 0 > edges.opens_with_preposition
    assert (edges.unbalanced, edges.in_quotation_marks, edges.before_bracket) == (0, 0, 0)


def test_where_all_are_as_good_nothing_is_weighed() -> None:
    assert fitted([features(1.7, 1.5, 1.6)] * 20, [[0.5, 0.5, 0.5]] * 20) == UNWEIGHED
