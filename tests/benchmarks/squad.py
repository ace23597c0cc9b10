"""A sample of SQuAD's questions, with the paragraphs to find."""

import random
from dataclasses import dataclass
from pathlib import Path

from qa.squad import read_squad


@dataclass(frozen=True, slots=True)
class Squad:
    """Paragraphs as (title, text), and questions as (question, number of the paragraph that answers it)."""

    paragraphs: list[tuple[str, str]]
    questions: list[tuple[str, int]]


def load(path: Path, questions: int, seed: int = 0) -> Squad:
    """Read a SQuAD file with a random sample of its questions, the same for the same seed."""
    paragraphs = read_squad(path)
    asked = [(question.text, number) for number, p in enumerate(paragraphs) for question in p.questions]
    sample = random.Random(seed).sample(asked, min(questions, len(asked)))
    return Squad([(p.title, p.text) for p in paragraphs], sample)
