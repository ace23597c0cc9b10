import hashlib
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import document_id, read_document, sha256
from index.errors import UnreadableFile
from tests.builders import document, pdf
from tests.strategies import texts_with_words


def test_a_document_knows_its_path_title_hash_and_time() -> None:
    read = read_document("reports/old-dam_2.txt", b"It stands.", modified=86_400.5)
    assert (read.path, read.title, read.text) == ("reports/old-dam_2.txt", "old dam 2", "It stands.")
    assert read.content_hash == f"sha256:{hashlib.sha256(b'It stands.').hexdigest()}"
    assert read.modified == datetime(1970, 1, 2, 0, 0, 0, 500_000, tzinfo=UTC)


@given(texts_with_words, st.sampled_from(["a.txt", "a.md"]))
def test_the_content_hash_is_of_the_text(text: str, path: str) -> None:
    read = document(b"\xef\xbb\xbf" + text.encode(), path)
    assert (read.text, read.content_hash) == (text, sha256(text.encode()))


def test_the_id_is_short_safe_in_a_url_and_follows_the_path_alone() -> None:
    assert document("One.", "a/b c.txt").id == document("Two.", "a/b c.txt").id == document_id("a/b c.txt")
    assert document_id("a.txt") != document_id("b.txt")
    assert re.fullmatch(r"[a-z2-7]{16}", document_id("späß/✓.txt"))


@pytest.mark.parametrize("path", ["a.txt", "a.TXT", "a.text", "a.md", "a.markdown", "a.html", "a.htm", "a.XHTML"])
def test_the_ending_tells_how_a_file_is_read(path: str) -> None:
    assert document("It stands.", path).text == "It stands."


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        ("a.doc", b"PK", "has a type that is not read yet (.doc); save it as one that is, such as .pdf, .docx"),
        ("README", b"text", "has a type that is not read yet (no ending); save it as one"),
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \r\n\t", "is empty"),
        ("a.txt", "\u00a0\u2003\n".encode(), "holds no text"),
        ("a.txt", b"\xef\xbb\xbf", "holds no text"),
        ("a.md", b"\xef\xbb\xbf\n", "holds no text"),
        ("a.html", b"<script>alert(1)</script>", "holds no text"),
        ("a.txt", b"\x7fELF\x00\x01", "is binary data, not text; rename it to its real type or remove it"),
        ("a.pdf", b"text", "is damaged or not a PDF; open it in a PDF reader and save it again"),
        ("a.pdf", pdf([""]), "has no text on any page; if it is a scan"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(path: str, data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        document(data, path)
    assert str(refused.value).startswith(reason)


def test_a_parser_that_fails_refuses_only_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(data: bytes) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("index.formats.FORMATS", {".txt": fail})
    with pytest.raises(UnreadableFile, match=r"could not be read \(RecursionError: too deep\); save it again"):
        document("text")


def test_an_encoding_that_makes_no_valid_unicode_does_not_stop_the_build() -> None:
    page = "<meta charset=unicode_escape><p>\\ud800 caf\xe9 und gr\xfc\xdfe aus der alten Stadt".encode("cp1252")
    try:
        text = document(page, "a.html").text
    except UnreadableFile:
        return
    assert text.encode().decode() == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_count_from_one_whatever_ends_them(end: str) -> None:
    text = end.join(["one", "", "three", "four"])
    read = document(text)
    assert [read.line(text.index(word)) for word in ("one", "three", "four")] == [1, 3, 4]


def test_lines_with_mixed_ends_are_counted() -> None:
    read = document("a\rb\r\nc\n\rd")
    assert [read.line(read.text.index(letter)) for letter in "abcd"] == [1, 2, 3, 5]


def test_pages_count_from_one() -> None:
    read = document("One.\fTwo.\f\fFour.")
    assert [read.page(read.text.index(word)) for word in ("One", "Two", "Four")] == [1, 2, 4]
    assert document("One.").page(0) is None


def test_the_heading_path_holds_the_headings_above_outermost_first() -> None:
    read = document("# A\n\ntext1\n\n## B\n\ntext2\n\n### C\n\n## D\n\ntext3\n\n# E\n\ntext4", "a.md")
    paths = [read.heading_path(read.text.index(f"text{n}")) for n in (1, 2, 3, 4)]
    assert paths == [("A",), ("A", "B"), ("A", "D"), ("E",)]


def test_a_heading_stands_under_itself() -> None:
    read = document("# A\n\n## B\n\ntext", "a.md")
    assert read.heading_path(read.text.index("B")) == ("A", "B")


@pytest.mark.parametrize(
    ("path", "data", "named"),
    [
        ("dams.csv", "Dam,Height\nKariba,128\nHoover,221\n", ["Dam", "Height"]),
        ("dams.md", "# Dams\n\n| Dam | Height |\n|---|---|\n| Kariba | 128 |\n\nMore of them.\n", ["Dam", "Height"]),
        ("dams.txt", "Dam and Height\n\nKariba 128\n", []),
    ],
)
def test_what_names_a_column_is_told_from_what_stands_below(path: str, data: str, named: list[str]) -> None:
    read = document(data, path)
    words = re.finditer(r"\w+", read.text)
    assert [match.group() for match in words if read.names_column(match.start())] == named
