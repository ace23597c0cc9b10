"""Questions to begin with, drawn from the documents: from their numbers, headings and names. Each was tried out."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from index.documents import Document
from index.sentences import sentences
from index.snapshot import DocumentSummary, Snapshot
from qa.answerer import Answerer, Question
from qa.phrases import names
from qa.quantities import quantities, without_numbering
from qa.replies import Reply

#: Questions that are suggested, and those that are tried out for it.
MOST = 4
_MOST_TRIED = 12
#: Documents that are looked at, spread over all of them, and how much of each, in characters.
_DOCUMENTS = 8
_LOOKED_AT = 20_000
_PLAIN_WORD = re.compile(r"[a-z]{3,}s")
#: What is counted everywhere, so that the question would not say enough.
_VAGUE = frozenset(
    "times things ways parts seconds minutes hours days weeks months years people persons percents".split()
)


@dataclass(frozen=True, slots=True)
class _Idea:
    """A question that a document may answer, with the words that stand in its answer."""

    question: str
    document: Document
    words: str = ""


class Suggestions:
    """Suggests questions for the snapshot that answers now; they are found once for each."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._finding = threading.Lock()
        self._found: tuple[str, list[str]] = ("", [])

    def of(self, snapshot: Snapshot) -> list[str]:
        """Return at most `MOST` questions that the documents answer; it takes a second or two the first time."""
        with self._finding:
            if self._found[0] != snapshot.version:
                self._found = (snapshot.version, self._find(snapshot))
            return self._found[1]

    def _find(self, snapshot: Snapshot) -> list[str]:
        documents = [snapshot.document(summary.id) for summary in _spread(snapshot)]
        # Each document begins with another kind of question, so that not all are of one kind.
        ideas = [_rotated(_ideas(document), number) for number, document in enumerate(documents)]
        in_turn = [idea for round_ in zip_longest(*ideas) for idea in round_ if idea is not None]
        found: dict[str, str] = {}
        for idea in in_turn[:_MOST_TRIED]:
            if idea.document.id not in found and _is_answered(idea, self._answerer.ask(Question(idea.question))):
                found[idea.document.id] = idea.question
                if len(found) == MOST:
                    break
        return list(found.values())


def _spread(snapshot: Snapshot) -> list[DocumentSummary]:
    """Return some documents from the beginning to the end of the folder."""
    every = snapshot.documents("", 1000)
    return every[:: max(1, len(every) // _DOCUMENTS)][:_DOCUMENTS]


def _rotated(ideas: list[_Idea], by: int) -> list[_Idea]:
    at = by % len(ideas) if ideas else 0
    return ideas[at:] + ideas[:at]


def _ideas(document: Document) -> list[_Idea]:
    """Return questions that the document may answer, at most one of a kind: how many, what about, how often."""
    return [idea for kind in (_how_many, _what_about, _how_often) for idea in islice(kind(document), 1)]


def _how_many(document: Document) -> Iterator[_Idea]:
    looked_at = (replace(b, end=min(b.end, _LOOKED_AT)) for b in document.blocks if b.start < _LOOKED_AT)
    for sentence in sentences(document.text, tuple(looked_at)):
        text = document.text[sentence.start : sentence.end]
        for quantity in quantities(text):
            counted = quantity.counts or ""
            if _PLAIN_WORD.fullmatch(counted) and counted not in _VAGUE:
                yield _Idea(f"How many {counted}?", document, text[quantity.start : quantity.end])


def _what_about(document: Document) -> Iterator[_Idea]:
    for block in document.blocks:
        heading = document.text[block.start : block.end].strip()
        if block.kind == "heading" and heading != document.title and 3 < len(heading) <= 40:
            about = without_numbering(heading)
            yield _Idea(about if about.endswith("?") else f"What does it say about {about}?", document)


def _how_often(document: Document) -> Iterator[_Idea]:
    found = Counter(name.text for name in names(document.text[:_LOOKED_AT]) if " " in name.text)
    for name, times in found.most_common(1):
        if times > 1:
            yield _Idea(f"How many times is {name} mentioned?", document)


def _is_answered(idea: _Idea, reply: Reply) -> bool:
    """Tell whether a question is worth suggesting: the one answer is sure enough, and what the document says."""
    if reply.count is not None:
        return reply.count.value > 1
    if reply.status != "answered" or reply.confidence_level == "low":
        return False
    first = reply.answers[0].evidence[0]
    return first.document.id == idea.document.id and idea.words in reply.answers[0].text
