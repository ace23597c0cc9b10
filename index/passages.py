"""Passage: a slice of a document that is embedded, searched and read. Documents are cut by offsets, never rebuilt."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index import tables
from index.documents import Document
from index.formats.extraction import Block, trimmed
from index.sentences import Sentence, cut_before, sentences

#: Changes whenever the same file would be read or cut differently; snapshots of another cutter are rebuilt.
CUTTER_VERSION = 7
#: Tokens in a passage. Below the encoder's 256 on purpose: shorter passages are found and read more precisely.
TARGET_TOKENS = 200
#: Tokens of whole sentences that a passage repeats from the one before, so that nothing is lost at a cut.
OVERLAP_TOKENS = 50
#: Tokens that a title, headings and names of columns may take of the encoder's window.
CONTEXT_TOKENS = 40
#: A passage at least this full ends with its paragraph rather than taking in part of the next.
FULL_ENOUGH = 0.6

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage before it has an id: its slice, its sentences, and what is embedded and searched for it.

    Sentences are whole, even where the passage holds only a piece of a very long one: they are what is quoted.
    """

    start: int
    end: int
    sentences: tuple[Sentence, ...]
    searchable: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice `[start, end)` of a document, with its sentences in document offsets."""

    id: int
    document_id: str
    start: int
    end: int
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    """A sentence, or the piece `[start, end)` of one too long for a passage, with its tokens.

    `gap` counts the tokens between it and the sentence before; `block` is the number of its block.
    """

    sentence: Sentence
    start: int
    end: int
    tokens: int
    gap: int
    block: int


def cut(document: Document, count_tokens: CountTokens, window: int) -> Iterator[Cut]:
    """Cut a document into passages at sentence and paragraph ends.

    `window` is what the encoder sees at once, in tokens. The title, the headings over a passage and the names of its
    table's columns are part of what is embedded (`searchable`), and never of the passage.
    """
    budget = min(TARGET_TOKENS, window - CONTEXT_TOKENS)
    for headings, measured in _sections(document, count_tokens, budget):
        for group in _pack(measured, budget):
            start, end = group[0].start, group[-1].end
            above = [(h.start, h.end) for h in headings if not start <= h.start < end]
            context = _context(document, [*above, *tables.context(document, start, end)], count_tokens)
            text = document.text[start:end]
            yield Cut(
                start, end, tuple(dict.fromkeys(m.sentence for m in group)), f"{context}\n{text}" if context else text
            )


def _sections(
    document: Document, count_tokens: CountTokens, budget: int
) -> Iterator[tuple[list[Block], list[_Measured]]]:
    """Yield the text under each heading (the heading first) with the headings above it."""
    all_sentences = list(sentences(document.text, document.blocks))
    counts = count_tokens([document.text[s.start : s.end] for s in all_sentences])
    # List markers, table rulers and the like stand between sentences, and are embedded with them.
    ends_before = [0, *(s.end for s in all_sentences)]
    gaps = count_tokens([document.text[e : s.start] for e, s in zip(ends_before, all_sentences, strict=False)])
    ends = [block.end for block in document.blocks]
    path: list[Block] = []
    section: list[_Measured] = []
    block = 0
    for sentence, tokens, gap in zip(all_sentences, counts, gaps, strict=True):
        while ends[block] <= sentence.start:
            block += 1
        if sentence.kind == "heading":
            # A heading directly under another stays with it: a section of headings alone answers nothing.
            if any(m.sentence.kind != "heading" for m in section):
                yield path, section
                section = []
            heading = document.blocks[block]
            path = [above for above in path if above.level < heading.level] + [heading]
        for start, end, size in _fit(document.text, sentence.start, sentence.end, tokens, count_tokens, budget):
            # What the encoder takes for nothing counts too, or a passage of such would never be full.
            section.append(_Measured(sentence, start, end, size or 1, gap if start == sentence.start else 0, block))
    if section:
        yield path, section


def _fit(
    text: str, start: int, end: int, tokens: int, count_tokens: CountTokens, budget: int
) -> Iterator[tuple[int, int, int]]:
    """Halve a sentence that is larger than a whole passage until its pieces fit; yield (start, end, tokens)."""
    if tokens <= budget or end - start < 2:
        yield start, end, tokens
        return
    middle = cut_before(text, start, (start + end + 1) // 2)
    for piece in (trimmed(text, start, middle), trimmed(text, middle, end)):
        if piece[0] < piece[1]:
            (size,) = count_tokens([text[slice(*piece)]])
            yield from _fit(text, *piece, size, count_tokens, budget)


def _pack(measured: list[_Measured], budget: int) -> Iterator[list[_Measured]]:
    """Fill passages with whole sentences; each begins with the last sentences of the one before."""
    group: list[_Measured] = []
    fresh = 0
    for i, item in enumerate(measured):
        size = _size(group)
        paragraph_begins = i > 0 and item.block != measured[i - 1].block
        full = size + item.gap + item.tokens > budget
        ends_well = paragraph_begins and size >= FULL_ENOUGH * budget and not _fits(measured, i, budget - size)
        if fresh and (full or ends_well):
            yield group
            group = _overlap(group, budget - item.gap - item.tokens)
            fresh = 0
        group.append(item)
        fresh += 1
    if fresh:
        yield group


def _size(group: list[_Measured]) -> int:
    return sum(m.tokens for m in group) + sum(m.gap for m in group[1:])


def _fits(measured: list[_Measured], first: int, room: int) -> bool:
    """Tell whether the rest of the paragraph that begins at `first` has at most `room` tokens."""
    for i in range(first, len(measured)):
        if measured[i].block != measured[first].block:
            break
        room -= measured[i].gap + measured[i].tokens
        if room < 0:
            return False
    return True


def _overlap(group: list[_Measured], room: int) -> list[_Measured]:
    kept: list[_Measured] = []
    size = 0
    for item in reversed(group[1:]):
        size += item.gap + item.tokens
        if size > min(OVERLAP_TOKENS, room) or item.sentence.kind == "heading":
            break
        kept.insert(0, item)
    return kept


def _context(document: Document, headings: list[tuple[int, int]], count_tokens: CountTokens) -> str:
    """Return the title and the headings over a passage, dropping the outermost where they do not all fit."""
    lines = [document.title, *(document.text[slice(*heading)] for heading in headings)]
    lines = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    while lines and sum(count_tokens(lines)) > CONTEXT_TOKENS:
        lines = lines[1:] or [lines[0][: len(lines[0]) // 2]]
    return "\n".join(lines)
