"""Wording: which texts count as the same, word for word, and where words begin and end."""

import re
from bisect import bisect_right

_STRAIGHT = {**dict.fromkeys("\u201c\u201d\u201e\u201f", '"'), **dict.fromkeys("\u2018\u2019\u201a\u201b", "'")}

#: A word, a number with its sign, currency, separators and per cent, or a mark. Hyphens and apostrophes join a word.
TOKEN = re.compile(
    r"(?:(?:(?<!\w)[-+\u2212]|[$€£¥])(?=\d))?\w+(?:(?:['\u2018\u2019\u201b-]|(?<=\d)[.,:/](?=\d))\w+)*(?:(?<=\d)%)?"
    r"|\S"
)
_GOES_ON = re.compile(
    r"(?<=\w)(?:['\u2018\u2019\u201b-]?\w|(?<=\d)[.,:/]\d|(?<=\d)%)"
    r"|(?<=\w['\u2018\u2019\u201b-])\w"
    r"|(?<=\d[.,:/])\d"
    r"|(?<=[$€£¥])\d"
    r"|(?<!\w[-+\u2212])(?<=[-+\u2212])\d"
)


def fold(text: str) -> str:
    """Return what a text has in common with all that are the same: single spaces and straight quotation marks."""
    for curly, straight in _STRAIGHT.items():
        text = text.replace(curly, straight)
    return " ".join(text.split())


def phrase(words: str) -> re.Pattern[str]:
    """Return what matches these whole words, in any case and with any white space between them."""
    together = r"\s+".join(re.escape(word) for word in words.split())
    return re.compile(rf"(?<!\w){together}(?!\w)", re.IGNORECASE)


def splits_word(text: str, at: int) -> bool:
    """Tell whether `at` is inside a word or a number."""
    return _GOES_ON.match(text, at) is not None


class Folded:
    """A folded text that knows where each of its characters stands in the original."""

    def __init__(self, original: str) -> None:
        self.text = fold(original)
        shift = len(original) - len(original.lstrip())
        self._since, self._shifts = [0], [shift]
        for run in re.compile(r"\s{2,}").finditer(original, shift):
            self._since.append(run.start() - shift + 1)
            shift += run.end() - run.start() - 1
            self._shifts.append(shift)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the slice of the original for a slice that neither begins nor ends with a space."""
        return self._offset(start), self._offset(end - 1) + 1

    def _offset(self, at: int) -> int:
        return at + self._shifts[bisect_right(self._since, at) - 1]
