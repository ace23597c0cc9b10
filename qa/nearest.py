"""The slice of a text that takes the fewest edits (a character put in, left out or replaced) to become a claim.

Nothing is missed: whatever is cut into one piece more than there are edits has a piece that no edit touches.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from qa.wording import splits_word

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A stretch `[start, end)` of a text where a claim may stand, with no fewer edits than `fewest`."""

    fewest: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """A slice `[start, end)` of a text, and how many edits make it the claim."""

    edits: int
    start: int
    end: int


def regions(claim: str, text: str, most: int) -> list[Region]:
    """Return where the claim may stand with at most `most` edits, the most promising first.

    Every such slice lies whole in one of them. `most` is at least 1 and less than a fifth of the claim, so that two
    slices in one region overlap.
    """
    stretches = set()
    cuts = [number * len(claim) // (most + 1) for number in range(most + 2)]
    for cut, next_cut in pairwise(cuts):
        at = text.find(claim[cut:next_cut])
        while at >= 0:
            stretch = (at - cut) // most
            stretches.add(stretch)
            # Further places of the piece in the same stretch would tell nothing new.
            at = text.find(claim[cut:next_cut], (stretch + 1) * most + cut)
    found = []
    for stretch in stretches:
        start = max(0, (stretch - 1) * most)
        end = min(len(text), (stretch + 2) * most + len(claim))
        # Characters of the claim that do not stand there, in this order, must be edited.
        in_common = LCSseq.similarity(claim, text[start:end], score_cutoff=len(claim) - most)
        if in_common:
            found.append(Region(len(claim) - in_common, start, end))
    return sorted(found)


def nearest(claim: str, text: str, region: Region, most: int) -> Nearest | None:
    """Return the slice of the region with the fewest edits, of several the longest, or None if `most` do not suffice.

    It is of whole words if `most` edits suffice for that. Neither it nor the claim begins or ends with white space.
    """
    inside = range(region.start, region.end + 1)
    begins = np.array([at < region.end and not text[at].isspace() for at in inside])
    ends = np.array([at > region.start and not text[at - 1].isspace() for at in inside])
    whole = np.array([not splits_word(text, at) for at in inside])
    part = text[region.start : region.end]
    for allowed in (whole, np.ones_like(whole)):
        edits, start, end = _align(claim, part, begins & allowed, ends & allowed)
        if edits <= most:
            return Nearest(edits, region.start + start, region.start + end)
    return None


def _align(claim: str, text: str, begins: NDArray[np.bool_], ends: NDArray[np.bool_]) -> tuple[int, int, int]:
    """Return the fewest edits between the claim and a slice of the text, and that slice: Sellers' algorithm.

    `begins` and `ends` tell for each of the `len(text) + 1` offsets whether the slice may do so there. Entry `at` of a
    row is the fewest edits between the claim so far and a slice that ends at `at`, times `scale`, plus where that slice
    begins: so that of equally few edits, the least entry is of the slice that begins first.
    """
    scale = len(text) + 1
    out_of_reach = scale * (len(claim) + len(text) + 1)
    letters = _code_points(text)
    offsets = np.arange(len(text) + 1)
    put_in = scale * offsets
    row = np.minimum.accumulate(np.where(begins, offsets, out_of_reach) - put_in) + put_in
    for letter in _code_points(claim):
        replaced = row[:-1] + scale * (letters != letter)
        row += scale
        row[1:] = np.minimum(row[1:], replaced)
        row = np.minimum.accumulate(row - put_in) + put_in
    edits, starts = np.divmod(np.where(ends, row, 2 * out_of_reach), scale)
    end = int(np.lexsort((starts - offsets, edits))[0])
    return int(edits[end]), int(starts[end]), end


def _code_points(text: str) -> Numbers:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
