"""The evaluation as one self-contained HTML page: figures, curves, and the worst mistakes."""

from collections.abc import Iterable, Sequence
from html import escape
from string import Template

from qa.evaluation import measures
from qa.evaluation.run import LONGEST_QUOTE, Evaluation, Outcome

#: Mistakes listed of each kind.
_LISTED = 20
_SIZE, _MARGIN = 260, 44

#: What each figure says, in the words of the page.
MEANINGS = {
    "questions": "questions that have an answer",
    "questions_without_answer": "questions that have none here",
    "recall_at_1": "the first passage found holds the answer",
    "recall_at_5": "one of the first 5 passages found holds the answer",
    "recall_at_20": "one of the first 20 passages found holds the answer",
    "recall_at_1_after_reading": "the first passage holds the answer, once the reader has ordered those it read",
    "exact_match": "the first answer is exactly an accepted one (not answered counts as wrong)",
    "f1": "words shared by the first answer and the accepted one most like it (F1)",
    "exact_match_best_shown": "one of the answers shown is exactly an accepted one",
    "f1_best_shown": "F1 of the best of the answers shown",
    "quote_hit": f"the first quote holds an accepted answer within {LONGEST_QUOTE} characters",
    "answered": "questions with an answer that got one",
    "several": "questions with an answer that got more than one",
    "turned_down_without_answer": "questions without an answer that rightly got none",
    "verbatim_quotes": "replies of which every quote is the slice of its document that it says",
    "auroc_answerable": "how often confidence is higher where there is an answer than where there is none",
    "coverage_at_80": "share of questions that can be answered with 80 % of them right",
    "coverage_at_90": "share of questions that can be answered with 90 % of them right",
    "area_under_risk_coverage": "share of wrong answers, averaged over all coverages; less is better",
    "brier_score": "squared error of confidence as a probability; less is better",
    "brier_skill": "how much of the Brier score of a constant, the share of right answers, confidence saves",
    "calibration_error": "mean gap between confidence and accuracy, ten bins of equal count; less is better",
    "latency_median_ms": "milliseconds for a question, half of them",
    "latency_p95_ms": "milliseconds for a question, 95 % of them",
}

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Seedbed: evaluation of $name</title>
<style>
:root { color-scheme: light dark; --line: light-dark(#c9cdd2, #4a4f57); --curve: light-dark(#1b6e4f, #6fd3a8);
  --soft: light-dark(#5b626b, #a2a9b3); --wrong: light-dark(#a3281f, #ff9a8f); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .7rem .3rem 0;
  border-bottom: 1px solid var(--line); vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.soft, figcaption { color: var(--soft); font-size: .92rem; }
.charts { display: flex; flex-wrap: wrap; gap: 2rem; } figure { margin: 0; }
svg text { font-size: 11px; fill: var(--soft); } svg .axis { stroke: var(--line); fill: none; }
svg .curve { stroke: var(--curve); fill: none; stroke-width: 2; } svg .dot { fill: var(--curve); }
svg .ideal { stroke: var(--soft); stroke-dasharray: 4 4; }
article { border: 1px solid var(--line); border-radius: 8px; padding: .7rem 1rem; margin: .8rem 0; }
article p { margin: .25rem 0; overflow-wrap: anywhere; } .given { color: var(--wrong); }
</style>
</head>
<body>
<h1>Evaluation of $name</h1>
<p class="soft">$summary</p>
<h2>Figures</h2>
<table>$figures</table>
<h2>Confidence</h2>
<div class="charts">$charts</div>
$mistakes
</body>
</html>
""")


def render(evaluation: Evaluation, name: str) -> str:
    """Return the page; it needs nothing but itself."""
    figures = evaluation.figures()
    confidences = [outcome.confidence for outcome in evaluation.outcomes]
    right = [outcome.candidate_right for outcome in evaluation.outcomes]
    charts = _risk_coverage(*measures.risk_coverage(confidences, right))
    charts += _reliability(evaluation.reliability())
    return _PAGE.substitute(
        name=escape(name),
        summary=f"{len(evaluation.outcomes)} questions; below a confidence of {evaluation.floor:g} no answer is given.",
        figures="".join(
            f'<tr><th scope="row">{key}</th><td class="number">{shown(key, value)}</td><td>{MEANINGS[key]}</td></tr>'
            for key, value in figures.items()
        ),
        charts=charts,
        mistakes="".join(_mistakes(evaluation.outcomes)),
    )


def shown(name: str, value: float) -> str:
    """Return a figure as people read it: counts, milliseconds, scores to three places, else percent."""
    if name.startswith("questions"):
        return f"{value:,.0f}"
    if name.endswith("_ms"):
        return f"{value:,.0f} ms"
    if name in ("auroc_answerable", "brier_score", "calibration_error", "area_under_risk_coverage"):
        return f"{value:.3f}"
    return f"{100 * value:.1f} %"


def _mistakes(outcomes: Sequence[Outcome]) -> Iterable[str]:
    answered = [o for o in outcomes if o.shown]
    sure_first = sorted(answered, key=lambda o: -o.confidence)
    wrong = [o for o in sure_first if o.answerable and not o.candidate_right]
    yield from _listed("Wrong, and surest of it", wrong)
    yield from _listed("Answered though there is no answer", [o for o in sure_first if not o.answerable])
    silent = [o for o in outcomes if o.answerable and not o.shown]
    yield from _listed("Not answered though there is an answer", sorted(silent, key=lambda o: -o.confidence))
    missed = [o for o in outcomes if o.answerable and o.retrieved is None]
    yield from _listed("The answer was in none of the passages found", missed)


def _listed(heading: str, outcomes: Sequence[Outcome]) -> Iterable[str]:
    if not outcomes:
        return
    count = f"{len(outcomes)}, of which {_LISTED} here" if len(outcomes) > _LISTED else str(len(outcomes))
    yield f'<h2>{heading} <span class="soft">({count})</span></h2>'
    for outcome in outcomes[:_LISTED]:
        expected = " · ".join(outcome.question.answers) or "no answer"
        given = outcome.answers[0] if outcome.answers else "nothing"
        quote = outcome.quotes[0] if outcome.quotes else ""
        turned_down = "" if outcome.shown else " (turned down)"
        yield (
            f"<article><p><strong>{escape(outcome.question.text)}</strong></p>"
            f"<p>Expected: {escape(expected)}</p>"
            f'<p class="given">Given{turned_down}: {escape(given)} ({outcome.confidence:.2f})</p>'
            + (f'<p>“{escape(quote)}”</p><p class="soft">{escape(outcome.places[0])}</p>' if quote else "")
            + "</article>"
        )


def _risk_coverage(coverages: Sequence[float], risks: Sequence[float]) -> str:
    points = " ".join(f"{_x(c):.1f},{_y(r):.1f}" for c, r in zip(coverages, risks, strict=True))
    return _figure(
        f'<polyline class="curve" points="{points}"/>',
        "share answered, surest first",
        "share wrong",
        "Risk and coverage: the further right the curve stays low, the better wrong answers are told from right ones.",
    )


def _reliability(bins: Sequence[measures.Bin]) -> str:
    points = " ".join(f"{_x(b.confidence):.1f},{_y(b.accuracy):.1f}" for b in bins)
    dots = "".join(
        f'<circle class="dot" cx="{_x(b.confidence):.1f}" cy="{_y(b.accuracy):.1f}" r="3.5">'
        f"<title>{b.count} questions: confidence {b.confidence:.2f}, right {b.accuracy:.2f}</title></circle>"
        for b in bins
    )
    return _figure(
        f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
        f'<polyline class="curve" points="{points}"/>{dots}',
        "confidence",
        "share right",
        "Calibration: on the dashed line, of the answers with a confidence of 0.7, 70 % are right.",
    )


def _figure(drawing: str, across: str, up: str, caption: str) -> str:
    ticks = "".join(
        f'<text x="{_x(v):.0f}" y="{_y(0) + 16:.0f}" text-anchor="middle">{v:g}</text>'
        f'<text x="{_x(0) - 6:.0f}" y="{_y(v) + 4:.0f}" text-anchor="end">{v:g}</text>'
        for v in (0, 0.5, 1)
    )
    side = _SIZE + 2 * _MARGIN
    return (
        f'<figure style="max-width:{side}px"><svg viewBox="0 0 {side} {side}" width="{side}" role="img" '
        f'aria-label="{escape(caption)}"><rect class="axis" x="{_MARGIN}" y="{_MARGIN}" width="{_SIZE}" '
        f'height="{_SIZE}"/>{ticks}{drawing}'
        f'<text x="{_x(0.5):.0f}" y="{side - 8}" text-anchor="middle">{across}</text>'
        f'<text transform="translate(12 {_y(0.5):.0f}) rotate(-90)" text-anchor="middle">{up}</text>'
        f"</svg><figcaption>{escape(caption)}</figcaption></figure>"
    )


def _x(value: float) -> float:
    return _MARGIN + _SIZE * value


def _y(value: float) -> float:
    return _MARGIN + _SIZE * (1 - value)
