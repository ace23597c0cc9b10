"""POST /v1/verify: whether a quote is in the documents, whole, against the contract."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Start
from tests.api.talking import ask, document, evidence, problem
from tests.builders import pdf, write

FEAR = "Officials fear that up to 13,000 or more North Korean troops\nmay be sent to the front line."


def verified(client: TestClient, quote: str, **more: object) -> dict[str, Any]:
    response = client.post("/v1/verify", json={"quote": quote, **more})
    assert response.status_code == 200, response.text
    reply: dict[str, Any] = response.json()
    return reply


def test_a_quote_of_an_answer_is_verbatim_where_the_answer_has_it(client: TestClient) -> None:
    for found in evidence(ask(client, "how many troops?")):
        reply = verified(client, found["quote"])
        (match,) = reply["matches"]
        assert (reply["status"], reply["documents"]) == ("verbatim", 9)
        whole = {"answer_start": found["start"], "answer_end": found["end"], "score": 1.0}
        assert match == found | whole | {"differences": [], "whole_words": True}


def test_a_changed_number_is_near_and_marked(client: TestClient) -> None:
    reply = verified(client, FEAR.replace("13,000", "10,000"))
    (match,) = reply["matches"]
    text = document(client, match["document_id"])["text"]
    start = text.index("13,000")
    assert reply["status"] == "near"
    assert (match["path"], match["line"], match["quote"]) == ("front-line-report.txt", 8, FEAR)
    assert text[match["start"] : match["end"]] == match["quote"]
    assert (match["answer_start"], match["answer_end"]) == (match["start"], match["end"])
    assert match["differences"] == [
        {"kind": "number", "claimed": "10,000", "found": "13,000", "start": start, "end": start + 6}
    ]
    assert match["score"] == round(1 - 1 / len(FEAR), 4)
    assert match["url"].startswith(f"/documents/{match['document_id']}?start={match['start']}&end={match['end']}&")


def test_what_no_document_says_is_absent(client: TestClient) -> None:
    reply = verified(client, "The capital of Mongolia is Ulaanbaatar.")
    assert reply == {"status": "absent", "documents": 9, "matches": []}


def test_a_quote_from_a_pdf_names_the_page(start: Start, seeds: Path) -> None:
    pages = ["A short history of the bridge.", "The bridge was opened on 4 May 1911\nby the mayor."]
    write(seeds, {"bridge.pdf": pdf(pages)})
    (match,) = verified(start(), "was opened on 4 May 1911 by the mayor")["matches"]
    assert (match["page"], " ".join(match["quote"].split())) == (2, "was opened on 4 May 1911 by the mayor")


def test_a_quote_can_be_looked_for_in_some_documents(client: TestClient) -> None:
    assert verified(client, FEAR, documents=["front-*"])["status"] == "verbatim"
    elsewhere = verified(client, FEAR, documents=["*.md", "*.pdf"])
    assert (elsewhere["status"], elsewhere["matches"]) == ("absent", [])
    assert verified(client, FEAR, documents=["no/*"]) == {"status": "absent", "documents": 0, "matches": []}


def test_an_empty_folder_has_no_quotes(start: Start) -> None:
    assert verified(start(), FEAR) == {"status": "absent", "documents": 0, "matches": []}


@pytest.mark.parametrize(
    "quote", ["🌊", "(((", "a", '"', "…", "\u0000", "ما هذا؟", "a " * 500, "x" * 1000, "🌊" * 1000]
)
def test_any_quote_gets_a_verdict(client: TestClient, quote: str) -> None:
    assert verified(client, quote)["status"] in ("verbatim", "near", "absent")


@pytest.mark.parametrize(
    ("quote", "detail"),
    [
        ("", "the quote is empty; give the words to look for, such as a sentence"),
        (" \n\u00a0", "the quote is empty; give the words to look for, such as a sentence"),
        ("x" * 1001, "the quote has 1001 characters; at most 1000 are read"),
        ("half \ud800 a pair", "the text is not valid Unicode: it holds half of a surrogate pair"),
    ],
)
def test_a_quote_that_cannot_be_checked_is_refused(client: TestClient, quote: str, detail: str) -> None:
    body = json.dumps({"quote": quote})
    response = client.post("/v1/verify", content=body, headers={"Content-Type": "application/json"})
    assert problem(response, 422) == detail


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "quote"),
        ({"quote": 7}, "quote"),
        ({"quote": "It holds.", "documents": []}, "documents"),
        ({"quote": "It holds.", "documents": "a.txt"}, "documents"),
        ({"quote": "It holds.", "limit": 3}, "limit"),
    ],
)
def test_a_wrong_field_is_refused_by_name(client: TestClient, body: dict[str, object], named: str) -> None:
    assert problem(client.post("/v1/verify", json=body), 422).startswith(f"{named}: ")
