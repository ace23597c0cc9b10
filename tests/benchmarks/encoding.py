"""The encoder that Seedbed ships with, beside the model as it was published, in float32: how fast, and what it finds.

    python -m tests.benchmarks.encoding ../shared/data/reading

Speed: both embed the same paragraphs of SQuAD v1.1 dev under their titles, by turns, on all cores, as a build does; and
what they cost in time of the processor, which says more on a machine that others use. Recall: for questions of SQuAD.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

from index.bundled_encoder import BundledEncoder
from index.draft import EMBED_AT_ONCE
from index.encoding import BUNDLED, Encoder, SentenceTransformerEncoder, model_folder
from index.search import VECTOR_WEIGHT
from index.words import PAIR_WEIGHT
from tests.benchmarks.retrieval import AT, MEASURED_ON, TUNED_ON, by_score, fused, recall, search
from tests.benchmarks.squad import load


def embedded_a_second(encoder: Encoder, texts: list[str]) -> tuple[float, float]:
    """Return how many texts are embedded a second, and in a second of one core."""
    started, used = time.perf_counter(), time.process_time()
    for first in range(0, len(texts), EMBED_AT_ONCE):
        encoder.encode_passages(texts[first : first + EMBED_AT_ONCE])
    return len(texts) / (time.perf_counter() - started), len(texts) / (time.process_time() - used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reading", type=Path, help="the folder with the SQuAD files")
    parser.add_argument("--questions", type=int, default=2000, help="a random sample of so many, with a fixed seed")
    parser.add_argument("--rounds", type=int, default=5, help="each encoder embeds 128 paragraphs so many times")
    arguments = parser.parse_args()
    if not arguments.reading.is_dir():
        print(f"skipped: there is no folder {arguments.reading}")
        return
    encoders: dict[str, Encoder] = {
        "published, float32": SentenceTransformerEncoder(str(model_folder(BUNDLED))),
        "ours, eight bits": BundledEncoder(),
    }
    squad = load(arguments.reading / MEASURED_ON, arguments.questions)
    texts = [f"{title}\n{text}" for title, text in squad.paragraphs[::16]][:128]
    tokens = statistics.mean(encoders["ours, eight bits"].count_tokens(texts))
    print(f"{os.cpu_count()} cores; {len(texts)} paragraphs of {tokens:.0f} tokens on average")
    for encoder in encoders.values():
        encoder.encode_passages(texts[:2])
    rounds = [
        {name: embedded_a_second(each, texts) for name, each in encoders.items()} for _ in range(arguments.rounds)
    ]
    for number, what in enumerate(("a second", "a second of one core")):
        before, ours = ([figures[name][number] for figures in rounds] for name in encoders)
        ratio = statistics.median(b / a for a, b in zip(before, ours, strict=True))
        middle = f"{statistics.median(before):.1f} → {statistics.median(ours):.1f}"
        print(f"passages embedded {what}: {middle}, {ratio:.2f} times as many", flush=True)
    print(f"recall in percent at {AT}")
    for source in (MEASURED_ON, TUNED_ON):
        squad = load(arguments.reading / source, arguments.questions)
        print(f"{source}, {len(squad.questions)} questions")
        for name, encoder in encoders.items():
            found = search(squad, (PAIR_WEIGHT,), encoder=encoder)
            both = {"dense": recall(by_score(found.dense_only), found.right)}
            both["fused"] = fused(found, PAIR_WEIGHT, VECTOR_WEIGHT)
            for label, values in both.items():
                print(f"  {name + ', ' + label:34}" + "".join(f"{value:8.2f}" for value in values), flush=True)


if __name__ == "__main__":
    main()
