"""CANARD's and TREC CAsT's conversations, each question with its human rewrite and the answer that it got."""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.conversation import Turn

_UNKNOWN = "I don't know."


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question as typed, as a person rewrote it to stand by itself, and its answer ("" where it got none)."""

    typed: str
    rewritten: str
    answer: str


Dialogue = list[Exchange]


def turns_before(dialogue: Dialogue, number: int) -> list[Turn]:
    """Return the turns before a question, as they were typed."""
    return [Turn(each.typed, (each.answer,) if each.answer else ()) for each in dialogue[:number]]


def canard(folder: Path, seed: int = 0) -> tuple[list[Dialogue], list[Dialogue]]:
    """Return CANARD's dialogues, one half to tune on and one to measure on.

    A conversation with Seedbed has no title to begin with, as CANARD's have; so their first question is the rewrite.
    """
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _read(folder / "canard_dev.json.gz"):
        rows[row["QuAC_dialog_id"]].append(row)
    names = sorted(rows)
    random.Random(seed).shuffle(names)
    dialogues = [list(_canard(sorted(rows[name], key=lambda row: int(row["Question_no"])))) for name in names]
    return dialogues[: len(names) // 2], dialogues[len(names) // 2 :]


def _canard(rows: list[dict[str, Any]]) -> Iterator[Exchange]:
    for number, row in enumerate(rows):
        answer = rows[number + 1]["History"][-1] if number + 1 < len(rows) else _UNKNOWN
        typed = row["Question"] if number else row["Rewrite"]
        yield Exchange(typed, row["Rewrite"], "" if answer == _UNKNOWN else answer)


def cast(folder: Path, year: int) -> list[Dialogue]:
    """Return the conversations of one year of TREC CAsT; only those of 2021 have answers."""
    by_hand: dict[str, str] = {}
    if year == 2019:
        lines = (folder / "cast2019_resolved.tsv").read_text().splitlines()
        by_hand = dict(line.split("\t", 1) for line in lines)
    topics = _read(folder / f"cast{year}_topics.json.gz")
    dialogues = [[_cast(topic["number"], turn, by_hand) for turn in topic["turn"]] for topic in topics]
    return [kept for dialogue in dialogues if (kept := [each for each in dialogue if each.rewritten])]


def _cast(topic: int, turn: dict[str, Any], by_hand: dict[str, str]) -> Exchange:
    rewritten = turn.get("manual_rewritten_utterance") or by_hand.get(f"{topic}_{turn['number']}", "")
    return Exchange(turn["raw_utterance"], rewritten, turn.get("passage", ""))


def _read(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))
