"""The questions of our own are held to their documents; what the service makes of them is tested elsewhere."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from index.documents import read_document
from qa.evaluation.questions import read_questions

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "tests" / "fixtures" / "questions"
FOLDERS = (ROOT / "seeds", QUESTIONS / "documents")

Case = dict[str, Any]
BEHAVIOURS: dict[str, list[Case]] = json.loads((QUESTIONS / "behaviours.json").read_text("utf-8"))
DEVELOPMENT: dict[str, list[Case]] = json.loads((QUESTIONS / "development.json").read_text("utf-8"))
EVERY = {behaviour: [*chosen, *DEVELOPMENT.get(behaviour, ())] for behaviour, chosen in BEHAVIOURS.items()}
KINDS = {"other fact", "other entity", "other time", "unnamed", "near-miss name", "near-miss number", "negated"}
MODIFIERS = {"about", "more than", "at least", "up to", "less than", "at most", None}


def cases(behaviour: str) -> pytest.MarkDecorator:
    """Run a test for every case of a behaviour, those of the development among them, under its name."""
    chosen = EVERY[behaviour]
    return pytest.mark.parametrize("case", chosen, ids=[case["name"] for case in chosen])


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (QUESTIONS / name).read_text("utf-8").splitlines()]


def searched(case: Case, texts: dict[str, str]) -> dict[str, str]:
    """Return the texts that a case is restricted to."""
    patterns = case["documents"]
    return {path: text for path, text in texts.items() if patterns is None or any(fnmatch(path, p) for p in patterns)}


def check_evidence(case: Case, evidence: dict[str, list[str]], texts: dict[str, str]) -> None:
    for path, wordings in evidence.items():
        assert wordings
        assert [w for w in wordings if w not in searched(case, texts)[path]] == []


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The text of every document by path, of the seeds and of our own."""
    files = [file for folder in FOLDERS for file in sorted(folder.iterdir())]
    found = {file.name: read_document(file.name, file.read_bytes(), modified=0.0).text for file in files}
    assert len(found) == len(files)  # no two of the same name, since they shall stand in one folder
    return found


def test_there_are_a_hundred_questions_of_either_sort() -> None:
    answerable = read_questions(QUESTIONS / "answerable.jsonl").questions
    unanswerable = read_questions(QUESTIONS / "unanswerable.jsonl").questions
    assert min(len(answerable), len(unanswerable)) >= 100
    assert all(question.answers and question.document for question in answerable)
    assert not any(question.answers for question in unanswerable)


def test_no_id_and_no_question_comes_twice() -> None:
    entries = lines("answerable.jsonl") + lines("unanswerable.jsonl")
    assert len({entry["id"] for entry in entries}) == len(entries)
    assert len({entry["question"].casefold() for entry in entries}) == len(entries)


@pytest.mark.parametrize("name", ["answerable.jsonl", "unanswerable.jsonl"])
def test_a_third_of_the_questions_is_over_the_seeds(name: str) -> None:
    seeds = {file.name for file in FOLDERS[0].iterdir()}
    asked = [entry.get("document") or entry["near"] for entry in lines(name)]
    assert 0.25 < sum(path in seeds for path in asked) / len(asked) < 0.4


def test_every_document_is_asked_about(texts: dict[str, str]) -> None:
    assert {entry["document"] for entry in lines("answerable.jsonl")} == set(texts)
    assert {entry["near"] for entry in lines("unanswerable.jsonl")} == set(texts)


def test_every_accepted_answer_is_a_slice_of_its_document(texts: dict[str, str]) -> None:
    wrong = [
        (entry["id"], answer)
        for entry in lines("answerable.jsonl")
        for answer in entry["answers"]
        if not stands_apart(answer, texts[entry["document"]])
    ]
    assert wrong == []


def test_what_tempts_stands_in_the_document_beside_an_unanswerable_question(texts: dict[str, str]) -> None:
    entries = lines("unanswerable.jsonl")
    assert [entry["id"] for entry in entries if not stands_apart(entry["tempting"], texts[entry["near"]])] == []
    assert {entry["kind"] for entry in entries} == KINDS


def test_every_behaviour_has_ten_cases_of_different_names() -> None:
    assert set(BEHAVIOURS) == {
        *("several", "agreeing", "quantities", "attribution", "sentences", "quotes", "not_stated", "counting")
    }
    assert set(DEVELOPMENT) == {"several", "agreeing"}
    assert min(len(chosen) for file in (BEHAVIOURS, DEVELOPMENT) for chosen in file.values()) >= 10
    for chosen in EVERY.values():
        assert len({case["name"] for case in chosen}) == len(chosen)
        assert all(case["question"].strip() for case in chosen)


def test_no_case_of_the_development_is_measured_as_well() -> None:
    for behaviour, seen in DEVELOPMENT.items():
        measured = {case["question"].casefold() for case in BEHAVIOURS[behaviour]}
        assert measured & {case["question"].casefold() for case in seen} == set()


def test_every_restriction_leaves_the_document_that_answers(texts: dict[str, str]) -> None:
    every = [case for chosen in EVERY.values() for case in chosen]
    assert [case["name"] for case in every if not searched(case, texts)] == []
    answering = [case for case in every if "document" in case]
    assert [case["name"] for case in answering if case["document"] not in searched(case, texts)] == []


@cases("several")
def test_different_answers_stand_in_their_documents(case: Case, texts: dict[str, str]) -> None:
    assert case["status"] == "several"
    assert len(case["answers"]) >= 2
    for answer in case["answers"]:
        check_evidence(case, answer["evidence"], texts)
    wordings = [{w.casefold() for ws in answer["evidence"].values() for w in ws} for answer in case["answers"]]
    assert len(set().union(*wordings)) == sum(map(len, wordings))  # no wording belongs to two answers


@cases("agreeing")
def test_the_same_answer_stands_in_several_documents(case: Case, texts: dict[str, str]) -> None:
    assert case["status"] == "answered"
    assert 2 <= case["least_evidence"] <= len(case["evidence"])
    check_evidence(case, case["evidence"], texts)


@cases("quantities")
def test_a_quantity_stands_in_its_document(case: Case, texts: dict[str, str]) -> None:
    assert [text for text in case["texts"] if text not in texts[case["document"]]] == []
    assert case["texts"]
    assert case["value"] > 0
    assert case["units"]
    assert case["modifier"] in MODIFIERS


def test_every_modifier_comes_up() -> None:
    assert {case["modifier"] for case in BEHAVIOURS["quantities"]} == MODIFIERS


@cases("attribution")
def test_who_says_it_stands_in_the_quote(case: Case, texts: dict[str, str]) -> None:
    assert case["quote"] in texts[case["document"]]
    assert case["texts"]
    assert [part for part in (*case["texts"], *case["attributions"]) if part not in case["quote"]] == []


@cases("sentences")
def test_expected_sentences_stand_in_the_document(case: Case, texts: dict[str, str]) -> None:
    assert case["all_of"] or case["any_of"]
    assert [s for s in (*case["all_of"], *case["any_of"]) if s not in texts[case["document"]]] == []


@cases("quotes")
def test_an_expected_quote_stands_in_the_document_and_ends_with_the_sentence(case: Case, texts: dict[str, str]) -> None:
    assert texts[case["document"]].count(case["quote"]) == 1
    assert case["quote"].endswith(case["sentence"])
    assert [text for text in case["texts"] if text not in case["sentence"]] == []
    begins_with_pronoun = re.match(r"(?:She|He|It|They)\b", case["sentence"]) is not None
    assert (case["quote"] != case["sentence"]) == begins_with_pronoun


@cases("not_stated")
def test_the_hardest_are_unanswerable_questions(case: Case) -> None:
    assert case["status"] == "not_stated"
    assert {entry["id"]: entry["question"] for entry in lines("unanswerable.jsonl")}[case["id"]] == case["question"]


@cases("counting")
def test_mentions_are_counted_again(case: Case, texts: dict[str, str]) -> None:
    assert case["status"] == "counted"
    words = r"\s+".join(map(re.escape, case["of"].split()))
    mention = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
    counts = {path: len(mention.findall(text)) for path, text in searched(case, texts).items()}
    mentions = {path: count for path, count in counts.items() if count}
    assert case["mentions"] == mentions
    assert case["value"] == {"mentions": sum(mentions.values()), "documents": len(mentions)}[case["kind"]]


def stands_apart(words: str, text: str) -> bool:
    """Tell whether words are in a text and neither begin nor end within a word of it."""
    return any(not cut_off(text, at) and not cut_off(text, at + len(words)) for at in places(words, text))


def places(words: str, text: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def cut_off(text: str, at: int) -> bool:
    """Tell whether a word of the text runs on over `at`."""
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
