"""Who may reach the service in a browser, and what the browser may do with what it gets."""

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Start
from tests.api.talking import problem

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@pytest.mark.parametrize("path", ["/", "/web/chat.js", "/health", "/v1/index", "/nowhere", "/v1/documents/nothere"])
def test_every_response_binds_the_browser(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]", "[::1]:8000"])
def test_this_machine_is_reached_by_its_own_names(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).json() == {"status": "alive"}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil", "", "[", "[::1", "a@b:c"]
)
def test_a_name_of_someone_else_is_refused(client: TestClient, host: str) -> None:
    assert problem(client.get("/v1/documents", headers={"Host": host}), 400)


def test_a_service_for_a_network_is_reached_by_any_name(start: Start) -> None:
    client = start(host="0.0.0.0")
    assert client.get("/health", headers={"Host": "archive.example:8000"}).json() == {"status": "alive"}


def test_other_sites_get_no_permission_to_read(client: TestClient) -> None:
    response = client.get("/v1/index", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in response.headers
    preflight = client.options(
        "/v1/ask", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    )
    assert problem(preflight, 405)


def test_a_form_of_another_site_cannot_ask(client: TestClient) -> None:
    response = client.post("/v1/ask", content='{"question": "how many?"}', headers={"Content-Type": "text/plain"})
    assert problem(response, 422)


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:3000"},
    {"Origin": "https://127.0.0.1.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1"},
]
OWN = [{}, {"Origin": "http://127.0.0.1"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/documents"),
        ("DELETE", "/v1/documents/nothere"),
        ("POST", "/v1/index/rebuild"),
        ("POST", "/v1/ask"),
    ],
)
def test_a_page_of_another_site_can_change_nothing(
    client: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    detail = problem(client.request(method, path, headers=headers), 403)
    assert detail == "the request comes from a page of another site; only Seedbed's own page and programs may send it"


@pytest.mark.parametrize("headers", OWN)
def test_a_program_or_our_own_page_may_change_things(client: TestClient, headers: dict[str, str]) -> None:
    assert problem(client.delete("/v1/documents/nothere", headers=headers), 404)


def test_a_link_on_another_site_may_lead_here(client: TestClient) -> None:
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
