"""Reading SQuAD's JSON for the benchmarks."""

import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Squad:
    """Paragraphs as (title, text), and questions as (question, number of the paragraph that answers it)."""

    paragraphs: list[tuple[str, str]]
    questions: list[tuple[str, int]]


def load(path: Path, questions: int, seed: int = 0) -> Squad:
    """Read a SQuAD file with a random sample of its questions, the same for the same seed."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    paragraphs: list[tuple[str, str]] = []
    asked: list[tuple[str, int]] = []
    for article in articles:
        for paragraph in article["paragraphs"]:
            asked += [(qa["question"], len(paragraphs)) for qa in paragraph["qas"]]
            paragraphs.append((article["title"].replace("_", " "), paragraph["context"]))
    return Squad(paragraphs, random.Random(seed).sample(asked, min(questions, len(asked))))
