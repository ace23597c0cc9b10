"""How often a reply does what it should, by behaviour, on our own questions: python -m tests.benchmarks.behaviours."""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from api.service import assemble
from api.settings import Settings
from index.build import build
from qa.answerer import Question
from tests.behaviours import cases, gather


def main() -> None:
    """Print right / asked for each behaviour; with `--wrong` also what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="show what each wrong reply does instead")
    arguments = parser.parse_args()
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(seeds=Path(folder) / "documents", data=Path(folder) / "index")
        gather(settings.seeds)
        service = assemble(settings)
        build(service.store)
        for case in cases():
            trouble = case.trouble(service.answerer.ask(Question(case.question, documents=case.documents)))
            asked[case.behaviour] += 1
            right[case.behaviour] += trouble is None
            if trouble and arguments.wrong:
                print(f"{case.behaviour}: {case.name}: {case.question}\n    {trouble}")
    for behaviour, count in asked.items():
        print(f"{behaviour:12} {right[behaviour]:3} / {count}")


if __name__ == "__main__":
    main()
