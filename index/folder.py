"""The folder of documents as it is on disk: which files are there, and which cannot even be tried."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from index.errors import FolderMissing
from index.snapshot import Unreadable


@dataclass(frozen=True, slots=True)
class File:
    """A regular file of the folder. `path` is relative, with slashes; a new `signature` means: look at the bytes."""

    path: str
    location: Path
    signature: str
    modified: float


def scan(seeds: Path) -> tuple[list[File], list[Unreadable]]:
    """List the files in order of path, and what is refused at sight; names that begin with a dot are left out.

    Links are never followed out of the folder. Raises FolderMissing.
    """
    if not seeds.is_dir():
        raise FolderMissing(f"there is no folder {seeds}; create it, or name another with --seeds")
    files: list[File] = []
    refused: list[Unreadable] = []

    def refuse(location: Path | str, reason: str) -> None:
        shown = os.path.relpath(location, seeds).encode("utf-8", "backslashreplace").decode()
        refused.append(Unreadable(shown, reason))

    def refuse_folder(error: OSError) -> None:
        refuse(error.filename, f"is a folder that cannot be opened: {error.strerror}")

    for folder, subfolders, names in os.walk(seeds, onerror=refuse_folder):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        for name in subfolders:
            if (Path(folder) / name).is_symlink():
                refuse(Path(folder) / name, "is a link to a folder, which is not followed; copy the folder here")
        for name in names:
            if not name.startswith("."):
                location = Path(folder) / name
                reason = _refusal(location, seeds)
                if reason is None:
                    files.append(_file(location, seeds))
                else:
                    refuse(location, reason)
    return sorted(files, key=lambda file: file.path), refused


def _refusal(location: Path, seeds: Path) -> str | None:
    try:
        entry = location.stat()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if location.is_symlink() and not location.resolve().is_relative_to(seeds):
        return "is a link that leads out of the folder; copy the file here"
    if not stat.S_ISREG(entry.st_mode):
        return "is not a regular file"
    try:
        str(location.relative_to(seeds)).encode()
    except UnicodeEncodeError:
        return "has a name that is not valid Unicode; rename it"
    return None


def _file(location: Path, seeds: Path) -> File:
    entry = location.stat()
    # The change time and the inode catch what a restored modification time would hide.
    signature = f"{entry.st_size}:{entry.st_mtime_ns}:{entry.st_ctime_ns}:{entry.st_ino}"
    return File(location.relative_to(seeds).as_posix(), location, signature, entry.st_mtime)
