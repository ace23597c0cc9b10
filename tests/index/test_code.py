import pytest
from hypothesis import given

from index.formats.code import extract
from index.formats.extraction import Block, Extraction
from tests.builders import document
from tests.strategies import texts


@given(texts)
def test_the_text_is_the_files_text_unchanged_and_every_word_is_in_a_block(text: str) -> None:
    extraction = extract(b"\xef\xbb\xbf" + text.encode())
    bounds = [offset for block in extraction.blocks for offset in (block.start, block.end)]
    assert (extraction.text, bounds) == (text, sorted(bounds))
    assert "".join("".join(text[b.start : b.end].split()) for b in extraction.blocks) == "".join(text.split())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_between_empty_ones_are_a_block(end: str) -> None:
    text = end.join(["def high():", "    return 128", "  ", "", "    # old", ""])
    size = len(end)
    first = len("def high():    return 128") + size
    last = first + 3 * size + 2 + 4
    assert extract(text.encode()) == Extraction(text, (Block(0, first, "code"), Block(last, last + 5, "code")))


@pytest.mark.parametrize("path", ["a.py", "b.YAML", "c.rs", "d.xml", "e.sql", "f.log"])
def test_code_is_told_by_its_ending(path: str) -> None:
    assert [block.kind for block in document("x = 1", path).blocks] == ["code"]
