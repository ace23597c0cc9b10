"""Builds run out of room on small disks, at every stage: python -m tests.campaigns.full_disks (as root)."""

import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.build import build
from index.errors import IndexNotWritable
from index.store import SnapshotStore
from tests.builders import WordEncoder, write
from tests.campaigns.folders import whole_texts

_DAM = {"dam.md": "# Dam\n\nVersion 1 of it stands.\n"}
_MANY = {
    f"{n}.md": f"# Dam {n}\n\n" + "\n\n".join(f"Version {n} has line {m}, {n * m + 7} m high." for m in range(60))
    for n in range(15)
}


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Path]:
    """Mount a disk of so many KiB. Raises PermissionError when this user may not."""
    place.mkdir(parents=True, exist_ok=True)
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mounting, capture_output=True, check=False).returncode:
        raise PermissionError("this user may not mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)  # its files may be mapped for a while


def campaign(place: Path, sizes: range) -> Counter[str]:
    """Build on disks of these sizes in KiB, with too little room at first; return how often what was said to be wrong.

    Raises AssertionError when the error is unclear, the index is not as before, or room does not mend it, and
    PermissionError like `small_disk`.
    """
    said: Counter[str] = Counter()
    for size in sizes:
        with small_disk(place / str(size), size) as disk:
            seeds, data = place / f"seeds-{size}", disk / "data"
            write(seeds, _DAM)
            store = SnapshotStore(data, seeds, WordEncoder())
            version = build(store).version
            write(seeds, _MANY)
            try:
                build(store)
            except IndexNotWritable as error:
                said[str(error).split(";")[0]] += 1
                assert f"MiB are free for {data}: make room there" in str(error)
                after = SnapshotStore(data, seeds, WordEncoder()).current()
                assert (after.version, whole_texts(after, store.encoder)) == (version, _DAM)
                assert [left.name for left in (data / "snapshots").iterdir()] == [version]
                subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
                build(store)
            else:
                said["built"] += 1
            assert whole_texts(store.newest(), store.encoder) == _DAM | _MANY
            del store
    return said


def main() -> None:
    """Run the campaign and print what was said; says so where this user may not mount disks."""
    with tempfile.TemporaryDirectory() as place:
        try:
            said = campaign(Path(place), range(160, 500, 10))
        except PermissionError as error:
            print(f"skipped: {error}; run it as root")
            return
    for what, times in said.most_common():
        print(f"{times:>5}  {what}")


if __name__ == "__main__":
    main()
