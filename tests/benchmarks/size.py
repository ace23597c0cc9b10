"""What a large folder costs: to build, to change, to search; and what an approximate search misses.

    python -m tests.benchmarks.size [--passages 100000] [--folder FOLDER]
    python -m tests.benchmarks.size --recall ../shared/data [--vectors 250000]

The documents are made here, thirteen passages each. Their vectors are made up, so that no encoder hides what the index
costs: a real one adds its own time for each passage that is new. With --recall, sentences of real texts are embedded,
and the approximate index is held against an exact search for real questions.
"""

import argparse
import gzip
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from index import vectors as vectors_module
from index.build import build
from index.bundled_encoder import BundledEncoder
from index.encoding import Vectors
from index.search import HybridIndex
from index.snapshot import Snapshot
from index.store import SnapshotStore
from index.vectors import LISTS_FOR_ONE_SEARCHED, VectorIndex, VectorWriter
from index.watch import Watcher

_DIMENSION = 384
_TOPICS = 2_000
_WORDS = """
    harbour bridge lantern copper barley timber window road carrier crown depot mill valve pump engine ledger
    council river garden roof cellar bell tower market winter summer letter wagon canal ferry rope anchor sail
    cargo tax permit survey map north south early late heavy narrow broken repaired painted signed counted
    measured opened closed moved sold bought
""".split()


class MadeUpEncoder:
    """Vectors that are no more than clusters of chance, at no cost; tokens are words."""

    name = fingerprint = "made up"
    dimension = _DIMENSION
    window = 256

    def __init__(self) -> None:
        self._topics = np.random.default_rng(0).standard_normal((_TOPICS, _DIMENSION)).astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [text.count(" ") + 1 for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.encode_question(text) for text in texts])

    def encode_question(self, question: str) -> Vectors:
        seed = zlib.crc32(question.encode())
        noise = np.random.default_rng(seed).standard_normal(_DIMENSION, dtype=np.float32)
        vector = self._topics[seed % _TOPICS] + noise
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def made_document(number: int) -> str:
    """Return a document of thirteen passages, different for each number."""
    choice = random.Random(number)
    paragraphs = [f"Book {number}"]
    for _ in range(25):
        sentences = []
        for _ in range(4):
            words = choice.choices(_WORDS, k=14)
            sentences.append(f"The {' '.join(words)} was number {choice.randrange(100_000)}.")
        paragraphs.append(" ".join(sentences))
    return "\n\n".join(paragraphs) + "\n"


def memory(field: str) -> float:
    """Return a figure of this process's memory in MB, as Linux calls it: RssAnon is what no other process shares."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field)]
    return int(line.split()[1]) / 1024


def show(label: str, figure: float, unit: str) -> None:
    print(f"{label:58}{figure:10,.2f} {unit}", flush=True)


def measure_size(folder: Path, passages: int) -> None:
    """Build, change, search and open an index of about so many passages."""
    seeds, data = folder / "seeds", folder / "data"
    documents = passages // 13
    for number in range(0 if seeds.exists() else documents):
        path = seeds / f"{number // 1000:03}" / f"book-{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made_document(number), "utf-8")
    encoder = MadeUpEncoder()
    store = SnapshotStore(data, seeds, encoder)
    before = memory("VmHWM")
    started = time.perf_counter()
    build(store)
    taken = time.perf_counter() - started
    snapshot = store.newest()
    files = [path for path in snapshot.folder.rglob("*") if path.is_file()]
    print(f"{documents:,} documents, {snapshot.manifest.passages:,} passages, {snapshot.vectors.lists:,} lists")
    show("build, without embedding", taken, "s")
    show("passages a second", snapshot.manifest.passages / taken, "")
    show("most memory while building, beyond the start's", memory("VmHWM") - before, "MB")
    show("snapshot on disk", sum(path.stat().st_size for path in files) / 1e6, "MB")
    show("of which its manifest", (snapshot.folder / "manifest.json").stat().st_size / 1e6, "MB")
    started = time.perf_counter()
    build(store)
    show("look through the folder, nothing changed", time.perf_counter() - started, "s")
    measure_changes(store, seeds)
    measure_queries(store.newest(), encoder)
    program = "import sys; from tests.benchmarks.size import another_process; another_process(*sys.argv[1:])"
    subprocess.run([sys.executable, "-c", program, str(data), str(seeds)], check=True)


def measure_changes(store: SnapshotStore, seeds: Path, count: int = 5) -> None:
    """Change one file after another, while the index follows the folder as in the service."""
    watcher = Watcher(store)
    watcher.start()
    times = []
    try:
        watcher.wait(1, 600)
        for number in range(count):
            word = f"zanzibarite{number}"
            path = seeds / "000" / f"book-{number}.txt"
            started = time.perf_counter()
            path.write_text(f"{path.read_text('utf-8')}\nA last line names the mineral {word}.\n", "utf-8")
            while not store.current().words.search(word, 1):
                time.sleep(0.01)
            times.append(time.perf_counter() - started)
    finally:
        watcher.stop()
    show("one changed file until searchable, median", statistics.median(times), "s")
    show("one changed file until searchable, worst", max(times), "s")


def measure_queries(snapshot: Snapshot, encoder: MadeUpEncoder, count: int = 200) -> None:
    """Ask made questions."""
    index = HybridIndex(snapshot, encoder)
    choice = random.Random(1)
    questions = [" ".join(choice.choices(_WORDS, k=8)) for _ in range(count)]
    asked = [encoder.encode_question(question) for question in questions]
    for label, ask in (
        ("a query, vectors alone", lambda i: snapshot.vectors.search(asked[i], 100)),
        ("a query, words alone", lambda i: snapshot.words.search(questions[i], 100)),
        ("a query, both, with its passages", lambda i: index.search(questions[i], 10)),
    ):
        times = []
        for i in range(count):
            started = time.perf_counter()
            ask(i)
            times.append(1000 * (time.perf_counter() - started))
        show(f"{label}, median", statistics.median(times), "ms")
        show(f"{label}, 95th percentile", sorted(times)[int(0.95 * count)], "ms")


def another_process(data: str, seeds: str) -> None:
    """Open the snapshot that another process has open, and say what that costs."""
    encoder = MadeUpEncoder()
    before, started = memory("RssAnon"), time.perf_counter()
    snapshot = SnapshotStore(Path(data), Path(seeds), encoder).newest()
    show("another process: opens and verifies it", time.perf_counter() - started, "s")
    measure_queries(snapshot, encoder, 50)
    show("another process: memory of its own for it", memory("RssAnon") - before, "MB")
    show("another process: memory shared with others", memory("RssFile"), "MB")


def real_sentences(data: Path) -> Iterator[str]:
    """Yield the sentences of the texts in `data`, and the questions asked about them."""
    for path in sorted(data.glob("reading/*.json.gz")):
        for article in json.loads(gzip.decompress(path.read_bytes()))["data"]:
            for paragraph in article["paragraphs"]:
                yield from re.split(r"(?<=[.!?]) +", paragraph["context"])


def real_questions(data: Path, count: int) -> list[str]:
    """Return questions asked about the texts in `data`."""
    squad = json.loads(gzip.decompress((data / "reading" / "squad_v1.1_dev.json.gz").read_bytes()))["data"]
    asked = [qa["question"] for article in squad for paragraph in article["paragraphs"] for qa in paragraph["qas"]]
    return random.Random(0).sample(asked, count)


def measure_recall(data: Path, wanted: int, folder: Path) -> None:
    """Print how much of an exact search the approximate one finds, by how many lists it looks into."""
    encoder = BundledEncoder()
    texts = [text for text in dict.fromkeys(real_sentences(data)) if len(text) > 20]
    random.Random(0).shuffle(texts)
    del texts[wanted:]
    embedded = encoder.encode_passages(texts)
    asked = np.stack([encoder.encode_question(question) for question in real_questions(data, 500)])
    vectors_module.EXACT_UP_TO = min(vectors_module.EXACT_UP_TO, len(texts) - 1)
    writer = VectorWriter(folder / "vectors", None, encoder.dimension)
    writer.add(range(1, len(texts) + 1), embedded)
    writer.finish()
    index = VectorIndex(folder / "vectors", encoder.dimension)
    in_use = index.lists // LISTS_FOR_ONE_SEARCHED
    print(f"{len(texts):,} sentences in {index.lists:,} lists; in use: {in_use} lists searched")
    exact = [set(np.argsort(-(embedded @ vector))[:10] + 1) for vector in asked]
    for lists in sorted({8, 16, 32, 64, 128, 256, in_use}):
        started = time.perf_counter()
        found = [{i for i, _ in index.search(vector, 10, lists_searched=lists)} for vector in asked]
        taken = 1000 * (time.perf_counter() - started) / len(asked)
        recall = statistics.mean(len(a & b) / 10 for a, b in zip(found, exact, strict=True))
        print(f"{lists:5} lists searched: recall at 10 {recall:.4f}, {taken:.2f} ms a query", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument(
        "--folder", type=Path, help="keep the documents and the index here, and take those that are here"
    )
    parser.add_argument("--recall", type=Path, help="the folder of data sets")
    parser.add_argument("--vectors", type=int, default=250_000, help="sentences to embed for --recall, at most")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="seedbed-size-"))
    print(f"{os.cpu_count()} cores")
    try:
        if arguments.recall is None:
            measure_size(folder, arguments.passages)
        elif not (arguments.recall / "reading").is_dir():
            print(f"skipped: there is no {arguments.recall}/reading")
        else:
            measure_recall(arguments.recall, arguments.vectors, folder)
    finally:
        if arguments.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
