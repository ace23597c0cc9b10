"""Damaged and hostile files are indexed: python -m tests.campaigns.hostile_files [--files 340] [--keep FOLDER].

No file may crash or stop the build, or take more than its time and memory, and each is indexed or listed with a reason.
"""

import argparse
import random
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path, PurePosixPath

import numpy as np

from index.build import BuildReport, build
from index.encoding import Vectors
from index.folder import scan
from index.formats.isolation import Limits
from index.progress import Progress
from index.store import SnapshotStore
from tests.builders import WordEncoder
from tests.campaigns import hostile

_SEED = 6
#: From so many files on, those of 200 MB are among them.
_MANY = 300
_OUTCOMES = {
    "took longer than": "too long",
    "took more than": "too much memory",
    "brought down": "crash",
    "was being read when": "stopped",
}


class QuickEncoder(WordEncoder):
    """The fake encoder, quick enough for hundreds of millions of characters: it looks at lengths and hashes alone."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [(len(text) + 4) // 5 for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        digests = [blake2b(text.encode(), digest_size=self.dimension).digest() for text in texts]
        vectors = np.frombuffer(b"".join(digests), np.uint8).reshape(len(texts), self.dimension).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


@dataclass(slots=True)
class Outcome:
    """What became of the files: how often what, by ending; each one's seconds; and those of which nothing was said."""

    table: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    vanished: set[str] = field(default_factory=set)


def make(folder: Path, files: int, seed: int = _SEED) -> set[str]:
    """Fill a folder with so many files, more or less; return their paths."""
    randomness = random.Random(seed)
    folder.mkdir(parents=True)
    names = set(hostile.strange(folder))
    if files >= _MANY:
        names.update(hostile.huge(folder))
    makers: dict[str, Callable[[], bytes]] = hostile.hostile()
    chosen = sorted(makers) if files >= _MANY else randomness.sample(sorted(makers), files // 4)
    for name in chosen:
        (folder / name).write_bytes(makers[name]())
        names.add(name)
    for name, data in hostile.damaged(randomness):
        if len(names) >= files:
            return names
        if files >= _MANY or randomness.random() < 0.2:  # of a few files, not only those of the first endings
            (folder / name).write_bytes(data)
            names.add(name)
    raise AssertionError("there is no end of damaged files")


def campaign(place: Path, names: set[str], limits: Limits) -> Outcome:
    """Index the folder `seeds` in `place`, and say what became of each of these files."""
    store = SnapshotStore(place / "data", place / "seeds", QuickEncoder())
    store.limits = limits
    began: list[float] = []

    def note(progress: Progress) -> None:
        while len(began) <= progress.files:
            began.append(time.monotonic())

    report: BuildReport = build(store, note)
    began.append(time.monotonic())
    outcome = Outcome()
    indexed = set(store.current().paths().values())
    outcome.reasons = {entry.path: entry.reason for entry in report.unreadable}
    for name in names:
        if name in indexed:
            what = "indexed"
        elif name in outcome.reasons:
            reason = outcome.reasons[name]
            what = next((what for begins, what in _OUTCOMES.items() if reason.startswith(begins)), "listed")
        else:
            outcome.vanished.add(name)
            what = "vanished"
        outcome.table[PurePosixPath(name).suffix or "(none)"][what] += 1
    tried = sorted(file.path for file in scan(store.seeds)[0])
    outcome.seconds = {path: after - at for path, at, after in zip(tried, began, began[1:], strict=False)}
    return outcome


def main() -> None:
    """Run the campaign and print what became of the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=340)
    parser.add_argument("--seconds", type=float, default=20, help="The time limit for each file.")
    parser.add_argument("--mebibytes", type=int, default=2048, help="The memory limit for each file.")
    parser.add_argument("--keep", type=Path, help="Leave the files and their index in this folder.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = options.keep or Path(scratch)
        names = make(place / "seeds", options.files)
        outcome = campaign(place, names, Limits(options.seconds, options.mebibytes))
    for path, reason in sorted(outcome.reasons.items()):
        print(f"{path.encode('unicode_escape').decode()[:60]:<60} {reason}")
    columns = ["indexed", "listed", *_OUTCOMES.values(), "vanished"]
    print("", "ending".ljust(10) + "".join(f"{column:>16}" for column in columns), sep="\n")
    for ending, row in sorted(outcome.table.items()):
        print(ending[:10].ljust(10) + "".join(f"{row[column] or '':>16}" for column in columns))
    total = sum(outcome.table.values(), Counter[str]())
    print("all".ljust(10) + "".join(f"{total[column]:>16}" for column in columns))
    print("\nlongest, with cutting and embedding, in seconds:")
    for path, seconds in sorted(outcome.seconds.items(), key=lambda entry: -entry[1])[:8]:
        print(f"{seconds:8.1f}  {path[:80]}")
    own, others = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"\n{len(names)} files; peak memory: {own:,} MiB here, {others:,} MiB in the process that reads")
    if outcome.vanished:
        raise SystemExit(f"nothing is said of {sorted(outcome.vanished)}")


if __name__ == "__main__":
    main()
