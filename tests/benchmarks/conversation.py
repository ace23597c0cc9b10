"""How well follow-up questions are understood.

    python -m tests.benchmarks.conversation ../shared/data/conversation

First, whether the words that are carried over are those that people put into their rewrites: content words, as stems,
that the question as typed lacks. CANARD's dialogues are split into a part to tune on and a part to measure on; TREC
CAsT 2019 to 2021 is only measured on. Then, on CAsT 2021, whether the passage that answers a turn is found among those
of all turns. `HQE` is historical query expansion in the manner of Lin et al. 2020, with the thresholds of their paper.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from index.build import build
from index.bundled_encoder import BundledEncoder
from index.search import HybridIndex
from index.store import SnapshotStore
from index.words import WordIndex
from qa.answerer import Question
from qa.conversation import Turn, understand
from qa.phrases import content
from tests.benchmarks.conversations import Dialogue, canard, cast, turns_before

Resolver = Callable[[str, list[Turn]], str]
#: How many passages are looked through for the right one.
_DEPTH = 1000
_R_TOPIC, _R_SUBTOPIC, _ETA, _RECENT = 4.5, 3.5, 12.0, 3


def ours(question: str, turns: Sequence[Turn]) -> str:
    """Return a question as Seedbed understands it."""
    return understand(question, turns).interpreted_as


def last_question(question: str, turns: Sequence[Turn]) -> str:
    """Return a question with all words of the one before."""
    return " ".join([question, *(turn.question for turn in turns[-1:])])


def hqe(words: WordIndex) -> Resolver:
    """Return historical query expansion: earlier words that are specific enough, judged by their best BM25 score."""

    def score(text: str) -> float:
        return max((score for _, score in words.search(text, 1, pair_weight=0.0)), default=0.0)

    def expanded(question: str, turns: list[Turn]) -> str:
        topic = [word for turn in turns for word in content(turn.question) if score(word) > _R_TOPIC]
        recent = [word for turn in turns[-_RECENT:] for word in content(turn.question) if score(word) > _R_SUBTOPIC]
        return " ".join([question, *topic, *(recent if score(question) < _ETA else [])])

    return expanded


def overlap(dialogues: list[Dialogue], resolve: Resolver) -> tuple[float, float]:
    """Return the precision and recall, in percent, of the words added to follow-ups, against the human rewrites."""
    right = added = wanted = 0
    for dialogue in dialogues:
        for number, exchange in enumerate(dialogue[1:], 1):
            typed = set(content(exchange.typed))
            mine = set(content(resolve(exchange.typed, turns_before(dialogue, number)))) - typed
            theirs = set(content(exchange.rewritten)) - typed
            right, added, wanted = right + len(mine & theirs), added + len(mine), wanted + len(theirs)
    return 100 * right / max(1, added), 100 * right / max(1, wanted)


def print_overlap(folder: Path) -> None:
    tuning, test = canard(folder)
    print("words carried over: precision, recall and F1 in percent against the human rewrites")
    for label, dialogues in (
        ("CANARD, tuning part", tuning),
        ("CANARD, test part", test),
        *((f"CAsT {year}", cast(folder, year)) for year in (2019, 2020, 2021)),
    ):
        for name, resolve in (("all of the question before", last_question), ("ours", ours)):
            precision, recall = overlap(dialogues, resolve)
            f1 = 2 * precision * recall / max(1e-9, precision + recall)
            print(f"  {label:20} {name:28}{precision:7.1f}{recall:7.1f}{f1:7.1f}", flush=True)


def ranks(dialogues: list[Dialogue], index: HybridIndex) -> dict[str, list[tuple[int, int | None]]]:
    """Return, for each way to ask, the number of each turn and the rank of the document that answers it."""
    passages = sorted({exchange.answer for dialogue in dialogues for exchange in dialogue})
    names = {passage: f"{number:04}.txt" for number, passage in enumerate(passages)}
    snapshot = index._snapshot
    paths = snapshot.paths()
    expand = hqe(snapshot.words)
    found: dict[str, list[tuple[int, int | None]]] = {}

    def rank(answer: str, question: str, also: dict[str, float] | None = None) -> int | None:
        hits = index.search(question, _DEPTH, also=also)
        documents = list(dict.fromkeys(paths[hit.passage.document_id] for hit in hits))
        return documents.index(names[answer]) + 1 if names[answer] in documents else None

    for dialogue in dialogues:
        for number, exchange in enumerate(dialogue):
            turns = turns_before(dialogue, number)
            asked = Question(exchange.typed, turns=tuple(turns))
            understood = asked.understood().interpreted_as
            for name, question, also in (
                ("as typed", exchange.typed, None),
                ("HQE", expand(exchange.typed, turns), None),
                ("ours, alone", understood, None),
                ("ours, fused", understood, asked.other_forms(understood)),
                ("human rewrite", exchange.rewritten, None),
            ):
                found.setdefault(name, []).append((number, rank(exchange.answer, question, also)))
    return found


def figures(found: list[int | None]) -> list[float]:
    """Return recall at 1 and 5 and the mean reciprocal rank, in percent."""
    n = max(1, len(found))
    return [
        100 * sum(r is not None and r <= 1 for r in found) / n,
        100 * sum(r is not None and r <= 5 for r in found) / n,
        100 * sum(1 / r for r in found if r) / n,
    ]


def print_retrieval(folder: Path) -> None:
    dialogues = cast(folder, 2021)
    with tempfile.TemporaryDirectory() as place:
        seeds = Path(place) / "seeds"
        seeds.mkdir()
        for number, passage in enumerate(sorted({each.answer for dialogue in dialogues for each in dialogue})):
            (seeds / f"{number:04}.txt").write_text(passage)
        encoder = BundledEncoder()
        store = SnapshotStore(Path(place) / "data", seeds, encoder)
        build(store)
        found = ranks(dialogues, HybridIndex(store.current(), encoder))
    for label, wanted in (("all turns", lambda number: True), ("first turns", lambda number: number == 0)):
        print(f"CAsT 2021, {label}: recall at 1, recall at 5, MRR in percent, and the share of the way to the human")
        rows = {name: figures([r for number, r in each if wanted(number)]) for name, each in found.items()}
        typed, human = rows["as typed"], rows["human rewrite"]
        for name, values in rows.items():
            shares = [
                f"{100 * (v - t) / (h - t):5.0f} %" if h > t else "      -"
                for v, t, h in zip(values, typed, human, strict=True)
            ]
            print(f"  {name:28}" + "".join(f"{v:7.1f}{s}" for v, s in zip(values, shares, strict=True)))
    same = [
        (typed[1], mine[1], human[1])
        for typed, mine, human, exchange in zip(
            found["as typed"],
            found["ours, fused"],
            found["human rewrite"],
            [exchange for dialogue in dialogues for exchange in dialogue],
            strict=True,
        )
        if typed[0] and not set(content(exchange.rewritten)) - set(content(exchange.typed))
    ]
    print(f"the {len(same)} later turns to which people added nothing, such as changes of subject")
    for name, column in (("as typed", 0), ("ours, fused", 1)):
        print(f"  {name:28}" + "".join(f"{v:7.1f}" for v in figures([row[column] for row in same])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("conversation", type=Path, help="the folder with CANARD's and CAsT's files")
    folder = parser.parse_args().conversation
    print_overlap(folder)
    print_retrieval(folder)


if __name__ == "__main__":
    main()
