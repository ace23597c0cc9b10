"""What must be on the disk before anyone relies on it, what shares its place there; what is said of a full one."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexNotWritable


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Raise IndexNotWritable for whatever the system, SQLite, tantivy or FAISS raise when they cannot write there."""
    try:
        yield
    except (OSError, sqlite3.Error, RuntimeError, ValueError) as error:
        place = next(place for place in (folder, *folder.parents) if place.is_dir())
        free = shutil.disk_usage(place).free // 2**20
        raise IndexNotWritable(
            f"the index could not be written: {error}; {free:,} MiB are free for {folder}: make room there, or see to "
            "its permissions; until then what was indexed before answers"
        ) from error


def link_or_copy(source: Path, target: Path) -> None:
    """Share an immutable file, or copy it where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
