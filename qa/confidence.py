"""How sure an answer is: what the reader and retrieval say of it, as the probability that it is right."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from index.errors import ReaderUnavailable
from qa.reader import AnswerSpan, Reading

FITTED = Path(__file__).parent / "weights" / "confidence.json"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer span, with the probability that it is right and the log-odds that this was told from.

    `support` is what reader and retrieval say of it; `lead` is that less what they say of all different answers
    together, "not answered" among them.
    """

    span: AnswerSpan
    support: float
    lead: float
    probability: float


@dataclass(frozen=True, slots=True)
class Confidence:
    """Weights fitted on questions that trained nothing: the candidates' order, and the probability of being right."""

    similarity: float
    relevance: float
    passage_similarity: float
    support: float
    lead: float
    bias: float

    @classmethod
    def load(cls, path: Path = FITTED) -> "Confidence":
        """Read fitted weights. Raises ReaderUnavailable."""
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise ReaderUnavailable(f"the weights of the confidence at {path} cannot be read: {error}") from None

    def save(self, path: Path) -> None:
        """Write the weights, so that `load` reads them."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")

    def candidates(self, readings: Iterable[Reading], same: Callable[[str], str]) -> list[Candidate]:
        """Return the spans as candidates, best first; of spans that share words in a document, the best.

        Texts of which `same` says the same are one answer: they do not compete with each other.
        """
        spans = [(self._support(span, reading), span) for reading in readings for span in reading.spans]
        kept: list[tuple[float, AnswerSpan, str]] = []
        for support, span in sorted(spans, key=lambda item: -item[0]):
            if not any(span.overlaps(other) for _, other, _ in kept):
                kept.append((support, span, same(span.text)))
        best: dict[str, float] = {}
        for support, _, text in kept:
            best.setdefault(text, support)
        candidates = []
        for support, span, text in kept:
            rivals = [0.0, *(other for different, other in best.items() if different != text)]
            lead = support - float(np.logaddexp.reduce(rivals))
            candidates.append(
                Candidate(span, support, lead, _probability(self.support * support + self.lead * lead + self.bias))
            )
        return candidates

    def calibrated(self, scale: float, shift: float) -> "Confidence":
        """Return the confidence whose log-odds are those of this one times `scale`, plus `shift`."""
        return replace(self, support=scale * self.support, lead=scale * self.lead, bias=scale * self.bias + shift)

    def order(self, readings: Sequence[Reading]) -> list[tuple[Reading, float]]:
        """Return readings with how likely their passage answers the question, from 0 to 1, most likely first."""
        scored = [(r, _probability(r.relevance + self.passage_similarity * r.passage.similarity)) for r in readings]
        return sorted(scored, key=lambda item: -item[1])

    def _support(self, span: AnswerSpan, reading: Reading) -> float:
        return span.score + self.relevance * reading.relevance + self.similarity * reading.passage.similarity


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, log_odds))))
