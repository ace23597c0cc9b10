"""Conversations: kept by the service under an id, or by the client as turns."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.conversations import Conversations, KeptTurn
from index.errors import UnknownConversation
from qa.answerer import Question
from qa.conversation import Turn
from qa.replies import Reply
from tests.api.conftest import Start
from tests.api.talking import ask, events, evidence, problem, service
from tests.builders import write

FILES: dict[str, str | bytes] = {
    "north.txt": "The Pentagon said that North Korea sent about 10,000 troops. North Korea sent 40 containers.\n",
    "dam.txt": "The Kariba Dam is 128 metres high. The Kariba Dam was designed by André Coyne.\n",
}
TROOPS = "how many troops did North Korea send?"


def kept(folder: Path, most: int = 10, longest: int = 10, days: float = 1.0) -> Conversations:
    return Conversations(folder / "conversations.sqlite", most, longest, days)


def test_a_follow_up_is_understood_from_the_conversation(start: Start, seeds: Path) -> None:
    write(seeds, FILES)
    client = start()
    first = ask(client, TROOPS)
    follow_up = ask(client, "and containers?", conversation_id=first["conversation_id"])
    assert first["interpreted_as"] == TROOPS
    assert follow_up["question"] == "and containers?"
    assert follow_up["interpreted_as"] == "how many containers did North Korea send?"
    assert (follow_up["answer"], follow_up["conversation_id"]) == ("40", first["conversation_id"])


def test_who_said_so_gives_the_attribution_of_the_quotes(start: Start, seeds: Path) -> None:
    write(seeds, FILES)
    client = start()
    first = ask(client, TROOPS)
    reply = ask(client, "who said so?", conversation_id=first["conversation_id"])
    assert (reply["status"], reply["answer"]) == ("answered", "The Pentagon said")
    (found,) = evidence(reply)
    assert found["quote"] == "The Pentagon said that North Korea sent about 10,000 troops."
    assert (found["answer_start"], found["answer_end"]) == (0, 17)


def test_turns_that_the_client_sends_do_the_same_and_nothing_is_kept(start: Start, seeds: Path) -> None:
    write(seeds, FILES)
    client = start()
    turns = [{"question": TROOPS, "answer": "about 10,000"}]
    reply = ask(client, "and containers?", turns=turns)
    assert reply["interpreted_as"] == "how many containers did North Korea send?"
    assert problem(client.get(f"/v1/conversations/{reply['conversation_id']}"), 404)


def test_with_the_first_question_of_a_client_that_keeps_its_turns_nothing_is_kept_either(
    start: Start, seeds: Path
) -> None:
    write(seeds, FILES)
    client = start()
    reply = ask(client, TROOPS, turns=[])
    assert (reply["interpreted_as"], reply["answer"]) == (TROOPS, "about 10,000")
    assert problem(client.get(f"/v1/conversations/{reply['conversation_id']}"), 404)


def test_turns_of_the_client_go_before_those_of_the_service_if_there_are_any(start: Start, seeds: Path) -> None:
    write(seeds, FILES)
    client = start()
    conversation_id = ask(client, TROOPS)["conversation_id"]

    def meant(question: str, turns: list[dict[str, str]]) -> str:
        return str(ask(client, question, conversation_id=conversation_id, turns=turns)["interpreted_as"])

    assert meant("and the dam?", [{"question": "how high is the mill?"}]) == "how high is the dam?"
    assert meant("and containers?", []) == "how many containers did North Korea send?"
    turns = client.get(f"/v1/conversations/{conversation_id}").json()["turns"]
    assert [turn["question"] for turn in turns] == [TROOPS, "and containers?"]


def test_as_typed_asks_what_the_question_says(start: Start, seeds: Path) -> None:
    write(seeds, FILES)
    client = start()
    first = ask(client, TROOPS)
    reply = ask(client, "and containers?", conversation_id=first["conversation_id"], as_typed=True)
    assert reply["interpreted_as"] == "and containers?"


def test_mentions_are_counted_of_what_a_question_refers_to(start: Start, seeds: Path) -> None:
    write(seeds, FILES)
    client = start()
    first = ask(client, "how high is the Kariba Dam?")
    reply = ask(client, "how many times is it mentioned?", conversation_id=first["conversation_id"])
    assert (reply["status"], reply["count"]["of"], reply["count"]["value"]) == ("counted", "Kariba Dam", 2)


def test_an_unknown_conversation_is_refused_and_the_next_step_named(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": "why?", "conversation_id": "nobody-has-this-one"})
    assert problem(response, 404) == (
        "this conversation is not known, or was forgotten; ask without conversation_id to begin a new one"
    )


def test_a_conversation_is_read_with_its_replies_and_forgotten_by_its_id(start: Start, seeds: Path) -> None:
    write(seeds, FILES)
    client = start()
    first = ask(client, TROOPS)
    conversation_id = first["conversation_id"]
    second = ask(client, "and containers?", conversation_id=conversation_id)
    place = f"/v1/conversations/{conversation_id}"
    assert client.get(place).json() == {
        "conversation_id": conversation_id,
        "turns": [
            {"question": TROOPS, "interpreted_as": TROOPS, "answers": ["about 10,000"], "reply": first},
            {
                "question": "and containers?",
                "interpreted_as": "how many containers did North Korea send?",
                "answers": ["40"],
                "reply": second,
            },
        ],
    }
    assert client.delete(place).status_code == 204
    assert problem(client.get(place), 404)
    assert problem(client.delete(place), 404)


def test_a_conversation_that_is_forgotten_while_its_question_is_answered_stays_forgotten(
    start: Start, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(seeds, FILES)
    client = start()
    conversation_id = ask(client, TROOPS)["conversation_id"]
    parts = service(client)
    answer = parts.answerer.ask

    def forgotten_meanwhile(question: Question) -> Reply:
        parts.conversations.remove(conversation_id)
        return answer(question)

    monkeypatch.setattr(parts.answerer, "ask", forgotten_meanwhile)
    reply = ask(client, "and containers?", conversation_id=conversation_id)
    assert (reply["answer"], reply["conversation_id"]) == ("40", conversation_id)
    assert problem(client.get(f"/v1/conversations/{conversation_id}"), 404)


def test_a_turn_of_a_conversation_that_is_gone_is_not_kept(tmp_path: Path) -> None:
    conversations = kept(tmp_path)
    conversations.add("one", Turn("why?"), continues=True)
    with pytest.raises(UnknownConversation):
        conversations.turns("one")
    conversations.add("one", Turn("why?"))
    conversations.add("one", Turn("when?"), continues=True)
    assert [turn.question for turn in conversations.turns("one")] == ["why?", "when?"]


def test_a_reply_is_kept_as_it_was_given_though_its_document_is_gone(start: Start, seeds: Path) -> None:
    write(seeds, FILES)
    client = start()
    reply = ask(client, TROOPS)
    assert client.delete(f"/v1/documents/{evidence(reply)[0]['document_id']}?wait=true").status_code == 200
    (turn,) = client.get(f"/v1/conversations/{reply['conversation_id']}").json()["turns"]
    assert turn["reply"] == reply


def test_an_answer_is_given_though_it_cannot_be_kept(
    start: Start, seeds: Path, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(seeds, FILES)
    (data / "conversations.sqlite").mkdir(parents=True)
    reply = ask(start(), TROOPS)
    assert (reply["status"], reply["answer"]) == ("answered", "about 10,000")
    assert [record.getMessage() for record in caplog.records if record.name == "api.routes.ask"] == [
        "a turn was answered but not kept: unable to open database file"
    ]


def test_a_file_of_before_replies_were_kept_is_brought_up_to_date(tmp_path: Path) -> None:
    older = sqlite3.connect(tmp_path / "conversations.sqlite")
    older.executescript(
        "create table conversations (id text primary key, touched real not null);"
        "create table turns (number integer primary key autoincrement, conversation text not null,"
        " question text not null, understood text not null, answers text not null);"
    )
    with older:
        older.execute("insert into conversations values ('one', ?)", [time.time()])
        older.execute("insert into turns values (1, 'one', 'why?', 'why?', '[]')")
    older.close()
    conversations = kept(tmp_path)
    conversations.add("one", Turn("when?", (), "when?"), "{}")
    assert conversations.kept("one") == [
        KeptTurn(Turn("why?", (), "why?"), None),
        KeptTurn(Turn("when?", (), "when?"), "{}"),
    ]


def test_a_reply_of_another_version_is_left_out(start: Start, seeds: Path) -> None:
    client = start()
    service(client).conversations.add("one", Turn("why?", ("because",), "why?"), '{"another": "form"}')
    assert client.get("/v1/conversations/one").json()["turns"] == [
        {"question": "why?", "interpreted_as": "why?", "answers": ["because"], "reply": None}
    ]


def test_a_streamed_question_is_kept_too(start: Start, seeds: Path) -> None:
    write(seeds, FILES)
    client = start()
    told = dict(events(client.post("/v1/ask", json={"question": TROOPS}, headers={"Accept": "text/event-stream"})))
    reply = ask(client, "and containers?", conversation_id=told["done"]["conversation_id"])
    assert reply["interpreted_as"] == "how many containers did North Korea send?"


def test_a_conversation_survives_a_restart(tmp_path: Path) -> None:
    turn = Turn(TROOPS, ("about 10,000", "12,000"), TROOPS)
    kept(tmp_path).add("one", turn)
    assert kept(tmp_path).turns("one") == [turn]


def test_only_the_last_turns_of_a_long_conversation_are_kept(tmp_path: Path) -> None:
    conversations = kept(tmp_path, longest=2)
    for number in range(4):
        conversations.add("one", Turn(f"question {number}?"))
    assert [turn.question for turn in conversations.turns("one")] == ["question 2?", "question 3?"]


def test_the_conversation_that_rested_longest_is_forgotten_beyond_the_bound(tmp_path: Path) -> None:
    conversations = kept(tmp_path, most=2)
    for name in ("one", "two", "one", "three"):
        conversations.add(name, Turn("why?"))
    assert [len(conversations.turns(name)) for name in ("one", "three")] == [2, 1]
    with pytest.raises(UnknownConversation):
        conversations.turns("two")


def test_an_old_conversation_is_unknown_and_its_turns_are_removed(tmp_path: Path) -> None:
    conversations = kept(tmp_path)
    conversations.add("old", Turn("why?"))
    with sqlite3.connect(tmp_path / "conversations.sqlite") as connection:
        connection.execute("update conversations set touched = touched - 2 * 24 * 60 * 60")
    connection.close()
    with pytest.raises(UnknownConversation, match="ask without conversation_id"):
        conversations.turns("old")
    conversations.add("new", Turn("when?"))
    with sqlite3.connect(tmp_path / "conversations.sqlite") as connection:
        assert connection.execute("select conversation from turns").fetchall() == [("new",)]
    connection.close()


def test_many_threads_keep_all_their_turns(tmp_path: Path) -> None:
    conversations = kept(tmp_path, longest=100)

    def add(number: int) -> None:
        for turn in range(5):
            conversations.add("one", Turn(f"{number}.{turn}"))

    threads = [threading.Thread(target=add, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    questions = sorted(turn.question for turn in conversations.turns("one"))
    assert questions == sorted(f"{number}.{turn}" for number in range(6) for turn in range(5))


def test_an_id_cannot_be_guessed() -> None:
    ids = {Conversations.new_id() for _ in range(100)}
    assert len(ids) == 100 and min(map(len, ids)) >= 22
