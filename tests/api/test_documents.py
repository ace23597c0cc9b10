"""GET /v1/documents: the list, a whole document, and the original file."""

import hashlib
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import SHIPPED, Start
from tests.api.talking import document, follow, problem
from tests.builders import pdf, write, zipped


def ids(client: TestClient) -> dict[str, str]:
    listed = client.get("/v1/documents").json()["documents"]
    return {entry["path"]: entry["id"] for entry in listed}


def test_the_documents_are_listed_in_order_of_path(client: TestClient) -> None:
    page = client.get("/v1/documents").json()
    assert [entry["path"] for entry in page["documents"]] == sorted(path.name for path in SHIPPED.iterdir())
    assert page["next"] is None
    first = page["documents"][0]
    assert sorted(first) == ["content_hash", "id", "modified", "passages", "path", "title"]
    assert first["title"] == "Report from the front: foreign soldiers near Kursk"
    assert sum(entry["passages"] for entry in page["documents"]) == client.get("/v1/index").json()["passages"]


def test_a_long_list_comes_in_pages(client: TestClient) -> None:
    pages, cursor = [], ""
    while cursor is not None:
        page = client.get("/v1/documents", params={"limit": 4, "cursor": cursor}).json()
        pages.append([entry["path"] for entry in page["documents"]])
        cursor = page["next"]
    assert [len(page) for page in pages] == [4, 4, 1]
    assert [path for page in pages for path in page] == list(ids(client))


def test_the_last_full_page_has_no_next(client: TestClient) -> None:
    assert client.get("/v1/documents", params={"limit": 9}).json()["next"] is None


def test_a_document_is_told_whole(start: Start, seeds: Path) -> None:
    text = "# The mill\n\nIt has 4 wheels. 🌊\n\n## Grain\n\nRye and oats.\n"
    write(seeds, {"notes/mill.md": text})
    client = start()
    found = document(client, ids(client)["notes/mill.md"])
    assert found | {"modified": None} == {
        "id": ids(client)["notes/mill.md"],
        "path": "notes/mill.md",
        "title": "The mill",
        "content_hash": f"sha256:{hashlib.sha256(found['text'].encode()).hexdigest()}",
        "passages": 2,
        "modified": None,
        "text": found["text"],
        "pages": [],
        "headings": [
            {"level": level, "start": start, "end": start + len(words), "text": words}
            for level, words in ((1, "The mill"), (2, "Grain"))
            for start in [found["text"].index(words)]
        ],
    }


def test_the_pages_of_a_pdf_cover_its_text(client: TestClient) -> None:
    found = document(client, ids(client)["tide-pool-survey.pdf"])
    assert [page["number"] for page in found["pages"]] == list(range(1, len(found["pages"]) + 1))
    bounds = [(page["start"], page["end"]) for page in found["pages"]]
    assert len(bounds) > 1
    assert [start for start, _ in bounds] == [0, *(end for _, end in bounds[:-1])]
    assert bounds[-1][1] == len(found["text"])


def test_the_text_never_holds_what_a_browser_would_not_show(client: TestClient) -> None:
    text = document(client, ids(client)["lighthouse.html"])["text"]
    assert "console.log" not in text and "font-family" not in text
    assert "quiet\u00a0🌊.”" in text


@pytest.mark.parametrize("path", sorted(file.name for file in SHIPPED.iterdir()))
def test_the_original_file_comes_back_byte_for_byte(client: TestClient, path: str) -> None:
    response = client.get(f"/v1/documents/{ids(client)[path]}/file")
    assert response.content == (SHIPPED / path).read_bytes()
    kind = "application/pdf" if path.endswith(".pdf") else "text/plain"
    assert response.headers["content-type"] == kind
    assert response.headers["x-content-type-options"] == "nosniff"
    assert path in response.headers["content-disposition"]


def test_a_file_in_another_encoding_comes_back_as_it_is(start: Start, seeds: Path) -> None:
    data = "Das Mühlrad hat 12 Schaufeln, und das Wasser läuft über die Räder.\n".encode("utf-16")
    write(seeds, {"mühle 1.txt": data})
    client = start()
    response = client.get(f"/v1/documents/{ids(client)['mühle 1.txt']}/file")
    assert response.content == data
    assert quote("mühle 1.txt") in response.headers["content-disposition"]


def test_a_file_that_is_not_text_is_downloaded(start: Start, seeds: Path) -> None:
    write(seeds, {"dams.zip": zipped({"a.txt": "The dam stands."})})
    client = start()
    response = client.get(f"/v1/documents/{ids(client)['dams.zip']}/file")
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"] == 'attachment; filename="dams.zip"'


def test_a_file_that_was_deleted_is_not_found(start: Start, seeds: Path) -> None:
    write(seeds, {"a.txt": "The tower has 31 steps.\n", "b.pdf": pdf(["The mill has 4 wheels."])})
    client = start()
    gone = ids(client)["a.txt"]
    (seeds / "a.txt").unlink()
    assert problem(client.get(f"/v1/documents/{gone}/file"), 404)
    follow(client, lambda: list(ids(client)) == ["b.pdf"])
    for path in (f"/v1/documents/{gone}", f"/v1/documents/{gone}/file"):
        assert problem(client.get(path), 404)


def test_a_file_replaced_by_a_link_out_of_the_folder_is_not_served(start: Start, seeds: Path, tmp_path: Path) -> None:
    write(tmp_path, {"secret.txt": "The password is swordfish.\n"})
    write(seeds, {"a.txt": "The tower has 31 steps.\n"})
    client = start()
    address = f"/v1/documents/{ids(client)['a.txt']}/file"
    (seeds / "a.txt").unlink()
    (seeds / "a.txt").symlink_to(tmp_path / "secret.txt")
    assert problem(client.get(address), 404)


def test_the_id_follows_the_path_and_not_the_content(start: Start, seeds: Path) -> None:
    write(seeds, {"a.txt": "The tower has 31 steps.\n"})
    client = start()
    before = document(client, ids(client)["a.txt"])
    write(seeds, {"a.txt": "The tower has 32 steps.\n"})
    follow(client, lambda: "32" in document(client, before["id"])["text"])
    after = document(client, before["id"])
    assert (after["id"], after["path"]) == (before["id"], "a.txt")
    assert after["content_hash"] != before["content_hash"]
