"""Conversations that are there again: after a reload, after the server was gone, and when they are long."""

import signal
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, Route, expect

from tests.builders import write
from tests.end_to_end.conftest import Server, Servers
from tests.end_to_end.visiting import asked, follow, marked, settle

pytestmark = pytest.mark.browser


def test_a_conversation_survives_a_reload_and_goes_on(chat: Page) -> None:
    asked(chat, "How much does the buoy weigh?")
    asked(chat, "when was it painted?")
    before = chat.locator("#conversation").inner_html()
    chat.reload()
    expect(chat.locator("article")).to_have_count(2)
    assert chat.locator("#conversation").inner_html() == before
    follow_up = asked(chat, "how many times is it mentioned?")
    expect(follow_up.locator(".status").first).to_contain_text("Understood as: how many times is the buoy mentioned?")
    side = follow(chat, chat.locator(".source a").first)
    assert marked(side) == chat.locator("blockquote").first.text_content()


def test_earlier_conversations_are_listed_opened_and_forgotten(chat: Page, troubles: list[str]) -> None:
    asked(chat, "how many plots?")
    first = chat.url
    chat.get_by_role("button", name="New conversation").click()
    expect(chat.locator("article")).to_have_count(0)
    asked(chat, "how many troops?")
    chat.get_by_role("button", name="New conversation").click()
    earlier = chat.locator("#earlier .open")
    expect(earlier).to_have_text(["how many troops?", "how many plots?"])
    earlier.last.click()
    expect(chat.locator(".words")).to_have_text("58")
    chat.go_back()
    expect(chat.locator(".lead")).to_be_visible()
    chat.get_by_role("button", name="Forget “how many troops?”").click()
    expect(earlier).to_have_text(["how many plots?"])
    chat.go_back()
    expect(chat.get_by_role("alert")).to_have_text("Seedbed has forgotten this conversation. Ask anew.")
    settle(troubles, "404")
    chat.go_back()
    assert chat.url == first
    expect(chat.locator(".words")).to_have_text("58")


def test_an_earlier_conversation_that_comes_after_a_new_one_was_begun_is_left_alone(chat: Page) -> None:
    asked(chat, "how many plots?")
    earlier = chat.evaluate("history.state.conversation")
    chat.get_by_role("button", name="New conversation").click()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    chat.route("**/v1/conversations/*", hold, times=1)
    chat.locator("#earlier .open").click()
    expect(chat.locator("#conversation")).to_have_text("Opening the conversation…")
    chat.get_by_role("button", name="New conversation").click()
    with chat.expect_response("**/v1/conversations/*") as late:
        held[0].continue_()
    late.value.finished()
    asked(chat, "how many troops?")
    expect(chat.locator("h2.question")).to_have_text(["how many troops?"])
    assert chat.evaluate("history.state.conversation") != earlier


def test_a_conversation_that_was_forgotten_is_told_after_a_reload(
    chat: Page, server: Server, troubles: list[str]
) -> None:
    asked(chat, "how many plots?")
    identity = chat.evaluate("history.state.conversation")
    assert httpx2.delete(f"{server.address}/v1/conversations/{identity}").status_code == 204
    chat.reload()
    expect(chat.get_by_role("alert")).to_have_text("Seedbed has forgotten this conversation. Ask anew.")
    settle(troubles, "404")
    expect(asked(chat, "how many plots?").locator(".words")).to_have_text("58")


def test_a_server_that_is_gone_is_told_and_used_again_when_it_is_back(
    page: Page, servers: Servers, seeds: Path, data: Path, troubles: list[str]
) -> None:
    write(seeds, {"dam.txt": "The Kariba Dam is 128 metres high. The Kariba Dam was designed by André Coyne.\n"})
    server = servers.ready(seeds, data)
    page.goto(server.address)
    asked(page, "how high is the Kariba Dam?")
    server.stop(signal.SIGTERM)
    reply = asked(page, "who designed it?")
    expect(reply.get_by_role("alert")).to_contain_text("Seedbed cannot be reached. Is it still running?")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_enabled()
    expect(page.locator("#index-state")).to_have_text("Not connected to Seedbed; trying again.")
    settle(troubles, "net::ERR_")
    servers.ready(seeds, data, port=server.address.rpartition(":")[2])
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".words")).to_have_text(["128 metres", "André Coyne"])
    expect(page.locator("article").last.locator(".status").first).to_contain_text("who designed the Kariba Dam?")
    expect(page.locator("#index-state")).to_be_empty()
    settle(troubles, "net::ERR_", "503")
    page.close()  # or it complains of the server that ends with the test


def test_a_conversation_of_200_turns_is_shown_and_goes_on(chat: Page, server: Server) -> None:
    identity = None
    with httpx2.Client(base_url=server.address) as client:
        for number in range(200):
            body = {"question": f"how many times is “{number} minutes” mentioned?", "conversation_id": identity}
            identity = client.post("/v1/ask", json=body).json()["conversation_id"]
    chat.evaluate("(id) => history.replaceState({ conversation: id }, '', '/')", identity)
    chat.reload()
    expect(chat.locator("article")).to_have_count(200)
    expect(chat.locator("article").nth(47).locator(".words")).to_have_text("47 minutes: 1 mention in 1 document")
    expect(chat.locator("article").last).to_be_in_viewport()
    expect(asked(chat, "how many plots?").locator(".words")).to_be_in_viewport()
    expect(chat.locator("article")).to_have_count(201)
