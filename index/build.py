"""Folder → snapshot, on one page: look, read what changed, cut, embed what is new, write, and move the pointer.

A snapshot is made beside the one before and shares with it what did not change, so a build that is interrupted or fails
leaves nothing behind that anyone would serve.
"""

import hashlib
import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index.documents import LARGEST_FILE, Document, read_document, sha256
from index.encoding import Encoder, Vectors
from index.errors import FileUnavailable, IndexMissing, SnapshotUnusable, UnreadableFile
from index.folder import File, check_folder, scan
from index.passages import Cut, cut
from index.snapshot import (
    DOCUMENTS,
    SCHEMA,
    UNREADABLE,
    VECTORS,
    WORDS,
    KnownFile,
    Snapshot,
    Unreadable,
    block_fields,
    sentence_fields,
)
from index.store import SnapshotStore
from index.vectors import write_vectors
from index.words import WordWriter

_LOGGER = logging.getLogger(__name__)

#: Passages are embedded this many at a time, so that progress shows and texts do not pile up in memory.
_EMBED_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build has come; `passages` counts those embedded, `passages_total` those found so far."""

    stage: str
    files: int = 0
    files_total: int = 0
    passages: int = 0
    passages_total: int = 0


@dataclass(slots=True)
class BuildReport:
    """What a build did, by path. `version` is that of the snapshot that now answers."""

    version: str = ""
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    passages_embedded: int = 0
    rebuilt_because: str | None = None


ShowProgress = Callable[[Progress], None]


def build(store: SnapshotStore, show: ShowProgress = lambda progress: None) -> BuildReport:
    """Bring the index of `store` up to date with its folder; write nothing when it is.

    Raises BuildRunning when another process is at it, WrongFolder when the data folder belongs to other documents, and
    FolderMissing when the folder of documents does not exist.
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


def _build(store: SnapshotStore, report: BuildReport, show: ShowProgress) -> None:
    previous: Snapshot | None = None
    try:
        previous = store.newest()
    except IndexMissing:
        pass
    except SnapshotUnusable as error:
        report.rebuilt_because = str(error)
        _LOGGER.warning("the index is built anew: %s", error)
    show(Progress("looking"))
    files, refused = scan(store.seeds)
    known = previous.known_files() if previous is not None else {}
    new = {file.path: file.signature for file in files} | {entry.path: entry.reason for entry in refused}
    old = {path: file.signature or file.reason for path, file in known.items()}
    if previous is not None and new == old:
        report.unreadable = previous.unreadable()
        return
    unfinished = store.begin()
    try:
        with closing(_Draft(unfinished, previous, store.encoder)) as draft:
            _bring_up_to_date(draft, known, files, refused, report, show)
            show(Progress("writing", len(files), len(files), draft.embedded, draft.embedded))
            draft.finish()
        store.publish(unfinished, previous)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _bring_up_to_date(
    draft: "_Draft",
    known: dict[str, KnownFile],
    files: list[File],
    refused: list[Unreadable],
    report: BuildReport,
    show: ShowProgress,
) -> None:
    """Read what changed into the draft."""
    gone = {path for path, file in known.items() if file.sha256} - {file.path for file in files}
    unreadable = {entry.path: (entry.reason, "") for entry in refused}
    seen = 0

    def tell() -> None:
        show(Progress("reading", seen, len(files), draft.embedded, draft.embedded + draft.waiting))

    for file in files:
        seen += 1
        tell()
        before = known.get(file.path)
        if before is not None and before.signature == file.signature:
            if before.reason is not None:
                unreadable[file.path] = (before.reason, before.signature)
            continue
        was_read = before is not None and before.sha256 is not None
        try:
            data = _bytes(file)
            file_hash = sha256(data)
            if before is not None and before.sha256 == file_hash:
                draft.touch(file)
                continue
            document = read_document(file.path, data, file.modified)
            pieces = list(cut(document, draft.encoder.count_tokens, draft.encoder.window))
            if not pieces:
                raise UnreadableFile("holds nothing that can be searched")
        except UnreadableFile as error:
            # A file that could not be had is tried again; one that was read, only when it changes.
            unreadable[file.path] = (str(error), "" if isinstance(error, FileUnavailable) else file.signature)
            if was_read:
                gone.add(file.path)
            continue
        if was_read:
            draft.remove(file.path)
        draft.add(document, pieces, file, file_hash, tell)
        (report.changed if was_read else report.added).append(file.path)
    for path in sorted(gone):
        draft.remove(path)
    draft.embed()
    tell()
    draft.list_unreadable(unreadable)
    report.removed = sorted(gone)
    report.unreadable = draft.unreadable()
    report.passages_embedded = draft.embedded


def _bytes(file: File) -> bytes:
    try:
        if file.location.stat().st_size > LARGEST_FILE:
            raise UnreadableFile(f"is larger than {LARGEST_FILE // 2**20} MiB; split it")
        return file.location.read_bytes()
    except FileNotFoundError:
        raise FileUnavailable("vanished while it was being read") from None
    except PermissionError:
        raise UnreadableFile("may not be read by this user; change its permissions") from None
    except OSError as error:
        raise FileUnavailable(f"cannot be read: {error.strerror}") from None


class _Draft:
    """A snapshot in the making: the one before, copied, and then changed document by document."""

    def __init__(self, folder: Path, previous: Snapshot | None, encoder: Encoder) -> None:
        self.embedded = 0
        self._folder = folder
        self._previous = previous
        self.encoder = encoder
        if previous is not None:
            shutil.copyfile(previous.folder / DOCUMENTS, folder / DOCUMENTS)
        self._sql = sqlite3.connect(folder / DOCUMENTS, isolation_level=None)
        self._sql.execute("PRAGMA secure_delete = ON")  # no text of a deleted document stays in the file
        self._sql.execute("PRAGMA journal_mode = OFF")  # a draft that fails is thrown away whole,
        self._sql.execute("PRAGMA synchronous = OFF")  # and one that succeeds is synced before it is published
        if previous is None:
            self._sql.executescript(SCHEMA)
        self._sql.execute("BEGIN")
        self._words = WordWriter(folder / WORDS, previous.folder / WORDS if previous is not None else None)
        self._next_id = 1 + int(self._sql.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0])
        self._waiting: list[tuple[int, str]] = []
        self._new_ids: list[int] = []
        self._new_vectors: list[Vectors] = []

    @property
    def waiting(self) -> int:
        """Passages added and not yet embedded."""
        return len(self._waiting)

    def touch(self, file: File) -> None:
        """Note the new times of a file whose bytes did not change."""
        self._sql.execute(
            "UPDATE documents SET signature = ?, modified = ? WHERE path = ?",
            (file.signature, file.modified, file.path),
        )

    def remove(self, path: str) -> None:
        """Remove a document and its passages."""
        (document_id,) = self._sql.execute("SELECT id FROM documents WHERE path = ?", (path,)).fetchone()
        self._sql.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
        self._sql.execute("DELETE FROM left_out WHERE document_id = ?", (document_id,))
        self._sql.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        self._words.remove(document_id)

    def add(self, document: Document, pieces: list[Cut], file: File, file_hash: str, tell: Callable[[], None]) -> None:
        """Add a document, taking over the vectors of passages that are not new."""
        self._sql.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.path,
                document.title,
                document.text,
                document.content_hash,
                file_hash,
                file.signature,
                file.modified,
                block_fields(document.blocks),
                str(list(document.pages)),
            ),
        )
        self._sql.executemany(
            "INSERT INTO left_out VALUES (?, ?, ?)",
            [(document.id, entry.name, entry.reason) for entry in document.left_out],
        )
        for piece in pieces:
            self._add_passage(document.id, piece)
            if self.waiting >= _EMBED_AT_ONCE:
                self.embed()
                tell()

    def _add_passage(self, document_id: str, piece: Cut) -> None:
        searchable_hash = hashlib.blake2b(piece.searchable.encode(), digest_size=16).digest()
        passage_id, self._next_id = self._next_id, self._next_id + 1
        fields = (document_id, piece.start, piece.end, sentence_fields(piece.sentences), searchable_hash)
        self._sql.execute("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", (passage_id, *fields))
        self._words.add(passage_id, document_id, piece.searchable)
        vector = self._previous.vector_of(searchable_hash) if self._previous is not None else None
        if vector is not None:
            self._new_ids.append(passage_id)
            self._new_vectors.append(vector[None, :])
        else:
            self._waiting.append((passage_id, piece.searchable))

    def embed(self) -> None:
        """Embed the passages that are waiting for it."""
        if self._waiting:
            ids, texts = zip(*self._waiting, strict=True)
            self._new_vectors.append(self.encoder.encode_passages(texts))
            self._new_ids.extend(ids)
            self.embedded += len(ids)
            self._waiting = []

    def list_unreadable(self, unreadable: dict[str, tuple[str, str]]) -> None:
        """Replace the list of files that could not be read: path → (reason, signature)."""
        self._sql.execute("DELETE FROM unreadable")
        rows = [(path, reason, signature) for path, (reason, signature) in unreadable.items()]
        self._sql.executemany("INSERT INTO unreadable VALUES (?, ?, ?)", rows)

    def unreadable(self) -> list[Unreadable]:
        """Return what could not be read, in order of path."""
        return [Unreadable(*row) for row in self._sql.execute(UNREADABLE)]

    def close(self) -> None:
        """Let go of the files; a draft that was not finished is given up."""
        self._sql.close()
        self._words.close()

    def finish(self) -> None:
        """Write everything to disk."""
        ids = [row[0] for row in self._sql.execute("SELECT id FROM passages ORDER BY id")]
        self._sql.execute("COMMIT")
        self._words.finish()
        kept = np.asarray(ids[: len(ids) - len(self._new_ids)], dtype=np.int64)  # new ids are greater than old ones
        order = np.argsort(self._new_ids)
        vectors = [self._previous.vectors.vectors(kept)] if self._previous is not None else []
        vectors.append(np.concatenate([np.empty((0, self.encoder.dimension), np.float32), *self._new_vectors])[order])
        write_vectors(self._folder / VECTORS, np.asarray(ids, dtype=np.int64), np.concatenate(vectors))
