"""POST /v1/ask: the reply, whole, against the contract."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Start
from tests.api.talking import ask, document, evidence, problem
from tests.builders import pdf, write

REPLY = {
    "question": str,
    "interpreted_as": str,
    "documents": list | None,
    "status": str,
    "answer": str | None,
    "confidence": float,
    "confidence_level": str,
    "answers": list,
    "count": dict | None,
    "passages": list,
    "conversation_id": str,
    "index_version": str,
    "timings_ms": dict,
}
ANSWER = {"text": str, "confidence": float, "confidence_level": str, "quantity": dict | None, "evidence": list}
EVIDENCE = {
    "document_id": str,
    "title": str,
    "path": str,
    "content_hash": str,
    "modified": str,
    "quote": str,
    "start": int,
    "end": int,
    "answer_start": int,
    "answer_end": int,
    "prefix": str,
    "suffix": str,
    "context": list,
    "page": int | None,
    "line": int | None,
    "heading_path": list,
    "attribution": dict | None,
    "url": str,
    "score": float,
}
COUNT = {"value": int, "of": str, "unit": str, "documents": int, "occurrences": list, "next": str | None}
PASSAGE = {"document_id": str, "path": str, "start": int, "end": int, "score": float}


def has_shape(value: dict[str, Any], shape: dict[str, Any]) -> bool:
    return all(name in value and isinstance(value[name], kind) for name, kind in shape.items())


def test_the_reply_has_every_field_of_the_contract(client: TestClient) -> None:
    reply = ask(client, "how many troops?")
    assert has_shape(reply, REPLY)
    assert reply["answers"] and all(has_shape(answer, ANSWER) for answer in reply["answers"])
    assert all(has_shape(found, EVIDENCE) for found in evidence(reply))
    assert reply["passages"] and all(has_shape(passage, PASSAGE) for passage in reply["passages"])
    assert sorted(reply["timings_ms"]) == ["read", "retrieve", "total"]
    assert has_shape(reply["timings_ms"], {"retrieve": float, "read": float, "total": float})
    assert reply["index_version"] == client.get("/v1/index").json()["version"]


def test_two_documents_that_differ_give_several_answers_and_no_single_one(client: TestClient) -> None:
    reply = ask(client, "how many troops?")
    assert (reply["question"], reply["interpreted_as"]) == ("how many troops?", "how many troops?")
    assert (reply["status"], reply["answer"], reply["count"]) == ("several", None, None)
    assert [(a["text"], a["evidence"][0]["path"]) for a in reply["answers"]] == [
        ("about 10,000", "troops-in-russia-briefing.md"),
        ("up to 13,000 or more", "front-line-report.txt"),
    ]


def test_every_quote_is_a_slice_of_the_document_it_names(client: TestClient) -> None:
    for found in evidence(ask(client, "how many troops?")):
        whole = document(client, found["document_id"])
        text = whole["text"]
        assert text[found["start"] : found["end"]] == found["quote"]
        assert text[max(0, found["start"] - 32) : found["start"]] == found["prefix"]
        assert text[found["end"] : found["end"] + 32] == found["suffix"]
        assert found["start"] <= found["answer_start"] < found["answer_end"] <= found["end"]
        assert found["content_hash"] == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
        same = ("path", "title", "content_hash", "modified")
        assert [found[name] for name in same] == [whole[name] for name in same]


def test_the_text_of_an_answer_is_the_answer_slice_of_its_first_evidence(client: TestClient) -> None:
    for answer in ask(client, "how many troops?")["answers"]:
        first = answer["evidence"][0]
        text = document(client, first["document_id"])["text"]
        assert answer["text"] == text[first["answer_start"] : first["answer_end"]]


def test_the_evidence_says_where_it_stands(client: TestClient) -> None:
    briefing, report = evidence(ask(client, "how many troops?"))
    assert briefing["title"] == "North Korean troops in Russia, briefing of 30 October 2024"
    assert (briefing["page"], briefing["line"]) == (None, 11)
    assert briefing["heading_path"] == [
        "North Korean troops in Russia: what was said this week",
        "The count given by the alliance",
    ]
    assert report["heading_path"] == ["Report from the front: foreign soldiers near Kursk"]
    assert datetime.fromisoformat(report["modified"]).utcoffset() is not None


def test_evidence_from_a_pdf_names_the_page(start: Start, seeds: Path) -> None:
    pages = ["A short history of the bridge over the river Ard.", "The bridge was opened on 4 May 1911 by the mayor."]
    write(seeds, {"bridge.pdf": pdf(pages, "The bridge")})
    (found,) = evidence(ask(start(), "when was the bridge opened?"))
    assert (found["page"], found["quote"]) == (2, "The bridge was opened on 4 May 1911 by the mayor.")


def test_one_answer_is_given_as_the_answer(client: TestClient) -> None:
    reply = ask(client, "how many log books are there?")
    first = evidence(reply)[0]
    text = document(client, first["document_id"])["text"]
    assert (reply["status"], reply["answer"], reply["confidence_level"]) == ("answered", "47", "high")
    assert reply["answer"] == reply["answers"][0]["text"] == text[first["answer_start"] : first["answer_end"]]
    assert reply["confidence"] == reply["answers"][0]["confidence"] >= 0.8


def test_mentions_are_counted_over_all_documents(client: TestClient) -> None:
    reply = ask(client, "how many times is Kursk mentioned?", limit=1)
    count = reply["count"]
    assert has_shape(reply, REPLY) and has_shape(count, COUNT)
    assert all(has_shape(found, EVIDENCE) for found in count["occurrences"])
    assert (reply["status"], reply["answer"], reply["answers"], reply["passages"]) == ("counted", None, [], [])
    assert (reply["confidence"], reply["confidence_level"]) == (1.0, "high")
    assert count | {"occurrences": None} == {
        "value": 3,
        "of": "Kursk",
        "unit": "occurrences",
        "documents": 2,
        "occurrences": None,
        "next": None,
    }
    assert [(found["path"], found["line"], found["quote"]) for found in count["occurrences"]] == [
        ("front-line-report.txt", 1, "Report from the front: foreign soldiers near Kursk"),
        ("front-line-report.txt", 17, "The Kursk region itself has been an embarrassment for Moscow."),
        (
            "troops-in-russia-briefing.md",
            13,
            "On Wednesday the Pentagon confirmed that soldiers from Pyongyang were on their way to the Kursk region.",
        ),
    ]
    for found in count["occurrences"]:
        text = document(client, found["document_id"])["text"]
        assert text[found["answer_start"] : found["answer_end"]] == "Kursk"


def test_the_documents_that_mention_something_are_counted(client: TestClient) -> None:
    count = ask(client, "which documents mention North Korea?")["count"]
    assert (count["value"], count["unit"], count["documents"]) == (1, "documents", 1)
    assert [found["path"] for found in count["occurrences"]] == ["troops-in-russia-briefing.md"]
    assert ask(client, "how many documents mention the moon landing?")["count"]["value"] == 0


def test_a_count_can_be_of_some_documents_only(client: TestClient) -> None:
    reply = ask(client, "how many times is Kursk mentioned?", documents=["troops-*"])
    assert (reply["status"], reply["count"]["value"], reply["count"]["documents"]) == ("counted", 1, 1)
    reply = ask(client, "how many times is Kursk mentioned?", documents=["*.docx"])
    assert (reply["status"], reply["count"]) == ("no_documents", None)


def test_a_long_count_comes_in_pages(start: Start, seeds: Path) -> None:
    write(seeds, {"a.txt": "The owl calls.\n" * 60, "b.txt": "An owl answers.\n" * 60})
    client = start()
    pages, cursor = [], None
    for _ in range(3):
        count = ask(client, "how many times is the owl mentioned?", cursor=cursor)["count"]
        assert (count["value"], count["documents"]) == (120, 2)
        pages.append([(found["path"], found["line"]) for found in count["occurrences"]])
        cursor = count["next"]
    assert cursor is None
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [place for page in pages for place in page] == [(p, n) for p in ("a.txt", "b.txt") for n in range(1, 61)]


@pytest.mark.parametrize("cursor", ["", "what", "50.0123456789abcdef", "🌊"])
def test_a_cursor_of_nothing_is_refused(client: TestClient, cursor: str) -> None:
    response = client.post("/v1/ask", json={"question": "how many times is Kursk mentioned?", "cursor": cursor})
    assert problem(response, 422) == (
        "the cursor continues another count, or the documents have changed; ask again without a cursor"
    )


def test_a_cursor_with_a_question_that_is_read_is_refused(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": "how many troops?", "cursor": "50.0123456789abcdef"})
    assert problem(response, 422) == (
        "only counts come in pages, and this question asks for none; ask it without a cursor"
    )


def test_a_question_that_only_begins_like_a_count_is_read(client: TestClient) -> None:
    reply = ask(client, "how many times did he mention leaving?")
    assert reply["status"] in ("answered", "several", "not_stated")
    assert reply["count"] is None and reply["passages"] != []


def test_what_no_few_words_answer_is_answered_by_the_whole_sentence(client: TestClient) -> None:
    reply = ask(client, "was the vote on the beehives put off?")
    first = evidence(reply)[0]
    assert reply["status"] == "answered"
    assert reply["answer"] == first["quote"]
    assert first["path"] == "garden-minutes.md"
    assert (first["answer_start"], first["answer_end"]) == (first["start"], first["end"])


def test_where_the_documents_do_not_say_the_nearest_passages_are_shown(client: TestClient) -> None:
    reply = ask(client, "what is the capital of Mongolia?")
    assert (reply["status"], reply["answer"], reply["answers"]) == ("not_stated", None, [])
    assert reply["confidence_level"] == "low" and 0 <= reply["confidence"] < 0.3
    nearest = reply["passages"][0]
    text = document(client, nearest["document_id"])["text"]
    assert nearest["text"] == text[nearest["start"] : nearest["end"]]
    scores = [passage["score"] for passage in reply["passages"]]
    assert scores == sorted(scores, reverse=True)


def test_an_empty_folder_has_no_documents_to_ask(start: Start) -> None:
    reply = ask(start(), "how many troops?")
    assert (reply["status"], reply["answer"], reply["confidence"]) == ("no_documents", None, 0)
    assert (reply["answers"], reply["passages"]) == ([], [])


def test_a_filter_that_fits_nothing_leaves_no_documents(client: TestClient) -> None:
    reply = ask(client, "how many troops?", documents=["reports/*.docx"])
    assert (reply["status"], reply["answers"], reply["passages"]) == ("no_documents", [], [])


@pytest.mark.parametrize("wanted", ["front-line-report.txt", "*.txt", "front-*", "the id"])
def test_a_question_can_be_put_to_some_documents_only(client: TestClient, wanted: str) -> None:
    listed = client.get("/v1/documents").json()["documents"]
    (report,) = [entry for entry in listed if entry["path"] == "front-line-report.txt"]
    reply = ask(
        client, "what do Russian soldiers complain about?", documents=[report["id"] if wanted == "the id" else wanted]
    )
    assert (reply["status"], reply["answer"]) == ("answered", "the newcomers")
    allowed = {"front-line-report.txt", "reading-room-rules.txt"} if wanted == "*.txt" else {"front-line-report.txt"}
    assert {passage["path"] for passage in reply["passages"]} == allowed


def test_a_path_in_a_folder_is_asked_by_pattern(start: Start, seeds: Path) -> None:
    write(seeds, {"a/one.txt": "The tower has 31 steps.\n", "b/two.txt": "The tower has 52 steps.\n"})
    client = start()
    assert ask(client, "how many steps has the tower?", documents=["b/*"])["answer"] == "52"
    assert ask(client, "how many steps has the tower?")["status"] == "several"


def test_the_limit_is_the_most_answers_shown(client: TestClient) -> None:
    reply = ask(client, "how many troops?", limit=1)
    assert [answer["text"] for answer in reply["answers"]] == ["about 10,000"]


def test_a_limit_does_not_make_one_of_several_answers_the_only_one(client: TestClient) -> None:
    reply = ask(client, "how many troops?", limit=1)
    assert (reply["status"], reply["answer"]) == ("several", None)


def test_the_same_words_in_two_documents_are_one_answer_with_two_quotes(start: Start, seeds: Path) -> None:
    write(seeds, {"a.txt": "The tower has 31 steps.\n", "b.txt": "As we counted, the tower has 31 steps.\n"})
    reply = ask(start(), "how many steps has the tower?")
    assert (reply["status"], reply["answer"]) == ("answered", "31")
    assert sorted(found["path"] for found in evidence(reply)) == ["a.txt", "b.txt"]


def test_the_same_question_twice_gives_the_same_reply(client: TestClient) -> None:
    first, second = (ask(client, "how many plots are there?") for _ in range(2))
    own = {"timings_ms": None, "conversation_id": None}
    assert first | own == second | own


def test_the_quote_is_the_row_and_its_context_what_names_the_columns(start: Start, seeds: Path) -> None:
    write(seeds, {"dams.csv": "Dam,Height,Built\nKariba,128 m,1959\nHoover,221 m,1936\n"})
    count = ask(start(), "how many times is Kariba mentioned?")["count"]
    (found,) = count["occurrences"]
    assert (found["quote"], found["line"]) == ("Kariba\t128 m\t1959", 2)
    assert found["context"] == [{"start": 0, "end": 16, "text": "Dam\tHeight\tBuilt"}]


def test_what_names_the_columns_needs_no_context(start: Start, seeds: Path) -> None:
    write(seeds, {"dams.csv": "Dam,Height,Built\nKariba,128 m,1959\n"})
    (found,) = ask(start(), "how many times is Height mentioned?")["count"]["occurrences"]
    assert (found["quote"], found["context"]) == ("Dam\tHeight\tBuilt", [])


def test_why_is_answered_by_the_words_that_the_reader_is_sure_of(client: TestClient) -> None:
    reply = ask(client, "why was the vote on the beehives put off?")
    assert (reply["status"], reply["answer"]) == ("answered", "allergies")
    assert evidence(reply)[0]["quote"] == "Three members were against it because of allergies."


@pytest.mark.parametrize("question", ["?", "🌊?", "((( …", "thanks!"])
def test_what_asks_nothing_is_answered_by_nothing(client: TestClient, question: str) -> None:
    reply = ask(client, question)
    assert (reply["status"], reply["answers"]) == ("not_stated", [])


@pytest.mark.parametrize("question", ["🌊?", "(((", "AND OR NOT", 'title:"x"^2 ~ *', "a" * 1000, "\u0000", "ما هذا؟"])
def test_any_question_gets_a_reply(client: TestClient, question: str) -> None:
    assert ask(client, question)["question"] == question
