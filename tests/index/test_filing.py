import errno
from io import BytesIO
from pathlib import Path

import pytest

from index.build import build
from index.documents import document_id
from index.errors import FileExists, FileRefused, FolderNotWritable, UnknownDocument
from index.filing import path_of, put_file, remove_file, remove_unfinished, safe_name
from index.store import SnapshotStore
from tests.builders import WordEncoder, write


def put(seeds: Path, name: str, content: bytes = b"text", replace: bool = False) -> str:
    return put_file(seeds, name, BytesIO(content), replace)


def names(seeds: Path) -> list[str]:
    return sorted(file.name for file in seeds.iterdir())


def test_a_file_is_put_into_the_folder_with_the_permissions_of_any_new_file(seeds: Path) -> None:
    assert put(seeds, "Notes on bread (1).md", b"\x00\xff") == "Notes on bread (1).md"
    assert (seeds / "Notes on bread (1).md").read_bytes() == b"\x00\xff"
    write(seeds, {"other.md": ""})
    assert (seeds / "Notes on bread (1).md").stat().st_mode == (seeds / "other.md").stat().st_mode
    assert names(seeds) == ["Notes on bread (1).md", "other.md"]


def test_a_file_is_replaced_only_on_demand(seeds: Path) -> None:
    put(seeds, "a.txt", b"old")
    with pytest.raises(FileExists, match="^is in the folder already; rename it, or send it with replace=true$"):
        put(seeds, "a.txt", b"new")
    assert (seeds / "a.txt").read_bytes() == b"old"
    put(seeds, "a.txt", b"new", replace=True)
    put(seeds, "b.txt", b"new", replace=True)
    assert [(seeds / name).read_bytes() for name in names(seeds)] == [b"new", b"new"]


@pytest.mark.parametrize("replace", [False, True])
def test_a_link_in_the_place_of_a_file_is_never_written_through(seeds: Path, tmp_path: Path, replace: bool) -> None:
    write(tmp_path, {"secret.txt": "mine"})
    (seeds / "a.txt").symlink_to(tmp_path / "secret.txt")
    (seeds / "b.txt").symlink_to(tmp_path / "nothing.txt")
    for name in ("a.txt", "b.txt"):
        if replace:
            put(seeds, name, replace=True)
            assert (seeds / name).read_bytes() == b"text" and not (seeds / name).is_symlink()
        else:
            with pytest.raises(FileExists):
                put(seeds, name)
    assert (tmp_path / "secret.txt").read_text() == "mine"
    assert not (tmp_path / "nothing.txt").exists()


@pytest.mark.parametrize("replace", [False, True])
def test_a_folder_is_never_replaced(seeds: Path, replace: bool) -> None:
    write(seeds, {"a.txt/b.txt": "text"})
    with pytest.raises(FileRefused):
        put(seeds, "a.txt", replace=replace)
    assert (names(seeds), names(seeds / "a.txt")) == (["a.txt"], ["b.txt"])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "has no name"),
        ("   ", "has no name"),
        ("../up.txt", "has '/' in its name"),
        ("/etc/passwd.txt", "has '/' in its name"),
        ("sub/a.txt", "has '/' in its name"),
        ("..\\up.txt", "has '\\\\' in its name"),
        ("C:up.txt", "has ':' in its name"),
        ("what?.txt", "has '?' in its name"),
        ("a\x00.txt", "has '\\x00' in its name"),
        ("a\n.txt", "has '\\n' in its name"),
        ("a\x9b.txt", "has '\\x9b' in its name"),
        ("..", "has a name that not every system can store"),
        ("NUL.txt", "has a name that not every system can store"),
        ("com1", "has a name that not every system can store"),
        ("a.txt.", "has a name that not every system can store"),
        ("a.txt ", "has a name that not every system can store"),
        (" a.txt", "has a name that not every system can store"),
        (".hidden.txt", "has a name that begins with a dot, which hides it"),
        (".seedbedignore", "has a name that begins with a dot, which hides it"),
        ("~$a.docx", "would be ignored, as a temporary file or by .seedbedignore"),
        ("a.txt~", "would be ignored, as a temporary file or by .seedbedignore"),
        ("draft.txt", "would be ignored, as a temporary file or by .seedbedignore"),
        ("a.exe", "has a type that is not read yet (.exe)"),
        ("a", "has a type that is not read yet (no ending)"),
        ("\ud800.txt", "has a name that is not valid Unicode"),
        ("ä" * 126 + ".txt", "has a name of 256 bytes, and at most 255 can be stored"),
    ],
)
def test_a_name_that_is_not_safe_is_refused_with_the_reason(seeds: Path, name: str, reason: str) -> None:
    write(seeds, {".seedbedignore": "draft.*\n"})
    with pytest.raises(FileRefused) as refused:
        put(seeds, name)
    assert str(refused.value).startswith(reason)
    assert names(seeds) == [".seedbedignore"]
    assert names(seeds.parent) == ["seeds"]


@pytest.mark.parametrize("name", ["naïve.txt", "文書.pdf", "a b's & c.md", "#1.md", "null.txt", "x" * 251 + ".txt"])
def test_any_other_name_is_kept(seeds: Path, name: str) -> None:
    assert safe_name(seeds, name) == put(seeds, name) == name


def test_accents_are_composed(seeds: Path) -> None:
    assert put(seeds, "nai\u0308ve.txt") == "na\u00efve.txt"
    with pytest.raises(FileExists):
        put(seeds, "na\u00efve.txt")


def test_a_disk_that_is_full_leaves_the_folder_as_it_was(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    put(seeds, "a.txt", b"old")
    monkeypatch.setattr("index.filing.os.fsync", full)
    for name in ("a.txt", "b.txt"):
        with pytest.raises(FolderNotWritable, match=f"^cannot be stored in {seeds}: No space left on device; see to"):
            put(seeds, name, b"new", replace=True)
    assert (names(seeds), (seeds / "a.txt").read_bytes()) == (["a.txt"], b"old")


def test_what_was_on_its_way_when_the_service_was_killed_is_removed(seeds: Path) -> None:
    write(seeds, {".seedbed-incoming-00": "half", ".other": "", "a.txt": "", "sub/.seedbed-incoming-1": ""})
    remove_unfinished(seeds)
    assert (names(seeds), names(seeds / "sub")) == ([".other", "a.txt", "sub"], [".seedbed-incoming-1"])


def test_a_file_is_taken_out_of_the_folder(seeds: Path) -> None:
    write(seeds, {"sub/a.txt": "text", "sub/b.txt": "text"})
    remove_file(seeds, "sub/a.txt")
    assert names(seeds / "sub") == ["b.txt"]
    with pytest.raises(UnknownDocument, match=r"^the file sub/a.txt is no longer in the folder; the index will follow"):
        remove_file(seeds, "sub/a.txt")


def test_of_a_link_the_link_alone_is_removed(seeds: Path) -> None:
    write(seeds, {"a.txt": "text"})
    (seeds / "b.txt").symlink_to("a.txt")
    remove_file(seeds, "b.txt")
    assert names(seeds) == ["a.txt"]


def test_nothing_is_removed_behind_a_link_out_of_the_folder(seeds: Path, tmp_path: Path) -> None:
    write(tmp_path, {"out/a.txt": "mine"})
    (seeds / "sub").symlink_to(tmp_path / "out")
    with pytest.raises(UnknownDocument):
        remove_file(seeds, "sub/a.txt")
    assert names(tmp_path / "out") == ["a.txt"]


def test_a_folder_in_the_place_of_a_file_is_not_removed(seeds: Path) -> None:
    write(seeds, {"a.txt/b.txt": "text"})
    with pytest.raises(UnknownDocument):
        remove_file(seeds, "a.txt")
    assert names(seeds / "a.txt") == ["b.txt"]


def test_a_document_is_found_by_id_whether_or_not_it_is_indexed(data: Path, seeds: Path) -> None:
    store = SnapshotStore(data, seeds, WordEncoder())
    write(seeds, {"sub/a.txt": "The dam stands.", "empty.txt": ""})
    build(store)
    write(seeds, {"new.txt": "text", ".seedbedignore": "secret.txt", "secret.txt": "mine"})
    for path in ("sub/a.txt", "empty.txt", "new.txt"):
        assert path_of(seeds, store.current(), document_id(path)) == path
    assert path_of(seeds, None, document_id("sub/a.txt")) == "sub/a.txt"
    for path in ("secret.txt", ".seedbedignore", "nothing.txt"):
        with pytest.raises(UnknownDocument, match="GET /v1/documents lists them"):
            path_of(seeds, store.current(), document_id(path))
