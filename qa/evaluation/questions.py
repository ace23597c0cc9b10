"""Questions with the answers they should get, read from a file: SQuAD's JSON, or one JSON object a line."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import UnreadableFile
from qa.squad import SquadParagraph, read_squad

_JSONL = '{"question": "…", "answers": ["…"], "document": "path"} with "answers" empty when the documents do not say'


@dataclass(frozen=True, slots=True)
class ReferenceQuestion:
    """A question and its acceptable answers; none when the documents do not answer it.

    `document` is the path of the document that answers, if known, and `place` the part `[start, end)` of it.
    """

    id: str
    text: str
    answers: tuple[str, ...]
    document: str | None = None
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, with the texts to ask them of by path; there are none when the questions came alone."""

    questions: tuple[ReferenceQuestion, ...]
    documents: dict[str, str]

    def sample(self, size: int | None, seed: int = 0) -> "QuestionSet":
        """Return a random part of the questions, the same for the same seed, and all documents."""
        if size is None or size >= len(self.questions):
            return self
        return replace(self, questions=tuple(random.Random(seed).sample(self.questions, size)))


def read_questions(path: Path) -> QuestionSet:
    """Read a file of questions. Raises UnreadableFile, naming the line or place, when its form is another."""
    if path.suffix in (".jsonl", ".ndjson"):
        return QuestionSet(tuple(_lines(path)), {})
    questions = of_articles(read_squad(path))
    if not questions.questions:
        raise UnreadableFile(f"{path} holds no question")
    return questions


def of_articles(paragraphs: Iterable[SquadParagraph]) -> QuestionSet:
    """Make each article a document: its title, and its paragraphs below."""
    documents: dict[str, str] = {}
    questions: list[ReferenceQuestion] = []
    for paragraph in paragraphs:
        name = f"{_file_name(paragraph.title) or 'untitled'}.txt"
        text = documents.get(name, f"{paragraph.title or 'Untitled'}\n")
        start = len(text) + 1
        documents[name] = f"{text}\n{paragraph.text}\n"
        place = (start, start + len(paragraph.text))
        questions += [
            ReferenceQuestion(q.id, q.text, paragraph.answers(q), name, place if q.spans else None)
            for q in paragraph.questions
            if q.text.strip()
        ]
    return QuestionSet(tuple(questions), documents)


def _lines(path: Path) -> list[ReferenceQuestion]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # JSON may hold what else `splitlines` splits at
    except FileNotFoundError:
        raise UnreadableFile(f"there is no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{path} cannot be read as UTF-8 text: {error}") from None
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            answers, document = entry["answers"], entry.get("document")
            if not isinstance(entry["question"], str) or not all(isinstance(a, str) and a.strip() for a in answers):
                raise TypeError
            if not isinstance(answers, list) or not isinstance(document, str | None):
                raise TypeError
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise UnreadableFile(f"{path}, line {number} is not of the form {_JSONL}") from None
        if not entry["question"].strip():
            raise UnreadableFile(f"{path}, line {number}: the question is empty")
        questions.append(ReferenceQuestion(str(entry.get("id", number)), entry["question"], tuple(answers), document))
    if not questions:
        raise UnreadableFile(f"{path} holds no question; each line is {_JSONL}")
    return questions


def _file_name(title: str) -> str:
    name = "".join(c if c.isalnum() or c in " -_()," else "_" for c in title).strip()
    return name.encode()[:200].decode(errors="ignore")  # file systems count bytes
