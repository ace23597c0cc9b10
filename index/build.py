"""Folder → snapshot, on one page: look, read what changed, cut, embed what is new, write, and move the pointer.

A snapshot is made beside the one before and shares with it what did not change, so a build that is interrupted or fails
leaves nothing behind that anyone would serve.
"""

import logging
import shutil
from contextlib import closing
from dataclasses import dataclass, field

from index.changes import Changes, Renamed, find_changes, find_renamed
from index.disk import writing
from index.documents import Document, read_document, sha256
from index.draft import EMBED_AT_ONCE, Draft, Rehearsal, SnapshotDraft
from index.errors import FileUnavailable, IndexMissing, SnapshotUnusable, UnreadableFile, UnsettledFile
from index.folder import File, check_folder
from index.formats.isolation import isolated
from index.passages import Cut, cut
from index.progress import Meter, Progress, ShowProgress
from index.settling import read_bytes
from index.snapshot import KnownFile, Snapshot, Unreadable
from index.store import SnapshotStore

_LOGGER = logging.getLogger(__name__)


@dataclass(slots=True)
class BuildReport:
    """What a build did, or a rehearsal would do, by path. `version` is that of the snapshot that answers then.

    What was renamed is neither added nor removed. `unsettled` files somebody was writing: their text of before stays.
    """

    version: str = ""
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    passages_embedded: int = 0
    rebuilt_because: str | None = None


def build(store: SnapshotStore, show: ShowProgress = lambda progress: None) -> BuildReport:
    """Bring the index of `store` up to date with its folder; write nothing when it is.

    Raises BuildRunning when another process is at it, WrongFolder when the data folder belongs to other documents,
    FolderMissing when the folder of documents does not exist, and IndexNotWritable when there is no room on the disk.
    """
    # What is wrong with the folder or the encoder is said before anything is written.
    check_folder(store.seeds)
    _ = store.encoder.fingerprint
    with store.lock():
        store.clean_up()  # first, since what a killed build left may be the room that this one needs
        report = BuildReport()
        _build(store, report, show)
        report.version = store.newest().version
        store.clean_up()
        return report


def rehearse(store: SnapshotStore, show: ShowProgress = lambda progress: None) -> BuildReport:
    """Say what `build` would do now, and write nothing. Raises like it, but waits for nobody."""
    report = BuildReport()
    previous, changes = _look(store, report, show)
    report.version = previous.version if previous is not None else ""
    _bring_up_to_date(Rehearsal(previous), store, changes, report, Meter(changes.sizes, show))
    return report


def _build(store: SnapshotStore, report: BuildReport, show: ShowProgress) -> None:
    previous, changes = _look(store, report, show)
    if previous is not None and not changes.anything:
        report.unreadable = previous.unreadable()
        return
    unfinished = store.begin()
    try:
        with writing(store.data):
            draft = SnapshotDraft(unfinished, previous, store.encoder)
        with closing(draft):
            meter = Meter(changes.sizes, show)
            _bring_up_to_date(draft, store, changes, report, meter)
            meter.tell(draft.embedded, 0, "writing")
            draft.finish()
        store.publish(unfinished)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _look(store: SnapshotStore, report: BuildReport, show: ShowProgress) -> tuple[Snapshot | None, Changes]:
    """Return the snapshot to begin from, and what changed in the folder since."""
    previous: Snapshot | None = None
    try:
        previous = store.newest()
    except IndexMissing:
        pass
    except SnapshotUnusable as error:
        report.rebuilt_because = str(error)
        _LOGGER.warning("the index is built anew: %s", error)
    show(Progress("looking"))
    changes = find_changes(store.seeds, previous.known_files() if previous is not None else {})
    report.unsettled = changes.unsettled
    return previous, changes


def _bring_up_to_date(draft: Draft, store: SnapshotStore, changes: Changes, report: BuildReport, meter: Meter) -> None:
    """Read what changed into the draft."""
    unreadable = dict(changes.unreadable)
    added: dict[str, str] = {}
    lost = set(changes.gone)
    gone = {path: changes.known[path].sha256 or "" for path in changes.gone}
    was = {file_hash: path for path, file_hash in gone.items()}
    for file in changes.to_read:
        meter.tell(draft.embedded, draft.waiting)
        meter.files += 1
        before = changes.known.get(file.path)
        was_read = before is not None and before.sha256 is not None
        try:
            read = _read(file, before, store)
        except UnsettledFile as error:
            report.unsettled.append(file.path)
            if not was_read:  # else what was read before answers until the file is finished
                unreadable[file.path] = (str(error), "")
            continue
        except UnreadableFile as error:
            # A file that could not be had is tried again; one that was read, only when it changes.
            unreadable[file.path] = (str(error), "" if isinstance(error, FileUnavailable) else file.signature)
            if was_read:
                lost.add(file.path)
            continue
        if read is None:
            draft.touch(file)
            continue
        if was_read:
            draft.remove(file.path)
            report.changed.append(file.path)
        else:
            added[file.path] = read.file_hash
        draft.add(read.document, read.pieces, file, read.file_hash, was.get(read.file_hash))
        _embed(draft, meter, EMBED_AT_ONCE)
    for path in sorted(lost):
        draft.remove(path)
    _embed(draft, meter, 1)
    meter.tell(draft.embedded, 0)
    report.renamed = find_renamed(gone, added)
    report.added = sorted(added.keys() - {entry.after for entry in report.renamed})
    report.removed = sorted(lost - {entry.before for entry in report.renamed})
    report.unreadable = draft.list_unreadable(unreadable)
    report.passages_embedded = draft.embedded


@dataclass(frozen=True, slots=True)
class _Read:
    document: Document
    pieces: list[Cut]
    file_hash: str


def _read(file: File, before: KnownFile | None, store: SnapshotStore) -> _Read | None:
    """Read and cut a file; None when it has the bytes that it had before. Raises UnreadableFile."""
    data = read_bytes(file)
    file_hash = sha256(data)
    if before is not None and before.sha256 == file_hash:
        return None
    document = read_document(file.path, data, file.modified, isolated(store.limits).extract)
    pieces = list(cut(document, store.encoder.count_tokens, store.encoder.window))
    if not pieces:
        raise UnreadableFile("holds nothing that can be searched")
    return _Read(document, pieces, file_hash)


def _embed(draft: Draft, meter: Meter, fewest: int) -> None:
    """Embed passages for as long as at least so many wait for it."""
    while draft.waiting >= fewest:
        meter.tell(draft.embedded, draft.waiting)
        draft.embed_some()
