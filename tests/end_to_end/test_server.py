"""The installed command serves, follows its folder, and ends cleanly."""

import signal
import subprocess
from pathlib import Path

import httpx2

from index.build import build
from index.store import SnapshotStore
from tests.builders import write
from tests.end_to_end.conftest import Server, Servers, command, environment, is_ready, until

QUESTION = "how many steps has the tower?"


def test_a_question_is_answered_with_quotes_from_the_documents(server: Server) -> None:
    reply = server.ask("how many troops?")
    assert (reply["status"], reply["answer"]) == ("several", None)
    assert [answer["text"] for answer in reply["answers"]] == ["about 10,000", "up to 13,000 or more"]
    for answer in reply["answers"]:
        found = answer["evidence"][0]
        assert server.text(found["document_id"])[found["start"] : found["end"]] == found["quote"]


def test_the_server_follows_its_folder(server: Server, library: Path) -> None:
    def answer() -> str | None:
        found: str | None = server.ask(QUESTION, documents=["notes/*"])["answer"]
        return found

    assert answer() is None
    write(library, {"notes/tower.txt": "The tower has 31 steps.\n"})
    until(lambda: answer() == "31")
    write(library, {"notes/tower.txt": "The tower has 32 steps.\n"})
    until(lambda: answer() == "32")
    (library / "notes/tower.txt").unlink()
    until(lambda: server.ask(QUESTION, documents=["notes/*"])["status"] == "no_documents")


def test_a_name_of_someone_else_is_refused(server: Server) -> None:
    response = httpx2.get(f"{server.address}/v1/index", headers={"Host": "evil.example"})
    assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")


def test_a_server_ends_cleanly_and_the_next_one_answers_from_the_same_index(
    servers: Servers, seeds: Path, data: Path
) -> None:
    write(seeds, {"tower.txt": "The tower has 31 steps.\n"})
    versions, told = [], []
    for sign in (signal.SIGTERM, signal.SIGINT):
        server = servers.ready(seeds, data)
        assert server.ask(QUESTION)["answer"] == "31"
        versions.append(server.get("/v1/index").json()["version"])
        # Ctrl+C is the usual end; SIGTERM is passed on once everything is cleaned up.
        assert server.stop(sign) == {signal.SIGINT: 0, signal.SIGTERM: -signal.SIGTERM}[sign]
        assert not list(data.glob("snapshots/*.unfinished"))
        first, *others = server.log.read_text("utf-8").splitlines()
        assert first.startswith("Seedbed answers from ")
        told.append(others)
    assert told == [["The documents are indexed first; the page shows how far that is.", "Ready: 1 document."], []]
    assert versions[0] == versions[1]


def test_two_servers_share_one_index(servers: Servers, seeds: Path, data: Path) -> None:
    write(seeds, {"tower.txt": "The tower has 31 steps.\n"})
    first, second = servers.start(seeds, data), servers.start(seeds, data)
    until(lambda: is_ready(first) and is_ready(second))
    write(seeds, {"tower.txt": "The tower has 32 steps.\n"})
    until(lambda: [server.ask(QUESTION)["answer"] for server in (first, second)] == ["32", "32"])
    assert first.get("/v1/index").json()["version"] == second.get("/v1/index").json()["version"]


def test_a_build_under_way_does_not_keep_the_server_from_ending(servers: Servers, seeds: Path, data: Path) -> None:
    sentence = "The miller went to the river and counted {} of the wheels that turned there. "
    write(seeds, {f"{n}.txt": "".join(sentence.format(n * m) for m in range(150)) for n in range(10)})
    server = servers.start(seeds, data)
    until(lambda: _is_building(server))
    assert server.stop(signal.SIGTERM) == -signal.SIGTERM
    assert not list(data.glob("snapshots/*"))
    assert "Traceback" not in server.log.read_text("utf-8")
    assert not (data / "current").exists()


def _is_building(server: Server) -> bool:
    try:
        building = server.get("/v1/index").json()["building"]
    except httpx2.TransportError:
        return False
    return building is not None and building["passages_total"] > 0


def refused(seeds: Path, data: Path, port: str = "0") -> str:
    """Try to serve, and return what is said when that is refused."""
    arguments = [command(), "serve", "--port", port, "--seeds", str(seeds), "--data", str(data)]
    done = subprocess.run(arguments, cwd=seeds.parent, env=environment(), capture_output=True, text=True, timeout=40)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_the_index_of_another_folder_is_refused(store: SnapshotStore, tmp_path: Path) -> None:
    build(store)
    (tmp_path / "other").mkdir()
    assert f"was built from {store.seeds}, not from {tmp_path / 'other'}" in refused(tmp_path / "other", store.data)


def test_a_port_that_is_taken_is_named(server: Server, seeds: Path, data: Path) -> None:
    port = server.address.rpartition(":")[2]
    assert f"cannot listen on 127.0.0.1, port {port}: Address already in use" in refused(seeds, data, port)
