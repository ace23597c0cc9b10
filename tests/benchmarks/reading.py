"""The reader alone, on questions it never saw, and how long it takes: python -m tests.benchmarks.reading DATA."""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import torch
from tokenizers import Tokenizer

from index.encoding import BUNDLED, model_folder
from qa.evaluation.paragraphs import Read, as_passage, best_threshold, read_paragraphs
from qa.span_reader import SpanReader
from qa.squad import SquadParagraph, read_squad
from qa.training.batches import Readings, batch_of
from qa.training.model import SpanModel
from qa.training.train import on_device

_PASSAGES, _WORDS, _ROUNDS = 8, 150, 50
_QUESTION, _TITLE = "How many people were at the last of these meetings?", "An article"


def main() -> None:
    """Print exact match and F1 with the paragraph given, for SQuAD v1.1 and v2.0, and the time for eight passages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with squad_v1.1_dev.json.gz and squad_v2.0_dev.json.gz")
    parser.add_argument("--paragraphs", type=int, help="read only so many paragraphs, chosen at random")
    options = parser.parse_args()
    reader = SpanReader()
    first = _some(read_squad(options.data / "squad_v1.1_dev.json.gz"), options.paragraphs)
    print(f"{'':36} {'questions':>9} {'EM':>6} {'F1':>6}")
    for titled in (False, True):
        read = read_paragraphs(reader, first, lambda _: None, titled)
        _print(f"SQuAD v1.1 dev{', under titles' if titled else ''}", read, float("-inf"))
    second = _some(read_squad(options.data / "squad_v2.0_dev.json.gz"), options.paragraphs)
    read = read_paragraphs(reader, second, lambda _: None)
    for name, threshold in (("ours", 0.0), ("best", best_threshold(read))):
        _print(f"SQuAD v2.0 dev, threshold {threshold:.2f} ({name})", read, threshold)
        _print("    has an answer", [r for r in read if r.accepted], threshold)
        _print("    has none", [r for r in read if not r.accepted], threshold)
    _print_speed(reader, first)


def _some(paragraphs: list[SquadParagraph], count: int | None) -> list[SquadParagraph]:
    return random.Random(0).sample(paragraphs, min(count or len(paragraphs), len(paragraphs)))


def _print(name: str, read: list[Read], threshold: float) -> None:
    exact, f1 = 100 * mean(r.exact(threshold) for r in read), 100 * mean(r.f1(threshold) for r in read)
    print(f"{name:36} {len(read):>9,} {exact:>6.1f} {f1:>6.1f}", flush=True)


def _print_speed(reader: SpanReader, paragraphs: list[SquadParagraph]) -> None:
    """Time the reading of eight passages of 150 words, made of the paragraphs of an article.

    In turn with it, the same network in float32 by torch, all passages in one batch, whose answers are thrown away.
    """
    words = " ".join(paragraph.text for paragraph in paragraphs).split()
    plain = _plain_network()
    ours, theirs = [], []
    for turn in range(_ROUNDS + 5):
        first = turn * _PASSAGES * _WORDS % (len(words) - _PASSAGES * _WORDS)
        texts = [" ".join(words[first + n * _WORDS :][:_WORDS]) for n in range(_PASSAGES)]
        passages = [as_passage(SquadParagraph(_TITLE, text, ()), titled=True) for text in texts]
        started = time.perf_counter()
        reader.read(_QUESTION, passages)
        between = time.perf_counter()
        plain(texts)
        ours.append(1000 * (between - started))
        theirs.append(1000 * (time.perf_counter() - between))
    for name, times in (("by the reader", ours[5:]), ("by torch in float32", theirs[5:])):
        least, median = min(times), statistics.median(times)
        print(f"{_PASSAGES} passages of {_WORDS} words {name:20} {median:>6.0f} ms median, {least:>6.0f} ms least")
    print(f"ratio of the medians {statistics.median(theirs[5:]) / statistics.median(ours[5:]):.1f}")


def _plain_network() -> Callable[[list[str]], object]:
    """Return what reads texts with the reader's network as it is trained: untrained here, which takes as long."""
    folder = model_folder(BUNDLED)
    model = SpanModel(folder).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    readings, randomness = Readings(tokenizer), random.Random(0)

    def read(texts: list[str]) -> object:
        made = batch_of([[readings.make(_QUESTION, _TITLE, text, (), randomness)] for text in texts])
        tensors = on_device(made, torch.device("cpu"))
        with torch.inference_mode():
            return model(tensors["input_ids"], tensors["token_type_ids"], tensors["attention_mask"])

    return read


if __name__ == "__main__":
    main()
