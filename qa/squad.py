"""SQuAD's JSON, v1.1 and v2.0, plain or gzipped: paragraphs, their questions, and where the answers stand."""

import gzip
import json
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.errors import UnreadableFile


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question to a paragraph; `spans` are where its annotators saw the answer, none when it has no answer there."""

    id: str
    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SquadParagraph:
    """A paragraph of an article; spans are offsets in `text`, in Unicode code points."""

    title: str
    text: str
    questions: tuple[SquadQuestion, ...]

    def answers(self, question: SquadQuestion) -> tuple[str, ...]:
        """Return the answers of a question, each once."""
        return tuple(dict.fromkeys(self.text[start:end] for start, end in question.spans))

    def with_questions(self, questions: tuple[SquadQuestion, ...]) -> "SquadParagraph":
        return replace(self, questions=questions)


def read_squad(path: Path) -> list[SquadParagraph]:
    """Read a file of SQuAD's form. Raises UnreadableFile, naming the place, when it is not one."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFile(f"there is no file {path}") from None
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from None
    try:
        articles = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)["data"]
        if not isinstance(articles, list):
            raise TypeError
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, RecursionError):
        raise UnreadableFile(f"{path} is not JSON of SQuAD's form: an object with a list under 'data'") from None
    paragraphs = []
    for number, article in enumerate(articles):
        try:
            title = str(article.get("title") or "").replace("_", " ")
            paragraphs += [_paragraph(title, paragraph) for paragraph in article["paragraphs"]]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            told = error if isinstance(error, ValueError) else repr(error)
            raise UnreadableFile(f"{path}: data[{number}] is not an article of SQuAD's form ({told})") from None
    return paragraphs


def _paragraph(title: str, paragraph: dict[str, Any]) -> SquadParagraph:
    text = _text(paragraph["context"])
    questions = []
    for asked in paragraph["qas"]:
        given = [answer for answer in asked.get("answers", ()) if answer["text"]]
        spans = tuple(_span(text, answer["text"], answer["answer_start"]) for answer in given)
        impossible = asked.get("is_impossible", False)
        questions.append(SquadQuestion(str(asked["id"]), _text(asked["question"]), () if impossible else spans))
    return SquadParagraph(title, text, tuple(questions))


def _span(text: str, answer: str, start: int) -> tuple[int, int]:
    if start < 0 or text[start : start + len(answer)] != answer:
        raise ValueError(f"the answer {answer!r} does not stand at {start} of its paragraph")
    return start, start + len(answer)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value
