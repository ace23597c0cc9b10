"""How often the right cell of a table is the first answer, over made tables: python -m tests.benchmarks.tables.

Names, numbers and rows are drawn from a fixed seed. The tables stand among the documents of `seeds/`, once as Markdown
and once as CSV, and each question names a row, or what stands in one, and mostly a column in the words of its heading.
"""

import argparse
import csv
import io
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.service import assemble
from api.settings import Settings
from index.build import build
from qa.answerer import Answerer, Question
from tests.behaviours import SEEDS, copy

_SYLLABLES = "ba ro min tel ga vo lan dri sho kar pel ui ma then or wick".split()


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the forms of its questions: `{0}` is a row's first cell, and the number the cell that answers."""

    name: str
    columns: tuple[str, ...]
    rows: list[list[str]]
    asked: tuple[tuple[str, int], ...]

    def questions(self, rows: int) -> Iterator[tuple[str, str]]:
        """Yield questions with their answers, of some of the rows."""
        for row in random.Random(self.name).sample(self.rows, rows):
            for form, cell in self.asked:
                yield form.format(*row), row[cell]

    def markdown(self) -> str:
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return f"# {self.name}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)

    def comma_separated(self) -> str:
        file = io.StringIO()
        csv.writer(file).writerows([self.columns, *self.rows])
        return file.getvalue()


FORMATS: dict[str, Callable[[Table], str]] = {".md": Table.markdown, ".csv": Table.comma_separated}


def made_tables() -> list[Table]:
    """Return the tables, the same at every call."""
    draw = random.Random(11)

    def number(low: int, high: int) -> str:
        return f"{draw.randint(low, high):,}"

    def names(count: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < count:
            found["".join(draw.choices(_SYLLABLES, k=draw.randint(2, 3))).capitalize()] = None
        return list(found)

    def time_of_day(first: int, last: int) -> str:
        return f"{draw.randint(first, last):02}:{draw.randint(0, 59):02}"

    coins = ("krona", "mark", "crown", "dinar", "peso")
    places = names(80)
    countries = [
        [place, capital, number(200_000, 90_000_000), draw.choice(coins), str(draw.randint(1810, 1990))]
        for place, capital in zip(places[:40], places[40:], strict=True)
    ]
    parts = [
        [
            f"{draw.choice('ABCD')}-{at:03}",
            f"{draw.choice(('Brass', 'Steel', 'Rubber'))} {draw.choice(('valve', 'bolt', 'hinge'))} {at}",
            f"€{draw.randint(1, 90)}.{draw.randint(10, 99)}",
            str(draw.randint(0, 900)),
            f"{maker} & Sons",
        ]
        for at, maker in enumerate(names(150), 1)
    ]
    trains = [
        [f"Train {at}", time_of_day(5, 11), time_of_day(12, 16), time_of_day(17, 22), str(draw.randint(1, 9))]
        for at in range(11, 31)
    ]
    teams = [
        [f"{team} {draw.choice(('United', 'Rovers', 'City'))}", *(str(draw.randint(1, 80)) for _ in range(4))]
        for team in names(12)
    ]
    return [
        Table(
            "Countries",
            ("Country", "Capital", "Population", "Currency", "Independent since"),
            countries,
            (
                ("What is the capital of {0}?", 1),
                ("What is the population of {0}?", 2),
                ("Which currency is used in {0}?", 3),
                ("In what year did {0} become independent?", 4),
                ("Which country has the capital {1}?", 0),
            ),
        ),
        Table(
            "Spare parts",
            ("Part", "Description", "Price", "In stock", "Supplier"),
            parts,
            (
                ("What does part {0} cost?", 2),
                ("How many of {0} are in stock?", 3),
                ("Who supplies {0}?", 4),
                ("What is the price of a {1}?", 2),
            ),
        ),
        Table(
            "Timetable",
            ("Train", "Hartmoor dep.", "Ludwell", "Selby arr.", "Platform"),
            trains,
            (
                ("When does {0} leave Hartmoor?", 1),
                ("when does {0} arrive in Selby", 3),
                ("Which platform does {0} use?", 4),
            ),
        ),
        Table(
            "League",
            ("Team", "Won", "Drawn", "Goals", "Points"),
            teams,
            (
                ("How many points does {0} have?", 4),
                ("How many games did {0} win?", 1),
                ("How many goals did {0} score?", 3),
            ),
        ),
    ]


def main() -> None:
    """Print right / asked for each table, in each format; with `--wrong` also what was answered instead."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10, help="of each table that are asked about")
    parser.add_argument("--wrong", action="store_true", help="show what each wrong reply answers instead")
    arguments = parser.parse_args()
    tables = made_tables()
    for suffix, written in FORMATS.items():
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(seeds=Path(folder) / "documents", data=Path(folder) / "index")
            copy(SEEDS, settings.seeds)
            for table in tables:
                (settings.seeds / f"{table.name}{suffix}").write_text(written(table), encoding="utf-8")
            service = assemble(settings)
            build(service.store)
            figures = [_right(service.answerer, table, arguments.rows, arguments.wrong) for table in tables]
        for table, (right, asked) in zip(tables, figures, strict=True):
            print(f"{suffix:5} {table.name:12} {right:3} / {asked}")


def _right(answerer: Answerer, table: Table, rows: int, show_wrong: bool) -> tuple[int, int]:
    asked: Sequence[tuple[str, str]] = list(table.questions(rows))
    right = 0
    for question, answer in asked:
        answers = [each.text for each in answerer.ask(Question(question)).answers]
        right += answers[:1] == [answer]
        if show_wrong and answers[:1] != [answer]:
            print(f"{question}\n    {answers} instead of {answer!r}")
    return right, len(asked)


if __name__ == "__main__":
    main()
