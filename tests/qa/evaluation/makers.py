"""Small makers for tests of evaluation: SQuAD files, outcomes, a reader that is told what each question gets."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.evaluation.questions import ReferenceQuestion
from qa.evaluation.run import Outcome
from qa.reader import ReadablePassage, Reading
from tests.builders import ScriptedReader


def squad(context: object, *questions: Mapping[str, Any], title: object = "Kariba_Dam") -> str:
    """Return the JSON of one article with one paragraph."""
    return json.dumps({"data": [{"title": title, "paragraphs": [{"context": context, "qas": list(questions)}]}]})


def asked(text: object, *answers: tuple[object, object], **more: object) -> dict[str, Any]:
    """Return a question of SQuAD's form; answers are (text, start)."""
    given = [{"text": answer, "answer_start": start} for answer, start in answers]
    return {"id": f"id of {text}", "question": text, "answers": given} | more


@dataclass
class ReaderOfQuestions:
    """Finds, for each question, the words given for it, with their probability of being right."""

    probabilities: Mapping[str, dict[str, float]]

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
        return ScriptedReader(self.probabilities[question]).read(question, passages)


def outcome(
    text: str = "How high is the dam?",
    accepted: tuple[str, ...] = (),
    answers: tuple[str, ...] = (),
    quotes: tuple[str, ...] | None = None,
    confidence: float = 0.5,
    shown: int | None = None,
    verbatim: bool = True,
    retrieved: int | None = None,
    read: int | None = None,
    milliseconds: float = 1.0,
) -> Outcome:
    """Return an outcome; unless told otherwise all answers were shown, each its own quote."""
    return Outcome(
        question=ReferenceQuestion("id", text, accepted),
        confidence=confidence,
        answers=answers,
        quotes=answers if quotes is None else quotes,
        places=tuple(f"dam.txt, line {line}" for line, _ in enumerate(answers, 1)),
        shown=len(answers) if shown is None else shown,
        verbatim=verbatim,
        retrieved=retrieved,
        read=read,
        milliseconds=milliseconds,
    )
