import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from index.build import build
from index.errors import IndexNotWritable
from index.store import SnapshotStore
from index.vectors import VectorWriter
from tests.builders import WordEncoder, write
from tests.campaigns import full_disks
from tests.campaigns.folders import whole_texts

DAM = {"dam.md": "# Dam\n\nVersion 1 of it stands.\n"}
LONG = {"long.md": "# Dam\n\n" + "\n\n".join(f"Version {n} of it is {n * n} m high." for n in range(500)) + "\n"}


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Let the system refuse to write more than so many bytes into one file, as it does when a disk is full."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


@pytest.mark.parametrize("size", [0, 100, 10_000, 70_000])
def test_a_build_without_room_says_what_to_do_and_the_index_stays_until_there_is_some(
    data: Path, seeds: Path, size: int
) -> None:
    write(seeds, DAM)
    store = SnapshotStore(data, seeds, WordEncoder())
    version = build(store).version
    write(seeds, LONG)
    with (
        no_file_larger_than(size),
        pytest.raises(
            IndexNotWritable, match=rf"^the index could not be written: .*; .* MiB are free for {data}: make"
        ),
    ):
        build(store)
    after = SnapshotStore(data, seeds, WordEncoder()).current()
    assert (after.version, whole_texts(after, store.encoder)) == (version, DAM)
    assert [left.name for left in (data / "snapshots").iterdir()] == [version]
    assert build(store).added == ["long.md"]
    assert whole_texts(store.newest(), store.encoder) == DAM | LONG


@pytest.mark.parametrize("passages", [1, 1000])
def test_vectors_that_were_not_written_to_their_end_are_not_taken_for_whole(tmp_path: Path, passages: int) -> None:
    vectors = np.eye(passages, 64, dtype=np.float32)
    writer = VectorWriter(tmp_path / "vectors", None, 64)
    writer.add(range(passages), vectors)
    with no_file_larger_than(100), pytest.raises((OSError, RuntimeError)):
        writer.finish()


def test_a_build_on_a_disk_that_is_full_says_so_and_succeeds_when_there_is_room(tmp_path: Path) -> None:
    try:
        said = full_disks.campaign(tmp_path, range(160, 400, 100))
    except PermissionError as error:
        pytest.skip(f"only root may mount a small disk: {error}")
    assert said.total() == 3 and any("full" in reason or "No space left" in reason for reason in said)
