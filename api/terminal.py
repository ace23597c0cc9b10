"""What every command shares: where it prints, its settings, and errors in one sentence."""

import json
import logging
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.text import Text

from api.settings import Settings
from index.build import BuildReport, build, rehearse
from index.errors import BuildRunning, SeedbedError, SnapshotUnusable
from index.progress import Progress, ShowProgress

if TYPE_CHECKING:
    from api.service import Service

_ERROR = 2
_TERMINAL_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

#: Answers go to standard output, everything else to standard error.
out = Console(highlight=False, markup=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

Seeds = Annotated[Path | None, typer.Option("--seeds", help="The folder of documents.  [default: seeds]")]
Data = Annotated[Path | None, typer.Option("--data", help="Where the index is kept.  [default: .seedbed]")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, as the HTTP service answers.")]


def read_settings(seeds: Path | None, data: Path | None, **flags: object) -> Settings:
    """Return the settings, with the flags that were given over all others."""
    given: dict[str, Any] = {"seeds": seeds, "data": data} | flags
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SeedbedError(f"seedbed.toml is not valid TOML: {error}") from None


@contextmanager
def friendly_errors(as_json: bool) -> Iterator[None]:
    """Turn what can go wrong into one sentence and an exit code; nobody sees a stack trace."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except Exception as error:
        status, message = _describe(error)
        if status == 500 and os.environ.get("SEEDBED_TRACEBACK"):
            raise
        if as_json:
            from api.errors import problem_details

            sys.stdout.write(json.dumps(problem_details(status, message)) + "\n")
        else:
            err.print(Text.assemble(("error: ", "bold red"), message))
        raise typer.Exit(_ERROR) from None


def _describe(error: Exception) -> tuple[int, str]:
    """Return the status that the error would have by HTTP, and a sentence."""
    if isinstance(error, SeedbedError):
        from api.errors import describe

        message = str(error)
        if isinstance(error, SnapshotUnusable):
            message = f"the index cannot be used ({error}); run: seedbed index"
        return describe(error)[0], message
    if isinstance(error, ValidationError):
        return 422, "; ".join(
            f"there is no setting {e['loc'][-1]!r}; README lists them"
            if e["type"] == "extra_forbidden"
            else f"setting {e['loc'][-1]} (flag, SEEDBED_{str(e['loc'][-1]).upper()} or seedbed.toml): {e['msg']}"
            for e in error.errors()
        )
    if isinstance(error, OSError):
        return 503, f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
    unknown = f"something went wrong in Seedbed ({type(error).__name__}: {error})"
    return 500, f"{unknown}; please report it with what SEEDBED_TRACEBACK=1 shows"


def clean(text: str) -> str:
    """Replace, one for one, what would move the cursor, colour the screen or turn the line around."""
    return _TERMINAL_CONTROL.sub("\ufffd", re.sub(r"\s", " ", text))


def print_json(model: BaseModel) -> None:
    """Print a model as the HTTP service would send it, but indented."""
    sys.stdout.write(model.model_dump_json(indent=2) + "\n")


def up_to_date(settings: Settings) -> "Service":
    """Return a service whose index has been brought up to date, or the one there is while another builds it."""
    from api.service import assemble

    service = assemble(settings)
    try:
        build_index(service)
    except BuildRunning:
        service.store.current()  # answer from what there is; without anything, this says what to do
    return service


def build_index(service: "Service") -> BuildReport:
    """Build the index of a service, showing how far it is."""
    with progress_bars("{task.fields[pace]}") as bars:
        return build(service.store, _shown_in(bars))


def rehearse_index(service: "Service") -> BuildReport:
    """Say what building would change, showing how far the reading is."""
    with progress_bars("{task.fields[pace]}") as bars:
        return rehearse(service.store, _shown_in(bars))


def _shown_in(bars: Bars) -> ShowProgress:
    """Return what shows progress as two bars, of files and passages."""
    tasks: dict[str, TaskID] = {}

    def show(progress: Progress) -> None:
        if not progress.files_total:
            return
        if not tasks:
            tasks["files"] = bars.add_task("Files", pace="")
            tasks["passages"] = bars.add_task("Passages", pace="")
        bars.update(tasks["files"], completed=progress.files, total=progress.files_total)
        bars.update(tasks["passages"], completed=progress.passages, total=progress.passages_total, pace=_pace(progress))

    return show


def _pace(progress: Progress) -> str:
    """Say how fast a build is and how long it may still take, as far as that is known."""
    said = [f"{progress.rate:.0f}/s"] if progress.rate is not None else []
    if progress.seconds_left is not None:
        said.append(f"{timedelta(seconds=round(progress.seconds_left))} left")
    return ", ".join(said)


def progress_bars(note: str = "") -> Bars:
    """Return bars that show, on a terminal only, what is done of what, and a note beside each."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn(note),
    )
    return Bars(*columns, console=err, transient=True, disable=not err.is_terminal)
