"""What a person does on the pages."""

from playwright.sync_api import Locator, Page, expect


def asked(page: Page, question: str) -> Locator:
    """Ask on the chat page, and return the question with its reply once that is there."""
    reply = page.locator("article").nth(page.locator("article").count())
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(reply.locator(".actions, .error").first).to_be_attached()
    return reply


def follow(page: Page, link: Locator) -> Locator:
    """Click the link of a quote, and return the side with the document it opens."""
    link.click()
    side = page.locator("#side")
    expect(side.locator(".sections, .notice").first).to_be_visible()
    return side


def marked(side: Locator) -> str:
    """Return the words of the quote that was followed."""
    return "".join(side.locator("mark:not(.also)").all_text_contents())


def settle(troubles: list[str], *expected: str) -> None:
    """Check that a browser complained of nothing else; it notes every request that fails by itself."""
    assert [trouble for trouble in troubles if not any(each in trouble for each in expected)] == []
    troubles.clear()
