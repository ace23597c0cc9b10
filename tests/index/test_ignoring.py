"""What .seedbedignore, hidden names and temporary files leave out of the folder."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from index.errors import IgnoreFileUnusable
from index.folder import scan
from index.ignoring import IgnoreRules
from tests.builders import write


def left(seeds: Path, files: Mapping[str, str | bytes], names: str) -> list[str]:
    """Return which of the files, given by name, are found beside `files`."""
    write(seeds, dict.fromkeys(names.split(), "text") | dict(files))
    return [file.path for file in scan(seeds)[0]]


@pytest.mark.parametrize(
    ("rules", "names", "expected"),
    [
        ("*.log", "a.log b/c.log b/c.txt", "b/c.txt"),
        ("# *.txt\n\n", "a.txt", "a.txt"),
        ("/a.txt", "a.txt b/a.txt", "b/a.txt"),
        ("b/", "b/a.txt c/b/d.txt c/e.txt", "c/e.txt"),
        ("b/*.txt", "b/a.txt c/b/a.txt", "c/b/a.txt"),
        ("a/**/z.txt", "a/z.txt a/b/c/z.txt z.txt", "z.txt"),
        ("*.txt\n!keep.txt", "a.txt keep.txt b/keep.txt", "b/keep.txt keep.txt"),
        ("b/\n!b/a.txt", "b/a.txt c.txt", "c.txt"),
        ("b/*\n!b/a.txt", "b/a.txt b/c.txt", "b/a.txt"),
        ("a?.txt\r\nb[0-9].txt\r\n", "a1.txt b2.txt bx.txt", "bx.txt"),
        ("\ufeffa.txt", "a.txt b.txt", "b.txt"),
        ("ä*", "ärger.txt b.txt", "b.txt"),
        ("*", "a.txt b/c.txt", ""),
    ],
)
def test_the_ignore_file_has_the_syntax_of_gitignore(seeds: Path, rules: str, names: str, expected: str) -> None:
    assert left(seeds, {".seedbedignore": rules}, names) == expected.split()


def test_a_sub_folder_can_have_rules_of_its_own_which_go_first(seeds: Path) -> None:
    rules = {".seedbedignore": "*.log\n", "b/.seedbedignore": "!kept.log\nx.txt\n", "c/.seedbedignore": "/y.txt\n"}
    found = left(seeds, rules, "kept.log x.txt b/kept.log b/other.log b/d/kept.log b/x.txt c/y.txt c/d/y.txt")
    assert found == ["b/d/kept.log", "b/kept.log", "c/d/y.txt", "x.txt"]


def test_a_folder_that_is_left_out_cannot_bring_itself_back(seeds: Path) -> None:
    assert left(seeds, {".seedbedignore": "b/\n", "b/.seedbedignore": "!*\n"}, "a.txt b/c.txt") == ["a.txt"]


def test_a_name_that_is_not_unicode_can_be_left_out(seeds: Path) -> None:
    (seeds / os.fsdecode(b"caf\xe9.txt")).write_text("text")
    write(seeds, {".seedbedignore": b"caf\xe9.*\n"})
    assert scan(seeds) == ([], [])


def test_what_is_left_out_is_not_listed_as_unreadable(seeds: Path) -> None:
    write(seeds, {".seedbedignore": "linked\ndangling.txt\n"})
    (seeds / "linked").symlink_to(seeds.parent)
    (seeds / "dangling.txt").symlink_to("nowhere")
    assert scan(seeds) == ([], [])


def test_hidden_names_are_left_out_whatever_the_rules(seeds: Path) -> None:
    assert left(seeds, {".seedbedignore": "!.*\n"}, ".a.txt .git/b.txt .c.txt.swp .~lock.d.odt# e.txt") == ["e.txt"]


TEMPORARY = "~$plan.docx plan.md~ #plan.md# plan.tmp plan.docx.swp plan.pdf.part plan.pdf.crdownload"


def test_temporary_files_of_editors_and_browsers_are_left_out(seeds: Path) -> None:
    assert left(seeds, {}, f"{TEMPORARY} b/~$plan.docx plan.md a~b.md c#.md tmp.md") == [
        "a~b.md",
        "c#.md",
        "plan.md",
        "tmp.md",
    ]


def test_the_rules_can_bring_temporary_files_back(seeds: Path) -> None:
    assert left(seeds, {".seedbedignore": "!*.tmp\n"}, TEMPORARY) == ["plan.tmp"]


def test_a_folder_named_like_a_temporary_file_is_read(seeds: Path) -> None:
    assert left(seeds, {}, "old.tmp/a.txt new~/b.txt") == ["new~/b.txt", "old.tmp/a.txt"]


@pytest.mark.parametrize(("line", "said"), [("!", "Invalid git pattern"), ("[z-a]", "bad character range")])
def test_a_line_that_is_no_pattern_is_an_error_so_that_nothing_is_read_by_mistake(
    seeds: Path, line: str, said: str
) -> None:
    write(seeds, {"sub/.seedbedignore": f"secret.txt\n{line}\n", "sub/secret.txt": "text"})
    with pytest.raises(IgnoreFileUnusable, match=rf"^{seeds}/sub/.seedbedignore has a line that is no pattern.*{said}"):
        scan(seeds)


def test_an_ignore_file_that_cannot_be_read_is_an_error(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    write(seeds, {".seedbedignore": "secret.txt\n"})
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(IgnoreFileUnusable, match=r"cannot be read: Permission denied; make it readable or remove it"):
        IgnoreRules(seeds).ignores("secret.txt")


@pytest.mark.parametrize("target", ["nowhere", ".seedbedignore"])
def test_an_ignore_file_that_is_a_link_to_nowhere_is_an_error(seeds: Path, target: str) -> None:
    write(seeds, {"secret.txt": "text"})
    (seeds / ".seedbedignore").symlink_to(target)
    with pytest.raises(IgnoreFileUnusable, match=rf"^{seeds}/.seedbedignore cannot be read: .*; make it readable or"):
        scan(seeds)


def test_an_ignore_file_may_be_a_link(seeds: Path) -> None:
    write(seeds, {"rules": "secret.txt\nrules\n"})
    (seeds / ".seedbedignore").symlink_to("rules")
    assert left(seeds, {}, "secret.txt a.txt") == ["a.txt"]


def test_a_folder_named_like_the_ignore_file_has_no_rules(seeds: Path) -> None:
    assert left(seeds, {}, ".seedbedignore/a.txt b.txt") == ["b.txt"]
