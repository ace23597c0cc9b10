"""GET /v1/suggestions: questions to begin with, which the documents answer."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.suggestions import MOST
from tests.api.conftest import Start
from tests.api.talking import ask, evidence, follow
from tests.builders import write


def suggested(client: TestClient) -> list[str]:
    response = client.get("/v1/suggestions")
    assert response.status_code == 200, response.text
    found: list[str] = response.json()["suggestions"]
    return found


def test_every_suggested_question_is_answered(client: TestClient) -> None:
    told = client.get("/v1/suggestions").json()
    assert told["index_version"] == client.get("/v1/index").json()["version"]
    assert len(told["suggestions"]) == len(set(told["suggestions"])) == MOST
    replies = [ask(client, question) for question in told["suggestions"]]
    assert {reply["status"] for reply in replies} <= {"answered", "counted"}
    read = [reply for reply in replies if reply["count"] is None]
    assert read and all(reply["confidence"] >= 0.5 and evidence(reply) for reply in read)
    assert all(reply["count"]["value"] > 1 for reply in replies if reply["count"] is not None)


def test_questions_are_drawn_from_numbers_and_names(start: Start, seeds: Path) -> None:
    write(
        seeds,
        {
            "a.md": "# The garden\n\nThere are 58 plots in the garden.\n",
            "b.txt": "Ada Lovelace wrote notes. Everybody read the notes of Ada Lovelace.\n",
        },
    )
    assert suggested(start()) == ["How many plots?", "How many times is Ada Lovelace mentioned?"]


def test_a_heading_that_asks_is_suggested_as_it_stands(start: Start, seeds: Path) -> None:
    faq = "# Mussels\n\n## When were the mussel beds closed?\n\nThe mussel beds were closed on 4 March 2024.\n"
    write(seeds, {"faq.md": faq})
    assert suggested(start()) == ["When were the mussel beds closed?"]


def test_suggestions_follow_the_documents(start: Start, seeds: Path) -> None:
    write(seeds, {"a.txt": "There are 58 plots in the garden.\n"})
    client = start()
    assert suggested(client) == ["How many plots?"]
    write(seeds, {"a.txt": "There are 12 beehives in the garden.\n"})
    follow(client, lambda: ask(client, "How many beehives?")["answer"] == "12")
    assert suggested(client) == ["How many beehives?"]


@pytest.mark.parametrize("text", ["The garden is green.\n", "It took 20 minutes.\n"])
def test_where_nothing_is_worth_a_question_nothing_is_suggested(start: Start, seeds: Path, text: str) -> None:
    write(seeds, {"a.txt": text})
    assert suggested(start()) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("path.txt", "The path is green and wide. " * 1500),
        ("path.csv", "Path\n" + "green and wide\n" * 1500 + "green and narrow " * 80 + "\n"),
    ],
)
def test_a_long_document_without_an_idea_is_left_for_another(start: Start, seeds: Path, name: str, text: str) -> None:
    write(seeds, {"garden.txt": "There are 58 plots in the garden.\n", name: text})
    assert suggested(start()) == ["How many plots?"]


def test_an_empty_folder_suggests_nothing(start: Start) -> None:
    assert suggested(start()) == []
