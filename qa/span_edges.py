"""Which of spans about as likely is the answer, told from the words at its edges and beside them."""

import json
import math
import re
from pathlib import Path
from typing import NamedTuple

from index.errors import ReaderUnavailable

FITTED = Path(__file__).parent / "weights" / "edges.json"

_WORD = re.compile(r"\w[\w'’.&-]*(?<!\.)")
_PREPOSITIONS = frozenset(
    "of in on at to for by with from into during after before under over between through about against among around"
    " than".split()
)
#: Words that a name or a title has between those it is told by: "the Bank of England".
_SMALL = _PREPOSITIONS | {"the", "a", "an", "and", "or", "as"}
_AFTER_ARTICLE = re.compile(r"\b(?:the|an?)\s+$", re.IGNORECASE)
_NAME_GOES_ON = re.compile(r"\s+(\w)")
#: Characters of the longest article and the white space behind it, so that no more is looked at.
_ARTICLE = 12
_OPENING, _CLOSING = "\"“‘'«", "\"”’'»"


class Edges(NamedTuple):
    """Weights, on the network's scale, of what a span is or does; fitted on questions that trained nothing.

    `words` weighs the logarithm of how many they are. `cuts_name`: a name goes on behind it. `joins`: it has an "and".
    """

    words: float
    all_names: float
    opens_with_preposition: float
    cuts_name: float
    after_article: float
    joins: float
    unbalanced: float
    in_quotation_marks: float
    before_bracket: float

    @classmethod
    def load(cls, path: Path = FITTED) -> "Edges":
        """Read fitted weights. Raises ReaderUnavailable."""
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise ReaderUnavailable(f"the weights of a span's edges at {path} cannot be read: {error}") from None

    def save(self, path: Path) -> None:
        """Write the weights, so that `load` reads them."""
        path.write_text(json.dumps(self._asdict(), indent=2) + "\n")

    def score(self, text: str, start: int, end: int) -> float:
        """Return what speaks for a text's slice from `start` to `end` as an answer, to be added to its logits."""
        return sum(weight * sign for weight, sign in zip(self, signs(text, start, end), strict=True))


#: Edges that weigh nothing, with which the likeliest span is chosen.
UNWEIGHED = Edges(*(0.0 for _ in Edges._fields))


def signs(text: str, start: int, end: int) -> tuple[float, ...]:
    """Return what the slice is or does, in the order of the fields of `Edges`."""
    said = text[start:end]
    words = _WORD.findall(said)
    is_name = [word[0].isupper() for word in words]
    goes_on = _NAME_GOES_ON.match(text, end)
    return (
        math.log1p(len(words)),
        bool(words) and is_name[0] and all(n or word in _SMALL for n, word in zip(is_name, words, strict=True)),
        bool(words) and words[0].lower() in _PREPOSITIONS,
        bool(words) and is_name[-1] and goes_on is not None and goes_on[1].isupper(),
        _AFTER_ARTICLE.search(text[max(0, start - _ARTICLE) : start]) is not None,
        not {"and", "or"}.isdisjoint(word.lower() for word in words[1:-1]),
        said.count("(") != said.count(")") or said.count("[") != said.count("]"),
        start > 0 and text[start - 1] in _OPENING and end < len(text) and text[end] in _CLOSING,
        text.startswith(" (", end),
    )
