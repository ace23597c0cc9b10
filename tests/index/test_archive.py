import pytest

from index.errors import UnreadableFile
from index.formats import members
from index.formats.archive import extract
from index.formats.extraction import Block, Extraction, LeftOut
from tests.builders import pdf, zipped


def test_each_file_stands_below_its_path() -> None:
    data = zipped({"dams/kariba.md": "# Kariba\n\nHigh.", "b.csv": "Dam,Height\nHoover,221", "empty/": ""})
    assert extract(data) == Extraction(
        "dams/kariba.md\n\n# Kariba\n\nHigh.\n\nb.csv\n\nDam\tHeight\nHoover\t221",
        (
            *(Block(0, 14, "heading", 1), Block(18, 24, "heading", 2), Block(26, 31, "paragraph")),
            *(
                Block(33, 38, "heading", 1),
                Block(40, 50, "row", number=1),
                Block(51, 61, "row", headings=(40, 50), number=2),
            ),
        ),
    )


def test_what_cannot_be_read_is_listed_with_its_reason() -> None:
    inner = zipped({"x.txt": "deep"})
    data = zipped({"a.txt": "One.", "b.png": b"\x89PNG", "c.zip": inner, "d.pdf": pdf([""]), "e.txt": ""})
    extraction = extract(data)
    assert extraction.text == "a.txt\n\nOne."
    assert [(entry.name, entry.reason.split(" (")[0].split(";")[0]) for entry in extraction.left_out] == [
        ("b.png", "has a type that is not read yet"),
        ("c.zip", "is an archive within a file"),
        ("d.pdf", "has no text on any page"),
        ("e.txt", "is empty"),
    ]


def test_names_that_begin_with_a_dot_are_left_out() -> None:
    data = zipped({"a.txt": "One.", ".git/b.txt": "Two.", "c/.d.txt": "Three.", "__MACOSX/a.txt": "x"})
    assert (extract(data).text, extract(data).left_out) == ("a.txt\n\nOne.", ())


def test_a_path_that_begins_here_or_above_is_not_hidden() -> None:
    assert extract(zipped({"./a.txt": "One.", "../../b.txt": "Two."})).text == "./a.txt\n\nOne.\n\n../../b.txt\n\nTwo."


def test_what_is_left_out_of_a_file_in_it_is_named_with_both() -> None:
    mail = b"Subject: Dams\r\nContent-Type: image/png; name=a.png\r\nContent-Disposition: attachment\r\n\r\nx\r\n"
    assert extract(zipped({"m.eml": mail})).left_out[0].name == "m.eml/a.png"


def test_an_archive_of_nothing_that_can_be_read_is_refused() -> None:
    with pytest.raises(UnreadableFile, match=r"^holds no file that can be read: a.txt is empty$"):
        extract(zipped({"a.txt": ""}))
    with pytest.raises(UnreadableFile, match=r"^holds no file that can be read$"):
        extract(zipped({}))


def test_a_whole_that_would_be_too_long_leaves_the_rest_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "LONGEST_TEXT", 30)
    assert extract(zipped({"a.txt": "One.", "b.txt": "Two. " * 9})).left_out == (
        LeftOut("b.txt", "would make the whole too long; put it into the folder by itself"),
    )


def test_a_damaged_archive_is_refused() -> None:
    with pytest.raises(UnreadableFile, match=r"^is damaged or not a zip archive \(\.zip\)"):
        extract(zipped({"a.txt": "One."})[:-5])
