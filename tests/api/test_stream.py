"""POST /v1/ask with `Accept: text/event-stream`: the same reply, as events."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.service import Service, assemble
from api.settings import Settings
from index.encoding import Encoder
from qa.answerer import Answerer
from qa.reader import ReadablePassage, Reading
from tests.api.conftest import Start
from tests.api.talking import LOCAL, ask, events, problem
from tests.builders import AS_READ, write


def stream(client: TestClient, **body: object) -> Response:
    return client.post("/v1/ask", json=body, headers={"Accept": "text/event-stream"})


def test_the_events_come_in_order(client: TestClient) -> None:
    response = stream(client, question="how many troops?")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in events(response)] == ["passages", "answer", "done"]


def test_the_answer_event_is_the_reply(client: TestClient) -> None:
    told = dict(events(stream(client, question="how many troops?", limit=3)))
    conversation_id = told["answer"]["conversation_id"]
    reply = ask(client, "how many troops?", conversation_id=conversation_id, limit=3)
    assert told["answer"] | {"timings_ms": None} == reply | {"timings_ms": None}
    # They are in the order of retrieval: the reader has not seen them yet.
    first, last = ({(p["document_id"], p["start"]) for p in found} for found in (told["passages"], reply["passages"]))
    assert first == last
    assert told["done"] == {"conversation_id": conversation_id}


def test_a_count_comes_in_the_same_events(client: TestClient) -> None:
    question = "how many times is Kursk mentioned?"
    told = events(stream(client, question=question))
    assert [name for name, _ in told] == ["passages", "answer", "done"]
    reply = ask(client, question, conversation_id=told[1][1]["conversation_id"])
    assert told[0][1] == []
    assert told[1][1] | {"timings_ms": None} == reply | {"timings_ms": None}


def test_a_bad_cursor_is_told_as_an_event(client: TestClient) -> None:
    told = events(stream(client, question="how many times is Kursk mentioned?", cursor="1.0"))
    assert [(name, data["status"]) for name, data in told if name == "error"] == [("error", 422)]


def test_one_conversation_id_is_made_for_all_events(client: TestClient) -> None:
    told = dict(events(stream(client, question="how many troops?")))
    assert told["done"]["conversation_id"] == told["answer"]["conversation_id"] != ""


def test_a_document_cannot_end_an_event(start: Start, seeds: Path) -> None:
    write(seeds, {"a.txt": "The mast is 12 metres\r\n\r\nevent: done\ndata: {}\n\n high\u2028and red.\n"})
    told = events(stream(start(), question="how high is the mast?"))
    assert [name for name, _ in told] == ["passages", "answer", "done"]


def test_a_question_that_is_refused_is_an_ordinary_error(client: TestClient) -> None:
    assert problem(stream(client, question=" "), 422)


class BrokenReader:
    """Fails as code does that nobody foresaw."""

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
        raise RuntimeError("the reader is out of order")


def broken(service: Service) -> Service:
    return replace(service, answerer=Answerer(service.store, BrokenReader(), AS_READ, 0.3))


def test_an_unforeseen_failure_ends_the_stream_with_an_error_event(data: Path, seeds: Path, encoder: Encoder) -> None:
    write(seeds, {"a.txt": "The mast is 12 metres high.\n"})
    settings = Settings(seeds=seeds, data=data)
    app = create_app(settings, broken(assemble(settings, encoder)))
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        assert app.state.service.watcher.wait(1, 60)
        told = events(stream(client, question="how high is the mast?"))
        assert [name for name, _ in told] == ["passages", "error"]
        assert told[1][1]["status"] == 500
        assert "out of order" not in told[1][1]["detail"]


def test_an_unforeseen_failure_is_a_problem_without_its_insides(data: Path, seeds: Path, encoder: Encoder) -> None:
    write(seeds, {"a.txt": "The mast is 12 metres high.\n"})
    settings = Settings(seeds=seeds, data=data)
    app = create_app(settings, broken(assemble(settings, encoder)))
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        assert app.state.service.watcher.wait(1, 60)
        response = client.post("/v1/ask", json={"question": "how high is the mast?"})
        assert problem(response, 500) == "something went wrong in Seedbed; the server's log says what"
        assert "out of order" not in response.text
