"""The reader alone: each question with the paragraph that it was asked of, as SQuAD's own figures are measured."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest

from index.documents import Document, document_id, sha256
from index.formats.extraction import Block
from index.passages import Passage
from index.sentences import sentences
from qa.evaluation.measures import exact_match, f1
from qa.reader import ReadablePassage, Reader
from qa.squad import SquadParagraph


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader made of one question: its best words, how likely against "no answer", and what was accepted."""

    question: str
    answer: str
    score: float
    accepted: tuple[str, ...]

    def f1(self, threshold: float = float("-inf")) -> float:
        """Return the F1 where words scored no more than `threshold` are no answer, as SQuAD 2.0 compares them."""
        if self.score <= threshold or not self.accepted:
            return float(not self.accepted and self.score <= threshold)
        return f1(self.answer, self.accepted)

    def exact(self, threshold: float = float("-inf")) -> float:
        """Return whether it is exactly right, likewise."""
        if self.score <= threshold or not self.accepted:
            return float(not self.accepted and self.score <= threshold)
        return float(exact_match(self.answer, self.accepted))


def as_passage(paragraph: SquadParagraph, titled: bool = False) -> ReadablePassage:
    """Return a paragraph as the reader takes it: a document of its own, of one passage."""
    text = paragraph.text
    document = Document(
        id=document_id(paragraph.title),
        path=f"{paragraph.title}.txt",
        title=paragraph.title if titled else "",
        text=text,
        content_hash=sha256(text.encode()),
        modified=datetime.fromtimestamp(0, UTC),
        blocks=(Block(0, len(text), "paragraph"),),
        pages=(),
    )
    passage = Passage(0, document.id, 0, len(text), tuple(sentences(text, document.blocks)))
    return ReadablePassage(document, passage, 0.0)


def read_paragraphs(
    reader: Reader, paragraphs: Sequence[SquadParagraph], show: Callable[[int], None], titled: bool = False
) -> list[Read]:
    """Ask every question of its own paragraph, on all cores; `show` is told how many were asked."""

    def ask(paragraph: SquadParagraph) -> list[Read]:
        passage = as_passage(paragraph, titled)
        return [_read(reader, question.text, passage, paragraph.answers(question)) for question in paragraph.questions]

    read: list[Read] = []
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        for of_paragraph in threads.map(ask, paragraphs):
            for one in of_paragraph:
                read.append(one)
                show(len(read))
    return read


def _read(reader: Reader, question: str, passage: ReadablePassage, accepted: tuple[str, ...]) -> Read:
    (reading,) = reader.read(question, [passage])
    best, score = (reading.spans[0].text, reading.spans[0].score) if reading.spans else ("", float("-inf"))
    return Read(question, best, score, accepted)


def best_threshold(read: Sequence[Read]) -> float:
    """Return the threshold with the highest mean F1: that of SQuAD 2.0's "best F1", which looks at the answers."""
    ranked = sorted(read, key=lambda r: r.score)
    total = sum(r.f1() for r in ranked)
    best, threshold = total, float("-inf")
    for r, following in zip_longest(ranked, ranked[1:]):
        total += float(not r.accepted) - r.f1()
        # Equal scores fall together: no threshold tells them apart.
        if total > best and (following is None or following.score > r.score):
            best, threshold = total, r.score
    return threshold
