"""The folder of documents as it is on disk: which files are there, and which cannot even be tried."""

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.errors import FolderMissing
from index.ignoring import IgnoreRules
from index.snapshot import Unreadable

#: The times that a calendar has; a damaged file, or a mistaken program, may give any other.
_EARLIEST, _LATEST = (datetime(*day, tzinfo=UTC).timestamp() for day in ((1, 1, 1), (9999, 12, 31)))


@dataclass(frozen=True, slots=True)
class File:
    """A regular file of the folder. `path` is relative, with slashes; a new `signature` means: look at the bytes."""

    path: str
    location: str
    signature: str
    size: int
    modified: float


def check_folder(seeds: Path) -> None:
    """Raise FolderMissing when there is no such folder."""
    if not seeds.is_dir():
        raise FolderMissing(f"there is no folder {seeds}; create it, or name another with --seeds")


def scan(seeds: Path) -> tuple[list[File], list[Unreadable]]:
    """List the files in order of path, and what is refused at sight; what is to be ignored is in neither list.

    Links are never followed out of the folder. Raises FolderMissing and IgnoreFileUnusable.
    """
    check_folder(seeds)
    files: list[File] = []
    refused: list[Unreadable] = []

    def refuse(location: str, reason: str) -> None:
        shown = os.path.relpath(location, seeds).encode("utf-8", "backslashreplace").decode()
        refused.append(Unreadable(shown, reason))

    def refuse_folder(error: OSError) -> None:
        refuse(error.filename, f"is a folder that cannot be opened: {error.strerror}")

    rules = IgnoreRules(seeds)
    # Names are strings here: in a folder of a hundred thousand files, as many objects of Path take seconds.
    for here, subfolders, names in os.walk(seeds, onerror=refuse_folder):
        above = "" if here == str(seeds) else f"{os.path.relpath(here, seeds)}/"
        subfolders[:] = [name for name in subfolders if not rules.ignores(f"{above}{name}/")]
        for name in subfolders:
            if Path(here, name).is_symlink():
                refuse(f"{here}/{name}", "is a link to a folder, which is not followed; copy the folder here")
        for name in names:
            if not rules.ignores(above + name):
                seen = _look(f"{here}/{name}", above + name, seeds)
                if isinstance(seen, File):
                    files.append(seen)
                else:
                    refuse(f"{here}/{name}", seen)
    return sorted(files, key=lambda file: file.path), refused


def _look(location: str, path: str, seeds: Path) -> File | str:
    """Return the file at `location`, or the reason why it is refused at sight."""
    try:
        entry = os.lstat(location)
        leads_out = False
        if stat.S_ISLNK(entry.st_mode):
            entry = Path(location).stat()
            leads_out = not Path(location).resolve().is_relative_to(seeds)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if leads_out:
        return "is a link that leads out of the folder; copy the file here"
    if not stat.S_ISREG(entry.st_mode):
        return "is not a regular file"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "has a name that is not valid Unicode; rename it"
    # Asked each time: who may read it can change without the file.
    if not os.access(location, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        return "may not be read by this user; change its permissions"
    return File(path, location, signature(entry), entry.st_size, min(max(entry.st_mtime, _EARLIEST), _LATEST))


def signature(entry: os.stat_result) -> str:
    """Return what differs whenever a file was written to or replaced; which of two is later it does not say."""
    # The change time and the inode catch what a restored modification time would hide.
    return f"{entry.st_size}:{entry.st_mtime_ns}:{entry.st_ctime_ns}:{entry.st_ino}"
