"""Asking on the chat page, in a real browser."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.end_to_end.conftest import BUOY, COMET, Server
from tests.end_to_end.visiting import asked, follow, marked, settle

pytestmark = pytest.mark.browser


def test_both_answers_are_shown_with_their_words_marked_in_the_quotes(chat: Page) -> None:
    reply = asked(chat, "how many troops?")
    expect(reply.locator(".status")).to_have_text("The documents give different answers.")
    assert reply.locator(".said").all_text_contents() == ["the Pentagon and NATO put the number", "Officials fear"]
    assert reply.locator(".certainty").all_text_contents() == ["Fairly sure", "Not sure"]
    answers = ["about 10,000", "up to 13,000 or more"]
    assert reply.locator(".words").all_text_contents() == answers
    assert reply.locator("mark").all_text_contents() == answers
    quotes = reply.locator("blockquote").all_text_contents()
    assert quotes[1] == "Officials fear that up to 13,000 or more North Korean troops\nmay be sent to the front line."


def test_a_follow_up_says_how_it_was_understood_and_can_be_read_as_typed(chat: Page) -> None:
    asked(chat, "How much does the buoy weigh?")
    follow_up = asked(chat, "when was it painted?")
    expect(follow_up.locator(".status").first).to_contain_text("Understood as: when was the buoy painted?")
    expect(follow_up.locator(".words")).to_have_text("May")
    follow_up.get_by_role("button", name="Read as typed").click()
    expect(chat.locator("article")).to_have_count(3)
    expect(chat.locator("article").last).not_to_contain_text("Understood as")


def test_a_conversation_that_the_server_forgot_begins_anew(chat: Page, server: Server, troubles: list[str]) -> None:
    asked(chat, "How much does the buoy weigh?")
    forgotten = chat.evaluate("history.state.conversation")
    assert chat.request.delete(f"{server.address}/v1/conversations/{forgotten}").ok
    asked(chat, "What was painted in May?")
    assert chat.evaluate("history.state.conversation") != forgotten
    settle(troubles, "404")


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
    side = follow(chat, reply.locator(".source a").first)
    assert marked(side) == reply.locator("blockquote").first.text_content()


def test_more_of_a_count_whose_documents_have_changed_is_refused_in_words(chat: Page, troubles: list[str]) -> None:
    reply = asked(chat, "how many times is the hill mentioned?")
    detail = "the cursor continues another count, or the documents have changed; ask again without a cursor"
    chat.route("**/v1/ask", lambda route: route.fulfill(status=422, json={"detail": detail}), times=1)
    reply.get_by_role("button", name="More").click()
    expect(reply.get_by_role("alert")).to_have_text(detail)
    settle(troubles, "422")


def test_a_quote_opens_its_document_beside_the_conversation_at_its_place(chat: Page) -> None:
    reply = asked(chat, "how many troops?")
    for n, link in enumerate(reply.locator(".source a").all()):
        side = follow(chat, link)
        expect(side.locator("#quote")).to_be_in_viewport(ratio=1)
        expect(reply.locator("blockquote").nth(n)).to_be_in_viewport()
        assert marked(side) == reply.locator("blockquote").nth(n).text_content()
        assert side.locator("#side-title").text_content() == link.text_content()
    chat.get_by_role("button", name="Close").click()
    expect(chat.locator("#side")).to_be_hidden()


def test_emoji_shift_no_mark_on_either_page(chat: Page) -> None:
    reply = asked(chat, "for how many minutes did the watchers see the comet?")
    quote = "At last 🚀 the watchers 👩‍👩‍👧‍👦 saw the comet 🌠 for about 47 minutes 👍🏽 before dawn."
    assert reply.locator("blockquote").first.text_content() == quote
    assert reply.locator("mark").first.text_content() == "about 47 minutes"
    link = reply.locator(".source a").first
    side = follow(chat, link)
    assert (marked(side), side.locator(".text").text_content()) == (quote, COMET)
    expect(side.locator("#quote")).to_be_in_viewport(ratio=1)
    assert side.locator("#side-body").evaluate("body => body.scrollTop") > 1000
    chat.goto(link.evaluate("link => link.href"))
    assert (marked(chat.locator("main")), chat.locator(".text").text_content()) == (quote, COMET)
    expect(chat.locator("#quote")).to_be_in_viewport(ratio=1)
    assert chat.evaluate("scrollY") > 1000


def test_the_text_of_a_document_does_nothing_but_be_read(chat: Page) -> None:
    reply = asked(chat, "how much does the buoy weigh?")
    quote = reply.locator("blockquote").first
    assert 'The buoy <img src=x onerror="alert(1)"> weighs 640 kg & <script>alert(2)</script>' in str(
        quote.text_content()
    )
    assert reply.locator("img, script, style").count() == 0
    link = reply.locator(".source a").first
    side = follow(chat, link)
    assert side.locator(".text").text_content() == BUOY
    assert side.locator("img, script, style").count() == 0
    assert marked(side) == quote.text_content()
    expect(side.locator("#quote")).to_be_visible()
    words = str(quote.text_content())
    chat.goto(link.evaluate("link => link.href"))
    assert chat.locator(".text").text_content() == BUOY
    assert chat.locator("main img, main script, style").count() == 0
    assert marked(chat.locator("main")) == words


def test_a_question_is_never_html_either(chat: Page) -> None:
    reply = asked(chat, "<img src=x onerror=alert(1)> how many plots?")
    assert reply.locator(".question").text_content() == "<img src=x onerror=alert(1)> how many plots?"
    assert reply.locator("img").count() == 0


def test_what_is_not_stated_is_said_with_the_nearest_passages(chat: Page) -> None:
    reply = asked(chat, "what is the capital of Mongolia?")
    expect(reply.locator(".words")).to_have_text("The documents do not say.")
    expect(reply.locator(".passage")).to_have_count(3)
    side = follow(chat, reply.locator(".source a").first)
    assert marked(side) == reply.locator(".passage").first.text_content()


def test_a_question_can_come_with_the_address(chat: Page, server: Server) -> None:
    chat.goto(f"{server.address}/?q=how%20many%20troops%3F&documents=troops-*")
    expect(chat.locator(".words")).to_have_text("about 10,000")
    expect(chat.locator(".reply .status")).to_have_text("Asked of 1 chosen document only")


def test_an_error_of_the_server_is_shown_in_its_words(chat: Page, server: Server, troubles: list[str]) -> None:
    chat.goto(f"{server.address}/?q={'x' * 1001}")
    expect(chat.get_by_role("alert")).to_have_text("the question has 1001 characters; at most 1000 are read")
    settle(troubles, "422")


def test_a_question_waits_until_the_first_index_is_there(chat: Page, troubles: list[str]) -> None:
    detail = "the index is being built; try again in a moment"

    def not_yet(route: Route) -> None:
        route.fulfill(status=503, json={"detail": detail})

    chat.route("**/v1/ask", not_yet, times=1)
    chat.get_by_label("Your question").fill("how many troops?")
    chat.get_by_role("button", name="Ask", exact=True).click()
    expect(chat.locator(".reply .status")).to_have_text(
        "The index is being built; try again in a moment. Your question waits."
    )
    expect(chat.locator(".words")).to_have_text(["about 10,000", "up to 13,000 or more"])
    settle(troubles, "503")


def test_the_pages_need_no_mouse(chat: Page) -> None:
    expect(chat.get_by_label("Your question")).to_be_focused()
    chat.keyboard.type("how many troops?")
    chat.keyboard.press("Enter")
    link = chat.locator(".source a").first
    link.focus()
    chat.keyboard.press("Enter")
    expect(chat.locator("#quote")).to_be_focused()
    chat.keyboard.press("Escape")
    expect(chat.locator("#side")).to_be_hidden()
    expect(link).to_be_focused()


def test_on_a_narrow_screen_a_document_lies_over_the_conversation(chat: Page) -> None:
    chat.set_viewport_size({"width": 320, "height": 640})
    reply = asked(chat, "how many troops?")
    assert chat.evaluate("document.documentElement.scrollWidth") == 320
    link = reply.locator(".source a").first
    side = follow(chat, link)
    expect(side.locator("#quote")).to_be_in_viewport()
    assert side.evaluate("side => getComputedStyle(side).animationName") == "none"
    assert side.bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 640}
    assert side.locator("#side-body").evaluate("body => body.scrollWidth <= body.clientWidth")
    chat.set_viewport_size({"width": 1600, "height": 900})
    assert side.evaluate("side => side.getBoundingClientRect().left") > 800
    chat.keyboard.press("Escape")
    expect(side).to_be_hidden()


def test_what_will_be_read_is_shown_before_the_answer(chat: Page) -> None:
    chat.evaluate(
        """() => {
          window.shown = [];
          const record = (changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
            if (node.textContent && node.parentNode !== document.body) window.shown.push(node.textContent);
          }));
          const place = document.getElementById("conversation");
          new MutationObserver(record).observe(place, { childList: true, subtree: true });
        }"""
    )
    asked(chat, "how many troops?")
    shown = chat.evaluate("window.shown")
    reading = [at for at, words in enumerate(shown) if words.startswith("Reading 8 passages of ")]
    answers = [at for at, words in enumerate(shown) if "The documents give different answers." in words]
    assert reading and answers and reading[0] < answers[0]


def test_a_slow_reply_is_waited_for_and_announced(chat: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    chat.route("**/v1/ask", hold, times=1)
    chat.get_by_label("Your question").fill("how many troops?")
    chat.get_by_role("button", name="Ask", exact=True).click()
    expect(chat.locator(".reply .status")).to_have_text("Looking…")
    expect(chat.get_by_role("button", name="Ask", exact=True)).to_be_disabled()
    expect(chat.locator("#announcement")).to_have_text("Reading…")
    held[0].continue_()
    expect(chat.locator(".words")).to_have_text(["about 10,000", "up to 13,000 or more"])
    expect(chat.locator("#announcement")).to_have_text(
        "The documents give different answers: about 10,000, fairly sure; up to 13,000 or more, not sure"
    )
    expect(chat.get_by_role("button", name="Ask", exact=True)).to_be_enabled()


def test_a_reply_that_breaks_off_is_told_and_can_be_asked_for_again(chat: Page) -> None:
    cut = {"status": 200, "content_type": "text/event-stream", "body": "event: passages\ndata: []\n\nevent: answ"}
    chat.route("**/v1/ask", lambda route: route.fulfill(**cut), times=1)
    reply = asked(chat, "how many troops?")
    expect(reply.get_by_role("alert")).to_contain_text("The connection broke off before the answer came.")
    reply.get_by_role("button", name="Try again").click()
    expect(chat.locator(".words")).to_have_text(["about 10,000", "up to 13,000 or more"])
    expect(chat.locator("article")).to_have_count(1)


def test_an_answer_is_copied_with_its_citation_and_the_question_with_its_address(chat: Page, server: Server) -> None:
    chat.goto(f"{server.address}/?q=how%20many%20troops%3F&documents=troops-*")
    chat.get_by_role("button", name="Copy with citation").click()
    expect(chat.get_by_role("button", name="Copied")).to_be_visible()
    (quoted,) = server.ask("how many troops?", documents=["troops-*"])["answers"][0]["evidence"]
    assert chat.evaluate("navigator.clipboard.readText()") == (
        f"about 10,000\n“{quoted['quote']}”\n{quoted['title']} (troops-in-russia-briefing.md, "
        f"The count given by the alliance, line 11, dated 30 October 2024)\n{server.address}{quoted['url']}"
    )
    chat.get_by_role("button", name="Copy link").click()
    expect(chat.locator("#announcement")).to_have_text("Copied")
    address = chat.evaluate("navigator.clipboard.readText()")
    assert address == f"{server.address}/?q=how+many+troops%3F&documents=troops-*" == chat.url


def test_questions_are_suggested_and_answered(chat: Page, server: Server) -> None:
    suggested = chat.locator("#suggestions button")
    expect(suggested.first).to_be_visible()
    words = suggested.all_text_contents()
    assert words == chat.request.get(f"{server.address}/v1/suggestions").json()["suggestions"]
    suggested.first.click()
    expect(chat.locator("h2.question")).to_have_text(words[0])
    expect(chat.locator(".reply .words, .reply blockquote").first).to_be_visible()


def test_without_scripts_the_form_leads_to_the_answer(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.address}/?q=how+many+plots%3F")
    page.get_by_role("link", name="Show the answer.").click()
    expect(page.locator(".words")).to_have_text("58")
    page.get_by_label("Your question").fill("how many troops?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".words")).to_have_text(["about 10,000", "up to 13,000 or more"])
    page.locator(".source a").last.click()
    expect(page.locator("#quote")).to_have_text(
        "Officials fear that up to 13,000 or more North Korean troops\nmay be sent to the front line."
    )
    context.close()
