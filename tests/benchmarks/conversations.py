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
    rewritten: dict[str, str] = {}
    if year == 2019:
        for line in (folder / "cast2019_resolved.tsv").read_text().splitlines():
            turn, text = line.split("\t")
            rewritten[turn] = text
    return [
        [
            Exchange(turn["raw_utterance"], str(text), turn.get("passage", ""))
            for turn in topic["turn"]
            if (text := turn.get("manual_rewritten_utterance") or rewritten.get(f"{topic['number']}_{turn['number']}"))
        ]
        for topic in _read(folder / f"cast{year}_topics.json.gz")
    ]


def _read(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))
