import re
import struct
from collections.abc import Mapping

import pytest

from index.errors import UnreadableFile
from index.formats import zip_guard
from index.formats.zip_guard import open_zip
from tests.builders import document, zipped

KIND = "a Word document (.docx)"
DAMAGED = r"^is damaged or not a Word document \(\.docx\); open it in its program and save it again$"
#: Where the directory states the size of the one entry, its flags and its compression, counted from its signature.
SIZE, FLAGS, METHOD = 24, 8, 10


def with_field(data: bytes, offset: int, code: str, value: int) -> bytes:
    """Return a zip file of one entry whose directory states something else."""
    at = data.index(b"PK\x01\x02") + offset
    field = struct.pack(code, value)
    return data[:at] + field + data[at + len(field) :]


def test_what_is_whole_and_harmless_is_opened() -> None:
    archive = open_zip(zipped({"a/b.xml": "text", "empty": ""}), KIND)
    assert (archive.namelist(), archive.read("a/b.xml")) == (["a/b.xml", "empty"], b"text")


@pytest.mark.parametrize("limits", [{"LARGEST_CONTENT": 2**20}, {"_LARGE_ENOUGH": 2**20}])
def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, limits: Mapping[str, int]) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(zip_guard, name, value)
    with pytest.raises(UnreadableFile, match="^unpacks to more than (1 MiB; split it|200 times its size, as files)"):
        open_zip(zipped({"a": bytes(2**21)}), KIND)


@pytest.mark.parametrize("ending", ["docx", "epub", "odt", "pptx", "xlsx", "zip"])
def test_every_format_that_is_a_zip_file_is_guarded(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    monkeypatch.setattr(zip_guard, "LARGEST_CONTENT", 2**20)
    with pytest.raises(UnreadableFile, match="^unpacks to more than 1 MiB; split it$"):
        document(zipped({"a": bytes(2**21)}), f"a.{ending}")


def test_a_bomb_of_the_real_limits_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="^unpacks to more than 256 MiB; split it$"):
        open_zip(with_field(zipped({"a": "x"}), SIZE, "<I", 2**31), KIND)


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_guard, "MOST_ENTRIES", 3)
    with pytest.raises(UnreadableFile, match="^holds more than 3 files; split it$"):
        open_zip(zipped({str(n): "" for n in range(4)}), KIND)


@pytest.mark.parametrize("stated", [0, 1, 999, 1001, 2**20])
def test_a_directory_that_lies_about_a_size_is_found_out(stated: int) -> None:
    with pytest.raises(UnreadableFile, match=DAMAGED):
        open_zip(with_field(zipped({"a": bytes(1000)}), SIZE, "<I", stated), KIND)


def test_what_is_encrypted_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="^is encrypted; save a copy without a password$"):
        open_zip(with_field(zipped({"a": "text"}), FLAGS, "<H", 1), KIND)


def test_what_office_has_encrypted_is_refused() -> None:
    with pytest.raises(
        UnreadableFile, match=re.escape(f"is encrypted, or of an older format than {KIND}; save a copy")
    ):
        open_zip(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), KIND)


def test_an_unusual_compression_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="^is compressed in an unusual way; unpack it and pack it again"):
        open_zip(with_field(zipped({"a": "text"}), METHOD, "<H", 14), KIND)


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04", b"text", b"%PDF-1.4", zipped({})[:-3]])
def test_what_is_no_zip_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=DAMAGED):
        open_zip(data, KIND)


def test_a_file_cut_short_or_changed_anywhere_is_refused_or_whole() -> None:
    data = zipped({"a": "The dam stands. " * 9, "b": "It is high."})
    for end in range(len(data)):
        with pytest.raises(UnreadableFile):
            open_zip(data[:end], KIND)
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        try:
            archive = open_zip(changed, KIND)
        except UnreadableFile:
            continue
        assert {archive.read(name) for name in archive.namelist()} <= {b"The dam stands. " * 9, b"It is high."}
