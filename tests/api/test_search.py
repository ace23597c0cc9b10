"""GET /v1/search: passages, without reading them."""

from fastapi.testclient import TestClient

from tests.api.conftest import Start
from tests.api.talking import document, problem


def test_hits_are_slices_of_their_documents_best_first(client: TestClient) -> None:
    hits = client.get("/v1/search", params={"q": "rye flour and water"}).json()["hits"]
    assert len(hits) == 10
    for hit in hits:
        assert sorted(hit) == ["document_id", "end", "path", "score", "start", "text"]
        assert hit["text"] == document(client, hit["document_id"])["text"][hit["start"] : hit["end"]] != ""
    assert hits[0]["path"] == "sourdough.md"
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_the_limit_is_the_most_hits(client: TestClient) -> None:
    two = client.get("/v1/search", params={"q": "beehives", "limit": 2}).json()["hits"]
    many = client.get("/v1/search", params={"q": "beehives", "limit": 100}).json()["hits"]
    assert many[:2] == two
    assert "Aoife Byrne asked for permission to set up two beehives" in two[0]["text"]
    assert len(many) == client.get("/v1/index").json()["passages"]


def test_an_empty_folder_has_no_hits(start: Start) -> None:
    assert start().get("/v1/search", params={"q": "beehives"}).json() == {"hits": []}


def test_a_query_that_is_too_long_is_refused(client: TestClient) -> None:
    detail = problem(client.get("/v1/search", params={"q": "x" * 1001}), 422)
    assert detail == "the question has 1001 characters; at most 1000 are read"
