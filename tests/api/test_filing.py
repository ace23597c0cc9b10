"""POST /v1/documents and DELETE /v1/documents/{id}."""

import threading
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.documents import document_id
from tests.api.conftest import Start
from tests.api.talking import ask, follow, problem, service
from tests.builders import write

TOWER = b"The tower has 31 steps.\n"
QUESTION = "how many steps has the tower?"


def upload(client: TestClient, files: list[tuple[str, bytes]], query: str = "?wait=true") -> Any:
    sent = [("files", (name, content)) for name, content in files]
    return client.post(f"/v1/documents{query}", files=sent)


def stored(name: str, status: str, reason: str | None = None) -> dict[str, object]:
    return {"name": name, "status": status, "id": document_id(name), "path": name, "reason": reason}


def refused(name: str, reason: str) -> dict[str, object]:
    return {"name": name, "status": "refused", "id": None, "path": None, "reason": reason}


def names(seeds: Path) -> list[str]:
    return sorted(file.name for file in seeds.iterdir())


def test_an_uploaded_file_is_searchable_when_the_reply_comes(start: Start, seeds: Path) -> None:
    client = start()
    response = upload(client, [("tower.txt", TOWER), ("mill.md", b"# Mill\n\nIt has 4 wheels.\n")])
    told = response.json()
    assert response.status_code == 200
    assert told["documents"] == [stored("tower.txt", "searchable"), stored("mill.md", "searchable")]
    assert ask(client, QUESTION)["answer"] == "31"
    assert names(seeds) == ["mill.md", "tower.txt"]
    assert (seeds / "tower.txt").read_bytes() == TOWER


def test_an_upload_that_does_not_wait_names_the_job_to_wait_for(start: Start) -> None:
    client = start()
    response = upload(client, [("tower.txt", TOWER)], "")
    assert (response.status_code, response.json()["documents"]) == (202, [stored("tower.txt", "queued")])
    number = int(response.json()["job"].removeprefix("build-"))
    assert service(client).watcher.wait(number, 60)
    assert client.get("/v1/index").json()["builds"] >= number
    assert client.get(f"/v1/documents/{document_id('tower.txt')}").json()["text"] == TOWER.decode()


def test_each_file_has_its_own_outcome_and_none_is_lost(start: Start, seeds: Path) -> None:
    write(seeds, {"old.txt": "The mill has 4 wheels.\n"})
    client = start()
    files = [("old.txt", b"new"), ("a.exe", b"MZ"), ("empty.txt", b""), ("tower.txt", TOWER), ("tower.txt", b"other")]
    response = upload(client, files)
    assert response.status_code == 200
    old, program, *others = response.json()["documents"]
    assert old == refused("old.txt", "is in the folder already; rename it, or send it with replace=true")
    assert program["reason"].startswith("has a type that is not read yet (.exe); save it as one that is, such as ")
    assert others == [
        stored("empty.txt", "unreadable", "is empty"),
        stored("tower.txt", "searchable"),
        refused("tower.txt", "has the name of another file of the request; rename one"),
    ]
    assert names(seeds) == ["empty.txt", "old.txt", "tower.txt"]
    assert (seeds / "tower.txt").read_bytes() == TOWER


def test_a_file_is_replaced_only_when_it_is_said(start: Start, seeds: Path) -> None:
    write(seeds, {"tower.txt": TOWER})
    client = start()
    new = [("tower.txt", TOWER.replace(b"31", b"77"))]
    detail = problem(upload(client, new), 409)
    assert detail == "tower.txt is in the folder already; rename it, or send it with replace=true"
    assert (seeds / "tower.txt").read_bytes() == TOWER
    response = upload(client, new, "?replace=true&wait=true")
    assert (response.status_code, response.json()["documents"]) == (200, [stored("tower.txt", "searchable")])
    assert ask(client, QUESTION)["answer"] == "77"


def test_an_upload_of_which_nothing_is_stored_fails_with_every_reason(start: Start, seeds: Path) -> None:
    write(seeds, {"tower.txt": TOWER})
    client = start()
    detail = problem(upload(client, [("tower.txt", TOWER), ("../up.txt", TOWER), (".b.txt", TOWER)]), 422)
    assert detail == (
        "tower.txt is in the folder already; rename it, or send it with replace=true; "
        "../up.txt has '/' in its name, which not every system can store; rename it; "
        ".b.txt has a name that begins with a dot, which hides it; rename it"
    )
    assert (names(seeds), names(seeds.parent)) == (["tower.txt"], ["data", "seeds"])


def test_an_upload_without_a_file_is_refused(start: Start) -> None:
    client = start()
    assert problem(client.post("/v1/documents"), 422).startswith("files: ")
    detail = problem(client.post("/v1/documents", data={"files": "text"}), 422)
    assert detail == "files: text came where a file is wanted; with curl, write -F files=@NAME"
    broken = client.post("/v1/documents", content=b"--x", headers={"Content-Type": "multipart/form-data; boundary=y"})
    assert problem(broken, 400)


def test_an_upload_that_is_too_large_is_refused_whole(start: Start, seeds: Path) -> None:
    client = start(largest_upload=100_000)
    detail = problem(upload(client, [("a.txt", b"x" * 50_000), ("b.txt", b"x" * 50_000)]), 413)
    assert detail == "the request is larger than 100000 bytes; send fewer or smaller files at once"
    assert names(seeds) == []
    assert upload(client, [("a.txt", b"word " * 18_000)]).status_code == 200


def test_too_many_files_are_refused_whole(start: Start, seeds: Path) -> None:
    client = start(most_uploads=2)
    detail = problem(upload(client, [(f"{n}.txt", TOWER) for n in range(3)]), 413)
    assert detail == "the request has 3 files; send at most 2 at once"
    assert names(seeds) == []


def test_two_uploads_of_one_name_at_once_store_one(start: Start, seeds: Path) -> None:
    client = start()
    statuses: list[int] = []

    def send(n: int) -> None:
        statuses.append(upload(client, [("a.txt", b"number %d" % n)], "").status_code)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [202] + 7 * [409]
    assert names(seeds) == ["a.txt"]


def test_a_failed_build_leaves_the_upload_queued_and_says_why(start: Start, seeds: Path) -> None:
    client = start()
    write(seeds, {"sub/.seedbedignore": "!\n", "sub/mill.txt": "The mill has 4 wheels.\n"})
    response = upload(client, [("tower.txt", TOWER)])
    (told,) = response.json()["documents"]
    assert (response.status_code, told["status"]) == (202, "queued")
    assert told["reason"].startswith(f"{seeds}/sub/.seedbedignore has a line that is no pattern; correct it")


def test_a_deleted_document_answers_no_more_when_the_reply_comes(start: Start, seeds: Path) -> None:
    write(seeds, {"sub/tower.txt": TOWER, "mill.txt": "The mill has 4 wheels.\n"})
    client = start()
    gone = document_id("sub/tower.txt")
    response = client.delete(f"/v1/documents/{gone}?wait=true")
    told = response.json()
    assert (response.status_code, told) == (
        200,
        {"id": gone, "path": "sub/tower.txt", "status": "removed", "reason": None, "job": told["job"]},
    )
    assert not (seeds / "sub" / "tower.txt").exists()
    assert problem(client.get(f"/v1/documents/{gone}"), 404)
    reply = ask(client, QUESTION)
    assert {shown["path"] for shown in reply["passages"]} == {"mill.txt"}
    assert {evidence["path"] for answer in reply["answers"] for evidence in answer["evidence"]} <= {"mill.txt"}


def test_a_deletion_that_does_not_wait_names_the_job_to_wait_for(start: Start, seeds: Path) -> None:
    write(seeds, {"tower.txt": TOWER})
    client = start()
    response = client.delete(f"/v1/documents/{document_id('tower.txt')}")
    told = response.json()
    assert (response.status_code, told["status"], names(seeds)) == (202, "queued", [])
    assert service(client).watcher.wait(int(told["job"].removeprefix("build-")), 60)
    assert client.get("/v1/index").json()["documents"] == 0


def test_a_file_that_cannot_be_read_can_be_deleted(start: Start, seeds: Path) -> None:
    client = start()
    (told,) = upload(client, [("empty.txt", b"")]).json()["documents"]
    assert client.delete(f"/v1/documents/{told['id']}?wait=true").status_code == 200
    assert client.get("/v1/index").json()["unreadable"] == []


@pytest.mark.parametrize("unknown", ["nothere", document_id(".seedbedignore"), document_id("../data/current")])
def test_an_unknown_document_cannot_be_deleted(start: Start, seeds: Path, unknown: str) -> None:
    write(seeds, {".seedbedignore": "a\n"})
    client = start()
    detail = problem(client.delete(f"/v1/documents/{unknown}"), 404)
    assert detail == f"there is no document '{unknown}'; GET /v1/documents lists them"
    assert names(seeds) == [".seedbedignore"]


def test_a_document_whose_file_is_gone_already_is_not_found(start: Start, seeds: Path) -> None:
    write(seeds, {"tower.txt": TOWER})
    client = start()
    (seeds / "tower.txt").unlink()
    assert problem(client.delete(f"/v1/documents/{document_id('tower.txt')}"), 404)
    follow(client, lambda: client.get("/v1/index").json()["documents"] == 0)


def test_a_read_only_service_takes_and_deletes_nothing(start: Start, seeds: Path) -> None:
    write(seeds, {"tower.txt": TOWER})
    client = start(read_only=True)
    wanted = "this service is read-only; change the files in its folder, or its setting read_only"
    assert problem(upload(client, [("mill.txt", b"4 wheels")]), 403) == wanted
    assert problem(client.delete(f"/v1/documents/{document_id('tower.txt')}"), 403) == wanted
    assert names(seeds) == ["tower.txt"]
    assert ask(client, QUESTION)["answer"] == "31"


def test_what_was_on_its_way_when_the_service_was_killed_is_removed(start: Start, seeds: Path) -> None:
    write(seeds, {".seedbed-incoming-0": "half", "tower.txt": TOWER})
    start()
    assert names(seeds) == ["tower.txt"]
