"""Snapshot: one complete, immutable index on disk, and what it answers. `store.py` writes, verifies and swaps them.

manifest.json        what made it (format, cutter, encoder, folder), and the hash of every other file
documents.sqlite     documents, passages, and the files that could not be read
vectors/             one vector a passage
words/               the word index
"""

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO

from index.documents import Document
from index.encoding import Vectors
from index.errors import UnknownDocument
from index.formats.extraction import Block, LeftOut
from index.passages import CUTTER_VERSION, Passage
from index.sentences import Sentence
from index.vectors import VectorIndex
from index.words import WordIndex

#: Changes whenever a snapshot of the older format could not be read; it is then rebuilt.
FORMAT_VERSION = 3

MANIFEST = "manifest.json"
DOCUMENTS = "documents.sqlite"
VECTORS = "vectors"
WORDS = "words"

SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT UNIQUE NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    content_hash TEXT NOT NULL, file_sha256 TEXT NOT NULL, signature TEXT NOT NULL, modified REAL NOT NULL,
    blocks TEXT NOT NULL, pages TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document_id TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    sentences TEXT NOT NULL, searchable_hash BLOB NOT NULL
);
CREATE INDEX passages_of_document ON passages (document_id);
CREATE INDEX passages_by_hash ON passages (searchable_hash);
CREATE TABLE unreadable (path TEXT PRIMARY KEY, reason TEXT NOT NULL, signature TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE left_out (document_id TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL);
CREATE INDEX left_out_of_document ON left_out (document_id);
"""

#: Path and reason of whatever could not be read: files, and files within files.
UNREADABLE = """
SELECT path, reason FROM unreadable
UNION ALL SELECT path || '/' || name, reason FROM left_out JOIN documents ON id = document_id
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is made of. `files` maps each file's name to its SHA-256."""

    version: str
    built_at: str
    seeds: str
    encoder: str
    encoder_fingerprint: str
    dimension: int
    documents: int
    passages: int
    files: dict[str, str]
    format_version: int = FORMAT_VERSION
    cutter_version: int = CUTTER_VERSION


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What a list of documents shows of one."""

    id: str
    path: str
    title: str
    content_hash: str
    passages: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is not in the index, and why; a file within another has its path below that of the other."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as the build saw it: its hash when it was read, or the reason why it could not be."""

    signature: str
    sha256: str | None
    reason: str | None


class Snapshot:
    """An open snapshot. Everything it returns comes from the same build, however long it is held."""

    def __init__(self, folder: Path, manifest: Manifest, in_use: BinaryIO) -> None:
        """Open a verified snapshot. `in_use` is its locked manifest: while it is open, nobody removes the snapshot."""
        self.folder = folder
        self.manifest = manifest
        self.vectors = VectorIndex(folder / VECTORS, manifest.dimension)
        self.words = WordIndex(folder / WORDS)
        self._sql = _Sql(folder / DOCUMENTS)
        self._document = lru_cache(maxsize=16)(partial(_read_document, self._sql))
        weakref.finalize(self, in_use.close)

    @property
    def version(self) -> str:
        return self.manifest.version

    def document(self, id_or_path: str) -> Document:
        """Return a document by its id or path. Raises UnknownDocument."""
        return self._document(id_or_path)

    def has(self, document_id: str) -> bool:
        """Tell whether a document of this id is in the index."""
        return bool(self._sql.rows("SELECT 1 FROM documents WHERE id = ?", (document_id,)))

    def text(self, document_id: str) -> str:
        """Return the text alone of a document, for a look through all of them."""
        return str(self._sql.rows("SELECT text FROM documents WHERE id = ?", (document_id,))[0][0])

    def documents(self, after: str, limit: int) -> list[DocumentSummary]:
        """Return up to `limit` documents in order of path, those whose path comes after `after`."""
        rows = self._sql.rows(
            "SELECT id, path, title, content_hash, (SELECT count(*) FROM passages WHERE document_id = documents.id), "
            "modified FROM documents WHERE path > ? ORDER BY path LIMIT ?",
            (after, limit),
        )
        return [
            DocumentSummary(document_id, path, title, content_hash, passages, _time(modified))
            for document_id, path, title, content_hash, passages, modified in rows
        ]

    def paths(self) -> dict[str, str]:
        """Return the path of every document by its id."""
        return dict(self._sql.rows("SELECT id, path FROM documents"))

    def known_files(self) -> dict[str, KnownFile]:
        """Return what was known, at the build, of every file that was read or tried, by path."""
        read = self._sql.rows("SELECT path, signature, file_sha256 FROM documents")
        tried = self._sql.rows("SELECT path, signature, reason FROM unreadable")
        files = {path: KnownFile(signature, file_hash, None) for path, signature, file_hash in read}
        return files | {path: KnownFile(signature, None, reason) for path, signature, reason in tried}

    def unreadable(self) -> list[Unreadable]:
        """Return the files that could not be read, also those within files that could, in order of path."""
        return [Unreadable(*row) for row in self._sql.rows(UNREADABLE)]

    def left_out(self) -> dict[str, list[tuple[str, str]]]:
        """Return the files within files that could not be read: path of the outer one → (name, reason) of each."""
        found: dict[str, list[tuple[str, str]]] = {}
        for path, *entry in self._sql.rows(
            "SELECT path, name, reason FROM left_out JOIN documents ON id = document_id"
        ):
            found.setdefault(path, []).append((entry[0], entry[1]))
        return found

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Return the passages of `ids`, in that order."""
        rows = self._sql.rows(
            'SELECT p.id, document_id, start, "end", sentences FROM passages p JOIN json_each(?) ON p.id = value',
            (json.dumps(list(ids)),),
        )
        found = {
            passage_id: Passage(passage_id, document_id, start, end, tuple(Sentence(*s) for s in json.loads(sentences)))
            for passage_id, document_id, start, end, sentences in rows
        }
        return [found[i] for i in ids]

    def passage_ids(self, document_ids: Iterable[str]) -> list[int]:
        """Return the ids of every passage of these documents."""
        rows = self._sql.rows(
            "SELECT passages.id FROM passages JOIN json_each(?) ON document_id = value",
            (json.dumps(list(document_ids)),),
        )
        return [row[0] for row in rows]

    def vector_of(self, searchable_hash: bytes) -> Vectors | None:
        """Return the vector of a passage with this searchable text, if there is one."""
        rows = self._sql.rows("SELECT id FROM passages WHERE searchable_hash = ? LIMIT 1", (searchable_hash,))
        return self._vector(rows)

    def vector_at(self, path: str, content_hash: str, start: int, end: int) -> Vectors | None:
        """Return the vector of the passage `[start, end)` of the document at `path`, if its text has this hash."""
        rows = self._sql.rows(
            "SELECT p.id FROM passages p JOIN documents d ON d.id = document_id "
            'WHERE path = ? AND content_hash = ? AND start = ? AND "end" = ? LIMIT 1',
            (path, content_hash, start, end),
        )
        return self._vector(rows)

    def _vector(self, rows: Sequence[tuple[int]]) -> Vectors | None:
        return self.vectors.vectors([rows[0][0]])[0] if rows else None


class _Sql:
    """The documents of a snapshot: one connection, used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        weakref.finalize(self, self._connection.close)

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, parameters).fetchall()


def _read_document(sql: _Sql, id_or_path: str) -> Document:
    rows = sql.rows(
        "SELECT id, path, title, text, content_hash, modified, blocks, pages FROM documents WHERE id = ? OR path = ?",
        (id_or_path, id_or_path),
    )
    if not rows:
        raise UnknownDocument(f"there is no document {id_or_path!r}; GET /v1/documents lists them")
    document_id, path, title, text, content_hash, modified, blocks, pages = rows[0]
    left_out = sql.rows("SELECT name, reason FROM left_out WHERE document_id = ? ORDER BY rowid", (document_id,))
    return Document(
        id=document_id,
        path=path,
        title=title,
        text=text,
        content_hash=content_hash,
        modified=_time(modified),
        blocks=tuple(Block.of(*fields) for fields in json.loads(blocks)),
        pages=tuple(json.loads(pages)),
        left_out=tuple(LeftOut(*entry) for entry in left_out),
    )


def _time(timestamp: float) -> datetime:
    return datetime.fromtimestamp(int(timestamp), UTC)


def block_fields(blocks: Iterable[Block]) -> str:
    """Return blocks as they are stored."""
    return json.dumps([block.fields() for block in blocks], separators=(",", ":"))


def sentence_fields(sentences: Iterable[Sentence]) -> str:
    """Return sentences as they are stored."""
    return json.dumps([[s.start, s.end, s.kind] for s in sentences], separators=(",", ":"))
