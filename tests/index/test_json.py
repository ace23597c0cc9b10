import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.formats.extraction import Block
from index.formats.json import extract, extract_lines

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(max_size=5),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values, max_size=3),
    max_leaves=8,
)


def entries(text: str) -> list[str]:
    extraction = extract(text.encode())
    assert extraction.text == text
    return [text[block.start : block.end] for block in extraction.blocks]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ('{"dam": "Kariba",\n "height" : {"m": 128}}\n', ['"dam": "Kariba"', '"height" : {"m": 128}']),
        ('[{"a": 1}, 2 ,\n[3]]', ['{"a": 1}', "2", "[3]"]),
        ('{"a": 1, "a": 2}', ['"a": 1', '"a": 2']),
        (' "just text" ', ['"just text"']),
        ("[ ]", []),
        ('["\\ud83d half, and a ] in it"]', ['"\\ud83d half, and a ] in it"']),
    ],
)
def test_what_stands_at_the_top_level_is_a_block(text: str, blocks: list[str]) -> None:
    assert entries(text) == blocks


@given(st.lists(VALUES, min_size=1, max_size=4), st.sampled_from([None, 1]))
def test_the_text_is_the_files_and_its_blocks_are_its_entries(values: list[Any], indent: int | None) -> None:
    text = json.dumps(values, ensure_ascii=False, indent=indent)
    assert [json.loads(entry) for entry in entries("\n" + text)] == values


def test_each_line_of_json_lines_is_a_block() -> None:
    text = '{"dam": "Kariba"}\r\n\r\n {"dam": "Käse"} \n'
    extraction = extract_lines(text.encode())
    assert (extraction.text, extraction.blocks) == (text, (Block(0, 17, "code"), Block(22, 37, "code")))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            '{"a": 1,\n"b" 2}',
            "is not valid JSON at line 2 (Expecting ':' delimiter); mend it, or rename it to end in .txt",
        ),
        ("[1, 2", "is not valid JSON at line 1 (Expecting ',' delimiter); mend it"),
        ("[" * 100_000, "is nested too deeply; rename it to end in .txt to have it read as text"),
    ],
)
def test_what_is_not_json_is_refused_by_line(text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        extract(text.encode())
    assert str(refused.value).startswith(reason)


def test_a_line_that_is_not_json_is_refused_by_number() -> None:
    with pytest.raises(UnreadableFile, match=r"^is not valid JSON at line 3 \(Expecting value\)"):
        extract_lines(b'{"a": 1}\r\n{"b": 2}\r\n oops\n')
