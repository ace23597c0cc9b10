"""Builders are killed at random moments while documents change: python -m tests.campaigns.crashes [--rounds 200]."""

import argparse
import random
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from index.build import build
from index.errors import IndexMissing
from index.snapshot import Snapshot
from index.store import SnapshotStore
from tests.builders import WordEncoder
from tests.campaigns.builders import start_build
from tests.campaigns.folders import ChangingFolder, stage, whole_texts

_SEED = 5
#: At most so many documents change between two builds.
_MOST_CHANGES = 6
#: Moments later than this share of the time a build takes are after its end.
_LATEST = 1.1


def campaign(place: Path, rounds: int, seed: int = _SEED) -> Counter[str]:
    """Kill so many builders; return how often each was killed at which stage.

    After each, the index must open, be whole, have each document as it was or as it has become, and be brought up to
    date by another build. Raises AssertionError otherwise.
    """
    randomness = random.Random(seed)
    folder = ChangingFolder(place / "seeds", randomness)
    data = place / "data"
    seconds = _duration(place / "trial", folder)
    service = SnapshotStore(data, folder.folder, WordEncoder())  # one that runs all the time
    held: Snapshot | None = None
    seen: Counter[str] = Counter()
    for number in range(rounds):
        for _ in range(randomness.randint(1, _MOST_CHANGES)):
            folder.change()
        if number % 20 == 0:  # a build from nothing
            held = None
            service = SnapshotStore(data, folder.folder, WordEncoder())
            shutil.rmtree(data, ignore_errors=True)
            folder.versions = {path: versions | {None} for path, versions in folder.versions.items()}
        before = service.pointer()
        builder = start_build(data, folder.folder)
        moment = randomness.uniform(0, _LATEST * seconds)
        first = randomness.uniform(0, moment)
        time.sleep(first)
        folder.change()
        time.sleep(moment - first)
        builder.kill()
        builder.join()
        seen["after its end" if builder.exitcode == 0 else stage(service, before)] += 1
        builder.close()
        in_use = {snapshot.version for snapshot in (held, _served(service, folder, held)) if snapshot is not None}
        version = build(SnapshotStore(data, folder.folder, WordEncoder())).version
        left = {found.name for found in (data / "snapshots").iterdir()}
        assert left == in_use | {version}, "not all are kept that somebody uses, or others are"
        held = service.newest()
        assert whole_texts(held, service.encoder) == folder.texts, "a further build does not catch up"
        folder.forget()
    return seen


def _duration(place: Path, folder: ChangingFolder) -> float:
    """Return how many seconds a build from nothing takes."""
    builder = start_build(place, folder.folder)
    began = time.monotonic()
    builder.join()
    builder.close()
    return time.monotonic() - began


def _served(service: SnapshotStore, folder: ChangingFolder, held: Snapshot | None) -> Snapshot | None:
    """Return what the running service answers from, once that and what `held` answers from are found to be whole."""
    try:
        served = service.current()
    except IndexMissing:
        assert held is None, "the index is gone"
        return None
    started = SnapshotStore(service.data, service.seeds, service.encoder).current()
    assert started.version == served.version, "a service that starts now answers from another snapshot"
    texts = whole_texts(served, service.encoder)
    for path, versions in folder.versions.items():
        assert texts.pop(path, None) in versions, f"{path} is neither as it was nor as it has become"
    assert not texts, f"nobody ever wrote {sorted(texts)}"
    if held is not None:
        whole_texts(held, service.encoder)  # what a request began with is there until its end
    return served


def main() -> None:
    """Run the campaign and print what was hit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        seen = campaign(Path(place), rounds)
    for name, times in seen.most_common():
        print(f"{name:<32} {times:>5}")
    print(f"{rounds} builders killed in {time.monotonic() - began:.0f} s; every index was whole, and caught up")


if __name__ == "__main__":
    main()
