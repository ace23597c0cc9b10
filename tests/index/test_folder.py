import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from index.documents import read_document
from index.errors import FolderMissing
from index.folder import scan
from index.snapshot import Unreadable
from tests.builders import without_root, write


def paths(seeds: Path) -> list[str]:
    return [file.path for file in scan(seeds)[0]]


def test_files_are_listed_in_order_of_path_with_slashes(seeds: Path) -> None:
    write(seeds, {"b.txt": "b", "a/z.txt": "z", "a/deep/x.md": "x", "ä ü.txt": "u"})
    assert paths(seeds) == ["a/deep/x.md", "a/z.txt", "b.txt", "ä ü.txt"]


def test_a_file_knows_where_it_lies_and_when_it_was_changed(seeds: Path) -> None:
    write(seeds, {"a.txt": "text"})
    os.utime(seeds / "a.txt", (1_000_000, 1_000_000))
    ((file,), refused) = scan(seeds)
    assert (file.location, file.size, file.modified, refused) == (str(seeds / "a.txt"), 4, 1_000_000.0, [])


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs /dev/shm: disks know no such times")
@pytest.mark.parametrize(
    ("modified", "shown"),
    [(10**12, datetime(9999, 12, 31, tzinfo=UTC)), (-(10**12), datetime(1, 1, 1, tzinfo=UTC))],
)
def test_a_time_that_no_calendar_has_is_the_first_or_last_day_of_all(modified: int, shown: datetime) -> None:
    with TemporaryDirectory(dir="/dev/shm") as folder:
        write(Path(folder), {"a.txt": "text"})
        os.utime(Path(folder, "a.txt"), (modified, modified))
        ((file,), _) = scan(Path(folder))
    assert read_document("a.txt", b"text", file.modified).modified == shown


def test_names_that_begin_with_a_dot_are_left_out(seeds: Path) -> None:
    write(seeds, {".hidden.txt": "h", ".git/config.txt": "c", "a/.b/c.txt": "c", "a.txt": "a"})
    assert paths(seeds) == ["a.txt"]


def test_a_file_replaced_by_one_of_equal_size_and_time_has_another_signature(seeds: Path) -> None:
    write(seeds, {"a.txt": "one", "new.txt": "two"})
    times = (seeds / "a.txt").stat()
    before = scan(seeds)[0][0].signature
    (seeds / "new.txt").replace(seeds / "a.txt")
    os.utime(seeds / "a.txt", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert scan(seeds)[0][0].signature != before


def test_an_untouched_file_keeps_its_signature(seeds: Path) -> None:
    write(seeds, {"a.txt": "one"})
    assert scan(seeds) == scan(seeds)


def test_a_link_within_the_folder_is_read(seeds: Path) -> None:
    write(seeds, {"a.txt": "one"})
    (seeds / "b.txt").symlink_to("a.txt")
    assert paths(seeds) == ["a.txt", "b.txt"]


def test_what_is_no_file_of_the_folder_is_refused_by_name_with_the_reason(seeds: Path, tmp_path: Path) -> None:
    write(tmp_path, {"outside/secret.txt": "s"})
    (seeds / "sub").mkdir()
    (seeds / "dangling.txt").symlink_to("nowhere.txt")
    (seeds / "sub" / "out.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (seeds / "linked").symlink_to(tmp_path / "outside")
    os.mkfifo(seeds / "pipe.txt")
    files, refused = scan(seeds)
    assert files == []
    assert sorted(refused, key=lambda entry: entry.path) == [
        Unreadable("dangling.txt", "cannot be read: No such file or directory"),
        Unreadable("linked", "is a link to a folder, which is not followed; copy the folder here"),
        Unreadable("pipe.txt", "is not a regular file"),
        Unreadable("sub/out.txt", "is a link that leads out of the folder; copy the file here"),
    ]


def test_a_socket_is_refused(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(seeds)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.txt")
        assert scan(seeds) == ([], [Unreadable("s.txt", "is not a regular file")])


def test_a_link_to_itself_is_refused(seeds: Path) -> None:
    (seeds / "loop.txt").symlink_to("loop.txt")
    files, refused = scan(seeds)
    assert (files, [entry.path for entry in refused]) == ([], ["loop.txt"])


def test_a_file_that_may_not_be_read_is_refused_at_sight_until_it_may(shared_folder: Path) -> None:
    write(shared_folder, {"a.txt": "text"})
    (shared_folder / "a.txt").chmod(0)
    with without_root():
        assert scan(shared_folder) == (
            [],
            [Unreadable("a.txt", "may not be read by this user; change its permissions")],
        )
    (shared_folder / "a.txt").chmod(0o644)
    with without_root():
        assert paths(shared_folder) == ["a.txt"]


def test_a_name_that_is_not_unicode_is_refused_and_shown_readably(seeds: Path) -> None:
    (seeds / os.fsdecode(b"caf\xe9.txt")).write_text("text")
    assert scan(seeds) == ([], [Unreadable("caf\\udce9.txt", "has a name that is not valid Unicode; rename it")])


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderMissing, match=f"there is no folder {tmp_path}/none; create it, or name another"):
        scan(tmp_path / "none")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    write(tmp_path, {"file": ""})
    with pytest.raises(FolderMissing):
        scan(tmp_path / "file")
