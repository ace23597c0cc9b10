"""axe-core finds nothing wrong with any view, in light and in dark."""

from importlib.resources import files
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.conftest import Server
from tests.end_to_end.visiting import asked, follow

pytestmark = pytest.mark.browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[tuple[str, str, list[str]]]:
    """Return what axe-core finds in both themes: theme, rule, and the elements."""
    found: list[tuple[str, str, list[str]]] = []
    page.evaluate(AXE)
    themes: list[Literal["light", "dark"]] = ["light", "dark"]
    for theme in themes:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        result: dict[str, Any] = page.evaluate("axe.run()")
        found += [(theme, v["id"], [node["html"] for node in v["nodes"]]) for v in result["violations"]]
    return found


def test_the_empty_page(chat: Page) -> None:
    asked(chat, "how many plots?")
    chat.get_by_role("button", name="New conversation").click()
    expect(chat.locator("#earlier li").first).to_be_visible()
    expect(chat.locator("#suggestions button").first).to_be_visible()
    assert violations(chat) == []


def test_a_conversation_with_every_kind_of_reply_and_its_side(chat: Page) -> None:
    for question in ("how many plots?", "how many troops?", "what is the capital of Mongolia?", "and of the garden?"):
        asked(chat, question)
    asked(chat, "how many times is the hill mentioned?")
    assert violations(chat) == []
    follow(chat, chat.locator(".source a").first)
    assert violations(chat) == []
    chat.get_by_role("button", name="documents").click()
    expect(chat.locator(".files li").first).to_be_visible()
    assert violations(chat) == []


def test_a_narrow_screen(chat: Page) -> None:
    chat.set_viewport_size({"width": 320, "height": 640})
    follow(chat, asked(chat, "how many troops?").locator(".source a").first)
    assert violations(chat) == []


@pytest.mark.parametrize("path", ["tide-pool-survey.pdf", "troops-in-russia-briefing.md", "comet.txt"])
def test_the_page_of_a_document(page: Page, server: Server, path: str) -> None:
    (listed,) = [entry for entry in server.get("/v1/documents").json()["documents"] if entry["path"] == path]
    page.goto(f"{server.address}/documents/{listed['id']}?start=20&end=60")
    assert violations(page) == []


def test_the_page_of_an_answer_without_scripts(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/answer?q=how+many+troops%3F")
    assert violations(page) == []
