from index.changes import Renamed, find_renamed


def test_a_document_that_is_gone_and_one_with_its_bytes_are_one_renamed() -> None:
    assert find_renamed({"a.md": "1", "b.md": "2"}, {"c.md": "2", "d.md": "3"}) == [Renamed("b.md", "c.md")]


def test_of_copies_the_one_that_kept_its_name_was_moved() -> None:
    gone = {"x/a.md": "1", "x/b.md": "1", "x/c.md": "1"}
    assert find_renamed(gone, {"y/b.md": "1", "y/c.md": "1"}) == [
        Renamed("x/b.md", "y/b.md"),
        Renamed("x/c.md", "y/c.md"),
    ]


def test_a_document_is_renamed_once_and_its_further_copies_are_added() -> None:
    assert find_renamed({"a.md": "1"}, {"b.md": "1", "c.md": "1"}) == [Renamed("a.md", "b.md")]
    assert find_renamed({"a.md": "1", "b.md": "1"}, {"c.md": "1"}) == [Renamed("a.md", "c.md")]
