"""Where sentences, list items, rows and headings begin and end, as offsets into a text that stays as it is."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sentencex

from index.formats.extraction import Block, BlockKind, trimmed

#: Longer "sentences" are lists or dumps without full stops; they are cut at the last white space before this.
LONGEST_SENTENCE = 1000
#: Characters of the longest quote that a person takes in at a glance; of longer sentences the clauses are quoted.
LONGEST_QUOTE = 300
#: Characters of one paragraph whose sentences are looked for at once; nobody writes longer ones.
LONGEST_STRETCH = 20_000
_LANGUAGE = "en"
#: A subject that the sentence before names; "it is" and "there" introduce, but "it" may stand for something.
_PRONOUN = re.compile(
    r"[\"“‘'(]?(?:(?:and|but|so|yet|also|then|later|still),?\s+)?"
    r"(?:he|she|it|they|his|her|its|their|this|these|those|both|neither)\b",
    re.IGNORECASE,
)
#: What may stand between two sentences of one paragraph: no empty line.
SAME_PARAGRAPH = re.compile(r"[^\S\n]*(?:\r?\n[^\S\n]*)?")
#: What stands between two clauses, with all white space around it, so that none is quoted.
_CLAUSE = re.compile(r"[,;:]\s+|\s+[–—|]\s+|(?<!\s)\s*(?:—|\t)\s*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A slice `[start, end)` of a document: a sentence, a list item, a row or a heading."""

    start: int
    end: int
    kind: BlockKind


def sentences(text: str, blocks: tuple[Block, ...]) -> Iterator[Sentence]:
    """Yield the sentences of every block, in order, without the white space around them."""
    for block in blocks:
        for start, end in _pieces(text, block):
            start, end = trimmed(text, start, end)
            while end - start > LONGEST_SENTENCE:
                cut = cut_before(text, start, start + LONGEST_SENTENCE)
                yield Sentence(start, trimmed(text, start, cut)[1], block.kind)
                start, end = trimmed(text, cut, end)
            if start < end:
                yield Sentence(start, end, block.kind)


def quoted(text: str, all_sentences: Sequence[Sentence], start: int, end: int) -> tuple[int, int]:
    """Return what is quoted for `[start, end)`: the sentences that hold it, or of very long ones the clauses about it.

    One that begins with a pronoun comes with the sentence before it, which says who or what that is. `all_sentences`
    are in order; between them `[start, end)` is quoted by itself.
    """
    first = bisect_right(all_sentences, start, key=lambda sentence: sentence.end)
    after = bisect_left(all_sentences, end, key=lambda sentence: sentence.start)
    if first == after:
        return start, end
    quote_start, quote_end = min(start, all_sentences[first].start), max(end, all_sentences[after - 1].end)
    if first > 0 and _PRONOUN.match(text, quote_start):
        before = all_sentences[first - 1]
        is_beside = before.kind == "paragraph" and SAME_PARAGRAPH.fullmatch(text, before.end, quote_start) is not None
        if is_beside and quote_end - before.start <= LONGEST_QUOTE:
            return before.start, quote_end
    return clauses(text, quote_start, quote_end, start, end)


def clauses(text: str, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    """Return the part of a sentence `[start, end)` that is quoted for its words `[first, last)`.

    That is all of it, unless it is longer than LONGEST_QUOTE: then as many whole clauses as fit, the earliest ones that
    hold the words with the rest of their clause; between words where a clause by itself is too long.
    """
    if end - start <= LONGEST_QUOTE:
        return start, end
    breaks = [(m.start(), m.end()) for m in _CLAUSE.finditer(text, start, end)]
    starts = [start, *(after for _, after in breaks if after <= first)]
    ends = [*(before for before, _ in breaks if before >= last), end]
    spaces = [(m.start(), m.end()) for m in re.compile(r"\s+").finditer(text, start, end)]
    begin, *_ = (
        [at for at in starts if ends[0] - at <= LONGEST_QUOTE]
        or [at for at in starts if last - at <= LONGEST_QUOTE]
        or [after for _, after in spaces if after <= first and last - after <= LONGEST_QUOTE]
        or [first]
    )
    *_, stop = (
        [at for at in ends if at - begin <= LONGEST_QUOTE]
        or [before for before, _ in spaces if before >= last and before - begin <= LONGEST_QUOTE]
        or [last]
    )
    return begin, stop


def cut_before(text: str, start: int, limit: int) -> int:
    """Return the best place in `(start, limit]` to cut: after white space, else where no letter loses its accent."""
    for cut in range(limit, start + (limit - start) // 2, -1):
        if text[cut - 1].isspace():
            return cut
    cut = limit
    while cut > start + 1 and _continues(text, cut):
        cut -= 1
    return cut if cut > start + 1 else limit


def _continues(text: str, at: int) -> bool:
    """Tell whether the character at `at` belongs to the one before it (accents, joiners, variation selectors)."""
    return at < len(text) and (unicodedata.category(text[at]) in ("Mn", "Me", "Mc", "Cf") or text[at - 1] == "\u200d")


def _pieces(text: str, block: Block) -> Iterator[tuple[int, int]]:
    if block.kind in ("heading", "row"):
        yield block.start, block.end
    elif block.kind == "code":
        for line in re.finditer(r"[^\r\n]+", text[block.start : block.end]):
            yield block.start + line.start(), block.start + line.end()
    else:
        for start, end in _stretches(text, block.start, block.end):
            pieces = sentencex.segment(_LANGUAGE, text[start:end])
            if "".join(pieces) != text[start:end]:  # offsets are sacred: better uncut than shifted
                pieces = [text[start:end]]
            for piece in pieces:
                yield start, start + len(piece)
                start += len(piece)


def _stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a paragraph in stretches, since on some texts the time of sentencex grows with the square of its length."""
    while end - start > LONGEST_STRETCH:
        cut = cut_before(text, start, start + LONGEST_STRETCH)
        yield start, cut
        start = cut
    yield start, end
