import os
from pathlib import Path

import pytest

from index.errors import FileUnavailable, UnreadableFile, UnsettledFile
from index.folder import File, scan
from index.settling import SETTLED, read_bytes, unsettled
from tests.builders import without_root, write


def seen(seeds: Path) -> list[File]:
    return scan(seeds)[0]


def test_of_files_written_just_now_those_that_still_change_are_unsettled(
    seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(seeds, {"done.txt": "text", "gone.txt": "text", "slow.txt": "te"})
    waited: list[float] = []

    def meanwhile(seconds: float) -> None:
        waited.append(seconds)
        write(seeds, {"slow.txt": "text"})
        (seeds / "gone.txt").unlink()

    monkeypatch.setattr("index.settling.time.sleep", meanwhile)
    assert [file.path for file in unsettled(seen(seeds))] == ["slow.txt"]
    assert waited == [SETTLED]


@pytest.mark.parametrize(("modified", "waits"), [(0, 0), (10**10, 1)])
def test_only_times_long_past_need_no_second_look(
    seeds: Path, monkeypatch: pytest.MonkeyPatch, modified: int, waits: int
) -> None:
    write(seeds, {"a.txt": "text"})
    os.utime(seeds / "a.txt", (modified, modified))
    waited: list[float] = []
    monkeypatch.setattr("index.settling.time.sleep", waited.append)
    assert (unsettled(seen(seeds)), len(waited)) == ([], waits)


def test_the_bytes_of_a_file_are_read(seeds: Path) -> None:
    write(seeds, {"a.txt": b"\x00text\xff"})
    assert read_bytes(seen(seeds)[0]) == b"\x00text\xff"


def test_a_file_that_is_not_the_one_that_was_seen_is_not_read(seeds: Path, tmp_path: Path) -> None:
    write(seeds, {"changed.txt": "text", "linked.txt": "text", "piped.txt": "text", "replaced.txt": "text"})
    write(tmp_path, {"secret.txt": "text"})
    files = seen(seeds)
    write(seeds, {"changed.txt": "more text"})
    for name in ("linked.txt", "piped.txt", "replaced.txt"):
        (seeds / name).rename(tmp_path / name)
    (seeds / "linked.txt").symlink_to(tmp_path / "secret.txt")
    os.mkfifo(seeds / "piped.txt")
    write(seeds, {"replaced.txt": "text"})
    for file in files:
        with pytest.raises(UnsettledFile, match="^is still being written; it is read as soon as it is finished$"):
            read_bytes(file)


def test_a_file_that_became_a_folder_is_not_read(seeds: Path) -> None:
    write(seeds, {"a.txt": "text"})
    (file,) = seen(seeds)
    (seeds / "a.txt").unlink()
    write(seeds, {"a.txt/b.txt": "text"})
    with pytest.raises(FileUnavailable):
        read_bytes(file)


def test_a_file_that_is_gone_is_said_to_have_vanished(seeds: Path) -> None:
    write(seeds, {"a.txt": "text"})
    (file,) = seen(seeds)
    (seeds / "a.txt").unlink()
    with pytest.raises(FileUnavailable, match="^vanished while it was being read$"):
        read_bytes(file)


def test_a_file_that_may_not_be_read_any_more_is_tried_again(shared_folder: Path) -> None:
    write(shared_folder, {"a.txt": "text"})
    (file,) = seen(shared_folder)
    (shared_folder / "a.txt").chmod(0)
    with without_root(), pytest.raises(FileUnavailable, match="^cannot be read: Permission denied$"):
        read_bytes(file)


def test_a_file_that_is_too_large_is_refused_unread(seeds: Path) -> None:
    with (seeds / "large.txt").open("wb") as large:
        large.truncate(256 * 2**20 + 1)
    with pytest.raises(UnreadableFile, match="^is larger than 256 MiB; split it$"):
        read_bytes(seen(seeds)[0])
