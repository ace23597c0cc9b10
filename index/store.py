"""The snapshots in a data folder: begin, seal, verify, open, swap, remove.

data/
  current                the name of the snapshot that answers, and the hash of its manifest
  build.lock             held by the one process that builds
  snapshots/<version>/   see snapshot.py
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import sqlite3
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from index.disk import sync, writing
from index.encoding import Encoder, file_hash
from index.errors import BuildRunning, IndexMissing, SnapshotUnusable, WrongFolder
from index.formats.isolation import USUAL_LIMITS, Limits
from index.passages import CUTTER_VERSION
from index.snapshot import DOCUMENTS, FORMAT_VERSION, MANIFEST, VECTORS, WORDS, Manifest, Snapshot

_CURRENT = "current"
_SNAPSHOTS = "snapshots"
_UNFINISHED = ".unfinished"
#: What `begin` calls a snapshot; nothing else in the data folder is ever removed.
_NAME = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}")


class SnapshotStore:
    """The snapshots in a data folder, and the pointer to the one that answers."""

    def __init__(self, data: Path, seeds: Path, encoder: Encoder, limits: Limits = USUAL_LIMITS) -> None:
        self.data = data.resolve()
        self.seeds = seeds.resolve()
        if self.data.is_relative_to(self.seeds) and not any(
            part.startswith(".") for part in self.data.relative_to(self.seeds).parts
        ):
            raise WrongFolder(f"the data folder {data} lies among the documents in {seeds}; name another with --data")
        self.encoder = encoder
        self.limits = limits
        self._opening = threading.Lock()
        # The hashes of files that this store has read whole, by what `_identity` says of them.
        self._hashes: dict[tuple[int, ...], str] = {}
        # What the pointer said, and the snapshot or the error it led to.
        self._open: tuple[str, Snapshot] | None = None
        self._refused: tuple[str, SnapshotUnusable] | None = None

    def pointer(self) -> str | None:
        """Return what the pointer says now, or None when nothing was built; it changes with every swap."""
        try:
            return (self.data / _CURRENT).read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return None

    def current(self) -> Snapshot:
        """Return a snapshot to answer from: the one that the pointer names, or the one before while that is opened.

        Raises IndexMissing when there is none, WrongFolder when it was built from another folder, and SnapshotUnusable
        when it is damaged or was made by another format, cutter or encoder, and no earlier one is open.
        """
        opened = self._open
        if opened is not None and opened[0] == self.pointer():
            return opened[1]
        if not self._opening.acquire(blocking=opened is None):
            assert opened is not None  # or the lock would have been waited for
            return opened[1]
        try:
            return self._newest()
        except SnapshotUnusable:
            if opened is None:
                raise
            return opened[1]
        finally:
            self._opening.release()

    def newest(self) -> Snapshot:
        """Return the snapshot that the pointer names and nothing else; raises like `current`."""
        with self._opening:
            return self._newest()

    def _newest(self) -> Snapshot:
        for _ in range(3):  # another process may swap and clean up between reading the pointer and opening
            pointer = self.pointer()
            if pointer is None:
                raise IndexMissing(
                    f"nothing is indexed yet; run: seedbed index --seeds {self.seeds} --data {self.data}"
                )
            if self._open is not None and self._open[0] == pointer:
                return self._open[1]
            if self._refused is not None and self._refused[0] == pointer:
                raise self._refused[1]
            try:
                self._open = (pointer, self._verified(pointer))
            except SnapshotUnusable as error:
                if pointer == self.pointer():
                    self._refused = (pointer, error)
                    raise
            else:
                return self._open[1]
        raise SnapshotUnusable("it keeps changing while it is opened; try again")

    def _verified(self, pointer: str) -> Snapshot:
        """Open a snapshot after looking at every byte of it that was not looked at before."""
        name, _, manifest_hash = pointer.strip().partition(" ")
        folder = self.data / _SNAPSHOTS / name
        if not _NAME.fullmatch(name):
            raise SnapshotUnusable(f"the pointer names no snapshot: {name[:40]!r}")
        try:
            in_use = (folder / MANIFEST).open("rb")
        except OSError:
            raise SnapshotUnusable(f"{MANIFEST} is missing") from None
        try:
            fcntl.flock(in_use, fcntl.LOCK_SH)  # from here on nobody removes it
            manifest = _manifest(in_use.read(), manifest_hash)
            if manifest.seeds != str(self.seeds):
                raise WrongFolder(
                    f"the index in {self.data} was built from {manifest.seeds}, not from {self.seeds}; "
                    f"give --data another folder, or --seeds {manifest.seeds}"
                )
            if manifest.cutter_version != CUTTER_VERSION:
                raise SnapshotUnusable(f"passages were cut by version {manifest.cutter_version}, not {CUTTER_VERSION}")
            if manifest.encoder_fingerprint != self.encoder.fingerprint:
                raise SnapshotUnusable(f"it was made with other weights or another encoder: {manifest.encoder}")
            self._verify(folder, manifest)
            return Snapshot(folder, manifest, in_use)
        except (sqlite3.DatabaseError, OSError) as error:
            in_use.close()
            raise SnapshotUnusable(f"it cannot be opened: {error}") from None
        except BaseException:
            in_use.close()
            raise

    def _verify(self, folder: Path, manifest: Manifest) -> None:
        present = {path.relative_to(folder).as_posix() for path in _files(folder)}
        missing = sorted(manifest.files.keys() - present)
        if missing:
            raise SnapshotUnusable(f"missing: {', '.join(missing)}")
        damaged = [name for name, expected in manifest.files.items() if self._hash(folder / name) != expected]
        if damaged:
            raise SnapshotUnusable(f"damaged: {', '.join(damaged)}")
        # Files of snapshots that are gone need not be remembered.
        self._hashes = {_identity(folder / name): expected for name, expected in manifest.files.items()}

    def _hash(self, path: Path) -> str:
        """Return the hash of a file, which is read once: it never changes, and many snapshots share it."""
        identity = _identity(path)
        known = self._hashes.get(identity)
        if known is None:
            known = self._hashes[identity] = file_hash(path)
        return known

    def begin(self) -> Path:
        """Make the folder of a new snapshot; nobody sees it before `publish`."""
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%S}-{os.urandom(3).hex()}"
        folder = self.data / _SNAPSHOTS / (name + _UNFINISHED)
        with writing(self.data):
            folder.mkdir(parents=True)
        return folder

    def publish(self, unfinished: Path) -> None:
        """Seal a finished folder and make it the current snapshot in one atomic step.

        Raises IndexNotWritable, and then the current snapshot is the one before.
        """
        with writing(self.data):
            self._publish(unfinished)

    def _publish(self, unfinished: Path) -> None:
        files = {path.relative_to(unfinished).as_posix(): self._hash(path) for path in _files(unfinished)}
        connection = sqlite3.connect(unfinished / DOCUMENTS)
        documents, passages = connection.execute(
            "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
        ).fetchone()
        connection.close()
        version = unfinished.name.removesuffix(_UNFINISHED)
        manifest = Manifest(
            version=version,
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            seeds=str(self.seeds),
            encoder=self.encoder.name,
            encoder_fingerprint=self.encoder.fingerprint,
            dimension=self.encoder.dimension,
            documents=documents,
            passages=passages,
            files=files,
        )
        data = json.dumps(asdict(manifest), indent=1).encode()
        (unfinished / MANIFEST).write_bytes(data)
        for path in [*_files(unfinished), unfinished / MANIFEST, unfinished / WORDS, unfinished / VECTORS, unfinished]:
            sync(path)
        folder = unfinished.with_name(version)
        unfinished.rename(folder)
        sync(folder.parent)
        try:
            pointer = self.data / (_CURRENT + _UNFINISHED)
            pointer.write_text(f"{version} {hashlib.sha256(data).hexdigest()}\n", "utf-8")
            sync(pointer)
            pointer.replace(self.data / _CURRENT)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        sync(self.data)

    def clean_up(self) -> None:
        """Remove the snapshots that are neither current nor open in any process. The build lock must be held."""
        current = (self.pointer() or "").partition(" ")[0]
        for folder in (self.data / _SNAPSHOTS).glob("*"):
            name = folder.name.removesuffix(_UNFINISHED)
            if _NAME.fullmatch(name) and folder.name != current and not _in_use(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def lock(self) -> "BuildLock":
        """Return the lock that lets one process at a time build here."""
        return BuildLock(self.data / "build.lock")


class BuildLock:
    """An exclusive lock between processes; entering it raises BuildRunning instead of waiting."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        with writing(self._path.parent):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = self._path.open("w")
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._handle.close()
            raise BuildRunning(
                f"another process is building the index in {self._path.parent}; it will be used as soon as it is ready"
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handle.close()


def _manifest(data: bytes, expected_hash: str) -> Manifest:
    if hashlib.sha256(data).hexdigest() != expected_hash:
        raise SnapshotUnusable(f"{MANIFEST} is damaged")
    fields = json.loads(data)
    if fields.get("format_version") != FORMAT_VERSION:
        raise SnapshotUnusable(f"it has format version {fields.get('format_version')}, not {FORMAT_VERSION}")
    return Manifest(**fields)


def _files(folder: Path) -> list[Path]:
    """Every file whose hash the manifest holds. tantivy makes its lock files anew whenever it wants one."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST and p.suffix != ".lock")


def _identity(path: Path) -> tuple[int, ...]:
    entry = path.stat()
    return entry.st_dev, entry.st_ino, entry.st_size, entry.st_mtime_ns


def _in_use(folder: Path) -> bool:
    try:
        with (folder / MANIFEST).open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:  # locked, or not ours to touch
        return True
    return False
