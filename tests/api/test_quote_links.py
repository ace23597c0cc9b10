"""A link to a quote outlives a change of its document, and never marks other words than those it was made for."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import quote_links
from api.quote_links import Found, QuoteLink
from index.formats.extraction import Block
from tests import builders
from tests.api.conftest import Start
from tests.api.talking import ask, document, evidence, follow
from tests.api.test_pages import Page
from tests.builders import write

CHANGED = "This document has changed since the quote was taken"
FOUND_AGAIN = "The quote was found again where it is now."
GONE = "and the quote was not found again."

BEFORE = "The mill stands by the river Ard, below the old wood.\n\n"
QUOTE = "The mill has 14 wheels and they turn all year."
AFTER = "\n\nIn winter the ice is broken by hand every morning.\n"


def quoted(client: TestClient) -> dict[str, Any]:
    found = evidence(ask(client, "how many wheels has the mill?"))[0]
    assert found["quote"] == QUOTE
    return found


def after_edit(client: TestClient, seeds: Path, found: dict[str, Any], text: str) -> str:
    """Return the page that the link of a quote leads to after its document was changed."""
    write(seeds, {"mill.txt": text})
    follow(client, lambda: document(client, found["document_id"])["content_hash"] != found["content_hash"])
    response = client.get(found["url"])
    assert response.status_code == 200
    return response.text


def test_an_unchanged_document_is_marked_without_a_word(start: Start, seeds: Path) -> None:
    write(seeds, {"mill.txt": BEFORE + QUOTE + AFTER})
    client = start()
    html = client.get(quoted(client)["url"]).text
    assert Page(html).marked == QUOTE
    assert 'class="notice"' not in html


def test_a_quote_that_moved_is_found_again_and_the_page_says_so(start: Start, seeds: Path) -> None:
    write(seeds, {"mill.txt": BEFORE + QUOTE + AFTER})
    client = start()
    html = after_edit(client, seeds, quoted(client), "A new beginning 🌊.\n\n" + BEFORE + QUOTE + AFTER)
    assert Page(html).marked == QUOTE
    assert FOUND_AGAIN in html


def test_of_two_places_with_the_same_words_the_nearest_is_marked(start: Start, seeds: Path) -> None:
    once = BEFORE + QUOTE + AFTER
    write(seeds, {"mill.txt": once})
    client = start()
    html = after_edit(client, seeds, quoted(client), "Now twice.\n\n" + once + "\n" + once)
    opened = Page(html)
    assert opened.marked == QUOTE
    assert html.index("<mark") < html.index(QUOTE[:20], html.index("<mark") + 100)
    assert FOUND_AGAIN in html


def test_a_quote_that_is_gone_is_not_marked_and_the_page_says_so(start: Start, seeds: Path) -> None:
    write(seeds, {"mill.txt": BEFORE + QUOTE + AFTER})
    client = start()
    html = after_edit(client, seeds, quoted(client), BEFORE + "The mill is gone." + AFTER)
    assert (Page(html).marked, Page(html).targets) == ("", [])
    assert GONE in html


def test_other_words_of_the_same_length_are_not_taken_for_the_quote(start: Start, seeds: Path) -> None:
    write(seeds, {"mill.txt": BEFORE + QUOTE + AFTER})
    client = start()
    html = after_edit(client, seeds, quoted(client), BEFORE + QUOTE.replace("14", "99") + AFTER)
    assert FOUND_AGAIN not in html
    assert Page(html).marked == ""


def test_a_quote_at_the_beginning_is_found_again_behind_new_text(start: Start, seeds: Path) -> None:
    write(seeds, {"mill.txt": QUOTE + AFTER})
    client = start()
    html = after_edit(client, seeds, quoted(client), BEFORE + QUOTE + AFTER)
    assert Page(html).marked == QUOTE
    assert FOUND_AGAIN in html


def test_a_quote_at_the_end_is_found_again_before_new_text(start: Start, seeds: Path) -> None:
    write(seeds, {"mill.txt": BEFORE + QUOTE})
    client = start()
    html = after_edit(client, seeds, quoted(client), "At last. " + BEFORE + QUOTE + AFTER)
    assert Page(html).marked == QUOTE
    assert FOUND_AGAIN in html


def test_a_quote_that_still_stands_is_not_called_gone_because_its_neighbours_changed(start: Start, seeds: Path) -> None:
    write(seeds, {"mill.txt": BEFORE + QUOTE + AFTER})
    client = start()
    edited = BEFORE.replace("old wood", "new road") + QUOTE + AFTER.replace("In winter the ice", "In spring the mud")
    html = after_edit(client, seeds, quoted(client), edited)
    assert GONE not in html


def test_a_link_with_only_a_slice_marks_it_in_the_document_as_it_is(start: Start, seeds: Path) -> None:
    write(seeds, {"mill.txt": BEFORE + QUOTE + AFTER})
    client = start()
    found = quoted(client)
    html = client.get(f"/documents/{found['document_id']}?start={found['start']}&end={found['end']}").text
    assert Page(html).marked == QUOTE


def test_the_link_of_a_passage_is_not_called_a_quote_that_is_gone(start: Start, seeds: Path) -> None:
    write(seeds, {"mill.txt": BEFORE + QUOTE + AFTER})
    client = start()
    passage = ask(client, "how many wheels has the mill?")["passages"][0]
    found = quoted(client) | {"url": passage["url"]}
    html = after_edit(client, seeds, found, "New. " + BEFORE + QUOTE + AFTER)
    assert GONE not in html


class CountedText(str):
    """A text that counts how often it is looked through."""

    __slots__ = ("searches",)
    searches: int

    def find(self, *wanted: Any) -> int:
        self.searches += 1
        return super().find(*wanted)

    def rfind(self, *wanted: Any) -> int:
        self.searches += 1
        return super().rfind(*wanted)


class UnreadBlocks(tuple[Block, ...]):
    """Blocks that nobody may look at."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Block]:
        raise AssertionError("the sentences of the document were looked for")


def quote_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.mark.parametrize(("start", "end"), [(120_000, 120_024), (0, 239_990)])
def test_a_crafted_link_does_not_have_every_place_of_a_long_document_collected(start: int, end: int) -> None:
    text = CountedText("The mill has 14 wheels. " * 10_000)
    text.searches = 0
    read = replace(builders.document(str(text)), text=text)
    link = QuoteLink(start, end, document_hash="0", quote_hash="0", prefix="e", suffix="e")
    assert quote_links.follow(read, link) == Found(0, 0, f"{CHANGED}, {GONE}")
    assert text.searches < 1_000


def test_where_the_words_around_a_quote_are_found_the_sentences_are_not_looked_for() -> None:
    read = builders.document(BEFORE + QUOTE + AFTER)
    link = QuoteLink(0, len(QUOTE), document_hash="0", quote_hash=quote_hash(QUOTE), prefix=BEFORE[-32:])
    found = quote_links.follow(replace(read, blocks=UnreadBlocks(read.blocks)), link)
    assert found == Found(len(BEFORE), len(BEFORE) + len(QUOTE), f"{CHANGED}. {FOUND_AGAIN}")


def test_of_many_places_behind_the_same_words_the_nearest_are_looked_at() -> None:
    read = builders.document("Wheel 0000 turns. " * 400 + "Wheel 0014 turns. " + "Wheel 0000 turns. " * 400)
    start = read.text.index("0014")
    for moved in (-500, 0, 500):
        at = start + moved
        link = QuoteLink(at, at + 4, document_hash="0", quote_hash=quote_hash("0014"), prefix="Wheel ")
        assert quote_links.follow(read, link) == Found(start, start + 4, f"{CHANGED}. {FOUND_AGAIN}")
