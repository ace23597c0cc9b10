"""Draft: a snapshot in the making. Rehearsal: the same without writing, to see what would change."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from index.disk import writing
from index.documents import Document
from index.encoding import Encoder, Vectors
from index.folder import File
from index.passages import Cut
from index.snapshot import (
    DOCUMENTS,
    SCHEMA,
    UNREADABLE,
    VECTORS,
    WORDS,
    Snapshot,
    Unreadable,
    block_fields,
    sentence_fields,
)
from index.vectors import VectorWriter
from index.words import WordWriter

#: Passages are embedded at most this many at a time, so that progress shows.
EMBED_AT_ONCE = 64


class Draft(Protocol):
    """What a build changes, document by document; `embedded` passages so far, and `waiting` for it."""

    @property
    def embedded(self) -> int: ...
    @property
    def waiting(self) -> int: ...
    def touch(self, file: File) -> None:
        """Note the new times of a file whose bytes did not change."""

    def remove(self, path: str) -> None:
        """Remove a document and its passages."""

    def add(self, document: Document, pieces: Sequence[Cut], file: File, file_hash: str, was: str | None) -> None:
        """Add a document, taking over the vectors of passages that are not new; the others wait.

        A document that was renamed takes over those that it had at the path where it `was`.
        """

    def embed_some(self) -> None:
        """Embed up to EMBED_AT_ONCE of the passages that wait."""

    def list_unreadable(self, unreadable: Mapping[str, tuple[str, str]]) -> list[Unreadable]:
        """Replace the list of files that could not be read, path → (reason, signature); return all, in order of path.

        Files within files are in it too.
        """


class Rehearsal:
    """A draft that writes nothing: it only counts what would have to be embedded."""

    waiting = 0

    def __init__(self, previous: Snapshot | None) -> None:
        self.embedded = 0
        self._previous = previous
        self._left_out = previous.left_out() if previous is not None else {}

    def touch(self, file: File) -> None:
        pass

    def remove(self, path: str) -> None:
        self._left_out.pop(path, None)

    def add(self, document: Document, pieces: Sequence[Cut], file: File, file_hash: str, was: str | None) -> None:
        self._left_out[document.path] = [(entry.name, entry.reason) for entry in document.left_out]
        self.embedded += sum(_known_vector(self._previous, document, piece, was) is None for piece in pieces)

    def embed_some(self) -> None:
        pass

    def list_unreadable(self, unreadable: Mapping[str, tuple[str, str]]) -> list[Unreadable]:
        within = [(f"{path}/{name}", why) for path, entries in self._left_out.items() for name, why in entries]
        return [Unreadable(*entry) for entry in sorted([*within, *((p, why) for p, (why, _) in unreadable.items())])]


_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def _writes(
    method: Callable[Concatenate["SnapshotDraft", _Arguments], _Result],
) -> Callable[Concatenate["SnapshotDraft", _Arguments], _Result]:
    """Let a method raise IndexNotWritable where the libraries that it writes with have each their own error."""

    @wraps(method)
    def with_one_error(draft: "SnapshotDraft", /, *arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        with writing(draft.data):
            return method(draft, *arguments, **named)

    return with_one_error


class SnapshotDraft:
    """A snapshot in the making: the one before, copied, and then changed document by document."""

    def __init__(self, folder: Path, previous: Snapshot | None, encoder: Encoder) -> None:
        self.embedded = 0
        self.data = folder.parents[1]
        self._previous = previous
        self._encoder = encoder
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
        before = previous.vectors if previous is not None else None
        self._vectors = VectorWriter(folder / VECTORS, before, encoder.dimension)
        self._next_id = 1 + (before.highest_id if before is not None else 0)
        self._waiting: list[tuple[int, str]] = []

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @_writes
    def touch(self, file: File) -> None:
        self._sql.execute(
            "UPDATE documents SET signature = ?, modified = ? WHERE path = ?",
            (file.signature, file.modified, file.path),
        )

    @_writes
    def remove(self, path: str) -> None:
        (document_id,) = self._sql.execute("SELECT id FROM documents WHERE path = ?", (path,)).fetchone()
        gone = self._sql.execute("DELETE FROM passages WHERE document_id = ? RETURNING id", (document_id,))
        self._vectors.remove([passage_id for (passage_id,) in gone])
        self._sql.execute("DELETE FROM left_out WHERE document_id = ?", (document_id,))
        self._sql.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        self._words.remove(document_id)

    @_writes
    def add(self, document: Document, pieces: Sequence[Cut], file: File, file_hash: str, was: str | None) -> None:
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
            self._add_passage(document, piece, was)

    def _add_passage(self, document: Document, piece: Cut, was: str | None) -> None:
        passage_id, self._next_id = self._next_id, self._next_id + 1
        fields = (document.id, piece.start, piece.end, sentence_fields(piece.sentences), _hash(piece))
        self._sql.execute("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", (passage_id, *fields))
        self._words.add(passage_id, document.id, piece.searchable)
        vector = _known_vector(self._previous, document, piece, was)
        if vector is not None:
            self._vectors.add([passage_id], vector[None, :])
        else:
            self._waiting.append((passage_id, piece.searchable))

    def embed_some(self) -> None:
        ids, texts = zip(*self._waiting[:EMBED_AT_ONCE], strict=True)
        self._vectors.add(ids, self._encoder.encode_passages(texts))
        self.embedded += len(ids)
        del self._waiting[:EMBED_AT_ONCE]

    @_writes
    def list_unreadable(self, unreadable: Mapping[str, tuple[str, str]]) -> list[Unreadable]:
        self._sql.execute("DELETE FROM unreadable")
        rows = [(path, reason, signature) for path, (reason, signature) in unreadable.items()]
        self._sql.executemany("INSERT INTO unreadable VALUES (?, ?, ?)", rows)
        return [Unreadable(*row) for row in self._sql.execute(UNREADABLE)]

    @_writes
    def close(self) -> None:
        """Let go of the files; a draft that was not finished is given up."""
        try:
            self._sql.close()
        finally:
            self._words.close()

    @_writes
    def finish(self) -> None:
        """Write everything to disk."""
        self._sql.execute("COMMIT")
        self._words.finish()
        self._vectors.finish()


def _hash(piece: Cut) -> bytes:
    return hashlib.blake2b(piece.searchable.encode(), digest_size=16).digest()


def _known_vector(previous: Snapshot | None, document: Document, piece: Cut, was: str | None) -> Vectors | None:
    """Return the vector of a passage of which the same text was embedded before, in whatever document.

    A renamed document's passages keep theirs, even where its title, which is embedded with them, is the file's name.
    """
    if previous is None:
        return None
    vector = previous.vector_of(_hash(piece))
    if vector is None and was is not None:
        vector = previous.vector_at(was, document.content_hash, piece.start, piece.end)
    return vector
