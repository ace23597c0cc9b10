"""Quotes from real text: Wikipedia articles with questions that people asked of them."""

import gzip
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from tests.builders import write
from tests.end_to_end.conftest import Servers

DATA = Path(os.environ.get("SEEDBED_DATASETS", Path(__file__).parents[3] / "shared/data"))
SQUAD = DATA / "reading/squad_v1.1_dev.json.gz"
#: A few of the 48 articles by default, the shortest ones; embedding them all takes minutes.
ARTICLES = int(os.environ.get("SEEDBED_SQUAD_ARTICLES", "6"))
QUESTIONS = 40


@pytest.fixture
def articles() -> list[Any]:
    if not SQUAD.is_file():
        pytest.skip(f"{SQUAD} is not there; it is no part of the project")
    found: list[Any] = json.loads(gzip.decompress(SQUAD.read_bytes()))["data"]
    return sorted(found, key=lambda article: len(article["paragraphs"]))[:ARTICLES]


def test_every_quote_stands_in_the_file_it_names(
    articles: list[Any], servers: Servers, seeds: Path, data: Path
) -> None:
    files = {f"{a['title']}.txt": "\n\n".join(p["context"] for p in a["paragraphs"]) + "\n" for a in articles}
    assert len(files) == ARTICLES
    write(seeds, files)
    server = servers.ready(seeds, data, tries=6000)
    questions = [qa["question"] for a in articles for p in a["paragraphs"] for qa in p["qas"]]
    replies = [server.ask(question) for question in random.Random(11).sample(questions, QUESTIONS)]
    found = [e for reply in replies for answer in reply["answers"] for e in answer["evidence"]]
    assert sum(reply["status"] in ("answered", "several") for reply in replies) > QUESTIONS / 2
    for quoted in found:
        text = server.text(quoted["document_id"])
        assert quoted["quote"] in files[quoted["path"]]
        assert text[quoted["start"] : quoted["end"]] == quoted["quote"]
        assert quoted["start"] <= quoted["answer_start"] < quoted["answer_end"] <= quoted["end"]
