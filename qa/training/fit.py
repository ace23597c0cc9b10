"""Fits the weights of the confidence on questions that trained nothing, asked as the service would ask them."""

import itertools
import random
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from index.bundled_encoder import BundledEncoder
from index.store import SnapshotStore
from qa.answerer import Question, read, retrieve
from qa.confidence import Confidence
from qa.evaluation.measures import RIGHT, f1, normalized
from qa.evaluation.questions import QuestionSet, ReferenceQuestion, of_articles
from qa.evaluation.run import holds, index_documents, is_right
from qa.quantities import Kin
from qa.question_words import EMPTY
from qa.reader import AnswerSpan, Reader, Reading
from qa.squad import SquadParagraph, SquadQuestion
from qa.training.corpora import Source
from qa.training.negatives import edited
from qa.training.written import DocumentSet, document_sets

#: Paragraphs of articles that train, beside those that are asked about, in the smaller of two indexes.
_FEW = 600
_FLAT = Confidence(similarity=0.0, relevance=0.0, passage_similarity=0.0, support=1.0, lead=0.0, bias=0.0)
_SIMILARITY = (0.0, 2.0, 4.0, 6.0, 9.0, 13.0, 18.0, 25.0, 32.0, 40.0)
_PASSAGE_SIMILARITY = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 60.0)
_RELEVANCE = (0.0, 0.25, 0.5, 1.0, 1.5)
_WORDING = (0.0, 2.0, 4.0, 6.0, 9.0, 13.0)

#: Never nought: a question that asks how many is answered by a number, though these sets hardly show it.
_KIND = (1.0, 2.0, 3.0)
#: Further apart than the last, over held-out sets alone, no more replies with several answers are right.
_RIVAL = tuple(np.arange(0.25, 8.25, 0.25).tolist())
#: Of questions with one answer, the share that may be shown others: a tenth is the most that we want of new ones.
_MOST_SEVERAL = 0.06
#: Differences of F1 or of the share of right passages that are not worth a larger weight.
_CHANCE = 0.003

#: What the probability is told from: fields of a candidate, and the weights of the confidence named like them.
_FEATURES = ("support", "lead", "coverage", "quote_coverage")

Weights = TypeVar("Weights")
Show = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what the reader made of the passages found; no document answers it without accepted answers.

    It is `disputed` where documents answer it differently, and `foreign` where the document that answers is not there.
    """

    question: ReferenceQuestion
    readings: list[Reading]
    disputed: bool = False
    foreign: bool = False


def ask_tuning_questions(sources: Sequence[Source], reader: Reader, show: Show) -> list[Asked]:
    """Ask what is held out, twice: of half of its articles, and its sets of documents, among few others and among many.

    In a folder of many passages similarity tells more than in one of few. Questions of the half that is indexed are
    asked once more with a name, a number or a word changed: that tempts, and so do those that were written for it. The
    sets that train are not indexed: what is asked of one set ("how many came?") is answered by others of its kind, and
    nobody has a folder of hundreds of such sets.
    """
    by_name = {source.name: source for source in sources}
    squad, natural = by_name["squad"], by_name["natural_questions"]
    written = {paragraph.text: paragraph.questions for paragraph in by_name["over_passages"].tuning}
    randomness = random.Random("tempting")
    articles = of_articles(_with_more(p, written.pop(p.text, ()), randomness) for p in (*squad.tuning, *natural.tuning))
    names = sorted(articles.documents)
    indexed = set(names[::2])
    documents = {name: text for name, text in articles.documents.items() if name in indexed}
    _, tuning_sets = document_sets()
    for of_set in tuning_sets:
        documents |= of_articles(SquadParagraph(title, text, ()) for title, text in of_set.documents).documents
    unread = [*_of_articles(articles, indexed), *(each for of_set in tuning_sets for each in _of_set(of_set))]
    asked: list[Asked] = []
    for others in (natural.training[:_FEW], (*squad.training, *natural.training)):
        asked += ask_among(unread, of_articles(others).documents | documents, reader, show)
    return asked


def ask_among(unread: Sequence[Asked], documents: dict[str, str], reader: Reader, show: Show) -> Iterator[Asked]:
    """Yield the questions with what was read in the passages that an index of these documents finds for them.

    What is foreign has no answer there, and is left out where one of those passages may answer it all the same: of the
    likeliest answers to such questions a third were right.
    """
    encoder = BundledEncoder()
    with tempfile.TemporaryDirectory() as scratch:
        store = SnapshotStore(Path(scratch) / "index", Path(scratch) / "documents", encoder)
        index_documents(documents, Path(scratch) / "documents", store, lambda *_: None)
        snapshot = store.current()
        for number, each in enumerate(unread, start=1):
            question = each.question
            passages = retrieve(snapshot, encoder, Question(question.text))
            if each.foreign:
                texts = (p.document.text[p.passage.start : p.passage.end] for p in passages)
                if any(holds(text, question.answers) for text in texts):
                    continue
                question = replace(question, answers=(), place=None)
            yield replace(each, question=question, readings=read(reader, question.text, passages))
            if number % 200 == 0:
                show(f"confidence: {number} of {len(unread)} questions asked of {len(documents)} documents")


def _of_articles(articles: QuestionSet, indexed: Collection[str]) -> Iterator[Asked]:
    """Yield all questions about the articles that are indexed, and of the others those that one of them answers."""
    for question in articles.questions:
        if question.document in indexed:
            yield Asked(question, [])
        elif question.answers:
            yield Asked(question, [], foreign=True)


def _of_set(documents: DocumentSet) -> Iterator[Asked]:
    for question in documents.questions:
        answers = [documents.documents[n][1][slice(*place)] for n, places in question.spans.items() for place in places]
        asked = ReferenceQuestion(question.id, question.text, tuple(answers))
        yield Asked(asked, [], disputed=question.kind == "several")


def _with_more(
    paragraph: SquadParagraph, written: Sequence[SquadQuestion], randomness: random.Random
) -> SquadParagraph:
    """Add to a paragraph's questions what was written, and those changed so that it looks as if it answered them."""
    changed = (
        SquadQuestion(f"{q.id}, changed", edited(paragraph, q, randomness) or "", ()) for q in paragraph.questions
    )
    return paragraph.with_questions((*paragraph.questions, *changed, *written))


def fit(asked: Sequence[Asked], kin: Kin, show: Show) -> Confidence:
    """Choose what orders the candidates for the best F1, what orders the passages, and fit the probability."""
    answerable = [a for a in asked if a.question.answers]
    similarity, relevance = _smallest(
        list(itertools.product(_SIMILARITY, _RELEVANCE)),
        lambda pair: _mean_f1(replace(_FLAT, similarity=pair[0], relevance=pair[1]), answerable, kin),
    )
    passages_ordered = replace(_FLAT, similarity=similarity, relevance=relevance)
    kind = _smallest(_KIND, lambda weight: _mean_f1(replace(passages_ordered, kind=weight), answerable, kin))
    passages_ordered = replace(passages_ordered, kind=kind)
    wording = _smallest(_WORDING, lambda weight: _mean_f1(replace(passages_ordered, wording=weight), answerable, kin))
    placed = [a for a in answerable if a.question.place]
    passage_similarity = _smallest(
        _PASSAGE_SIMILARITY, lambda weight: _first_right(replace(_FLAT, passage_similarity=weight), placed)
    )
    ordered = replace(passages_ordered, wording=wording, passage_similarity=passage_similarity)
    before, after = (_mean_f1(confidence, answerable, kin) for confidence in (_FLAT, ordered))
    show(f"confidence: F1 of first answers {before:.3f} by the reader alone, {after:.3f} fitted")
    before, after = (_first_right(confidence, placed) for confidence in (_FLAT, ordered))
    show(f"confidence: first passages right {before:.3f} by the reader alone, {after:.3f} fitted")
    fitted = _with_probability(ordered, asked, kin)
    fitted = replace(fitted, rival=_margin(fitted, [a for a in answerable if not a.disputed], kin))
    show(f"confidence: different answers are shown within {fitted.rival} of the best")
    return fitted


def _margin(fitted: Confidence, answerable: Sequence[Asked], kin: Kin) -> float:
    """Return the largest margin at which few questions get several answers.

    These questions have one answer each, so that whatever else is shown is wrong.
    """
    everyone = replace(fitted, rival=np.inf)
    nearest = []
    for a in answerable:
        candidates = fitted.candidates(a.question.text, a.readings, kin)
        best = [c for c in candidates if c.group == 0]
        few_words = [c for c in candidates if best and not best[0].span.is_whole_quote and not c.span.is_whole_quote]
        gaps = (
            best[0].support - c.support for c in few_words if c.group and everyone.rivals(a.question.text, best, c, kin)
        )
        nearest.append(min(gaps, default=np.inf))
    return max((m for m in _RIVAL if sum(gap <= m for gap in nearest) <= _MOST_SEVERAL * len(nearest)), default=0.0)


def _smallest(weights: Sequence[Weights], figure: Callable[[Weights], float]) -> Weights:
    """Return the first of ascending weights that is about as good as the best: what the rest gains is chance."""
    figures = [figure(weight) for weight in weights]
    return next(w for w, value in zip(weights, figures, strict=True) if value >= max(figures) - _CHANCE)


def _with_probability(ordered: Confidence, asked: Sequence[Asked], kin: Kin) -> Confidence:
    from sklearn.linear_model import LogisticRegression

    features, right, weights = [], [], []
    answerable = sum(bool(a.question.answers) for a in asked)
    for a in asked:
        for best in ordered.candidates(a.question.text, a.readings, kin)[:1]:
            features.append([getattr(best, feature) for feature in _FEATURES])
            right.append(_is_right(best.span, a.question.answers))
            # Half of what people ask, let us say, has no answer, however many such questions are at hand.
            weights.append(1 / (answerable if a.question.answers else len(asked) - answerable))
    fitted = LogisticRegression(C=1e3).fit(np.array(features), right, len(asked) / 2 * np.array(weights))
    weighed = dict(zip(_FEATURES, map(float, fitted.coef_[0]), strict=True))
    return replace(ordered, **weighed, bias=float(fitted.intercept_[0]))


def _is_right(answer: AnswerSpan, accepted: Sequence[str]) -> bool:
    """Tell whether an answer would be right by several annotators, given what one of them accepts.

    One alone is too strict. Of the reader's answers to held-out questions of SQuADShifts, which have several, 78.9 %
    have an F1 of `RIGHT` with one of theirs, and 71.0 % with one drawn at random, but 77.4 % have that or are a part
    of it or have it as a part. In six bins of rising score these last come within 4.1 points of the first.
    """
    return any(
        f1(answer.text, [other]) >= RIGHT
        or (not answer.is_whole_quote and (_is_part(answer.text, other) or _is_part(other, answer.text)))
        for other in accepted
    )


def _is_part(some: str, others: str) -> bool:
    """Tell whether the words of one text stand together in another, and are more than little words and digits."""
    words, among = normalized(some).split(), normalized(others).split()
    says = any(word not in EMPTY and not word.isdigit() for word in words)
    return says and any(among[at : at + len(words)] == words for at in range(len(among) - len(words) + 1))


def _mean_f1(confidence: Confidence, asked: Sequence[Asked], kin: Kin) -> float:
    total = 0.0
    for a in asked:
        best = confidence.best(a.question.text, a.readings, kin)
        total += f1(best.text, a.question.answers) if best else 0.0
    return total / len(asked)


def _first_right(confidence: Confidence, asked: Sequence[Asked]) -> float:
    total = 0
    for a in asked:
        (first, _), *_ = confidence.order(a.readings)
        total += is_right(a.question, first.passage.document, first.passage.passage.start, first.passage.passage.end)
    return total / len(asked)
