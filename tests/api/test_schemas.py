"""The wire contract as the service describes it itself."""

import hashlib
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from fastapi.testclient import TestClient

from api.quote_links import quote_url
from api.schemas import EvidenceOut
from qa.replies import evidence
from tests.builders import document


@pytest.fixture
def described(client: TestClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def test_every_address_of_the_service_is_described(described: dict[str, Any]) -> None:
    assert {(method.upper(), path) for path, methods in described["paths"].items() for method in methods} == {
        ("POST", "/v1/ask"),
        ("GET", "/v1/conversations/{conversation_id}"),
        ("DELETE", "/v1/conversations/{conversation_id}"),
        ("GET", "/v1/documents"),
        ("POST", "/v1/documents"),
        ("GET", "/v1/documents/{document_id}"),
        ("DELETE", "/v1/documents/{document_id}"),
        ("GET", "/v1/documents/{document_id}/file"),
        ("GET", "/v1/index"),
        ("POST", "/v1/index/rebuild"),
        ("GET", "/v1/search"),
        ("GET", "/v1/suggestions"),
        ("POST", "/v1/verify"),
        ("GET", "/health"),
        ("GET", "/health/ready"),
        ("GET", "/metrics"),
    }


def test_the_limits_of_a_question_are_described(described: dict[str, Any]) -> None:
    asked = described["components"]["schemas"]["AskIn"]
    assert asked["required"] == ["question"]
    assert asked["additionalProperties"] is False
    limit = asked["properties"]["limit"]
    assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 20, 5)


def test_the_page_lets_as_many_documents_be_chosen_as_a_question_takes(
    client: TestClient, described: dict[str, Any]
) -> None:
    documents, _ = described["components"]["schemas"]["AskIn"]["properties"]["documents"]["anyOf"]
    assert f"const MOST_CHOSEN = {documents['maxItems']};" in client.get("/web/scope.js").text


def test_an_address_with_text_around_the_quote_survives_as_an_address() -> None:
    read = document("a&b=c#d \nQuoted🌊? after", "a.txt")
    start = read.text.index("Quoted")
    query = dict(parse_qsl(quote_url(read, start, start + 6).partition("?")[2]))
    assert query == {
        "start": "9",
        "end": "15",
        "hash": read.content_hash.removeprefix("sha256:")[:16],
        "quote": hashlib.sha256(b"Quoted").hexdigest()[:16],
        "prefix": "a&b=c#d \n",
        "suffix": "🌊? after",
    }


@pytest.mark.parametrize(("path", "place"), [("a.pdf", "page 2"), ("a.PPTX", "slide 2"), ("a.xlsx", "sheet 2")])
def test_a_page_is_called_what_it_is_called_in_its_program(path: str, place: str) -> None:
    read = replace(document("One.\n\nTwo.\n"), path=path, pages=(0, 6))
    assert EvidenceOut.of(evidence(read, (6, 9), (6, 10), score=1.0)).place == [place]
