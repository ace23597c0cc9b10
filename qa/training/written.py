"""Questions that were written for this reader: over passages of the data sets, and over small sets of documents.

A third tempt: a passage looks as if it answered, and does not. Automatic edits of questions (`negatives.py`) are seen
through by little signs; a person's are not (Rajpurkar et al. 2018, "Know what you don't know: unanswerable
questions for SQuAD").
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from qa.question_words import coverage
from qa.squad import SquadParagraph, SquadQuestion
from qa.training.corpora import Source

_FOLDER = Path(__file__).parent / "questions"
#: Documents of a set that do not answer a question, and are shown with it all the same.
_BESIDE = 2


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """A question over a set of documents; `spans` are where each document answers it, by the number of the document.

    One alone answers it, or several do, differently or agreeing; or none does, though one looks as if, and it tempts.
    """

    id: str
    kind: Literal["one", "several", "agreeing", "tempting"]
    text: str
    spans: dict[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class DocumentSet:
    """Documents about one matter, each a title and a text."""

    documents: tuple[tuple[str, str], ...]
    questions: tuple[SetQuestion, ...]


def written_sources(sources: Sequence[Source]) -> list[Source]:
    """Return the questions over passages as one source, and those over sets of documents as another.

    The passages are of these sources, or documents of the sets. What is held out of a source is so here. Raises
    ValueError when a passage is in none of them: its text was read otherwise when the questions were written.
    """
    training_sets, tuning_sets = document_sets()
    over_sets = Source("over_sets", _as_paragraphs(training_sets), _as_paragraphs(tuning_sets))
    known = (*sources, over_sets)
    over_passages = {entry["passage"]: entry["questions"] for entry in _lines("over_passages.jsonl")}
    tuning = _with_written_questions((p for source in known for p in source.tuning), over_passages)
    training = _with_written_questions((p for source in known for p in source.training), over_passages)
    if over_passages:
        raise ValueError(
            f"{len(over_passages)} passages of over_passages.jsonl are not in the data: {[*over_passages][0]}"
        )
    return [Source("over_passages", training, tuning), over_sets]


def document_sets() -> tuple[list[DocumentSet], list[DocumentSet]]:
    """Return the sets that train, and those that are held out to tune."""
    parts: tuple[list[DocumentSet], list[DocumentSet]] = ([], [])
    for number, entry in enumerate(_lines("over_sets.jsonl")):
        parts[entry["held_out"]].append(_document_set(number, entry))
    return parts


def _with_written_questions(
    paragraphs: Iterable[SquadParagraph], written: dict[str, list[tuple[str, tuple[int, int] | None]]]
) -> list[SquadParagraph]:
    """Take from `written` what is asked of these paragraphs; return them, each once, with these questions alone."""
    found = []
    for paragraph in paragraphs:
        name = hashlib.sha256(paragraph.text.encode()).hexdigest()[:16]
        if name in written:
            questions = tuple(
                SquadQuestion(f"{name}, {number}", asked, ((answer[0], answer[1]),) if answer else ())
                for number, (asked, answer) in enumerate(written.pop(name))
            )
            found.append(paragraph.with_questions(questions))
    return found


def _as_paragraphs(sets: Iterable[DocumentSet]) -> list[SquadParagraph]:
    """Return each document with the questions that it answers, and others that it does not.

    A question goes to so many documents that do not answer it as `_BESIDE` says: those with most of its words.
    """
    paragraphs = []
    for each in sets:
        asked: list[list[SquadQuestion]] = [[] for _ in each.documents]
        for question in each.questions:
            others = [n for n in range(len(each.documents)) if n not in question.spans]
            others.sort(key=lambda n: -coverage(question.text, *each.documents[n]))
            for number in (*question.spans, *others[:_BESIDE]):
                spans = question.spans.get(number, ())
                asked[number].append(SquadQuestion(f"{question.id}, {number}", question.text, spans))
        paragraphs += [
            SquadParagraph(title, text, tuple(questions))
            for (title, text), questions in zip(each.documents, asked, strict=True)
        ]
    return paragraphs


def _document_set(number: int, entry: dict[str, Any]) -> DocumentSet:
    documents = tuple((each["title"], each["text"]) for each in entry["documents"])
    questions = []
    for place, asked in enumerate(entry["questions"]):
        spans = {int(n): tuple(map(tuple, places)) for n, places in asked["answers"].items()}
        questions.append(SetQuestion(f"{number}, {place}", asked["kind"], asked["question"], spans))
    return DocumentSet(documents, tuple(questions))


def _lines(name: str) -> list[dict[str, Any]]:
    lines = (_FOLDER / name).read_text(encoding="utf-8").split("\n")  # JSON may hold what else `splitlines` splits at
    return [json.loads(line) for line in lines if line]
