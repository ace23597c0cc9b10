"""The `seedbed` command."""

import errno
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from api.cli_evaluation import calibrate, evaluate
from api.settings import LOCAL_NAMES
from api.terminal import (
    AsJson,
    Data,
    Seeds,
    build_index,
    clean,
    err,
    friendly_errors,
    out,
    print_json,
    read_settings,
    rehearse_index,
    up_to_date,
)
from index.build import BuildReport
from index.errors import IndexMissing, SeedbedError, SnapshotUnusable, UnknownDocument
from index.folder import check_folder

if TYPE_CHECKING:
    from api.schemas import CountOut, DifferenceOut, EvidenceOut, ReplyOut, VerifyOut
    from api.service import Service

_NOT_STATED = 1
_NOT_VERBATIM = 1

app = typer.Typer(
    name="seedbed",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"seedbed {version('seedbed')}")
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
    with friendly_errors(as_json):
        settings = read_settings(seeds, data, host=host, port=port)
        check_folder(settings.seeds)
        import uvicorn

        from api.app import create_app
        from api.service import assemble

        service = assemble(settings)
        service.reader.load()
        is_indexed = False
        with suppress(IndexMissing, SnapshotUnusable):  # then it is built; but another folder's index is not replaced
            service.store.current()
            is_indexed = True
        config = uvicorn.Config(
            create_app(settings, service), host=settings.host, port=settings.port, log_level="warning"
        )
        listening = _listen(settings.host, settings.port)
        if settings.host not in LOCAL_NAMES:
            able = "read" if settings.read_only else "read, add and delete"
            err.print(f"There are no access keys yet: whoever can reach this address can {able} the documents.")
        address = f"[{settings.host}]" if ":" in settings.host else settings.host
        place = f"http://{address}:{listening.getsockname()[1]}"
        err.print(
            Text.assemble("Seedbed answers from ", str(settings.seeds), " at ", (place, "bold"), "; Ctrl+C ends it.")
        )
        if not is_indexed:
            err.print("The documents are indexed first; the page shows how far that is.")
            threading.Thread(target=_say_when_ready, args=(service,), daemon=True).start()
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
    cursor: Annotated[str | None, typer.Option(help="Show the page of a count that follows the one before.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question. Exits with 0 for an answer or a count, 1 if the documents do not say, 2 on an error."""
    with friendly_errors(as_json):
        from api.schemas import ReplyOut, check_question
        from qa.answerer import Question

        settings = read_settings(seeds, data)
        check_question(question, settings.longest_question)
        service = up_to_date(settings)
        _check_documents(service, documents)
        reply = service.answerer.ask(Question(question, limit, tuple(documents) if documents else None, cursor))
        result = ReplyOut.of(reply, documents=documents)
        print_json(result) if as_json else _print_reply(result)
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
    with friendly_errors(as_json):
        from api.schemas import HitOut, SearchOut, check_question
        from index.search import HybridIndex

        settings = read_settings(seeds, data)
        check_question(query, settings.longest_question)
        service = up_to_date(settings)
        snapshot = service.store.current()
        hits = [HitOut.of(hit, snapshot) for hit in HybridIndex(snapshot, service.encoder).search(query, limit)]
        if as_json:
            print_json(SearchOut(hits=hits))
            return
        for hit in hits:
            out.print(Text.assemble((clean(f"{hit.score:.2f}  {hit.path}"), "bold"), f"  {hit.start}–{hit.end}"))
            out.print(Text(clean(f"      {' '.join(hit.text.split())[:200]}"), "dim"))


@app.command("verify")
def verify_quote(
    quote: Annotated[str, typer.Argument(help="A sentence, or part of one, that is said to be in the documents.")],
    seeds: Seeds = None,
    data: Data = None,
    documents: Annotated[
        list[str] | None, typer.Option("--document", help="Look only in these: id, path or pattern.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a quote. Exits with 0 if the documents have it verbatim, 1 if only nearly or not at all, 2 on an error."""
    with friendly_errors(as_json):
        from api.schemas import VerifyOut, check_quote
        from qa.verify import verify

        settings = read_settings(seeds, data)
        check_quote(quote, settings.longest_question)
        service = up_to_date(settings)
        _check_documents(service, documents)
        result = VerifyOut.of(verify(service.store.current(), quote, documents or None))
        print_json(result) if as_json else _print_verdict(result)
        if result.status != "verbatim":
            raise typer.Exit(_NOT_VERBATIM)


@app.command("index")
def index_folder(
    seeds: Seeds = None,
    data: Data = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the index up to date with the folder and say what changed."""
    with friendly_errors(as_json):
        from api.schemas import IndexOut, RehearsalOut
        from api.service import assemble

        service = assemble(read_settings(seeds, data))
        if dry_run:
            rehearsed = rehearse_index(service)
            print_json(RehearsalOut.of(rehearsed)) if as_json else _print_rehearsal(rehearsed)
            return
        report = build_index(service)
        if as_json:
            print_json(IndexOut.of(service.store.newest(), service.encoder.name, service.settings.read_only))
        else:
            _print_report(report, service)


@app.command()
def status(seeds: Seeds = None, data: Data = None, as_json: AsJson = False) -> None:
    """Say what is in the index, and which files could not be read and why."""
    with friendly_errors(as_json):
        from api.schemas import IndexOut
        from api.service import assemble

        settings = read_settings(seeds, data)
        check_folder(settings.seeds)
        service = assemble(settings)
        state = IndexOut.of(service.store.newest(), service.encoder.name, service.settings.read_only)
        if as_json:
            print_json(state)
            return
        out.print(f"documents in {service.store.seeds}, index in {service.store.data}")
        out.print(f"{state.documents} documents in {state.passages} passages")
        built = f"{state.built_at:%Y-%m-%d %H:%M} UTC" if state.built_at else "never"
        out.print(f"version {state.version}, built {built} with {state.encoder}")
        _print_unreadable((entry.path, entry.reason) for entry in state.unreadable)


app.command("eval")(evaluate)
app.command()(calibrate)


def _say_when_ready(service: "Service") -> None:
    service.watcher.wait(1, threading.TIMEOUT_MAX)
    if service.watcher.error is not None:
        err.print(f"Not ready: {service.watcher.error}")
        return
    snapshot = service.store.current()
    unreadable = len(snapshot.unreadable())
    told = f"; {unreadable} could not be read, `seedbed status` and the page say why" if unreadable else ""
    count = snapshot.manifest.documents
    err.print(f"Ready: {count} document{'' if count == 1 else 's'}{told}.")


def _listen(host: str, port: int) -> socket.socket:
    """Bind the address before anything else is done, so that a port in use is said at once."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = str(error.strerror).partition(" (while attempting")[0]
        flag = "--port" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "--host"
        raise SeedbedError(f"cannot listen on {host}, port {port}: {reason}; name another with {flag}") from None


def _check_documents(service: "Service", named: Sequence[str] | None) -> None:
    """Raise UnknownDocument for a name that no document has, and a pattern that none fits."""
    from index.search import matching

    snapshot = service.store.current()
    paths = snapshot.paths()
    reasons = {entry.path: entry.reason for entry in snapshot.unreadable()}
    for name in named or () if paths else ():
        if name in reasons:
            raise UnknownDocument(f"--document names {name!r}, which could not be read: {reasons[name]}")
        if not matching(paths, [name]):
            near = get_close_matches(name, paths.values(), 1)
            advice = (
                f"the nearest is {near[0]!r}" if near else "it takes an id, a path, or a pattern such as 'reports/*.md'"
            )
            raise UnknownDocument(f"--document names {name!r}, which no document is; {advice}")


def _print_reply(reply: "ReplyOut") -> None:
    if reply.count:
        _print_count(reply.count)
    elif reply.status == "no_documents":
        out.print("There are no documents to ask.")
    elif reply.status == "not_stated":
        out.print("The documents do not say. The nearest passages:")
        for passage in reply.passages[:3]:
            out.print(Text(clean(f"  {passage.path}: {' '.join(passage.text.split())[:160]}…"), "dim"))
    elif reply.status == "several":
        out.print("The documents give different answers.")
    for answer in reply.answers:
        only = answer.evidence[0]
        if (only.answer_start, only.answer_end) != (only.start, only.end):
            out.print(Text(clean(answer.text), "bold green"))
        out.print(f"confidence: {answer.confidence_level}")
        for evidence in answer.evidence:
            _print_evidence(evidence)


def _print_count(count: "CountOut") -> None:
    documents = f"{count.documents:,} document{'' if count.documents == 1 else 's'}"
    mentions = f"{count.value:,} mention{'' if count.value == 1 else 's'}"
    found = f"mentioned in {documents}" if count.unit == "documents" else f"{mentions} in {documents}"
    out.print(Text(clean(f"{count.of}: {found}"), "bold green"))
    for evidence in count.occurrences:
        _print_evidence(evidence)
    if count.next:
        out.print(f"There are more; ask the same with --cursor {count.next}")


def _print_evidence(evidence: "EvidenceOut") -> None:
    whole = (evidence.answer_start, evidence.answer_end) == (evidence.start, evidence.end)
    _print_quote(evidence, [] if whole else [(evidence.answer_start, evidence.answer_end)])


def _print_quote(evidence: "EvidenceOut", marked: list[tuple[int, int]]) -> None:
    """Print the quote below what it needs to be understood, with slices of the document marked in it, and its place."""
    for needed in evidence.context:
        out.print(Text(clean(f"   {needed.text}"), "dim"))
    quote = Text(clean(evidence.quote))  # one for one, so that what is marked stays in its place
    for start, end in marked:
        quote.stylize("bold", start - evidence.start, end - evidence.start)
    if evidence.attribution is not None:
        said = evidence.attribution
        quote.stylize("underline", said.start - evidence.start, said.end - evidence.start)
    out.print(Text.assemble("  “", quote, "”"))
    out.print(Text(clean(f"   {evidence.title} ({', '.join([evidence.path, *evidence.place])})"), "dim"))


def _print_verdict(result: "VerifyOut") -> None:
    verdicts = {
        "verbatim": "Verbatim: the documents say exactly this.",
        "near": "Near: the documents say nearly this, but not exactly.",
        "absent": "Absent: the documents say neither this nor nearly this.",
    }
    out.print(verdicts[result.status] if result.documents else "There are no documents to look in.")
    for match in result.matches:
        _print_quote(match, [(difference.start, difference.end) for difference in match.differences])
        if not match.whole_words:
            out.print("   note: it begins or ends inside a word or number of the document")
        for difference in match.differences:
            out.print(Text(clean(f"   {difference.kind}: {_difference(difference)}")))


def _difference(difference: "DifferenceOut") -> str:
    if not difference.claimed:
        return f"you left out {difference.found}, which the document says"
    if not difference.found:
        return f"you wrote {difference.claimed}, which the document does not say"
    return f"you wrote {difference.claimed}; the document says {difference.found}"


def _print_report(report: BuildReport, service: "Service") -> None:
    manifest = service.store.current().manifest
    out.print(f"{_counted(report)}; {manifest.documents} documents in {manifest.passages} passages")
    _print_unreadable((entry.path, entry.reason) for entry in report.unreadable)
    _print_unsettled(report)


def _print_rehearsal(report: BuildReport) -> None:
    if report.rebuilt_because:
        out.print(Text(clean(f"The index would be built anew: {report.rebuilt_because}.")))
    passages = f"{report.passages_embedded} passage{'' if report.passages_embedded == 1 else 's'} to embed"
    out.print(f"{_counted(report)}; {passages}; nothing was written")
    for what, paths in {"add": report.added, "change": report.changed, "remove": report.removed}.items():
        for path in paths:
            out.print(Text.assemble((f"{what}: ", "bold"), clean(path)))
    for entry in report.renamed:
        out.print(Text.assemble(("rename: ", "bold"), clean(f"{entry.before} → {entry.after}")))
    _print_unreadable((entry.path, entry.reason) for entry in report.unreadable)
    _print_unsettled(report)


def _counted(report: BuildReport) -> str:
    """Say how many documents of each kind of change there are."""
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "removed": len(report.removed),
        "renamed": len(report.renamed),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing changed"


def _print_unsettled(report: BuildReport) -> None:
    listed = {entry.path for entry in report.unreadable}
    for path in report.unsettled:
        if path not in listed:
            said = f"{clean(path)} is still being written, and answers as it was; run this again when it is finished"
            out.print(Text.assemble(("not read: ", "yellow"), said))


def _print_unreadable(entries: Iterator[tuple[str, str]]) -> None:
    for path, reason in entries:
        out.print(Text.assemble(("not read: ", "yellow"), clean(f"{path} {reason}")))
