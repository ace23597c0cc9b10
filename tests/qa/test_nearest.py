"""The slice with the fewest edits, held against one that tries every slice."""

from hypothesis import assume, example, given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from qa.nearest import Nearest, Region, nearest, regions
from qa.wording import fold, splits_word


def found(claim: str, text: str, most: int) -> list[Nearest]:
    places = [nearest(claim, text, region, most) for region in regions(claim, text, most)]
    return [place for place in places if place is not None]


def test_the_slice_with_the_fewest_edits_is_found() -> None:
    text = "We know that the mill was built by hand in 1894, and not before."
    claim = "the mill was built by hands in 1895"
    assert Nearest(2, 13, 47) in found(claim, text, 5)
    assert text[13:47] == "the mill was built by hand in 1894"


def test_a_slice_of_whole_words_is_preferred_while_it_is_near_enough() -> None:
    text = "Here 13,000 men were paid in gold."
    assert set(found("7 men were paid in gold.", text, 3)) == {Nearest(2, 12, 34)}
    assert set(found("12,000 men were paid in gold.", text, 3)) == {Nearest(1, 5, 34)}
    # Whole words would take three edits.
    assert set(found("xn were paid in gold.", text, 1)) == {Nearest(1, 13, 34)}


def test_of_equally_few_edits_the_longest_slice_is_found() -> None:
    assert set(found("7777 men were paid in gold", "there 12 men were paid in gold", 4)) == {Nearest(4, 6, 30)}


def test_a_stretch_that_shares_no_piece_with_the_claim_is_not_looked_at() -> None:
    text = "x" * 200 + "the mill was built by hand" + "y" * 200
    looked_at = regions("the mill was built by hand", text, 3)
    assert all(190 < region.start < region.end < 240 for region in looked_at)
    assert looked_at[0] == Region(0, 195, 230)


@given(st.text("ab c", min_size=7, max_size=18), st.text("ab c", max_size=30))
@example("a" * 12, "b" * 11)
@example("ilt the mill again", "built the mill again")
def test_it_is_found_whenever_there_is_one(claim: str, text: str) -> None:
    claim, text = fold(claim), fold(text)
    most = max(1, len(claim) * 15 // 100)
    assume(len(claim) > 5 * most)
    every = [
        (Levenshtein.distance(claim, text[start:end]), start, end)
        for start in range(len(text))
        for end in range(start + 1, len(text) + 1)
        if not text[start].isspace() and not text[end - 1].isspace()
    ]
    near = [(edits, start, end) for edits, start, end in every if edits <= most]
    whole = [slice_ for slice_ in near if not any(splits_word(text, at) for at in slice_[1:])]
    nearests = [(place.edits, place.start, place.end) for place in found(claim, text, most)]
    assert set(nearests) <= set(near)
    assert bool(nearests) == bool(near)
    if near:
        assert min(nearests)[0] == min(whole or near)[0]
