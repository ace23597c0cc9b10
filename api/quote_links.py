"""A link to a quote outlives a change of its document: the quote is found again by what stands around it."""

from dataclasses import dataclass

from index.documents import Document


@dataclass(frozen=True, slots=True)
class Found:
    """Where the quote of a link is now (`start == end` for nowhere), and what the reader must be told about it."""

    start: int
    end: int
    notice: str = ""


def find_again(
    document: Document, start: int | None, end: int | None, content_hash: str, prefix: str, suffix: str
) -> Found:
    """Find the slice a link means, in the document as it is now.

    `content_hash` is the beginning of the hash the document had; `prefix` and `suffix` are the text around the quote.
    """
    if start is None or end is None:
        return Found(0, 0)
    unchanged = document.content_hash.removeprefix("sha256:").startswith(content_hash.removeprefix("sha256:"))
    if unchanged:
        if start < end <= len(document.text):
            return Found(start, end)
        return Found(0, 0, "This link points outside the document, so nothing is marked.")
    again = _between(document.text, prefix, suffix, start, end)
    if again is None:
        return Found(0, 0, "This document has changed since the quote was taken, and the quote is no longer in it.")
    return Found(
        *again, "This document has changed since the quote was taken. The quote was found again where it is now."
    )


def _between(text: str, prefix: str, suffix: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the slice of the old length that stands between prefix and suffix, the one nearest to its old place.

    At the beginning and the end of a document there is nothing around it to go by on that side.
    """
    length = end - start
    found = []
    at = text.find(prefix)
    while at >= 0 and prefix:
        left = at + len(prefix)
        if text.startswith(suffix, left + length):
            found.append(left)
        at = text.find(prefix, at + 1)
    if not prefix and suffix and text.startswith(suffix, length):
        found.append(0)
    if not found:
        return None
    left = min(found, key=lambda place: abs(place - start))
    return (left, left + length) if left + length <= len(text) else None
