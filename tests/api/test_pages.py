"""GET / and GET /documents/{id}: what a person reads in a browser."""

import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from index.documents import document_id
from tests.api.conftest import Start
from tests.api.talking import ask, document, evidence, problem
from tests.builders import pdf, write


class Page(HTMLParser):
    """The text of a document page as a browser has it: all of it, and what stands in `mark`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = self.marked = ""
        self.targets: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._in_text = self._in_mark = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self._in_text |= attributes.get("class") == "text"
        self._in_mark |= tag == "mark"
        if attributes.get("id") == "quote":
            self.targets.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_text &= tag != "div"
        self._in_mark &= tag != "mark"

    def handle_data(self, data: str) -> None:
        self.text += data if self._in_text else ""
        self.marked += data if self._in_mark else ""


def page(client: TestClient, document_id: str, **query: object) -> Page:
    response = client.get(f"/documents/{document_id}", params={name: str(value) for name, value in query.items()})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Page(response.text)


def only_id(client: TestClient) -> str:
    (entry,) = client.get("/v1/documents").json()["documents"]
    return str(entry["id"])


def test_the_chat_page_runs_nothing_but_its_own_files(client: TestClient) -> None:
    response = client.get("/")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    found = Page(response.text)
    scripts = [attributes for tag, attributes in found.tags if tag == "script"]
    assert [script["src"] for script in scripts] == ["/web/chat.js"]
    assert re.search(r"<script[^>]*></script>", response.text)
    assert not [tag for tag, _ in found.tags if tag in ("style", "iframe", "object", "base")]
    assert not [name for _, attributes in found.tags for name in attributes if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("address", ["/", "/documents/{id}"])
def test_every_file_a_page_needs_is_there(client: TestClient, address: str) -> None:
    listed = client.get("/v1/documents").json()["documents"][0]["id"]
    found = Page(client.get(address.format(id=listed)).text)
    links = [a.get("src") or a.get("href") or "" for tag, a in found.tags if tag in ("script", "link", "img", "a")]
    links = [link for link in links if not link.startswith("#")]
    assert "/web/style.css" in links
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


WEB = Path(__file__).parents[2] / "api/web"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@pytest.mark.parametrize("name", sorted(file.name for file in WEB.iterdir() if file.suffix in TYPES))
def test_a_file_of_the_pages_has_its_type(client: TestClient, name: str) -> None:
    response = client.get(f"/web/{name}")
    assert response.headers["content-type"].partition(";")[0] == TYPES[Path(name).suffix]
    assert response.content == (WEB / name).read_bytes()


def test_the_pages_import_nothing_but_their_own_modules_and_never_make_html_of_text() -> None:
    for module in WEB.glob("*.js"):
        script = module.read_text("utf-8")
        for imported in re.findall(r"""\bfrom "([^"]+)"|\bimport\(""", script):
            assert (WEB / imported).is_file() and imported.startswith("./"), f"{module.name} imports {imported}"
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://", script)


def test_the_chat_page_weighs_less_than_60_kb() -> None:
    unread = {"answer.html", "document.html", "document.js"}
    assert sum(file.stat().st_size for file in WEB.iterdir() if file.name not in unread) < 60_000


def test_every_shipped_document_can_be_read_as_a_page_whole(client: TestClient) -> None:
    for entry in client.get("/v1/documents").json()["documents"]:
        found = page(client, entry["id"])
        assert found.text == document(client, entry["id"])["text"]
        assert (found.marked, found.targets) == ("", [])


def test_the_link_of_every_quote_marks_exactly_the_quote(client: TestClient) -> None:
    questions = ["how many troops?", "who founded the bakery?", "When was the lighthouse first lit?", "why the vote?"]
    found = [quoted for question in questions for quoted in evidence(ask(client, question))]
    assert {"sourdough.md", "lighthouse.html", "front-line-report.txt"} < {quoted["path"] for quoted in found}
    for quoted in found:
        opened = Page(client.get(quoted["url"]).text)
        assert (opened.marked, opened.targets) == (quoted["quote"], ["mark"])


@pytest.mark.parametrize("path", ["tide-pool-survey.pdf", "lighthouse.html", "sourdough.md"])
def test_any_slice_is_marked_exactly_across_headings_and_pages(client: TestClient, path: str) -> None:
    listed = client.get("/v1/documents").json()["documents"]
    (document_id,) = [entry["id"] for entry in listed if entry["path"] == path]
    text = document(client, document_id)["text"]
    for start in range(0, len(text), 97):
        for end in (start + 1, start + 400, len(text)):
            opened = page(client, document_id, start=start, end=min(end, len(text)))
            assert (opened.marked, opened.text, opened.targets) == (text[start:end], text, ["mark"])


def test_a_quote_that_goes_over_a_page_break_is_marked_on_both_pages(start: Start, seeds: Path) -> None:
    write(seeds, {"bridge.pdf": pdf(["The bridge was opened", "on 4 May 1911 by the mayor."], "The bridge")})
    client = start()
    found = document(client, only_id(client))
    first, second = found["pages"]
    begin, end = first["end"] - 8, second["start"] + 5
    response = client.get(f"/documents/{found['id']}", params={"start": begin, "end": end})
    assert Page(response.text).marked == found["text"][begin:end]
    assert response.text.count("<mark") == 2
    assert response.text.count('id="quote"') == 1
    assert [f"Page {number}</h2>" in response.text for number in (1, 2, 3)] == [True, True, False]


HOSTILE = """<script>alert(1)</script>

</div></main><img src=x onerror="alert(2)"> & &amp; &lt;b&gt; "quoted" 'single' $title ${text} --> ]]>
"""


def test_the_text_of_a_document_is_never_html(start: Start, seeds: Path) -> None:
    write(seeds, {"<b>odd</b>&\"'.txt": HOSTILE})
    client = start()
    found = document(client, only_id(client))
    end = found["text"].index("onerror") + 7
    opened = page(client, found["id"], start=2, end=end)
    assert opened.text == found["text"] == HOSTILE
    assert opened.marked == HOSTILE[2:end]
    assert [a for tag, a in opened.tags if tag in ("script", "img")] == [{"type": "module", "src": "/web/document.js"}]
    assert not [tag for tag, _ in opened.tags if tag == "b"]


def test_the_path_and_title_are_never_html(start: Start, seeds: Path) -> None:
    write(seeds, {"<i>x<i>.md": "# A <img src=x> title & more\n\nThe tower has 31 steps.\n"})
    client = start()
    html = client.get(f"/documents/{only_id(client)}").text
    assert '<span class="path">&lt;i&gt;x&lt;i&gt;.md</span>' in html
    assert "<i>" not in html and "<img" not in html


def test_an_html_document_is_shown_as_its_text(start: Start, seeds: Path) -> None:
    write(seeds, {"a.html": "<p>Write <code>&lt;script&gt;alert(1)&lt;/script&gt;</code> with care.</p>"})
    client = start()
    opened = page(client, only_id(client))
    assert opened.text.strip() == "Write <script>alert(1)</script> with care."
    assert [a.get("src") for tag, a in opened.tags if tag == "script"] == ["/web/document.js"]


@pytest.mark.parametrize(
    "text",
    [
        "The 🌊 is high. 👩‍👩‍👧 see it.",
        "Zwei\r\nZeilen.\r\n",
        "עברית ועוד מילים.",
        "Page one.\fPage two.",
        "e\u0301tude and n\u0303o.",
    ],
)
def test_the_page_shows_every_character_in_its_place(start: Start, seeds: Path, text: str) -> None:
    write(seeds, {"a.txt": text})
    client = start()
    for begin in range(len(text)):
        opened = page(client, only_id(client), start=begin, end=begin + 3)
        assert opened.text == text
        assert begin + 3 > len(text) or opened.marked == text[begin : begin + 3]


@pytest.mark.parametrize("query", ["start=-1&end=5", "start=a&end=5", "start=1&end=b"])
def test_a_wrong_slice_is_refused(client: TestClient, query: str) -> None:
    listed = client.get("/v1/documents").json()["documents"][0]["id"]
    assert problem(client.get(f"/documents/{listed}?{query}"), 422)


@pytest.mark.parametrize(
    "query", ["start=5&end=5", "start=9&end=5", "start=0&end=99999999", "start=99999998&end=99999999"]
)
def test_a_slice_outside_the_document_marks_nothing_and_says_so(client: TestClient, query: str) -> None:
    listed = client.get("/v1/documents").json()["documents"][0]["id"]
    html = client.get(f"/documents/{listed}?{query}").text
    assert Page(html).marked == ""
    assert "This link points outside the document, so nothing is marked." in html


def test_a_hostile_link_cannot_write_into_the_page(client: TestClient) -> None:
    listed = client.get("/v1/documents").json()["documents"][0]["id"]
    hostile = "<script>alert(1)</script>"
    query = urlencode({"start": 0, "end": 5, "hash": hostile, "prefix": hostile, "suffix": hostile})
    assert hostile not in client.get(f"/documents/{listed}?{query}").text


def test_the_page_of_a_document_that_is_gone_is_a_page(client: TestClient) -> None:
    response = client.get("/documents/nothere?start=1&end=2")
    assert (response.status_code, response.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "It is not in the index: the file was removed, renamed, or cannot be read." in response.text


def test_the_contents_of_a_document_lead_to_its_headings(start: Start, seeds: Path) -> None:
    write(
        seeds, {"a.md": "# The mill\n\nIt turns.\n\n### A wheel & more\n\nIt has 4 spokes.\n\n## Rent\n\nIt is low.\n"}
    )
    client = start()
    text = document(client, only_id(client))["text"]
    html = client.get(f"/documents/{only_id(client)}").text
    outline = html.partition('<nav aria-label="Pages and headings"><ul>')[2].partition("</ul>")[0]
    entries = re.findall(r'<li class="depth-(\d)"><a href="#heading-(\d+)" dir="auto">([^<]*)</a></li>', outline)
    assert [(depth, words) for depth, _, words in entries] == [
        ("1", "The mill"),
        ("2", "A wheel &amp; more"),
        ("2", "Rent"),
    ]
    for depth, place, words in entries:
        assert f'<b role="heading" aria-level="{int(depth) + 1}" id="heading-{place}">{words}</b>' in html
        assert text[int(place) :].startswith(words.replace("&amp;", "&"))


def test_the_contents_of_a_paged_document_lead_to_its_pages_and_headings(start: Start, seeds: Path) -> None:
    write(seeds, {"a.pdf": pdf(["The bridge\nIt is long.", "The toll\nIt is low."], "Crossing")})
    html = start().get(f"/documents/{document_id('a.pdf')}").text
    entries = re.findall(r'<li class="depth-(\d)"><a href="#([\w-]+)" dir="auto">([^<]*)</a></li>', html)
    assert entries == [("1", "page-1", "Page 1"), ("1", "page-2", "Page 2")]


def test_further_quotes_are_marked_too_and_only_in_the_same_version(client: TestClient) -> None:
    (quoted,) = evidence(ask(client, "how many troops?", documents=["troops-*"]))
    html = client.get(f"{quoted['url']}&also=0-3&also={quoted['start'] + 8}-{quoted['end'] + 5}&also=5-99999999").text
    marks = re.findall(r"<mark([^>]*)>([^<]*)</mark>", html)
    after = document(client, quoted["document_id"])["text"][quoted["end"] : quoted["end"] + 5]
    (first, *main), last = marks[0:1] + marks[1:-1], marks[-1]
    assert (first, last) == ((' class="also"', "---"), (' class="also"', after))
    assert "".join(text for _, text in main) == quoted["quote"]
    assert Page(html).text == document(client, quoted["document_id"])["text"]
    older = client.get(quoted["url"].replace("hash=", "hash=0") + "&also=0-3").text
    assert 'class="also"' not in older


@pytest.mark.parametrize("also", ["1", "1-2-3", "-1-2", "a-b", "1-9999999999"])
def test_a_further_quote_that_is_none_is_refused(client: TestClient, also: str) -> None:
    listed = client.get("/v1/documents").json()["documents"][0]["id"]
    assert problem(client.get(f"/documents/{listed}?also={also}"), 422)


def test_without_scripts_a_question_has_a_page_with_its_answers(client: TestClient) -> None:
    response = client.get("/answer", params={"q": "how many troops?"})
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    found = Page(response.text)
    assert re.findall(r'<p class="words" dir="auto">([^<]*)</p>', response.text) == [
        "about 10,000",
        "up to 13,000 or more",
    ]
    assert re.findall(r'<p class="said" dir="auto">([^<]*)</p>', response.text) == [
        "the Pentagon and NATO put the number",
        "Officials fear",
    ]
    assert found.marked == "about 10,000up to 13,000 or more"
    assert re.findall(r"<span>([^<]*)</span></p>", response.text) == [
        "The count given by the alliance, line 11, dated 30 October 2024",
        "line 8",
    ]
    for quoted in evidence(ask(client, "how many troops?")):
        assert f'<a href="{escape(quoted["url"])}#quote">{escape(quoted["title"])}</a>' in response.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("how many times is Kursk mentioned?", '<p class="words" dir="auto">Kursk: 3 mentions in 2 documents</p>'),
        ("which documents mention Austin?", '<p class="words" dir="auto">Austin: mentioned in 1 document</p>'),
        ("what is the capital of Mongolia?", '<p class="status">The documents do not say. Nearest to it:</p>'),
        ("<b>why</b> & how?", '<h2 class="question" dir="auto">&lt;b&gt;why&lt;/b&gt; &amp; how?</h2>'),
    ],
)
def test_without_scripts_the_page_says_what_the_reply_is(client: TestClient, question: str, said: str) -> None:
    html = client.get("/answer", params={"q": question}).text
    assert said in html and "<b>why" not in html


def test_without_scripts_an_empty_folder_is_told(start: Start) -> None:
    assert '<p class="status">There are no documents to ask.</p>' in start().get("/answer?q=why").text


def test_without_scripts_chosen_documents_that_are_gone_are_told(client: TestClient) -> None:
    told = '<p class="status">None of the chosen documents is there now. Choose others, or ask all of them.</p>'
    assert told in client.get("/answer?q=why&documents=gone.txt&documents=*.docx").text


def test_without_scripts_a_wrong_question_is_refused_in_words(client: TestClient) -> None:
    refused = client.get("/answer?q=")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "text/html; charset=utf-8")
    told = "The question is empty; ask something, such as: how many troops?"
    assert f'<p class="error" role="alert">{told}</p>' in refused.text


def test_an_address_with_a_question_leads_to_its_answer_without_scripts_too(client: TestClient) -> None:
    assert '<a href="/answer?q=why+%26+%22how%22">Show the answer.</a>' in client.get('/?q=why+%26+"how"').text
    assert "Show the answer" not in client.get("/").text


def test_an_address_with_documents_leads_to_the_answer_of_these_without_scripts_too(client: TestClient) -> None:
    address = "?q=how+many+troops%3F&documents=troops-%2A&documents=garden-minutes.md"
    assert f'<a href="/answer{escape(address)}">Show the answer.</a>' in client.get(f"/{address}").text
    answered = client.get(f"/answer{address}").text
    assert re.findall(r'<p class="words" dir="auto">([^<]*)</p>', answered) == ["about 10,000"]
