import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.training.penn_treebank import detokenize, detokenized_span

#: Tokens that are written otherwise, or have something to say about the spaces around them.
SPECIAL = "`` '' \" -LRB- -RRB- -LSB- -RSB- -LCB- -RCB- ( ) [ ] . , : ; ! ? % $ £ # - – / ' 's n't 're ... --".split()
REWRITTEN = {"``": '"', "''": '"', "--": "–"} | {
    "-LRB-": "(",
    "-RRB-": ")",
    "-LSB-": "[",
    "-RSB-": "]",
    "-LCB-": "{",
    "-RCB-": "}",
}

tokens = st.sampled_from(SPECIAL) | st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1)
spaces = st.sampled_from([" ", " ", " ", "  ", "\n", "\t", "\u00a0"])


@st.composite
def tokenized(draw: st.DrawFn) -> str:
    """Tokens with white space between them, and at times around them."""
    text = "".join(token + draw(spaces) for token in draw(st.lists(tokens, max_size=12)))
    return draw(st.sampled_from(["", " "])) + (text if draw(st.booleans()) else text.rstrip())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("The dam is 128 metres high .", "The dam is 128 metres high."),
        ("`` Hi , '' she said ( loudly ) .", '"Hi," she said (loudly).'),
        ('" Hi " and " ho "', '"Hi" and "ho"'),
        ("It is n't Ada 's , they 're hers", "It isn't Ada's, they're hers"),
        ("the dogs ' tails", "the dogs' tails"),
        ("Spectre -LRB- 2015 -RRB- -LSB- film -RSB- -LCB- x -RCB-", "Spectre (2015) [film] {x}"),
        ("a rent of $ 5 million , or 3 %", "a rent of $5 million, or 3%"),
        ("the Austro - Hungarian and / or Rome – Berlin border", "the Austro-Hungarian and/or Rome–Berlin border"),
        ("- a list -", "- a list -"),
        ("in 1955 -- 1959 ... or so", "in 1955 – 1959... or so"),
        ("well-known  already\nwritten", "well-known already written"),
        ("-LRB- `` x '' -RRB-", '("x")'),
        (" ", ""),
        ("", ""),
    ],
)
def test_tokens_are_put_back_as_people_write_them(text: str, written: str) -> None:
    assert detokenize(text)[0] == written


def test_every_offset_of_the_tokens_has_its_offset_in_what_is_written() -> None:
    written, offsets = detokenize("-LRB- a ''  b")
    assert written == '(a" b'
    #                  -  L  R  B  -  _  a  _  '  '  _  _  b  end
    assert offsets == [0, 1, 1, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 5]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("128 metres", "128 metres"),
        ("`` Kariba ''", '"Kariba"'),
        ("Kariba", "Kariba"),
        ("-LRB- Zambia -RRB-", "(Zambia)"),
        ("Ada 's dam", "Ada's dam"),
        ("3 %", "3%"),
        (".", "."),
    ],
)
def test_an_answer_is_found_again_without_what_stands_beside_it(answer: str, found: str) -> None:
    text = "Ada 's dam , `` Kariba '' , is 128 metres high -LRB- Zambia -RRB- and 3 % wet ."
    written, offsets = detokenize(text)
    start = text.index(answer)
    begin, end = detokenized_span(start, start + len(answer), offsets)
    assert written[begin:end] == found


@given(tokenized())
def test_every_character_that_is_not_rewritten_is_found_at_its_offset(text: str) -> None:
    written, offsets = detokenize(text)
    position = 0
    for token in text.split():
        position = text.index(token, position)
        if token not in REWRITTEN:
            places = offsets[position : position + len(token)]
            assert "".join(written[place] for place in places) == token
        position += len(token)


@given(tokenized())
def test_offsets_never_go_back_and_lead_from_the_first_character_to_the_end(text: str) -> None:
    written, offsets = detokenize(text)
    assert len(offsets) == len(text) + 1
    assert offsets == sorted(offsets)
    assert (offsets[0], offsets[-1]) == (0, len(written))


@given(tokenized(), st.data())
def test_a_span_of_whole_tokens_is_written_as_they_are_and_nothing_more(text: str, data: st.DataObject) -> None:
    written, offsets = detokenize(text)
    count = len(text.split())
    first = data.draw(st.integers(0, max(0, count - 1)))
    chosen = text.split()[first : data.draw(st.integers(first, count)) + 1]
    if not chosen:
        assert written == ""
        return
    start = 0
    for token in text.split()[:first]:
        start = text.index(token, start) + len(token)
    start = text.index(chosen[0], start)
    end = start
    for token in chosen:
        end = text.index(token, end) + len(token)
    begin, stop = detokenized_span(start, end, offsets)
    assert written[begin:stop].replace(" ", "") == "".join(REWRITTEN.get(token, token) for token in chosen)
    assert written[begin:stop] == written[begin:stop].strip()


@given(tokenized())
def test_no_two_spaces_follow_each_other_and_none_stands_at_an_end(text: str) -> None:
    written, _ = detokenize(text)
    assert written == " ".join(written.split())
