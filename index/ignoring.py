"""Which names in the folder are left out: hidden ones, temporary files, and what `.seedbedignore` names."""

import os
import re
from pathlib import Path

from pathspec import GitIgnoreSpec

from index.errors import IgnoreFileUnusable

IGNORE_FILE = ".seedbedignore"

#: Files that editors, office programs and browsers write for themselves; `!` in an ignore file brings them back.
_TEMPORARY = re.compile(r"~\$.*|.*~|#.*#|.*\.(tmp|temp|swp|swo|part|partial|crdownload)", re.DOTALL)


class IgnoreRules:
    """The rules of a folder as they are now, in gitignore's syntax; those of a sub-folder go before those above it."""

    def __init__(self, seeds: Path) -> None:
        self._seeds = seeds
        self._specs: dict[str, GitIgnoreSpec | None] = {}

    def ignores(self, path: str) -> bool:
        """Tell whether the file at `path` is left out, or the folder where a slash ends it; its parents are not asked.

        Raises IgnoreFileUnusable, since what was to be left out must not be read by mistake.
        """
        name = path.rstrip("/").rpartition("/")[2]
        if name.startswith("."):
            return True
        folder = path.rstrip("/")
        while folder:
            folder = folder.rpartition("/")[0]
            spec = self._spec(folder)
            matched = spec.check_file(path[len(folder) + 1 if folder else 0 :]).include if spec is not None else None
            if matched is not None:
                return matched
        return not path.endswith("/") and _TEMPORARY.fullmatch(name) is not None

    def concerns(self, path: str) -> bool:
        """Tell whether a change at `path`, which may be gone by now, can change what is indexed."""
        if path == ".":  # the folder itself
            return True
        parents, _, name = path.rpartition("/")
        above = parents.split("/") if parents else []
        if any(self.ignores("/".join(above[: depth + 1]) + "/") for depth in range(len(above))):
            return False
        return name == IGNORE_FILE or not self.ignores(f"{path}/" if (self._seeds / path).is_dir() else path)

    def _spec(self, folder: str) -> GitIgnoreSpec | None:
        if folder not in self._specs:
            self._specs[folder] = _read(self._seeds / folder / IGNORE_FILE)
        return self._specs[folder]


def _read(location: Path) -> GitIgnoreSpec | None:
    try:
        if location.exists() and not location.is_file():
            return None
        lines = os.fsdecode(location.read_bytes()).removeprefix("\ufeff").split("\n")
    except OSError as error:
        # A link that leads nowhere, if only for now, was to leave something out.
        if isinstance(error, FileNotFoundError) and not location.is_symlink():
            return None
        raise IgnoreFileUnusable(
            f"{location} cannot be read: {error.strerror}; make it readable or remove it"
        ) from None
    try:
        return GitIgnoreSpec.from_lines(line.removesuffix("\r") for line in lines)
    except (ValueError, re.error) as error:
        raise IgnoreFileUnusable(f"{location} has a line that is no pattern; correct it ({error})") from None
