"""Every error is an RFC 9457 problem with a sentence that says what to do."""

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.errors import describe
from index.errors import BuildRunning, EncoderUnavailable, FolderMissing, SeedbedError
from tests.api.conftest import Start
from tests.api.talking import problem


@pytest.mark.parametrize("question", ["", "   ", "\n\t\u00a0\u2003"])
def test_an_empty_question_is_refused(client: TestClient, question: str) -> None:
    detail = problem(client.post("/v1/ask", json={"question": question}), 422)
    assert detail == "the question is empty; ask something, such as: how many troops?"


def test_a_question_that_is_too_long_is_refused(client: TestClient) -> None:
    detail = problem(client.post("/v1/ask", json={"question": "x" * 1001}), 422)
    assert detail == "the question has 1001 characters; at most 1000 are read"


def test_the_longest_question_is_counted_in_characters_not_bytes(client: TestClient) -> None:
    assert client.post("/v1/ask", json={"question": "🌊" * 1000}).status_code == 200


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "question"),
        ({"question": None}, "question"),
        ({"question": 7}, "question"),
        ({"question": ["how many?"]}, "question"),
        ({"question": "how many?", "limit": 0}, "limit"),
        ({"question": "how many?", "limit": 21}, "limit"),
        ({"question": "how many?", "limit": "few"}, "limit"),
        ({"question": "how many?", "limit": 1.5}, "limit"),
        ({"question": "how many?", "documents": "a.txt"}, "documents"),
        ({"question": "how many?", "documents": []}, "documents"),
        ({"question": "how many?", "documents": [1]}, "documents.0"),
        ({"question": "how many?", "turns": "none"}, "turns"),
        ({"question": "how many?", "turns": [{"answer": "58"}]}, "turns.0.question"),
        ({"question": "how many?", "as_typed": "perhaps"}, "as_typed"),
        ({"question": "how many?", "conversation_id": "a b"}, "conversation_id"),
        ({"question": "how many?", "conversation_id": "x" * 65}, "conversation_id"),
        ({"question": "how many?", "conversation_id": ""}, "conversation_id"),
        ({"question": "how many?", "wanted": 3}, "wanted"),
    ],
)
def test_a_wrong_field_is_refused_by_name(client: TestClient, body: dict[str, object], named: str) -> None:
    detail = problem(client.post("/v1/ask", json=body), 422)
    assert detail.startswith(f"{named}: ")


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'"how many?"', b'{"question": "how many?"} and more'])
def test_a_body_that_is_not_the_json_asked_for_is_refused(client: TestClient, body: bytes) -> None:
    response = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert problem(response, 422)


def test_a_body_that_is_not_utf_8_is_refused(client: TestClient) -> None:
    response = client.post("/v1/ask", content=b'{"question": "\xff"}', headers={"Content-Type": "application/json"})
    assert problem(response, 400)


def test_a_question_that_is_not_valid_unicode_is_refused(client: TestClient) -> None:
    body = json.dumps({"question": "how \ud800 many?"})  # written as an escape, which JSON allows
    response = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert problem(response, 422)


def test_a_body_that_says_it_is_too_large_is_refused(client: TestClient) -> None:
    detail = problem(client.post("/v1/ask", json={"question": "x" * 65536}), 413)
    assert detail == "the request is larger than 65536 bytes; shorten it"


def test_a_body_that_turns_out_too_large_is_refused(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"question": "'
        for _ in range(66):
            yield b"x" * 1000
        yield b'"}'

    response = client.post("/v1/ask", content=chunks(), headers={"Content-Type": "application/json"})
    assert "content-length" not in response.request.headers
    assert problem(response, 413) == "the request is larger than 65536 bytes; shorten it"


def test_the_largest_body_that_is_taken_can_be_set(start: Start) -> None:
    client = start(largest_body=2000)
    assert problem(client.post("/v1/ask", json={"question": "how many?", "documents": ["x" * 2000]}), 413)
    assert client.post("/v1/ask", json={"question": "how many?", "documents": ["x" * 1000]}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/documents/nothere", "/v1/documents/nothere/file"])
def test_an_unknown_document_is_not_found(client: TestClient, path: str) -> None:
    detail = problem(client.get(path), 404)
    assert detail == "there is no document 'nothere'; GET /v1/documents lists them"


@pytest.mark.parametrize("path", ["/nowhere", "/v1", "/v1/answers", "/web/secret.txt", "/web/chat.html", "/docs"])
def test_an_unknown_path_is_not_found(client: TestClient, path: str) -> None:
    assert problem(client.get(path), 404) == f"there is nothing at {path}"


@pytest.mark.parametrize(
    "path", ["/web/..%2fapp.py", "/web/%2e%2e/app.py", "/v1/documents/..%2f..%2fpyproject.toml/file"]
)
def test_a_path_cannot_climb_out_of_its_folder(client: TestClient, path: str) -> None:
    assert problem(client.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/ask"),
        ("PUT", "/v1/documents"),
        ("DELETE", "/v1/index"),
        ("PUT", "/"),
        ("GET", "/v1/index/rebuild"),
    ],
)
def test_a_wrong_method_is_refused(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path)
    assert problem(response, 405) == f"{method} is not possible here"
    assert response.headers["allow"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/search",
        "/v1/search?q=",
        "/v1/search?q=%20",
        "/v1/search?q=x&limit=0",
        "/v1/search?q=x&limit=many",
        "/v1/documents?limit=0",
        "/v1/documents?limit=1001",
    ],
)
def test_a_wrong_query_is_refused(client: TestClient, path: str) -> None:
    assert problem(client.get(path), 422)


@pytest.mark.parametrize("kind", [FolderMissing, EncoderUnavailable, BuildRunning])
def test_what_is_not_there_for_now_is_no_fault_of_the_program(kind: type[SeedbedError]) -> None:
    assert describe(kind("it is not there; put it there")) == (503, "it is not there; put it there")
