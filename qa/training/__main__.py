"""`python -m qa.training DATA`: from the data sets to the weights, the confidence and the model card."""

import argparse
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from qa.confidence import FITTED
from qa.span_edges import FITTED as EDGES
from qa.span_reader import WEIGHTS

#: glibc gives every large array back and faults its pages in anew; kept, in huge pages, a step takes half the time.
_ALLOCATOR = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=100000000000"
#: oneDNN keeps what it prepared for every shape; without a bound, memory grows without end.
_ENVIRONMENT = {"GLIBC_TUNABLES": _ALLOCATOR, "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "256", "LRU_CACHE_CAPACITY": "256"}


def main() -> None:
    """Run all steps; those whose results lie in the work folder are not done again."""
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with squad_v1.1_train_excerpt.json.gz and the others")
    parser.add_argument(
        "--work", type=Path, default=Path(".training"), help="checkpoints and trial weights [.training]"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="train for so many times the usual length [1]")
    options = parser.parse_args()
    if any(os.environ.get(name) != value for name, value in _ENVIRONMENT.items()):
        os.execve(sys.executable, [sys.executable, "-m", "qa.training", *sys.argv[1:]], os.environ | _ENVIRONMENT)
    _run(options.data, options.work, options.scale)


def _run(data: Path, work: Path, scale: float) -> None:
    from tokenizers import Tokenizer

    from index.bundled_encoder import BundledEncoder
    from index.encoding import BUNDLED, model_folder
    from qa.kinship import Kinship
    from qa.span_edges import UNWEIGHED
    from qa.span_reader import SpanReader
    from qa.training.batches import Readings, schedule
    from qa.training.card import write_card
    from qa.training.corpora import load_sources
    from qa.training.export import export
    from qa.training.fit import ask_tuning_questions, fit
    from qa.training.fit_edges import fit_edges
    from qa.training.model import SpanModel
    from qa.training.recipe import ROUNDS, SHIPS
    from qa.training.train import mean_weights, train
    from qa.training.written import written_sources

    encoder = model_folder(BUNDLED)
    _show("reading the data sets")
    sources = load_sources(data)
    sources += written_sources(sources)
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    readings = Readings(tokenizer)
    model = SpanModel(encoder, seed=ROUNDS[0].seed)
    for number, plan in enumerate(ROUNDS, start=1):
        folder = work / f"round-{number}"
        folder.mkdir(parents=True, exist_ok=True)
        if plan.mean_of:
            model.load_state_dict(mean_weights(_folders(plan.mean_of, work)))
        batches = schedule(sources, readings, plan, scale)
        size = sum(batch.input_ids.size for batch in batches) / 1e6
        _show(f"round {number} of {len(ROUNDS)}: {len(batches)} batches of {size:.1f} million tokens")
        train(model, batches, plan, folder, _show)
    model.load_state_dict(mean_weights(_folders(SHIPS, work)))
    whole = work / "reader-float32.onnx"
    export(model, tokenizer.to_str(), whole, quantized=False)
    export(model, tokenizer.to_str(), WEIGHTS)
    fit_edges(sources, SpanReader(edges=UNWEIGHED), _show).save(EDGES)
    reader = SpanReader()
    confidence = fit(ask_tuning_questions(sources, reader, _show), Kinship(BundledEncoder()), _show)
    confidence.save(FITTED)
    write_card(WEIGHTS.parent / "MODEL_CARD.md", data, sources, reader, SpanReader(whole), _show)
    _show("done")


def _folders(shares: Mapping[int, float], work: Path) -> dict[Path, float]:
    """Return the folders of rounds, by their numbers, with what each counts."""
    return {work / f"round-{number}": share for number, share in shares.items()}


def _show(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {line}\n")


main()
