"""How often a reply does what it should, by behaviour, on our own questions: python -m tests.benchmarks.behaviours."""

import argparse
import tempfile
from collections.abc import Iterable
from pathlib import Path

from api.service import assemble
from api.settings import Settings
from index.build import build
from qa.answerer import Answerer, Question
from tests.behaviours import Case, cases, gather


def main() -> None:
    """Print right / asked for each behaviour, then for the development cases; with `--wrong` also what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="show what each wrong reply does instead")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(seeds=Path(folder) / "documents", data=Path(folder) / "index")
        gather(settings.seeds)
        service = assemble(settings)
        build(service.store)
        figures, seen = (
            _figures(service.answerer, cases(file), arguments.wrong) for file in ("behaviours.json", "development.json")
        )
    for behaviour, (right, asked) in figures.items():
        print(f"{behaviour:12} {right:3} / {asked}")
    print("development: ", ", ".join(f"{behaviour} {right} / {asked}" for behaviour, (right, asked) in seen.items()))


def _figures(answerer: Answerer, asked: Iterable[Case], show_wrong: bool) -> dict[str, tuple[int, int]]:
    """Ask cases, and return how many are right and how many there are by behaviour."""
    outcomes: dict[str, list[bool]] = {}
    for case in asked:
        trouble = case.trouble(answerer.ask(Question(case.question, documents=case.documents)))
        outcomes.setdefault(case.behaviour, []).append(trouble is None)
        if trouble and show_wrong:
            print(f"{case.behaviour}: {case.name}: {case.question}\n    {trouble}")
    return {behaviour: (sum(right), len(right)) for behaviour, right in outcomes.items()}


if __name__ == "__main__":
    main()
