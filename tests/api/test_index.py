"""GET /v1/index and POST /v1/index/rebuild."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from index.bundled_encoder import BundledEncoder
from index.encoding import Vectors
from tests.api.conftest import Start
from tests.api.talking import ask, follow, service
from tests.builders import write


def test_the_index_is_described(client: TestClient) -> None:
    index = client.get("/v1/index").json()
    assert datetime.fromisoformat(index["built_at"]).astimezone(UTC) <= datetime.now(UTC)
    assert index["version"] and index["passages"] >= index["documents"]
    assert index | {"version": "", "built_at": "", "passages": 0, "building": None, "builds": 1} == {
        "version": "",
        "built_at": "",
        "documents": 9,
        "passages": 0,
        "encoder": "all-MiniLM-L6-v2",
        "read_only": False,
        "building": None,
        "unreadable": [],
        "builds": 1,
        "error": None,
        "rebuilt_because": None,
    }


def test_files_that_cannot_be_read_are_listed_with_the_reason(start: Start, seeds: Path) -> None:
    write(seeds, {"good.txt": "The tower has 31 steps.\n", "empty.md": "", "x/photo.jpg": b"\xff\xd8\xff\xe0"})
    write(seeds, {"bad.txt": b"MZ\x00\x01\x02\x03", "broken.pdf": b"%PDF-1.4 and then nothing"})
    index = start().get("/v1/index").json()
    reasons = {entry["path"]: entry["reason"] for entry in index["unreadable"]}
    assert list(reasons) == ["bad.txt", "broken.pdf", "empty.md", "x/photo.jpg"]
    assert reasons["bad.txt"] == "is binary data, not text; rename it to its real type or remove it"
    assert reasons["empty.md"] == "is empty"
    assert reasons["x/photo.jpg"].startswith("has a type that is not read yet (.jpg); save it as one ")
    assert reasons["broken.pdf"] and "Traceback" not in reasons["broken.pdf"]
    assert index["documents"] == 1


def test_a_rebuild_makes_a_new_document_searchable(start: Start, seeds: Path) -> None:
    client = start()
    assert ask(client, "how many steps has the tower?")["status"] == "no_documents"
    write(seeds, {"tower.txt": "The tower has 31 steps.\n"})
    response = client.post("/v1/index/rebuild")
    assert (response.status_code, response.json()["status"]) == (202, "queued")
    number = int(response.json()["job"].removeprefix("build-"))
    follow(client, lambda: client.get("/v1/index").json()["builds"] >= number)
    assert client.get("/v1/index").json()["documents"] == 1
    assert ask(client, "how many steps has the tower?")["answer"] == "31"


def test_a_rebuild_of_an_unchanged_folder_keeps_the_version(start: Start, seeds: Path) -> None:
    write(seeds, {"tower.txt": "The tower has 31 steps.\n"})
    client = start()
    before = client.get("/v1/index").json()["version"]
    builds = service(client).watcher.builds
    assert client.post("/v1/index/rebuild").status_code == 202
    assert service(client).watcher.wait(builds + 1, 60)
    assert client.get("/v1/index").json()["version"] == before


def test_a_file_that_becomes_unreadable_is_no_longer_quoted(start: Start, seeds: Path) -> None:
    write(seeds, {"tower.txt": "The tower has 31 steps.\n"})
    client = start()
    assert ask(client, "how many steps has the tower?")["answer"] == "31"
    write(seeds, {"tower.txt": ""})
    follow(client, lambda: client.get("/v1/index").json()["documents"] == 0)
    assert client.get("/v1/index").json()["unreadable"] == [{"path": "tower.txt", "reason": "is empty"}]
    assert ask(client, "how many steps has the tower?")["status"] == "no_documents"


def test_a_folder_that_disappears_is_told_and_the_old_index_still_answers(start: Start, seeds: Path) -> None:
    write(seeds, {"tower.txt": "The tower has 31 steps.\n"})
    client = start()
    seeds.rename(seeds.with_name("moved"))
    follow(client, lambda: client.get("/v1/index").json()["error"] is not None)
    assert f"there is no folder {seeds}" in client.get("/v1/index").json()["error"]
    assert ask(client, "how many steps has the tower?")["answer"] == "31"


def test_progress_shows_while_it_happens(start: Start, seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = start()
    began, go_on = threading.Event(), threading.Event()
    embed = BundledEncoder.encode_passages

    def embed_slowly(encoder: BundledEncoder, texts: Sequence[str]) -> Vectors:
        began.set()
        assert go_on.wait(60)
        return embed(encoder, texts)

    monkeypatch.setattr(BundledEncoder, "encode_passages", embed_slowly)
    write(seeds.with_name("new"), {f"{n}.txt": f"The tower has {n} steps.\n" for n in range(3)})
    seeds.with_name("new").rename(seeds / "new")
    client.post("/v1/index/rebuild")
    assert began.wait(60)
    building = client.get("/v1/index").json()["building"]
    go_on.set()
    assert building == {
        "stage": "reading",
        "files": 3,
        "files_total": 3,
        "passages": 0,
        "passages_total": 3,
        "rate": None,
        "seconds_left": None,
    }
    follow(client, lambda: client.get("/v1/index").json()["documents"] == 3)
    # The folder is looked through once more, for the change that was seen as it was being built.
    follow(client, lambda: client.get("/v1/index").json()["building"] is None)
