"""How well confidence tells questions with an answer from those without: python -m tests.benchmarks.abstention READING.

Every second article of SQuAD v1.1 dev is indexed; questions about those have an answer there, those about the others
have none. The whole service answers, with the floor it ships with.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from api.service import assemble
from api.settings import Settings
from qa.answerer import Answerer
from qa.confidence import Confidence
from qa.evaluation.questions import of_articles
from qa.evaluation.report import shown
from qa.evaluation.run import evaluate, index_documents
from qa.reader import ReadablePassage, Reader, Reading
from qa.squad import read_squad

#: The reader's own log-odds, and nothing that was fitted.
_SCORE_ALONE = Confidence(similarity=0.0, relevance=0.0, passage_similarity=0.0, support=1.0, lead=0.0, bias=0.0)


class _Remembering:
    """A reader that reads a question once, however often it is asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._read: dict[str, list[Reading]] = {}

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
        if question not in self._read:
            self._read[question] = self._reader.read(question, passages)
        return self._read[question]


def main() -> None:
    """Print the figures of `seedbed eval`, half of the questions being foreign."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reading", type=Path, help="the folder with squad_v1.1_dev.json.gz")
    parser.add_argument("--questions", type=int, default=1000, help="so many of each half, with a fixed seed")
    arguments = parser.parse_args()
    paragraphs = read_squad(arguments.reading / "squad_v1.1_dev.json.gz")
    indexed = set(sorted({paragraph.title for paragraph in paragraphs})[::2])
    here = of_articles(p for p in paragraphs if p.title in indexed).sample(arguments.questions)
    elsewhere = of_articles(p for p in paragraphs if p.title not in indexed).sample(arguments.questions)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(seeds=Path(folder) / "documents", data=Path(folder) / "index")
        service = assemble(settings)
        index_documents(here.documents, settings.seeds, service.store, lambda *_: None)
        reader = _Remembering(service.reader)
        evaluation, by_score_alone = (
            evaluate(
                Answerer(service.store, reader, confidence, floor=0.0),
                service.store,
                here,
                elsewhere,
                settings.floor,
                lambda *_: None,
            )
            for confidence in (Confidence.load(), _SCORE_ALONE)
        )
    for name, value in evaluation.figures().items():
        print(f"{name:27} {shown(name, value):>9}")
    coverage = by_score_alone.figures()["coverage_at_80"]
    print(f"{'... by the score alone':27} {shown('coverage_at_80', coverage):>9}   of coverage_at_80")
    print("confidence, how often right, questions")
    for bin in evaluation.reliability():
        print(f"{bin.confidence:10.3f} {bin.accuracy:10.3f} {bin.count:10}")


if __name__ == "__main__":
    main()
