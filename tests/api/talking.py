"""How tests talk to the service: start it, ask, read a document, and follow a change until it shows."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.service import Service, assemble
from api.settings import Settings
from index.encoding import Encoder
from index.watch import Watcher

LOCAL = "http://127.0.0.1"


@contextmanager
def ready_client(settings: Settings, encoder: Encoder) -> Iterator[TestClient]:
    """Run the app with its lifespan, from the end of its first build on."""
    app = create_app(settings, assemble(settings, encoder))
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        assert service(client).watcher.wait(1, 60)
        yield client


def service(client: TestClient) -> Service:
    """Return the parts behind a client."""
    app: Any = client.app
    found: Service = app.state.service
    return found


def ask(client: TestClient, question: str, **more: object) -> dict[str, Any]:
    """Return the reply to a question."""
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    reply: dict[str, Any] = response.json()
    return reply


def document(client: TestClient, document_id: str) -> dict[str, Any]:
    """Return a document with its text."""
    response = client.get(f"/v1/documents/{document_id}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def evidence(reply: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all evidence of a reply, best first."""
    return [evidence for answer in reply["answers"] for evidence in answer["evidence"]]


def problem(response: Response, status: int) -> str:
    """Check that a response is an RFC 9457 problem for a person to read, and return its sentence."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert sorted(body) == ["detail", "status", "title", "type"]
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"] and body["title"] != body["detail"]
    for word in ("Traceback", 'File "', "Error(", "pydantic", "Exception"):
        assert word not in response.text
    return str(body["detail"])


def events(response: Response) -> list[tuple[str, Any]]:
    """Return the events of a stream as (name, data)."""
    found = []
    for block in response.text.split("\n\n"):
        if block:
            name, data = block.split("\n")
            found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def follow(client: TestClient, condition: Callable[[], bool]) -> None:
    """Wait, build by build, until a change of the folder shows."""
    watcher: Watcher = service(client).watcher
    for _ in range(20):
        if condition():
            return
        builds = watcher.builds
        watcher.request()
        assert watcher.wait(builds + 1, 60)
    raise AssertionError("the change never showed")
