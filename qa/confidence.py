"""How sure an answer is: what the reader and retrieval say of it, as the probability that it is right."""

import json
import math
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from index.errors import ReaderUnavailable
from index.tables import text_as_read
from qa.answer_types import Expected, expected, fit
from qa.attribution import claim
from qa.meaning import Meaning, meaning
from qa.quantities import Kin
from qa.question_forms import asks_why_or_how
from qa.question_words import coverage, coverage_in
from qa.reader import AnswerSpan, Reading

#: Spans that are compared with each other; further ones have next to no support.
_MOST_CANDIDATES = 24
#: From this probability on a number is shown beside another one of the same document, whoever says it. With the third
#: round of the reader 6.2 % of held-out questions with one answer got several so, and 5.9 % without; were it so of all
#: words, it would have been 17 %.
_LIKELY = 0.5
#: An answer that differs from the best is shown from this probability on, which it would have without the better ones:
#: over held-out sets of documents that agree or differ (qa/training/questions) the most replies are right so.
_RIVAL_FLOOR = 0.3
#: Words that say the same as an answer bear it out where the reader's score is above this, though it may find "not
#: answered" likelier. With 0 three times as many held-out questions with one answer got several.
RULED_OUT = -6.0
FITTED = Path(__file__).parent / "weights" / "confidence.json"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer span, with the probability that it is right and the log-odds that this was told from.

    `support` is what reader and retrieval say of it; `lead` is that less what they say of all different answers
    together, "not answered" among them. `coverage` is the share of the question that stands in the passage, and
    `quote_coverage` that in the quote. `probability_apart` is what the probability would be without the better answers.
    Candidates of one `group` say the same; groups count from 0, best first.
    """

    span: AnswerSpan
    support: float
    lead: float
    coverage: float
    quote_coverage: float
    probability: float
    probability_apart: float
    group: int
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Confidence:
    """Weights fitted on questions that trained nothing: the candidates' order, and the probability of being right.

    `similarity`, `relevance`, `kind` and `wording` (the mean of both coverages) weigh what is added to a span's score:
    the support by which candidates are ordered. `passage_similarity` orders passages. A different answer is shown
    beside the best when it has no more than `rival` less support, and is likely enough without it. The others are of
    the log-odds that a candidate is right.
    """

    similarity: float
    relevance: float
    passage_similarity: float
    support: float
    lead: float
    bias: float
    kind: float = 0.0
    coverage: float = 0.0
    quote_coverage: float = 0.0
    wording: float = 0.0
    rival: float = 2.0

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

    def candidates(self, question: str, readings: Sequence[Reading], kin: Kin) -> list[Candidate]:
        """Return the spans as candidates, best first; of spans that share words in a document, the best.

        Those that say the same do not compete with each other.
        """
        ranked = self._ranked(question, readings, kin)
        groups = _groups([each.meaning for each in ranked], kin)
        best: dict[int, float] = {}
        for each, group in zip(ranked, groups, strict=True):
            best.setdefault(group, each.support)
        candidates = []
        for each, group in zip(ranked, groups, strict=True):
            rivals = [best[other] for other in best if other != group]
            lead, apart = (
                each.support - float(np.logaddexp.reduce([0.0, *some]))
                for some in (rivals, [rival for rival in rivals if rival <= each.support])
            )
            candidates.append(
                Candidate(
                    each.span,
                    each.support,
                    lead,
                    each.coverage,
                    each.quote_coverage,
                    _probability(self._log_odds(each, lead)),
                    _probability(self._log_odds(each, apart)),
                    group,
                    each.meaning,
                )
            )
        return candidates

    def beside(self, candidate: Candidate, candidates: Sequence[Candidate], shown: Collection[int]) -> float:
        """Return how probable a candidate is as one of the answers of the groups `shown`, which do not compete."""
        best: dict[int, float] = {}
        for each in candidates:
            best.setdefault(each.group, each.support)
        rivals = [support for group, support in best.items() if group not in shown]
        return _probability(self._log_odds(candidate, candidate.support - float(np.logaddexp.reduce([0.0, *rivals]))))

    def _log_odds(self, each: "_Supported | Candidate", lead: float) -> float:
        return (
            self.support * each.support
            + self.lead * lead
            + self.coverage * each.coverage
            + self.quote_coverage * each.quote_coverage
            + self.bias
        )

    def best(self, question: str, readings: Sequence[Reading], kin: Kin) -> AnswerSpan | None:
        """Return the span of the best candidate."""
        ranked = self._ranked(question, readings, kin)
        return ranked[0].span if ranked else None

    def _ranked(self, question: str, readings: Sequence[Reading], kin: Kin) -> "list[_Supported]":
        asked = expected(question)
        spans = sorted(
            (
                (self._by_reading(span, reading), span, in_passage)
                for reading in readings
                for in_passage in (coverage_in(question, reading.passage),)
                for span in reading.spans
            ),
            key=lambda item: -item[0],
        )
        apart: list[_Supported] = []
        for support, span, in_passage in spans:
            if len(apart) < _MOST_CANDIDATES and not any(span.overlaps(other.span) for other in apart):
                apart.append(self._supported(question, asked, support, span, in_passage, kin))
        return sorted(apart, key=lambda each: -each.support)

    def _supported(
        self,
        question: str,
        asked: Expected,
        support: float,
        span: AnswerSpan,
        in_passage: float,
        kin: Kin,
    ) -> "_Supported":
        said = meaning(span)
        quoted = text_as_read(span.document, span.quote_start, span.quote_end)
        in_quote = coverage(question, span.document.title, quoted)
        weighed = self.kind * fit(asked, said, kin) + self.wording * (in_passage + in_quote) / 2
        return _Supported(support + weighed, span, in_passage, in_quote, said)

    def rivals(self, question: str, best: Sequence[Candidate], other: Candidate, kin: Kin) -> bool:
        """Tell whether too little speaks for the best, which agree, to leave out another that is likely enough apart.

        Whole sentences may stand beside each other. Of few words, another answer is of the same kind; and a document
        that gives the best one contradicts it only where both are the word of somebody that it names, or where another
        sentence has another number, as the word of somebody else or likely right by itself. Reasons and ways add to
        each other: few words that say why or how contradict no others.
        """
        if other.group == best[0].group:
            return True
        if asks_why_or_how(question) and not best[0].span.is_whole_quote:
            return False
        if not (best[0].span.is_whole_quote or _contradicts(other, best, kin)):
            return False
        return other.probability_apart >= _RIVAL_FLOOR and best[0].support - other.support <= self.rival

    def calibrated(self, scale: float, shift: float) -> "Confidence":
        """Return the confidence whose log-odds are those of this one times `scale`, plus `shift`."""
        return replace(
            self,
            support=scale * self.support,
            lead=scale * self.lead,
            coverage=scale * self.coverage,
            quote_coverage=scale * self.quote_coverage,
            bias=scale * self.bias + shift,
        )

    def order(self, readings: Sequence[Reading]) -> list[tuple[Reading, float]]:
        """Return readings with how likely their passage answers the question, from 0 to 1, most likely first."""
        scored = [(r, _probability(r.relevance + self.passage_similarity * r.passage.similarity)) for r in readings]
        return sorted(scored, key=lambda item: -item[1])

    def _by_reading(self, span: AnswerSpan, reading: Reading) -> float:
        return span.score + self.relevance * reading.relevance + self.similarity * reading.passage.similarity


@dataclass(frozen=True, slots=True)
class _Supported:
    support: float
    span: AnswerSpan
    coverage: float
    quote_coverage: float
    meaning: Meaning


def _contradicts(other: Candidate, best: Sequence[Candidate], kin: Kin) -> bool:
    """Tell whether an answer could be another one to the same question than the best, which agree."""
    if not other.meaning.is_of_one_kind(best[0].meaning, kin):
        return False
    voices = {
        _claimant(each.span)
        for each in best
        if each.span.document.id == other.span.document.id and each.span.score > RULED_OUT
    }
    claimant = _claimant(other.span)
    if not voices or (claimant is not None and None not in voices and claimant not in voices):
        return True
    # Two numbers in one sentence are of two things: "75 minutes for the tour and 20 for the film".
    in_one_sentence = any(_share_quote(other.span, each.span) for each in best)
    return (
        not in_one_sentence
        and _is_another_figure(other.meaning, best[0].meaning)
        and (claimant not in voices or other.probability_apart >= _LIKELY)
    )


def _share_quote(one: AnswerSpan, other: AnswerSpan) -> bool:
    return (
        one.document.id == other.document.id and one.quote_start < other.quote_end and other.quote_start < one.quote_end
    )


def _is_another_figure(said: Meaning, other: Meaning) -> bool:
    """Tell whether both are numbers of one measure, as far as they say; a document has one word for one thing."""
    return bool(said.quantity and other.quantity and said.quantity.is_measured_like(other.quantity))


def _claimant(span: AnswerSpan) -> str | None:
    """Return the words that say who claims an answer; None when the document itself says it."""
    quote = span.document.text[span.quote_start : span.quote_end]
    found = claim(quote, (span.start - span.quote_start, span.end - span.quote_start))
    return quote[slice(*found)] if found else None


def _groups(meanings: Sequence[Meaning], kin: Kin) -> list[int]:
    """Return the number of each one's group: the first of whose members it agrees with every one.

    With every one, as "Smith" agrees with "Ada Smith" and with "Bela Smith", who do not agree.
    """
    groups: list[list[Meaning]] = []
    numbers = []
    for said in meanings:
        number = next(
            (n for n, group in enumerate(groups) if all(said.agrees(other, kin) for other in group)), len(groups)
        )
        if number == len(groups):
            groups.append([])
        groups[number].append(said)
        numbers.append(number)
    return numbers


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, log_odds))))
