"""Where an answer begins and ends: what is seen of a span, and how it is weighed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReaderUnavailable
from qa.span_edges import UNWEIGHED, Edges, signs


def seen(marked: str) -> set[str]:
    """Return the names of the signs of what stands between two bars, `words` aside."""
    before, said, after = marked.split("|")
    found = signs(before + said + after, len(before), len(before) + len(said))
    return {name for name, sign in zip(Edges._fields[1:], found[1:], strict=True) if sign}


@pytest.mark.parametrize(
    ("marked", "signs"),
    [
        ("It was |opened| in May.", set()),
        ("It was opened by |Ada Quill|.", {"all_names"}),
        ("It was opened by |Ada| Quill.", {"all_names", "cuts_name"}),
        ("|Ada Quill|", {"all_names"}),
        ("She joined the |Bank of England| then.", {"all_names", "after_article"}),
        ("She joined |the Bank of England| then.", set()),
        ("It opened |in May| 1911.", {"opens_with_preposition"}),
        ("It opened in |May| 1911.", {"all_names"}),
        ("It grinds |corn, rye and oats| for all.", {"joins"}),
        ("It grinds |corn and| rye.", set()),
        ("They call it |\u201cthe old lady\u201d| there.", set()),
        ("They call it \u201c|the old lady|\u201d there.", {"in_quotation_marks"}),
        ("They call it \u201c|the old| lady\u201d there.", set()),
        ("It is |12 km (7 miles| long).", {"unbalanced"}),
        ("It is |12 km| (7 miles) long.", {"before_bracket"}),
        ("|\u2026| and so on", set()),
    ],
)
def test_what_is_seen_of_a_span(marked: str, signs: set[str]) -> None:
    assert seen(marked) == signs


def test_a_span_is_weighed_by_what_is_seen_of_it() -> None:
    edges = UNWEIGHED._replace(words=0.5, cuts_name=-2.0, after_article=-1.0)
    text = "She met the Mayor of Ard."
    start = text.index("Mayor")
    assert edges.score(text, start, start + len("Mayor of Ard")) == pytest.approx(0.5 * 1.3862944 - 1.0)
    assert edges.score(text, start + len("Mayor of "), len(text) - 1) == pytest.approx(0.5 * 0.6931472)


@given(st.text(), st.data())
def test_any_slice_of_any_text_has_signs(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert len(signs(text, start, end)) == len(Edges._fields)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    edges = UNWEIGHED._replace(words=-0.25, joins=1.5)
    edges.save(tmp_path / "edges.json")
    assert Edges.load(tmp_path / "edges.json") == edges


@pytest.mark.parametrize("written", ["", "{}", "[]", '{"words": 1}'])
def test_weights_that_are_missing_or_broken_are_named(tmp_path: Path, written: str) -> None:
    file = tmp_path / "edges.json"
    if written:
        file.write_text(written)
    with pytest.raises(ReaderUnavailable, match=f"the weights of a span's edges at {file} cannot be read"):
        Edges.load(file)
