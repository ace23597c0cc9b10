"""The `seedbed` command: what it prints where, and how it exits."""

import json
import os
import re
import socket
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient
from rich.console import Console
from rich.text import Text
from typer.testing import CliRunner, Result

from api.cli import app
from api.settings import Settings
from index.encoding import Encoder
from index.store import SnapshotStore
from tests.api.conftest import SHIPPED
from tests.api.talking import ask
from tests.builders import write

BRIEFING = "North Korean troops in Russia, briefing of 30 October 2024"
pytestmark = pytest.mark.usefixtures("at_hand")


@pytest.fixture(scope="session")
def shipped_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that the commands over the shipped documents share."""
    return tmp_path_factory.mktemp("command") / "data"


def seedbed(*arguments: str, seeds: Path, data: Path) -> Result:
    return CliRunner().invoke(app, [*arguments, "--seeds", str(seeds), "--data", str(data)])


def served(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
    """Stands in for serving until Ctrl+C."""
    for listening in sockets:
        listening.close()


def words(text: str) -> str:
    return " ".join(text.split())


def is_one_sentence(result: Result) -> str:
    """Check that a command failed as a person can bear, and return the sentence."""
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("error: ")
    return str(line)


def test_answers_are_printed_with_their_quotes(shipped_data: Path) -> None:
    result = seedbed("ask", "how many troops?", seeds=SHIPPED, data=shipped_data)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:2] == ["The documents give different answers.", "about 10,000"]
    assert lines[2].startswith("confidence: ")
    assert "up to 13,000 or more" in lines
    assert "“Officials fear that up to 13,000 or more North Korean troops may be sent to the front line.”" in words(
        result.stdout
    )
    assert "Report from the front: foreign soldiers near Kursk (front-line-report.txt, line 8)" in result.stdout


def test_how_sure_an_answer_is_stands_below_its_words(seeds: Path, data: Path) -> None:
    write(seeds, {"dam.txt": "The Kariba Dam is 128 metres high.\n"})
    printed = seedbed("ask", "How high is the Kariba Dam?", seeds=seeds, data=data).stdout.splitlines()
    assert printed[0] == "128 metres"
    assert printed[1].startswith("confidence: ")
    assert printed[2:] == ["  “The Kariba Dam is 128 metres high.”", "   dam (dam.txt, line 1)"]


def test_a_row_of_a_table_is_printed_below_what_names_its_columns(seeds: Path, data: Path) -> None:
    write(seeds, {"dams.csv": "Dam,Height\nKariba,128 m\n"})
    printed = "Kariba: 1 mention in 1 document\n   Dam Height\n  “Kariba 128 m”\n   dams (dams.csv, row 2)\n"
    assert seedbed("ask", "how many times is Kariba mentioned?", seeds=seeds, data=data).stdout == printed


def test_a_row_is_printed_with_the_heading_of_its_table(seeds: Path, data: Path) -> None:
    tables = "".join(f"## {year}\n\n| Tree | Yield |\n|---|---|\n| Apple | {year} kg |\n\n" for year in (2022, 2023))
    write(seeds, {"harvest.md": f"# Harvest\n\n{tables}"})
    printed = seedbed("ask", "how many times is Apple mentioned?", seeds=seeds, data=data).stdout
    assert [line for line in printed.splitlines() if "harvest.md" in line] == [
        "   Harvest (harvest.md, 2022, line 7)",
        "   Harvest (harvest.md, 2023, line 13)",
    ]


def test_a_count_is_printed_with_every_mention(shipped_data: Path) -> None:
    result = seedbed("ask", "how many times is Kursk mentioned?", seeds=SHIPPED, data=shipped_data)
    printed = f"""\
Kursk: 3 mentions in 2 documents
  “Report from the front: foreign soldiers near Kursk”
   Report from the front: foreign soldiers near Kursk (front-line-report.txt, line 1)
  “The Kursk region itself has been an embarrassment for Moscow.”
   Report from the front: foreign soldiers near Kursk (front-line-report.txt, line 17)
  “On Wednesday the Pentagon confirmed that soldiers from Pyongyang were on their way to the Kursk region.”
   {BRIEFING} (troops-in-russia-briefing.md, The count given by the alliance, line 13, dated 30 October 2024)
"""
    assert (result.exit_code, result.stdout) == (0, printed)
    assert printed in (SHIPPED.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("which documents mention Austin?", "Austin: mentioned in 1 document"),
        ("how many times is Lloyd Austin mentioned?", "Lloyd Austin: 1 mention in 1 document"),
        ("how many times is “Berlin” mentioned?", "Berlin: 0 mentions in 0 documents"),
    ],
)
def test_a_count_is_told_in_one_line(shipped_data: Path, question: str, line: str) -> None:
    result = seedbed("ask", question, seeds=SHIPPED, data=shipped_data)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, line)


def test_the_next_page_of_a_count_is_asked_for_with_its_cursor(seeds: Path, data: Path) -> None:
    write(seeds, {"a.txt": "The owl calls.\n" * 60})
    question = ("ask", "how many times is the owl mentioned?")
    first = seedbed(*question, seeds=seeds, data=data).stdout.splitlines()
    assert (len(first), first[0]) == (102, "owl: 60 mentions in 1 document")
    assert first[-1].startswith("There are more; ask the same with --cursor 50.")
    second = seedbed(*question, "--cursor", first[-1].split()[-1], seeds=seeds, data=data).stdout.splitlines()
    assert (len(second), second[1:3]) == (21, ["  “The owl calls.”", "   a (a.txt, line 51)"])
    wrong = is_one_sentence(seedbed(*question, "--cursor", "50.0", seeds=seeds, data=data))
    assert wrong == (
        "error: the cursor continues another count, or the documents have changed; ask again without a cursor"
    )


def test_what_is_not_stated_exits_with_1(shipped_data: Path) -> None:
    result = seedbed("ask", "what is the capital of Mongolia?", seeds=SHIPPED, data=shipped_data)
    assert result.exit_code == 1
    assert result.stdout.startswith("The documents do not say. The nearest passages:\n")


def test_an_empty_folder_exits_with_1(seeds: Path, data: Path) -> None:
    result = seedbed("ask", "how many troops?", seeds=seeds, data=data)
    assert (result.exit_code, result.stdout) == (1, "There are no documents to ask.\n")


def test_json_is_the_reply_of_the_service(shipped_data: Path, client: TestClient) -> None:
    result = seedbed("ask", "how many troops?", "--json", seeds=SHIPPED, data=shipped_data)
    printed: dict[str, Any] = json.loads(result.stdout)
    own = {"timings_ms": None, "conversation_id": None, "index_version": None}
    assert result.exit_code == 0
    assert printed["timings_ms"].keys() == {"retrieve", "read", "total"}
    assert printed | own == ask(client, "how many troops?") | own


@pytest.mark.parametrize(("question", "code"), [("what is the capital of Mongolia?", 1), ("how many plots?", 0)])
def test_json_changes_no_exit_code(shipped_data: Path, question: str, code: int) -> None:
    result = seedbed("ask", question, "--json", seeds=SHIPPED, data=shipped_data)
    assert (result.exit_code, json.loads(result.stdout)["question"]) == (code, question)


def test_a_question_can_be_put_to_some_documents(shipped_data: Path) -> None:
    arguments = ("ask", "what do Russian soldiers complain about?", "--document", "front-*", "--json")
    reply = json.loads(seedbed(*arguments, seeds=SHIPPED, data=shipped_data).stdout)
    assert (reply["status"], reply["answer"]) == ("answered", "the newcomers")


def test_the_limit_is_the_most_answers(shipped_data: Path) -> None:
    result = seedbed("ask", "how many troops?", "--limit", "1", "--json", seeds=SHIPPED, data=shipped_data)
    assert [answer["text"] for answer in json.loads(result.stdout)["answers"]] == ["about 10,000"]


@pytest.mark.parametrize("question", ["", "   ", "x" * 1001])
def test_a_question_that_cannot_be_asked_is_refused(shipped_data: Path, question: str) -> None:
    sentence = is_one_sentence(seedbed("ask", question, seeds=SHIPPED, data=shipped_data))
    assert "the question is empty" in sentence or "the question has 1001 characters" in sentence


def test_a_question_in_bytes_that_are_not_utf_8_is_refused(shipped_data: Path) -> None:
    sentence = is_one_sentence(seedbed("ask", "how many \udcff?", seeds=SHIPPED, data=shipped_data))
    assert "not valid Unicode" in sentence


def test_an_error_as_json_is_json_too(shipped_data: Path) -> None:
    result = seedbed("ask", " ", "--json", seeds=SHIPPED, data=shipped_data)
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    assert told["detail"] == "the question is empty; ask something, such as: how many troops?"


@pytest.mark.parametrize(
    "command", [["ask", "how many?"], ["search", "how many"], ["verify", "It is."], ["index"], ["serve"]]
)
def test_a_folder_that_is_not_there_is_named(tmp_path: Path, data: Path, command: list[str]) -> None:
    sentence = is_one_sentence(seedbed(*command, seeds=tmp_path / "nowhere", data=data))
    assert sentence == f"error: there is no folder {tmp_path / 'nowhere'}; create it, or name another with --seeds"


def test_as_json_a_folder_that_is_not_there_is_no_fault_of_the_program(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_TRACEBACK", "1")
    result = seedbed("ask", "how many?", "--json", seeds=tmp_path / "nowhere", data=data)
    assert (result.exit_code, result.stderr) == (2, "")
    assert json.loads(result.stdout) == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": f"there is no folder {tmp_path / 'nowhere'}; create it, or name another with --seeds",
    }


@pytest.mark.parametrize(
    "command", [["ask", "how many?"], ["search", "how many"], ["index"], ["status"], ["serve", "--port", "0"]]
)
def test_the_index_of_another_folder_is_refused_by_name(
    tmp_path: Path, seeds: Path, data: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(seeds, {"a.txt": "The tower has 31 steps.\n"})
    assert seedbed("index", seeds=seeds, data=data).exit_code == 0
    (tmp_path / "other").mkdir()
    monkeypatch.setattr("uvicorn.Server.run", served)
    sentence = is_one_sentence(seedbed(*command, seeds=tmp_path / "other", data=data))
    assert f"the index in {data} was built from {seeds}, not from {tmp_path / 'other'}" in sentence


def test_status_before_the_first_index_says_what_to_do(seeds: Path, data: Path) -> None:
    sentence = is_one_sentence(seedbed("status", seeds=seeds, data=data))
    assert sentence == f"error: nothing is indexed yet; run: seedbed index --seeds {seeds} --data {data}"


def test_index_says_what_changed_and_what_could_not_be_read(seeds: Path, data: Path) -> None:
    write(seeds, {"a.txt": "The tower has 31 steps.\n", "b.txt": "The mill has 4 wheels.\n", "c [red].xyz": "?"})
    first = seedbed("index", seeds=seeds, data=data)
    assert first.stdout.splitlines()[0] == "2 added; 2 documents in 2 passages"
    assert "not read: c [red].xyz has a type that is not read yet (.xyz)" in first.stdout
    write(seeds, {"a.txt": "The tower has 32 steps.\n"})
    (seeds / "b.txt").unlink()
    second = seedbed("index", seeds=seeds, data=data)
    assert second.stdout.splitlines()[0] == "1 changed, 1 removed; 1 documents in 1 passages"
    assert seedbed("index", seeds=seeds, data=data).stdout.startswith("nothing changed; 1 documents")


def test_index_as_json_has_the_shape_of_the_service(seeds: Path, data: Path, client: TestClient) -> None:
    write(seeds, {"a.txt": "The tower has 31 steps.\n", "b.xyz": "?"})
    told = json.loads(seedbed("index", "--json", seeds=seeds, data=data).stdout)
    assert told.keys() == client.get("/v1/index").json().keys()
    assert (told["documents"], told["passages"], [entry["path"] for entry in told["unreadable"]]) == (1, 1, ["b.xyz"])
    assert json.loads(seedbed("status", "--json", seeds=seeds, data=data).stdout) == told


def test_a_dry_run_says_what_would_change_and_writes_nothing(seeds: Path, data: Path) -> None:
    write(
        seeds, {"a.md": "# A\n\nThe tower has 31 steps.\n", "b.md": "# B\n\nThe mill has 4 wheels.\n", "c.txt": "Old."}
    )
    first = seedbed("index", "--dry-run", seeds=seeds, data=data)
    assert (first.exit_code, data.exists()) == (0, False)
    assert first.stdout.splitlines() == [
        "3 added; 3 passages to embed; nothing was written",
        "add: a.md",
        "add: b.md",
        "add: c.txt",
    ]
    seedbed("index", seeds=seeds, data=data)
    version = json.loads(seedbed("status", "--json", seeds=seeds, data=data).stdout)["version"]
    (seeds / "b.md").rename(seeds / "d.md")
    (seeds / "c.txt").unlink()
    write(seeds, {"a.md": "# A\n\nThe tower has 32 steps.\n", "e.xyz": "?"})
    lines = seedbed("index", "--dry-run", seeds=seeds, data=data).stdout.splitlines()
    assert lines[:4] == [
        "1 changed, 1 removed, 1 renamed; 1 passage to embed; nothing was written",
        "change: a.md",
        "remove: c.txt",
        "rename: b.md → d.md",
    ]
    assert lines[4].startswith("not read: e.xyz has a type that is not read yet")
    told = json.loads(seedbed("index", "--dry-run", "--json", seeds=seeds, data=data).stdout)
    assert told | {"unreadable": [entry["path"] for entry in told["unreadable"]]} == {
        "version": version,
        "added": [],
        "changed": ["a.md"],
        "removed": ["c.txt"],
        "renamed": [{"before": "b.md", "after": "d.md"}],
        "unreadable": ["e.xyz"],
        "unsettled": [],
        "passages_embedded": 1,
        "rebuilt_because": None,
    }
    assert json.loads(seedbed("status", "--json", seeds=seeds, data=data).stdout)["version"] == version


def test_a_document_that_is_being_written_is_named(seeds: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(seeds, {"a.txt": "The tower has 31 steps.\n"})
    seedbed("index", seeds=seeds, data=data)
    write(seeds, {"a.txt": "The tower has"})
    with monkeypatch.context() as busy:
        busy.setattr("index.settling.time.sleep", lambda seconds: write(seeds, {"a.txt": "The tower has 32"}))
        told = seedbed("index", seeds=seeds, data=data).stdout.splitlines()
    assert told == [
        "nothing changed; 1 documents in 1 passages",
        "not read: a.txt is still being written, and answers as it was; run this again when it is finished",
    ]


def test_a_rename_is_told(seeds: Path, data: Path) -> None:
    write(seeds, {"a.md": "# A\n\nThe tower has 31 steps.\n"})
    seedbed("index", seeds=seeds, data=data)
    (seeds / "a.md").rename(seeds / "b.md")
    told = seedbed("index", seeds=seeds, data=data).stdout
    assert told == "1 renamed; 1 documents in 1 passages\n"


def test_bars_show_the_pace_in_a_terminal_and_nothing_elsewhere(
    seeds: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(seeds, {"a.txt": "The tower has 31 steps.\n"})
    assert seedbed("index", "--dry-run", seeds=seeds, data=data).stderr == ""
    screen = StringIO()
    terminal = Console(file=screen, force_terminal=True, width=120, highlight=False, markup=False)
    monkeypatch.setattr("api.terminal.err", terminal)
    seedbed("index", seeds=seeds, data=data)
    shown = Text.from_ansi(screen.getvalue()).plain
    assert re.search(r"Files .*1/1 ", shown)
    assert re.search(r"Passages .*1/1 .*\d+/s, 0:00:00 left", shown)


def test_status_says_what_is_in_the_index(seeds: Path, data: Path) -> None:
    write(seeds, {"a.txt": "The tower has 31 steps.\n", "b.md": ""})
    seedbed("index", seeds=seeds, data=data)
    result = seedbed("status", seeds=seeds, data=data)
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0] == f"documents in {seeds}, index in {data}"
    assert (lines[1], lines[3:]) == ("1 documents in 1 passages", ["not read: b.md is empty"])
    assert lines[2].endswith(" UTC with all-MiniLM-L6-v2")


def test_search_shows_passages_with_their_place(shipped_data: Path, client: TestClient) -> None:
    result = seedbed("search", "beehives", "--limit", "2", seeds=SHIPPED, data=shipped_data)
    first = client.get("/v1/search", params={"q": "beehives", "limit": 2}).json()["hits"][0]
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == f"{first['score']:.2f}  {first['path']}  {first['start']}–{first['end']}"
    assert "Aoife Byrne asked for permission" in result.stdout


def test_search_as_json_is_the_answer_of_the_service(shipped_data: Path, client: TestClient) -> None:
    result = seedbed("search", "beehives", "--json", seeds=SHIPPED, data=shipped_data)
    assert json.loads(result.stdout) == client.get("/v1/search", params={"q": "beehives"}).json()


def test_a_verbatim_quote_exits_with_0_and_shows_its_place(shipped_data: Path) -> None:
    result = seedbed("verify", "up to 13,000 or more North Korean troops may be sent", seeds=SHIPPED, data=shipped_data)
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            "Verbatim: the documents say exactly this.",
            "  “up to 13,000 or more North Korean troops may be sent”",
            "   Report from the front: foreign soldiers near Kursk (front-line-report.txt, line 8)",
        ],
    )


def test_a_near_quote_exits_with_1_and_shows_the_differences(seeds: Path, data: Path) -> None:
    write(seeds, {"a.txt": "The old tower on the hill has 31 steps, and it is not open to the public today.\n"})
    claim = "The old tower upon the hill has 37 steps, and it is open to all the public today."
    result = seedbed("verify", claim, seeds=seeds, data=data)
    assert (result.exit_code, result.stdout.splitlines()) == (
        1,
        [
            "Near: the documents say nearly this, but not exactly.",
            "  “The old tower on the hill has 31 steps, and it is not open to the public today.”",
            "   a (a.txt, line 1)",
            "   number: you wrote 37; the document says 31",
            "   negation: you left out not, which the document says",
            "   words: you wrote upon; the document says on",
            "   words: you wrote all, which the document does not say",
        ],
    )


def test_an_absent_quote_exits_with_1(shipped_data: Path) -> None:
    result = seedbed("verify", "The capital of Mongolia is Ulaanbaatar.", seeds=SHIPPED, data=shipped_data)
    assert (result.exit_code, result.stdout) == (1, "Absent: the documents say neither this nor nearly this.\n")


@pytest.mark.parametrize("command", ["ask", "verify"])
def test_a_document_that_is_not_there_is_named_with_the_nearest(shipped_data: Path, command: str) -> None:
    asked = (command, "how many troops?", "--document", "front-line-report.tx")
    told = is_one_sentence(seedbed(*asked, seeds=SHIPPED, data=shipped_data))
    named, near = "'front-line-report.tx'", "'front-line-report.txt'"
    assert told == f"error: --document names {named}, which no document is; the nearest is {near}"


def test_a_document_that_could_not_be_read_is_named_with_the_reason(seeds: Path, data: Path) -> None:
    write(seeds, {"a.txt": "The owl calls.\n", "b.pdf": b"no pdf"})
    told = is_one_sentence(seedbed("ask", "who calls?", "--document", "b.pdf", seeds=seeds, data=data))
    assert told.startswith("error: --document names 'b.pdf', which could not be read: ")


def test_an_empty_folder_has_no_documents_whatever_is_named(seeds: Path, data: Path) -> None:
    result = seedbed("ask", "who calls?", "--document", "b.pdf", seeds=seeds, data=data)
    assert (result.exit_code, result.stdout) == (1, "There are no documents to ask.\n")


def test_a_quote_that_splits_a_number_is_noted(shipped_data: Path) -> None:
    result = seedbed("verify", "Officials fear that up to 13", seeds=SHIPPED, data=shipped_data)
    assert result.exit_code == 0
    assert "   note: it begins or ends inside a word or number of the document" in result.stdout.splitlines()


@pytest.mark.parametrize(("quote", "code"), [("up to 13,000 or more North", 0), ("up to 10,000 or more North", 1)])
def test_verify_as_json_is_the_answer_of_the_service(
    shipped_data: Path, client: TestClient, quote: str, code: int
) -> None:
    result = seedbed("verify", quote, "--json", seeds=SHIPPED, data=shipped_data)
    assert result.exit_code == code
    assert json.loads(result.stdout) == client.post("/v1/verify", json={"quote": quote}).json()


@pytest.mark.parametrize("quote", ["", "   ", "x" * 1001])
def test_a_quote_that_cannot_be_checked_is_refused(shipped_data: Path, quote: str) -> None:
    sentence = is_one_sentence(seedbed("verify", quote, seeds=SHIPPED, data=shipped_data))
    assert "the quote is empty" in sentence or "the quote has 1001 characters" in sentence


def test_an_answer_comes_from_the_old_index_while_another_process_builds(
    seeds: Path, data: Path, encoder: Encoder
) -> None:
    write(seeds, {"a.txt": "The tower has 31 steps.\n"})
    seedbed("index", seeds=seeds, data=data)
    write(seeds, {"a.txt": "The tower has 32 steps.\n"})
    with SnapshotStore(data, seeds, encoder).lock():
        reply = seedbed("ask", "how many steps has the tower?", "--json", seeds=seeds, data=data)
        assert (reply.exit_code, json.loads(reply.stdout)["answer"]) == (0, "31")
        assert "another process is building" in is_one_sentence(seedbed("index", seeds=seeds, data=data))


def test_a_wrong_setting_is_refused_by_name(seeds: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_FLOOR", "1.5")
    sentence = is_one_sentence(seedbed("ask", "how many?", seeds=seeds, data=data))
    wanted = "error: setting floor (flag, SEEDBED_FLOOR or seedbed.toml): Input should be less than or equal to 1"
    assert sentence == wanted


@pytest.mark.parametrize("content", [b"port = = 8000\n", b"\xff\xfe", b"port = 8000\nport = 8001\n"])
def test_a_broken_settings_file_is_named(seeds: Path, data: Path, content: bytes) -> None:
    Path("seedbed.toml").write_bytes(content)
    sentence = is_one_sentence(seedbed("status", seeds=seeds, data=data))
    assert "seedbed.toml" in sentence
    assert "something went wrong in Seedbed" not in sentence


def test_a_folder_with_brackets_in_its_name_is_told_as_it_is(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / "notes [bold]2024[" / "x]"
    odd.mkdir(parents=True)
    monkeypatch.setattr("uvicorn.Server.run", served)
    result = seedbed("serve", "--port", "0", seeds=odd, data=data)
    assert (result.exit_code, result.stdout) == (0, "")
    assert str(odd) in result.stderr.replace("\n", "")


def test_serving_to_a_network_says_who_can_read(seeds: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.Server.run", served)
    result = seedbed("serve", "--host", "0.0.0.0", "--port", "0", seeds=seeds, data=data)
    assert "whoever can reach this address can read the documents" in result.stderr


def test_a_port_in_use_is_said_with_the_setting_to_change(seeds: Path, data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        sentence = is_one_sentence(seedbed("serve", "--port", port, seeds=seeds, data=data))
    assert sentence == (
        f"error: cannot listen on 127.0.0.1, port {port}: Address already in use; name another with --port"
    )


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("203.0.113.7", "Cannot assign requested address"),
        ("nowhere.invalid", "(Name or service not known|Temporary failure in name resolution|No address .*)"),
    ],
)
def test_an_address_that_is_not_this_machines_is_said_with_the_setting_to_change(
    seeds: Path, data: Path, host: str, reason: str
) -> None:
    sentence = is_one_sentence(seedbed("serve", "--host", host, "--port", "0", seeds=seeds, data=data))
    wanted = rf"error: cannot listen on {re.escape(host)}, port 0: {reason}; name another with --host"
    assert re.fullmatch(wanted, sentence)


@pytest.mark.parametrize(
    "arguments", [["ask"], ["ask", "how many?", "--limit", "0"], ["ask", "x", "--limit", "21"], ["answer"], ["--wrong"]]
)
def test_a_wrong_command_exits_with_2(seeds: Path, data: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


def test_the_installed_command_shows_no_stack_trace_and_keeps_standard_output_clean(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("seedbed")), "ask", "how many?", "--seeds", str(tmp_path / "nowhere")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEEDBED_")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    expected = f"error: there is no folder {tmp_path / 'nowhere'}; create it, or name another with --seeds"
    assert done.stderr.replace("\n", " ").strip() == expected


def test_a_document_cannot_send_commands_to_the_terminal(seeds: Path, data: Path) -> None:
    write(seeds, {"a.txt": "The tower \x1b]0;owned\x07 has 31 \x1b[31mred\x1b[0m steps.\n"})
    result = seedbed("ask", "how many steps has the tower?", seeds=seeds, data=data)
    assert "  “The tower �]0;owned� has 31 �[31mred�[0m steps.”" in result.stdout.splitlines()


def test_a_damaged_index_is_said_plainly_and_built_anew(seeds: Path, data: Path) -> None:
    write(seeds, {"a.txt": "The tower has 31 steps.\n"})
    seedbed("index", seeds=seeds, data=data)
    (vectors,) = data.glob("snapshots/*/vectors/000001.faiss")
    vectors.write_bytes(b"damaged")
    sentence = is_one_sentence(seedbed("status", seeds=seeds, data=data))
    assert sentence == "error: the index cannot be used (damaged: vectors/000001.faiss); run: seedbed index"
    assert seedbed("ask", "how many steps has the tower?", seeds=seeds, data=data).exit_code == 0
    assert seedbed("status", seeds=seeds, data=data).exit_code == 0


def test_a_home_folder_in_the_environment_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SEEDBED_SEEDS", "~/papers")
    assert Settings().seeds == tmp_path / "papers"


def test_a_command_that_fails_leaves_nothing_behind(tmp_path: Path, data: Path) -> None:
    assert seedbed("index", seeds=tmp_path / "nowhere", data=data).exit_code == 2
    assert not data.exists()
