"""The commands that measure how good the answers are, and fit confidence to questions of one's own."""

import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import BaseModel

from api.settings import Settings
from api.terminal import (
    AsJson,
    Data,
    Seeds,
    err,
    friendly_errors,
    out,
    print_json,
    progress_bars,
    read_settings,
    up_to_date,
)
from index.errors import BadQuestion

if TYPE_CHECKING:
    from qa.confidence import Confidence
    from qa.evaluation.run import Evaluation, Outcome

_FAILED = 1

File = Annotated[
    Path, typer.Argument(help="SQuAD's JSON, or .jsonl with an object {question, answers, document?} a line.")
]
Current = Annotated[bool, typer.Option("--current", help="Ask the folder's index, not the texts in FILE.")]
Foreign = Annotated[Path | None, typer.Option("--foreign", help="Questions that the documents do not answer.")]
Sample = Annotated[
    int | None, typer.Option("--sample", min=1, help="Ask so many, chosen at random, the same each time.")
]


class OutcomeOut(BaseModel):
    """What one question got; `answers` that were turned down come after the first `shown`."""

    id: str
    question: str
    expected: list[str]
    answers: list[str]
    shown: int
    confidence: float
    f1: float
    quote: str | None
    place: str | None

    @classmethod
    def of(cls, outcome: "Outcome") -> "OutcomeOut":
        return cls(
            id=outcome.question.id,
            question=outcome.question.text,
            expected=list(outcome.question.answers),
            answers=list(outcome.answers),
            shown=outcome.shown,
            confidence=outcome.confidence,
            f1=outcome.f1,
            quote=outcome.quotes[0] if outcome.quotes else None,
            place=outcome.places[0] if outcome.places else None,
        )


class EvaluationOut(BaseModel):
    """The figures by name, and every question."""

    file: str
    floor: float
    figures: dict[str, float]
    questions: list[OutcomeOut]


def evaluate(
    file: File,
    current: Current = False,
    foreign: Foreign = None,
    sample: Sample = None,
    report: Annotated[Path | None, typer.Option(help="Write a page of figures, curves and mistakes.")] = None,
    fail_under: Annotated[list[str] | None, typer.Option(help="Exit with 1 if a figure is less, as in f1=0.7.")] = None,
    fail_over: Annotated[
        list[str] | None, typer.Option(help="Exit with 1 if a figure is more, as in brier_score=0.2.")
    ] = None,
    seeds: Seeds = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Measure how good the answers to questions of known answers are."""
    with friendly_errors(as_json):
        from qa.evaluation.report import MEANINGS, render, shown

        least, most = _limits(fail_under, "--fail-under"), _limits(fail_over, "--fail-over")
        _check_names((*least, *most), MEANINGS)
        if report is not None and (report.is_dir() or not report.parent.is_dir()):
            raise BadQuestion(f"no page can be written to {report}: --report takes a file in a folder that is there")
        settings = read_settings(seeds, data)
        evaluation = _evaluated(settings, file, current, foreign, sample)
        figures = evaluation.figures()
        _check_names((*least, *most), figures)
        if report is not None:
            report.write_text(render(evaluation, file.name), encoding="utf-8")
        if as_json:
            outcomes = [OutcomeOut.of(outcome) for outcome in evaluation.outcomes]
            print_json(EvaluationOut(file=str(file), floor=settings.floor, figures=figures, questions=outcomes))
        else:
            for name, value in figures.items():
                out.print(f"{name:27} {shown(name, value):>9}  {MEANINGS[name]}")
        failed = [
            f"{name} is {figures[name]:.4g}, less than {limit:g}"
            for name, limit in least.items()
            if figures[name] < limit
        ]
        failed += [
            f"{name} is {figures[name]:.4g}, more than {limit:g}"
            for name, limit in most.items()
            if figures[name] > limit
        ]
        for reason in failed:
            err.print(reason, style="bold red")
        if failed:
            raise typer.Exit(_FAILED)


def calibrate(
    file: File,
    current: Current = False,
    foreign: Foreign = None,
    sample: Sample = None,
    seeds: Seeds = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Fit confidence to questions of known answers; it is kept beside the index, and serves from the next start."""
    with friendly_errors(as_json):
        from api.service import own_confidence_file
        from qa.confidence import Confidence
        from qa.evaluation.calibrate import ENOUGH, cross_validated
        from qa.evaluation.calibrate import calibrate as fit

        settings = read_settings(seeds, data)
        own = own_confidence_file(settings)
        evaluation = _evaluated(settings, file, current, foreign, sample, Confidence.load())
        fitted = fit(Confidence.load(), evaluation.outcomes)
        errors = cross_validated(evaluation.outcomes)
        own.parent.mkdir(parents=True, exist_ok=True)
        fitted.save(own)
        if as_json:
            print_json(
                CalibrationOut(
                    file=str(own),
                    questions=errors.questions,
                    calibration_error_before=errors.before,
                    calibration_error_after=errors.after,
                )
            )
            return
        told = f"{errors.before:.3f} before, {errors.after:.3f} after, on questions left out of the fit"
        out.print(f"calibration error over {errors.questions} questions that got an answer: {told}")
        if errors.questions < ENOUGH:
            err.print(f"that is mostly chance with so few: {ENOUGH} different questions or more have to get an answer")
        out.print(f"kept in {own}; delete it to undo")


class CalibrationOut(BaseModel):
    """Where the fitted confidence is, and its calibration error before and after, the latter cross-validated.

    `questions` is how many different ones got an answer, right or wrong.
    """

    file: str
    questions: int
    calibration_error_before: float
    calibration_error_after: float


def _evaluated(
    settings: Settings,
    file: Path,
    current: bool,
    foreign: Path | None,
    sample: int | None,
    confidence: "Confidence | None" = None,
) -> "Evaluation":
    from api.service import assemble, confidence_file
    from qa.answerer import Answerer
    from qa.confidence import Confidence
    from qa.evaluation.questions import read_questions
    from qa.evaluation.run import evaluate as ask_all
    from qa.evaluation.run import index_documents

    questions = read_questions(file).sample(sample)
    others = read_questions(foreign).sample(sample) if foreign is not None else None
    confidence = confidence or Confidence.load(confidence_file(settings))
    with _progress() as show, tempfile.TemporaryDirectory(prefix="seedbed-eval-") as scratch:
        if current or not questions.documents:
            service = up_to_date(settings)
        else:
            folder = Path(scratch)
            apart = settings.model_copy(update={"seeds": folder / "documents", "data": folder / "index"})
            service = assemble(apart)
            index_documents(questions.documents, apart.seeds, service.store, show)
        answerer = Answerer(service.store, service.reader, confidence, floor=0.0)
        return ask_all(answerer, service.store, questions, others, settings.floor, show)


def _check_names(names: Iterable[str], figures: Mapping[str, object]) -> None:
    for name in names:
        if name not in figures:
            raise BadQuestion(f"there is no figure {name!r} here; there are {', '.join(figures)}")


def _limits(given: list[str] | None, flag: str) -> dict[str, float]:
    limits = {}
    for limit in given or ():
        name, _, value = limit.partition("=")
        try:
            limits[name] = float(value)
            if math.isnan(limits[name]):  # nothing is less or more than that
                raise ValueError
        except ValueError:
            raise BadQuestion(f"{flag} takes a figure and a number, as in f1=0.7; not {limit!r}") from None
    return limits


@contextmanager
def _progress() -> Iterator[Any]:
    with progress_bars() as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage.capitalize())
            bars.update(tasks[stage], completed=done, total=total or None)

        yield show
