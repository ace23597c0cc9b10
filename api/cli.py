"""The `seedbed` command. Answers go to standard output, everything else to standard error."""

import json
import logging
import os
import re
import socket
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.text import Text

from api.settings import LOCAL_NAMES, Settings
from index.build import BuildReport, Progress, build
from index.errors import BuildRunning, IndexMissing, SeedbedError, SnapshotUnusable
from index.folder import check_folder

if TYPE_CHECKING:
    from api.schemas import EvidenceOut, ReplyOut
    from api.service import Service

_ERROR = 2
_NOT_STATED = 1
_TERMINAL_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

app = typer.Typer(
    name="seedbed",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_out = Console(highlight=False, markup=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

Seeds = Annotated[Path | None, typer.Option("--seeds", help="The folder of documents.  [default: seeds]")]
Data = Annotated[Path | None, typer.Option("--data", help="Where the index is kept.  [default: .seedbed]")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, as the HTTP service answers.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        _out.print(f"seedbed {version('seedbed')}")
        raise typer.Exit


@app.callback()
def seedbed(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Ask a folder of documents; get a short answer and the verbatim quote it stands in."""


@app.command()
def serve(
    seeds: Seeds = None,
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.  [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.  [default: 8000]")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the index up to date, serve the chat page and the HTTP service, and follow the folder."""
    with _friendly_errors(as_json):
        settings = _settings(seeds, data, host=host, port=port)
        check_folder(settings.seeds)
        import uvicorn

        from api.app import create_app
        from api.service import assemble

        service = assemble(settings)
        with suppress(IndexMissing, SnapshotUnusable):  # then it is built; but another folder's index is not replaced
            service.store.current()
        config = uvicorn.Config(
            create_app(settings, service), host=settings.host, port=settings.port, log_level="warning"
        )
        listening = _listen(settings.host, settings.port)
        if settings.host not in LOCAL_NAMES:
            _err.print("There are no access keys yet: whoever can reach this address can read the documents.")
        address = f"[{settings.host}]" if ":" in settings.host else settings.host
        place = f"http://{address}:{listening.getsockname()[1]}"
        _err.print(
            Text.assemble("Seedbed answers from ", str(settings.seeds), " at ", (place, "bold"), "; Ctrl+C ends it.")
        )
        with suppress(KeyboardInterrupt):  # the usual end
            uvicorn.Server(config).run(sockets=[listening])


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What to ask.")],
    seeds: Seeds = None,
    data: Data = None,
    limit: Annotated[int, typer.Option(min=1, max=20, help="Show at most so many different answers.")] = 5,
    documents: Annotated[
        list[str] | None, typer.Option("--document", help="Ask only these: id, path or pattern.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question. Exits with 0 if there is an answer, 1 if the documents do not say, 2 on an error."""
    with _friendly_errors(as_json):
        from api.schemas import ReplyOut, check_question
        from qa.answerer import Question

        settings = _settings(seeds, data)
        check_question(question, settings.longest_question)
        service = _up_to_date(settings)
        reply = service.answerer.ask(Question(question, limit, tuple(documents) if documents else None))
        result = ReplyOut.of(reply)
        _print_json(result) if as_json else _print_reply(result)
        if reply.status in ("not_stated", "no_documents"):
            raise typer.Exit(_NOT_STATED)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    seeds: Seeds = None,
    data: Data = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Show at most so many passages.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Show the passages most similar to a query, without reading them."""
    with _friendly_errors(as_json):
        from api.schemas import HitOut, SearchOut, check_question
        from index.search import HybridIndex

        settings = _settings(seeds, data)
        check_question(query, settings.longest_question)
        service = _up_to_date(settings)
        snapshot = service.store.current()
        hits = [HitOut.of(hit, snapshot) for hit in HybridIndex(snapshot, service.encoder).search(query, limit)]
        if as_json:
            _print_json(SearchOut(hits=hits))
            return
        for hit in hits:
            _out.print(Text.assemble((_clean(f"{hit.score:.2f}  {hit.path}"), "bold"), f"  {hit.start}–{hit.end}"))
            _out.print(Text(_clean(f"      {' '.join(hit.text.split())[:200]}"), "dim"))


@app.command("index")
def index_folder(seeds: Seeds = None, data: Data = None, as_json: AsJson = False) -> None:
    """Bring the index up to date with the folder and say what changed."""
    with _friendly_errors(as_json):
        from api.schemas import IndexOut
        from api.service import assemble

        service = assemble(_settings(seeds, data))
        report = _build(service)
        if as_json:
            _print_json(IndexOut.of(service.store.newest(), service.encoder.name))
        else:
            _print_report(report, service)


@app.command()
def status(seeds: Seeds = None, data: Data = None, as_json: AsJson = False) -> None:
    """Say what is in the index, and which files could not be read and why."""
    with _friendly_errors(as_json):
        from api.schemas import IndexOut
        from api.service import assemble

        settings = _settings(seeds, data)
        check_folder(settings.seeds)
        service = assemble(settings)
        state = IndexOut.of(service.store.newest(), service.encoder.name)
        if as_json:
            _print_json(state)
            return
        _out.print(f"documents in {service.store.seeds}, index in {service.store.data}")
        _out.print(f"{state.documents} documents in {state.passages} passages")
        built = f"{state.built_at:%Y-%m-%d %H:%M} UTC" if state.built_at else "never"
        _out.print(f"version {state.version}, built {built} with {state.encoder}")
        _print_unreadable((entry.path, entry.reason) for entry in state.unreadable)


def _listen(host: str, port: int) -> socket.socket:
    """Bind the address before anything else is done, so that a port in use is said at once."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SeedbedError(
            f"cannot listen on {host}, port {port}: {os.strerror(error.errno or 0)}; name another with --port"
        ) from None


def _settings(seeds: Path | None, data: Path | None, **flags: object) -> Settings:
    given: dict[str, Any] = {"seeds": seeds, "data": data} | flags
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SeedbedError(f"seedbed.toml is not valid TOML: {error}") from None


@contextmanager
def _friendly_errors(as_json: bool) -> Iterator[None]:
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
            _err.print(Text.assemble(("error: ", "bold red"), message))
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


def _up_to_date(settings: Settings) -> "Service":
    from api.service import assemble

    service = assemble(settings)
    try:
        _build(service)
    except BuildRunning:
        service.store.current()  # answer from what there is; without anything, this says what to do
    return service


def _build(service: "Service") -> BuildReport:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(progress: Progress) -> None:
            if not progress.files_total:
                return
            if not tasks:
                tasks["files"] = bars.add_task("Files")
                tasks["passages"] = bars.add_task("Passages")
            bars.update(tasks["files"], completed=progress.files, total=progress.files_total)
            bars.update(tasks["passages"], completed=progress.passages, total=progress.passages_total)

        return build(service.store, show)


def _clean(text: str) -> str:
    """Replace, one for one, what would move the cursor, colour the screen or turn the line around."""
    return _TERMINAL_CONTROL.sub("\ufffd", re.sub(r"\s", " ", text))


def _print_json(model: BaseModel) -> None:
    sys.stdout.write(model.model_dump_json(indent=2) + "\n")


def _print_reply(reply: "ReplyOut") -> None:
    if reply.status == "no_documents":
        _out.print("There are no documents to ask, or none that --document names.")
    elif reply.status == "not_stated":
        _out.print("The documents do not say. The nearest passages:")
        for passage in reply.passages[:3]:
            _out.print(Text(_clean(f"  {passage.path}: {' '.join(passage.text.split())[:160]}…"), "dim"))
    elif reply.status == "several":
        _out.print("The documents give different answers.")
    else:
        _out.print(f"confidence: {reply.confidence_level}")
    for answer in reply.answers:
        only = answer.evidence[0]
        if (only.answer_start, only.answer_end) != (only.start, only.end):
            _out.print(Text(_clean(answer.text), "bold green"))
        for evidence in answer.evidence:
            _print_evidence(evidence)


def _print_evidence(evidence: "EvidenceOut") -> None:
    quote = Text(_clean(evidence.quote))  # one for one, so that the answer stays in its place
    if (evidence.answer_start, evidence.answer_end) != (evidence.start, evidence.end):
        quote.stylize("bold", evidence.answer_start - evidence.start, evidence.answer_end - evidence.start)
    _out.print(Text.assemble("  “", quote, "”"))
    _out.print(Text(_clean(f"   {evidence.title} ({', '.join([evidence.path, *_place(evidence)])})"), "dim"))


def _place(evidence: "EvidenceOut") -> list[str]:
    """Name the page, or the line where the file has the same lines as its text, or the heading."""
    if evidence.page:
        return [f"page {evidence.page}"]
    if evidence.path.lower().endswith((".txt", ".text", ".md", ".markdown")):
        return [f"line {evidence.line}"]
    return evidence.heading_path[-1:]


def _print_report(report: BuildReport, service: "Service") -> None:
    changes = {"added": report.added, "changed": report.changed, "removed": report.removed}
    said = ", ".join(f"{len(paths)} {what}" for what, paths in changes.items() if paths)
    manifest = service.store.current().manifest
    _out.print(f"{said or 'nothing changed'}; {manifest.documents} documents in {manifest.passages} passages")
    _print_unreadable((entry.path, entry.reason) for entry in report.unreadable)


def _print_unreadable(entries: Iterator[tuple[str, str]]) -> None:
    for path, reason in entries:
        _out.print(Text.assemble(("not read: ", "yellow"), f"{path} {reason}"))
