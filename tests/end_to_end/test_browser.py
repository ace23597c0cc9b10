"""What a person sees: the chat page and the document page, in a real browser."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.end_to_end.conftest import BUOY, COMET, Server

if os.environ.get("SEEDBED_REQUIRE_BROWSER") != "1":
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, Dialog, Locator, Page, Route, expect, sync_playwright

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        missing = "chromium is not installed; set SEEDBED_REQUIRE_BROWSER=1 to fail instead"
        pytest.fail(missing) if os.environ.get("SEEDBED_REQUIRE_BROWSER") == "1" else pytest.skip(missing)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def troubles() -> list[str]:
    """What a browser complains about: errors on the console, of scripts and of the policy, and dialogs."""
    return []


@pytest.fixture
def chat(browser: Browser, server: Server, troubles: list[str]) -> Iterator[Page]:
    """The chat page; no test may leave troubles behind."""

    def dismissed(dialog: Dialog) -> None:
        troubles.append(dialog.message)
        dialog.dismiss()

    context = browser.new_context(base_url=server.address)
    context.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    context.on("dialog", dismissed)
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()
    assert troubles == []


def asked(page: Page, question: str) -> Locator:
    """Ask on the chat page, and return the reply once it is there."""
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask").click()
    reply = page.locator("article").last
    expect(reply.locator(".answer, .error, .passages").first).to_be_attached()
    return reply


def follow(page: Page, link: Locator) -> Page:
    """Click the link of a quote, and return the document page it opens."""
    with page.expect_popup() as opened:
        link.click()
    document = opened.value
    document.wait_for_load_state("networkidle")
    return document


def marked(page: Page) -> str:
    return "".join(page.locator("mark").all_text_contents())


def test_both_answers_are_shown_with_their_words_marked_in_the_quotes(chat: Page) -> None:
    reply = asked(chat, "how many troops?")
    expect(reply.locator(".status")).to_have_text("The documents give different answers.")
    answers = ["up to 13,000 or more", "about 10,000"]
    assert reply.locator(".words").all_text_contents() == answers
    assert reply.locator("mark").all_text_contents() == answers
    quotes = reply.locator("blockquote").all_text_contents()
    assert quotes[0] == "Officials fear that up to 13,000 or more North Korean troops\nmay be sent to the front line."


def test_a_follow_up_says_how_it_was_understood_and_can_be_read_as_typed(chat: Page) -> None:
    asked(chat, "How much does the buoy weigh?")
    follow_up = asked(chat, "when was it painted?")
    expect(follow_up.locator(".status").first).to_contain_text("Understood as: when was the buoy painted?")
    expect(follow_up.locator(".words")).to_have_text("May")
    follow_up.get_by_role("button", name="Read as typed").click()
    expect(chat.locator("article")).to_have_count(3)
    expect(chat.locator("article").last).not_to_contain_text("Understood as")


def test_a_conversation_that_the_server_forgot_begins_anew(chat: Page, troubles: list[str]) -> None:
    with chat.expect_response("**/v1/ask") as answered:
        asked(chat, "How much does the buoy weigh?")
    forgotten = answered.value.json()["conversation_id"]
    assert chat.request.delete(f"/v1/conversations/{forgotten}").ok
    with chat.expect_response(lambda response: response.url.endswith("/v1/ask") and response.ok) as again:
        expect(asked(chat, "What was painted in May?").locator(".status").first).to_be_visible()
    assert again.value.json()["conversation_id"] != forgotten
    assert [trouble for trouble in troubles if "404" not in trouble] == []
    troubles.clear()  # the browser itself notes the 404


def test_a_count_shows_every_mention_marked_page_by_page(chat: Page) -> None:
    reply = asked(chat, "how many times is the hill mentioned?")
    expect(reply.locator(".words")).to_have_text("hill: 120 mentions in 1 document")
    more = reply.get_by_role("button", name="More")
    for shown in (50, 100, 120):
        expect(reply.locator("blockquote")).to_have_count(shown)
        if shown < 120:
            more.click()
    expect(more).to_have_count(0)
    assert reply.locator("mark").all_text_contents() == ["hill"] * 120
    assert reply.locator(".source span").last.text_content() == "line 241"
    expect(reply.locator(".source a").nth(100)).to_be_focused()


def test_documents_that_mention_something_lead_to_the_place(chat: Page) -> None:
    reply = asked(chat, "which documents mention Austin?")
    expect(reply.locator(".words")).to_have_text("Austin: mentioned in 1 document")
    document = follow(chat, reply.locator(".source a").first)
    assert marked(document) == reply.locator("blockquote").first.text_content()


def test_more_of_a_count_whose_documents_have_changed_is_refused_in_words(chat: Page, troubles: list[str]) -> None:
    reply = asked(chat, "how many times is the hill mentioned?")
    detail = "the cursor continues another count, or the documents have changed; ask again without a cursor"
    chat.route("**/v1/ask", lambda route: route.fulfill(status=422, json={"detail": detail}), times=1)
    reply.get_by_role("button", name="More").click()
    expect(reply.get_by_role("alert")).to_have_text(detail)
    assert [text for text in troubles if "422" not in text] == []
    troubles.clear()


def test_a_quote_leads_to_its_place_in_the_document(chat: Page) -> None:
    reply = asked(chat, "how many troops?")
    for n, link in enumerate(reply.locator(".source a").all()):
        document = follow(chat, link)
        expect(document.locator("#quote")).to_be_in_viewport(ratio=1)
        assert marked(document) == reply.locator("blockquote").nth(n).text_content()
        assert document.locator("h1").text_content() == link.text_content()


def test_emoji_shift_no_mark_on_either_page(chat: Page) -> None:
    reply = asked(chat, "for how many minutes did the watchers see the comet?")
    quote = "At last 🚀 the watchers 👩‍👩‍👧‍👦 saw the comet 🌠 for about 47 minutes 👍🏽 before dawn."
    assert reply.locator("blockquote").first.text_content() == quote
    assert reply.locator("mark").first.text_content() == "about 47"
    document = follow(chat, reply.locator(".source a").first)
    assert (marked(document), document.locator(".text").text_content()) == (quote, COMET)
    expect(document.locator("#quote")).to_be_in_viewport(ratio=1)
    assert document.evaluate("scrollY") > 1000


def test_the_text_of_a_document_does_nothing_but_be_read(chat: Page) -> None:
    reply = asked(chat, "how much does the buoy weigh?")
    quote = reply.locator("blockquote").first
    assert 'The buoy <img src=x onerror="alert(1)"> weighs 640 kg & <script>alert(2)</script>' in str(
        quote.text_content()
    )
    assert reply.locator("img, script, style").count() == 0
    document = follow(chat, reply.locator(".source a").first)
    assert document.locator(".text").text_content() == BUOY
    assert document.locator("main img, main script, style").count() == 0
    assert marked(document) == quote.text_content()
    expect(document.locator("#quote")).to_be_visible()


def test_a_question_is_never_html_either(chat: Page) -> None:
    reply = asked(chat, "<img src=x onerror=alert(1)> how many plots?")
    assert reply.locator(".question").text_content() == "<img src=x onerror=alert(1)> how many plots?"
    assert reply.locator("img").count() == 0


def test_what_is_not_stated_is_said_and_the_nearest_passages_can_be_opened(chat: Page) -> None:
    reply = asked(chat, "what is the capital of Mongolia?")
    expect(reply.locator(".status")).to_have_text("The documents do not say.")
    reply.locator("summary").click()
    expect(reply.locator(".passage")).to_have_count(3)
    document = follow(chat, reply.locator(".source a").first)
    assert marked(document) == reply.locator(".passage").first.text_content()


def test_the_page_says_how_many_documents_there_are(chat: Page) -> None:
    expect(chat.locator("#index-state")).to_have_text("11 documents")


def test_a_question_can_come_with_the_address(chat: Page) -> None:
    chat.goto("/?q=how%20many%20troops%3F")
    expect(chat.locator(".words")).to_have_text(["up to 13,000 or more", "about 10,000"])


def test_an_error_of_the_server_is_shown_in_its_words(chat: Page, troubles: list[str]) -> None:
    chat.goto(f"/?q={'x' * 1001}")
    expect(chat.get_by_role("alert")).to_have_text("the question has 1001 characters; at most 1000 are read")
    assert [text for text in troubles if "422" not in text] == []
    troubles.clear()


def test_a_server_that_is_gone_is_told_in_words(chat: Page, troubles: list[str]) -> None:
    chat.route("**/v1/ask", lambda route: route.abort("connectionrefused"))
    reply = asked(chat, "how many troops?")
    expect(reply.get_by_role("alert")).to_have_text("Seedbed cannot be reached. Is it still running?")
    expect(chat.get_by_role("button", name="Ask")).to_be_enabled()
    assert [text for text in troubles if "ERR_CONNECTION_REFUSED" not in text] == []
    troubles.clear()


def test_a_question_waits_until_the_first_index_is_there(chat: Page, troubles: list[str]) -> None:
    detail = "the index is being built; try again in a moment"

    def not_yet(route: Route) -> None:
        route.fulfill(status=503, json={"detail": detail})

    chat.route("**/v1/ask", not_yet, times=1)
    chat.get_by_label("Your question").fill("how many troops?")
    chat.get_by_role("button", name="Ask").click()
    expect(chat.locator(".reply .status")).to_have_text(
        "The index is being built; try again in a moment. Your question waits."
    )
    expect(chat.locator(".words")).to_have_text(["up to 13,000 or more", "about 10,000"])
    assert [text for text in troubles if "503" not in text] == []
    troubles.clear()


def test_the_pages_need_no_mouse(chat: Page) -> None:
    expect(chat.get_by_label("Your question")).to_be_focused()
    chat.keyboard.type("how many troops?")
    chat.keyboard.press("Enter")
    link = chat.locator(".source a").first
    link.focus()
    with chat.expect_popup() as opened:
        chat.keyboard.press("Enter")
    expect(opened.value.locator("#quote")).to_be_focused()
