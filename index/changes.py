"""What is different in the folder from the snapshot before, as far as it can be told without reading a file."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from index.errors import UnsettledFile
from index.folder import File, scan
from index.settling import unsettled
from index.snapshot import KnownFile


@dataclass(frozen=True, slots=True)
class Changes:
    """The files to read, the documents that are gone, and what cannot be read: path → (reason, signature).

    `known` is what was compared with. `unsettled` are left as they are this time, since somebody is writing them.
    """

    known: Mapping[str, KnownFile]
    anything: bool
    to_read: list[File]
    gone: set[str]
    unreadable: dict[str, tuple[str, str]]
    unsettled: list[str]

    @property
    def sizes(self) -> list[int]:
        """The bytes of each file to read."""
        return [file.size for file in self.to_read]


@dataclass(frozen=True, slots=True)
class Renamed:
    """A document that has another path by now, and so another id, with the same bytes."""

    before: str
    after: str


def find_changes(seeds: Path, known: Mapping[str, KnownFile]) -> Changes:
    """Compare the folder with what is known of it. Raises like `scan`.

    Any difference is a change, whichever time is later: clocks go back.
    """
    files, refused = scan(seeds)
    changed = [file for file in files if file.path not in known or known[file.path].signature != file.signature]
    being_written = {file.path for file in unsettled(changed)}
    to_read: list[File] = []
    unreadable = {entry.path: (entry.reason, "") for entry in refused}
    for file in files:
        before = known.get(file.path)
        if before is not None and before.signature == file.signature:
            if before.reason is not None:
                unreadable[file.path] = (before.reason, before.signature)
        elif file.path not in being_written:
            to_read.append(file)
        elif before is None or before.sha256 is None:
            unreadable[file.path] = (str(UnsettledFile()), "")
    gone = {path for path, file in known.items() if file.sha256 is not None} - {file.path for file in files}
    was_unreadable = {path: (file.reason, file.signature) for path, file in known.items() if file.reason is not None}
    anything = bool(to_read or gone) or unreadable != was_unreadable
    return Changes(known, anything, to_read, gone, unreadable, sorted(being_written))


def find_renamed(gone: Mapping[str, str], added: Mapping[str, str]) -> list[Renamed]:
    """Pair documents that are gone with those added that have the same bytes, given path → SHA-256 of the file."""
    by_hash: dict[str, list[str]] = defaultdict(list)
    for path, file_hash in sorted(gone.items(), reverse=True):
        by_hash[file_hash].append(path)
    renamed = []
    for after, file_hash in sorted(added.items()):
        if candidates := by_hash[file_hash]:
            # Of copies, the one that kept its name was moved.
            same_name = [path for path in candidates if PurePosixPath(path).name == PurePosixPath(after).name]
            before = (same_name or candidates)[-1]
            candidates.remove(before)
            renamed.append(Renamed(before, after))
    return renamed
