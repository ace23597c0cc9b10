"""The documents on the chat page: which are asked, files that come and go, a build under way, reading and finding."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.end_to_end.conftest import Server
from tests.end_to_end.visiting import asked, follow, settle

pytestmark = pytest.mark.browser

TOWER = b"The tower has 31 steps.\n"
QUESTION = "how many steps has the tower?"


def add(side: Locator, name: str, content: bytes) -> None:
    side.get_by_label("Add files").set_input_files(FilePayload(name=name, mimeType="text/plain", buffer=content))


def opened(page: Page) -> Locator:
    """Open the documents at the side."""
    page.get_by_role("button", name="documents").click()
    side = page.locator("#side")
    expect(side.get_by_role("list", name="Documents").locator("li").first).to_be_visible()
    return side


def test_files_are_added_asked_replaced_and_deleted(chat: Page, library: Path, troubles: list[str]) -> None:
    side = opened(chat)
    add(side, "tower.txt", TOWER)
    outcome = side.locator(".outcomes")
    expect(outcome).to_have_text("tower.txt can be asked now")
    expect(chat.get_by_role("button", name="12 documents")).to_be_visible()
    assert (library / "tower.txt").read_bytes() == TOWER
    reply = asked(chat, QUESTION)
    expect(reply.locator(".words")).to_have_text("31")

    add(side, "tower.txt", TOWER.replace(b"31", b"32"))
    expect(outcome).to_have_text("tower.txt is in the folder already; rename it Replace")
    settle(troubles, "409")
    outcome.get_by_role("button", name="Replace").click()
    expect(outcome).to_have_text("tower.txt can be asked now")
    stale = reply.locator(".stale")
    expect(stale).to_have_text("Documents have changed since this answer. Ask again")
    stale.get_by_role("button").click()
    expect(chat.locator(".words")).to_have_text(["31", "32"])
    expect(chat.locator("article").last.locator(".stale")).to_be_hidden()

    delete = side.get_by_role("button", name="Delete tower", exact=True)
    delete.click()
    expect(delete).to_have_text("Delete the file?")
    assert (library / "tower.txt").exists()
    delete.click()
    expect(outcome).to_have_text("tower was deleted")
    expect(chat.get_by_role("button", name="11 documents")).to_be_visible()
    assert not (library / "tower.txt").exists()


def test_a_file_that_cannot_be_read_is_listed_with_the_reason(chat: Page, library: Path) -> None:
    side = opened(chat)
    add(side, "blank.txt", b"")
    expect(side.locator(".outcomes")).to_have_text("blank.txt is stored, but is empty")
    expect(side.get_by_role("heading", name="1 file could not be read")).to_be_visible()
    expect(side.locator(".reason")).to_have_text("is empty")
    expect(chat.locator(".unread")).to_have_text("1 unreadable")
    side.get_by_role("button", name="Delete blank.txt").click()
    side.get_by_role("button", name="Delete blank.txt").click()
    expect(side.locator(".outcomes")).to_have_text("blank.txt was deleted")
    expect(side.locator(".reason")).to_have_count(0)
    assert not (library / "blank.txt").exists()


@pytest.fixture
def mills(library: Path) -> Iterator[list[str]]:
    """Names of files that are not there, and will not be afterwards."""
    names = [f"mill-{n}.txt" for n in range(3)]
    yield names
    for name in names:
        (library / name).unlink(missing_ok=True)


def test_files_are_dropped_while_a_build_is_under_way_and_questions_are_answered(chat: Page, mills: list[str]) -> None:
    sentence = "The miller went to the river and counted {} of the wheels that turned there. "
    files = {name: "".join(sentence.format(n * m) for m in range(300)) for n, name in enumerate(mills, 1)}
    drop = chat.evaluate_handle(
        """(files) => {
          const dropped = new DataTransfer();
          for (const [name, text] of Object.entries(files)) dropped.items.add(new File([text], name));
          return dropped;
        }""",
        files,
    )
    chat.dispatch_event("body", "dragover", {"dataTransfer": drop})
    expect(chat.locator("body")).to_have_class("chat dropping")
    chat.dispatch_event("body", "drop", {"dataTransfer": drop})
    expect(chat.locator("body")).to_have_class("chat")
    # Files that are still arriving when the first are settled come with a build of their own.
    expect(chat.locator("#index-state")).to_contain_text(re.compile(r"Indexing: \d of \d files?, \d+ of \d+ passages"))
    expect(chat.get_by_role("progressbar", name="Indexing")).to_be_visible()
    expect(asked(chat, "how many plots?").locator(".words")).to_have_text("58")
    expect(chat.get_by_role("button", name="14 documents")).to_be_visible(timeout=240_000)
    # A machine that is busy takes longer than a request waits for its build.
    told = [re.compile(f"^{name} (can be asked now|is stored, and can be asked soon)$") for name in mills]
    expect(chat.locator(".outcomes li")).to_have_text(told)
    for name in mills:
        chat.get_by_role("button", name=f"Delete {name.removesuffix('.txt').replace('-', ' ')}").click(click_count=2)
        expect(chat.locator(".outcomes")).to_contain_text("was deleted")
    expect(chat.get_by_role("button", name="11 documents")).to_be_visible()


def test_the_folder_is_looked_through_again(chat: Page) -> None:
    opened(chat)
    with chat.expect_response("**/v1/index/rebuild") as asked_for:
        chat.get_by_role("button", name="Look through the folder again").click()
    assert asked_for.value.status == 202
    expect(chat.locator("#index-state")).to_be_empty()


def test_a_question_goes_to_the_chosen_documents_alone(chat: Page) -> None:
    side = opened(chat)
    expect(chat.locator("#scope")).to_have_text("Asking all 11 documents")
    side.get_by_label("Filter by name").fill("briefing")
    expect(side.get_by_role("list", name="Documents").locator("li")).to_have_count(1)
    side.get_by_role("checkbox").check()
    expect(chat.locator("#scope")).to_have_text(
        "Asking only North Korean troops in Russia, briefing of 30 October 2024 Ask all"
    )
    expect(asked(chat, "how many troops?").locator(".words")).to_have_text("about 10,000")
    chat.locator("#scope").get_by_role("button", name="Ask all").click()
    expect(side.get_by_role("checkbox")).not_to_be_checked()
    expect(asked(chat, "how many troops?").locator(".words")).to_have_text(["about 10,000", "up to 13,000 or more"])


def test_no_more_documents_are_chosen_than_a_question_takes(chat: Page) -> None:
    entries = [
        {"id": f"id-{n}", "path": f"{n}.txt", "title": f"{'log' if n < 1001 else 'map'} {n}"} for n in range(1201)
    ]
    listing = {"documents": entries, "next": None}
    chat.route("**/v1/documents?*", lambda route: route.fulfill(json=listing))
    side = opened(chat)
    only_these = side.get_by_role("button", name="Ask only these")
    side.get_by_label("Filter by name").fill("log")
    only_these.click()
    told = side.get_by_text("At most 1,000 documents can be chosen. Filter by name for fewer, or ask all.")
    expect(told).to_be_visible()
    expect(chat.locator("#scope")).to_have_text("Asking all 11 documents")

    entries.pop(0)
    opened(chat)
    expect(side.get_by_text("and 800 more; filter by name to find them")).to_be_visible()
    only_these.click()
    expect(told).to_be_hidden()
    expect(chat.locator("#scope")).to_have_text("Asking only 1,000 chosen documents Ask all")
    side.get_by_label("Filter by name").fill("map 1001")
    side.get_by_role("checkbox").click()
    expect(told).to_be_visible()
    expect(side.get_by_role("checkbox")).not_to_be_checked()
    expect(chat.locator("#scope")).to_have_text("Asking only 1,000 chosen documents Ask all")
    side.get_by_label("Filter by name").fill("log 17")
    side.get_by_role("checkbox", name="Ask only log 17", exact=True).click()
    expect(told).to_be_hidden()
    expect(chat.locator("#scope")).to_have_text("Asking only 999 chosen documents Ask all")


def test_chosen_documents_that_are_gone_are_told(chat: Page, server: Server) -> None:
    chat.goto(f"{server.address}/?q=how%20many%20troops%3F&documents=gone.txt")
    told = "None of the chosen documents is there now. Choose others, or ask all of them."
    expect(chat.locator(".reply .status").nth(1)).to_have_text(told)
    expect(chat.locator("#announcement")).to_have_text(told)


def test_every_quote_of_the_conversation_is_marked_in_its_document(chat: Page) -> None:
    reply = asked(chat, "how many troops?")
    asked(chat, "how many times is Kursk mentioned?")
    side = follow(chat, reply.locator(".source a").last)
    assert side.locator("mark").all_text_contents() == [
        "Report from the front: foreign soldiers near Kursk",
        "Officials fear that up to 13,000 or more North Korean troops\nmay be sent to the front line.",
        "The Kursk region itself has been an embarrassment for Moscow.",
    ]
    expect(side.get_by_text("3 quotes")).to_be_visible()
    side.get_by_role("button", name="Next quote").click()
    expect(side.get_by_text("Quote 3 of 3")).to_be_visible()
    expect(side.locator("mark").nth(2)).to_be_focused()


def test_words_are_found_in_a_document(chat: Page) -> None:
    side = follow(chat, asked(chat, "how many troops?").locator(".source a").last)
    find = side.get_by_label("Find in this document")
    find.fill("north   korean soldiers")
    expect(side.get_by_text("1 of 1")).to_be_visible()
    find.fill("kursk")
    expect(side.get_by_text("1 of 2")).to_be_visible()
    find.press("Enter")
    expect(side.get_by_text("2 of 2")).to_be_visible()
    assert chat.evaluate("[...CSS.highlights.get('found')].map(String)") == ["Kursk", "Kursk"]
    after = "(range) => range.startContainer.textContent.slice(range.startOffset, range.startOffset + 12)"
    assert chat.evaluate(f"[...CSS.highlights.get('found-now')].map({after})") == ["Kursk region"]
    find.fill("penguin (.*)")
    expect(side.get_by_text("Not found")).to_be_visible()


def test_the_contents_lead_to_a_page(page: Page, server: Server) -> None:
    (survey,) = [d for d in server.get("/v1/documents").json()["documents"] if d["path"] == "tide-pool-survey.pdf"]
    page.goto(f"{server.address}/documents/{survey['id']}")
    page.get_by_role("link", name="Page 2").click()
    expect(page.get_by_role("heading", name="Page 2")).to_be_focused()
    expect(page.get_by_role("heading", name="Page 2")).to_be_in_viewport()


def test_a_document_in_the_list_opens_in_place_of_the_list(chat: Page) -> None:
    side = opened(chat)
    side.get_by_role("link", name="Harbour notes").click()
    expect(side.locator(".sections")).to_contain_text("The buoy")
    expect(side.locator("#side-title")).to_have_text("Harbour notes")


def test_a_name_that_no_document_has_changes_nothing_about_which_are_asked(
    chat: Page,
) -> None:
    side = opened(chat)
    side.get_by_label("Filter by name").fill("harbour")
    side.get_by_role("button", name="Ask only these").click()
    chosen = chat.locator("#scope").inner_text()
    assert chosen.startswith("Asking only ")
    side.get_by_label("Filter by name").fill("zeppelin")
    side.get_by_role("button", name="Ask only these").click()
    expect(side.get_by_text("None has this name.")).to_be_visible()
    expect(chat.locator("#scope")).to_have_text(chosen)


def test_a_deleted_document_that_answers_still_is_said_to(chat: Page) -> None:
    told = {"id": "x", "path": "x.txt", "status": "queued", "job": "build-2", "reason": "the disk is full"}
    chat.route("**/v1/documents/*?wait=true", lambda route: route.fulfill(status=202, json=told))
    side = opened(chat)
    delete = side.get_by_role("button", name=re.compile("^Delete ")).first
    delete.click()
    delete.click()
    expect(side.locator(".outcomes")).to_have_text(re.compile(" was deleted, but the disk is full$"))
