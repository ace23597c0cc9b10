"""GET /health, /health/ready and /metrics."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.service import assemble
from api.settings import Settings
from index.build import build
from index.encoding import Encoder
from tests.api.conftest import Start
from tests.api.talking import LOCAL, ask, problem
from tests.builders import write


@pytest.fixture
def unstarted(seeds: Path, data: Path, encoder: Encoder) -> TestClient:
    """A client of an app whose lifespan never began, so that nothing is ever built."""
    settings = Settings(seeds=seeds, data=data)
    return TestClient(create_app(settings, assemble(settings, encoder)), base_url=LOCAL)


def test_the_process_is_alive_before_anything_is_indexed(unstarted: TestClient) -> None:
    assert unstarted.get("/health").json() == {"status": "alive"}


def test_it_is_not_ready_before_the_first_build_has_ended(unstarted: TestClient) -> None:
    response = unstarted.get("/health/ready")
    assert problem(response, 503) == "the index is being brought up to date"
    assert response.headers["retry-after"] == "2"


def test_questions_before_the_first_build_are_told_to_come_again(unstarted: TestClient) -> None:
    for response in (
        unstarted.post("/v1/ask", json={"question": "how many?"}),
        unstarted.post("/v1/ask", json={"question": "how many?"}, headers={"Accept": "text/event-stream"}),
        unstarted.get("/v1/search", params={"q": "how many?"}),
        unstarted.post("/v1/verify", json={"quote": "It has 31 steps."}),
        unstarted.get("/v1/documents"),
    ):
        assert problem(response, 503) == "the index is being built; try again in a moment"
        assert response.headers["retry-after"] == "2"


def test_the_index_before_the_first_build_is_empty(unstarted: TestClient) -> None:
    index = unstarted.get("/v1/index").json()
    assert (index["version"], index["built_at"], index["documents"], index["unreadable"]) == (None, None, 0, [])


def test_the_pages_open_before_the_first_build(unstarted: TestClient) -> None:
    assert unstarted.get("/").status_code == 200
    assert unstarted.get("/metrics").status_code == 200


def test_it_is_ready_once_the_documents_can_be_searched(client: TestClient) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "index_version": client.get("/v1/index").json()["version"]}


def test_the_index_of_another_folder_is_refused_by_name(
    tmp_path: Path, seeds: Path, data: Path, encoder: Encoder, start: Start
) -> None:
    other = tmp_path / "other"
    write(other, {"secret.txt": "The tower has 31 steps.\n"})
    build(assemble(Settings(seeds=other, data=data), encoder).store)
    client = start()
    detail = problem(client.get("/health/ready"), 503)
    assert str(other) in detail and str(seeds) in detail
    assert problem(client.post("/v1/ask", json={"question": "how many steps?"}), 503)


def counted(client: TestClient, name: str) -> float:
    lines = [line.split() for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}.get(name, 0.0)


def test_questions_are_counted_by_status(client: TestClient) -> None:
    several, seconds = 'seedbed_questions_total{status="several"}', "seedbed_answer_seconds_count"
    before = counted(client, several), counted(client, seconds)
    ask(client, "how many troops?")
    client.post("/v1/ask", json={"question": "how many troops?"}, headers={"Accept": "text/event-stream"})
    assert (counted(client, several), counted(client, seconds)) == (before[0] + 2, before[1] + 2)


def test_a_refused_question_is_not_counted(client: TestClient) -> None:
    before = counted(client, "seedbed_answer_seconds_count")
    client.post("/v1/ask", json={"question": ""})
    assert counted(client, "seedbed_answer_seconds_count") == before


def test_the_metrics_tell_the_size_of_the_index(client: TestClient) -> None:
    index = client.get("/v1/index").json()
    assert counted(client, "seedbed_documents") == index["documents"] == 9
    assert counted(client, "seedbed_passages") == index["passages"]
