"""How often the right paragraph is among the first 1, 5 and 10: dense, BM25, fused, and ordered by the reader.

    python -m tests.benchmarks.retrieval ../shared/data/reading

The fusion is chosen on SQuAD's training excerpt and then measured on SQuAD v1.1 dev: 2,067 paragraphs, each a passage,
once under the title of its article, as the product embeds and indexes the passages of a document, and once bare. (The
product would cut the longest paragraphs; here what is beyond the encoder's window is not seen by the vectors.)
The reader orders the first eight, as the product does.
"""

import argparse
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from index.bundled_encoder import BundledEncoder
from index.encoding import Encoder
from index.search import CANDIDATES, VECTOR_WEIGHT, fuse
from index.vectors import VectorIndex, VectorWriter
from index.words import PAIR_WEIGHT, WordIndex, WordWriter
from qa.answerer import PASSAGES_READ
from qa.confidence import Confidence
from qa.evaluation.paragraphs import as_passage
from qa.span_reader import SpanReader
from qa.squad import SquadParagraph
from tests.benchmarks.squad import Squad, load

TUNED_ON = "squad_v1.1_train_excerpt.json.gz"
MEASURED_ON = "squad_v1.1_dev.json.gz"
AT = (1, 5, 10)

Scores = list[dict[int, float]]


@dataclass(frozen=True, slots=True)
class Searched:
    """What each side found for each question: id → score; `dense` also holds what only the words found."""

    dense_only: Scores
    dense: dict[float, Scores]
    lexical: dict[float, Scores]
    right: list[int]


def search(
    squad: Squad, pair_weights: tuple[float, ...], titles: bool = True, encoder: Encoder | None = None
) -> Searched:
    """Index the paragraphs and ask both sides every question, for each weight of word pairs."""
    encoder = encoder or BundledEncoder()
    texts = [f"{title}\n{text}" if titles else text for title, text in squad.paragraphs]
    vectors = encoder.encode_passages(texts)
    asked = [encoder.encode_question(question) for question, _ in squad.questions]
    with tempfile.TemporaryDirectory() as folder:
        vector_writer = VectorWriter(Path(folder) / "vectors", None, encoder.dimension)
        vector_writer.add(range(len(texts)), vectors)
        vector_writer.finish()
        writer = WordWriter(Path(folder) / "words", None)
        for number, text in enumerate(texts):
            writer.add(number, "", text)
        writer.finish()
        index, words = VectorIndex(Path(folder) / "vectors", encoder.dimension), WordIndex(Path(folder) / "words")
        dense_only = [dict(index.search(vector, CANDIDATES)) for vector in asked]
        dense, lexical = {}, {}
        for weight in pair_weights:
            lexical[weight] = [dict(words.search(q, CANDIDATES, pair_weight=weight)) for q, _ in squad.questions]
            dense[weight] = [
                near | {i: float(vectors[i] @ vector) for i in found if i not in near}
                for near, found, vector in zip(dense_only, lexical[weight], asked, strict=True)
            ]
    return Searched(dense_only, dense, lexical, [right for _, right in squad.questions])


def recall(ranked: list[list[int]], right: list[int]) -> list[float]:
    """Return, in percent, how often the right id is among the first of each number in AT."""
    return [100 * sum(r in ids[:k] for ids, r in zip(ranked, right, strict=True)) / len(right) for k in AT]


def by_score(scores: Scores) -> list[list[int]]:
    """Return ids, best first."""
    return [sorted(found, key=lambda i: -found[i]) for found in scores]


def fused(searched: Searched, pair_weight: float, vector_weight: float) -> list[float]:
    """Return the recall of one setting of the fusion."""
    both = zip(searched.dense[pair_weight], searched.lexical[pair_weight], strict=True)
    ranked = [[i for i, _ in fuse(dense, lexical, CANDIDATES, vector_weight)] for dense, lexical in both]
    return recall(ranked, searched.right)


def read(squad: Squad, searched: Searched, titled: bool) -> list[float]:
    """Return the recall once the reader has ordered the passages that it reads."""
    reader, confidence = SpanReader(), Confidence.load()
    passages = [as_passage(SquadParagraph(title, text, ()), titled) for title, text in squad.paragraphs]
    numbers = {id(passage.document): number for number, passage in enumerate(passages)}
    both = zip(squad.questions, searched.dense[PAIR_WEIGHT], searched.lexical[PAIR_WEIGHT], strict=True)
    ranked = []
    for (question, _), dense, lexical in both:
        found = fuse(dense, lexical, CANDIDATES)
        first = [replace(passages[i], similarity=similarity) for i, similarity in found[:PASSAGES_READ]]
        ordered = confidence.order(reader.read(question, first))
        ranked.append([numbers[id(reading.passage.document)] for reading, _ in ordered])
        ranked[-1] += [i for i, _ in found[PASSAGES_READ:]]
    return recall(ranked, searched.right)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reading", type=Path, help="the folder with the SQuAD files")
    parser.add_argument("--questions", type=int, default=2000, help="a random sample of so many, with a fixed seed")
    arguments = parser.parse_args()
    pairs, weights = (0.0, 0.1, 0.2, 0.3, 0.5), (0.5, 0.6, 0.65, 0.7, 0.75, 0.8)

    def row(label: str, values: list[float]) -> None:
        print(f"{label:34}" + "".join(f"{value:8.2f}" for value in values), flush=True)

    tuning = search(load(arguments.reading / TUNED_ON, arguments.questions), pairs)
    print(f"recall in percent at {AT}\n\nchoosing on {TUNED_ON}")
    settings = {(pair, weight): fused(tuning, pair, weight) for pair in pairs for weight in weights}
    for (pair, weight), values in settings.items():
        row(f"  pairs {pair:.1f}, vectors {weight:.2f}", values)
    best = max(settings, key=lambda setting: sum(settings[setting]))
    print(f"best sum: pairs {best[0]}, vectors {best[1]}; in use: pairs {PAIR_WEIGHT}, vectors {VECTOR_WEIGHT}")

    squad = load(arguments.reading / MEASURED_ON, arguments.questions)
    print(f"\nmeasured on {MEASURED_ON}, {len(squad.questions)} questions")
    for label, titles in (("under titles", True), ("bare", False)):
        final = search(squad, (PAIR_WEIGHT,), titles)
        row(f"  {label}: dense", recall(by_score(final.dense_only), final.right))
        row(f"  {label}: BM25", recall(by_score(final.lexical[PAIR_WEIGHT]), final.right))
        row(f"  {label}: fused, as in use", fused(final, PAIR_WEIGHT, VECTOR_WEIGHT))
        row(f"  {label}: ordered by the reader", read(squad, final, titles))


if __name__ == "__main__":
    main()
