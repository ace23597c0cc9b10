"""The commands `seedbed eval` and `seedbed calibrate`: what they print where, and how they exit."""

import gzip
import json
import math
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner, Result

from api.cli import app
from qa.confidence import Confidence
from qa.evaluation.report import MEANINGS
from qa.reader import ReadablePassage, Reading
from tests.builders import AS_READ, ScriptedReader, write
from tests.qa.evaluation.makers import asked, squad

HIGH, BUILT, OWNER = "How high is the Kariba Dam?", "When was the dam built?", "Who owns the dam?"
pytestmark = pytest.mark.usefixtures("at_hand")

TEXT = "The Kariba Dam is 128 metres high. It was built in 1959."
#: What the fake reader finds, by question; other questions get nothing.
FINDS = {HIGH: {"128 metres": 0.9}, BUILT: {"128 metres": 0.6, "1959": 0.4}, OWNER: {"Kariba Dam": 0.2}}
SQUAD = squad(TEXT, asked(HIGH, ("128 metres", 18)), asked(BUILT, ("1959", 51)), asked(OWNER))
FIGURES = {
    "questions": 2,
    "questions_without_answer": 1,
    "recall_at_1": 1.0,
    "recall_at_5": 1.0,
    "recall_at_20": 1.0,
    "recall_at_1_after_reading": 1.0,
    "exact_match": 0.5,
    "f1": 0.5,
    "exact_match_best_shown": 0.5,
    "f1_best_shown": 0.5,
    "quote_hit": 0.5,
    "answered": 1.0,
    "several": 0.0,
    "turned_down_without_answer": 1.0,
    "verbatim_quotes": 1.0,
    "auroc_answerable": 1.0,
    # Right at 0.9, wrong at 0.6 and at 0.2.
    "coverage_at_80": 1 / 3,
    "coverage_at_90": 1 / 3,
    "area_under_risk_coverage": (0 + 1 / 2 + 2 / 3) / 3,
    "brier_score": (0.01 + 0.36 + 0.04) / 3,
    "brier_skill": 1 - (0.41 / 3) / (2 / 9),
    "calibration_error": (0.1 + 0.6 + 0.2) / 3,
}
LATENCIES = {"latency_median_ms", "latency_p95_ms"}


class FakeReader:
    """Stands in for the trained reader, whose answers may change with its weights."""

    finds: dict[str, dict[str, float]] = FINDS

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
        return ScriptedReader(self.finds.get(question, {})).read(question, passages)


@pytest.fixture
def as_told(at_hand: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Read with the fake reader, whose probabilities are taken as they are."""
    monkeypatch.setenv("SEEDBED_FLOOR", "0.3")
    monkeypatch.setattr("api.service.SpanReader", FakeReader)
    AS_READ.save(tmp_path / "as_read.json")
    monkeypatch.setattr("api.service.FITTED", tmp_path / "as_read.json")


def seedbed(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--seeds", "seeds", "--data", "data"])


def figures_of(result: Result) -> dict[str, float]:
    assert result.exit_code == 0
    figures: dict[str, float] = json.loads(result.stdout)["figures"]
    return figures


def is_one_sentence(result: Result) -> str:
    """Check that a command failed as a person can bear, and return the sentence."""
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("error: ")
    return str(line.removeprefix("error: "))


def lines(*questions: dict[str, Any]) -> str:
    return "".join(json.dumps(question) + "\n" for question in questions)


@pytest.mark.usefixtures("as_told")
def test_a_question_of_a_document_that_is_not_there_is_named(tmp_path: Path) -> None:
    asked = lines({"id": "high", "question": HIGH, "answers": ["128 metres"], "document": "gone.txt"})
    write(tmp_path, {"seeds/dam.txt": "The dam is 128 metres high.\n", "set.jsonl": asked})
    assert is_one_sentence(seedbed("eval", "set.jsonl")) == (
        "question high names 'gone.txt', and no document has that path"
    )


@pytest.mark.usefixtures("as_told")
@pytest.mark.parametrize("name", ["set.json", "set.json.gz"])
def test_the_figures_are_printed_by_name_with_their_meaning(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: gzip.compress(SQUAD.encode()) if name.endswith(".gz") else SQUAD})
    result = seedbed("eval", name)
    printed = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert (result.exit_code, result.stderr) == (0, "")
    assert list(printed) == list(MEANINGS)
    assert printed["f1"] == f"{'f1':27} {'50.0 %':>9}  {MEANINGS['f1']}"
    assert printed["questions"] == f"{'questions':27} {'2':>9}  {MEANINGS['questions']}"
    assert printed["brier_score"] == f"{'brier_score':27} {'0.137':>9}  {MEANINGS['brier_score']}"


@pytest.mark.usefixtures("as_told")
def test_json_has_every_figure_and_question(tmp_path: Path) -> None:
    write(tmp_path, {"set.json": SQUAD})
    result = seedbed("eval", "set.json", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told.keys()) == (0, {"file", "floor", "figures", "questions"})
    assert (told["file"], told["floor"]) == ("set.json", 0.3)
    assert told["figures"].keys() - FIGURES.keys() == LATENCIES
    assert {name: told["figures"][name] for name in FIGURES} == pytest.approx(FIGURES)
    assert told["questions"] == [
        {
            "id": f"id of {HIGH}",
            "question": HIGH,
            "expected": ["128 metres"],
            "answers": ["128 metres"],
            "shown": 1,
            "confidence": pytest.approx(0.9),
            "f1": 1.0,
            "quote": "The Kariba Dam is 128 metres high.",
            "place": "Kariba Dam.txt, line 3",
        },
        {
            "id": f"id of {BUILT}",
            "question": BUILT,
            "expected": ["1959"],
            "answers": ["128 metres"],
            "shown": 1,
            "confidence": pytest.approx(0.6),
            "f1": 0.0,
            "quote": "The Kariba Dam is 128 metres high.",
            "place": "Kariba Dam.txt, line 3",
        },
        {
            "id": f"id of {OWNER}",
            "question": OWNER,
            "expected": [],
            "answers": ["Kariba Dam"],
            "shown": 0,
            "confidence": pytest.approx(0.2),
            "f1": 0.0,
            "quote": "Kariba Dam",
            "place": "Kariba Dam.txt, line 1",
        },
    ]


def test_with_the_reader_that_is_installed_every_quote_is_verbatim(tmp_path: Path) -> None:
    write(tmp_path, {"set.json": SQUAD})
    figures = figures_of(seedbed("eval", "set.json", "--json"))
    independent = ("questions", "questions_without_answer", "recall_at_1", "verbatim_quotes")
    assert figures.keys() == MEANINGS.keys()
    assert {name: figures[name] for name in independent} == dict(zip(independent, (2, 1, 1.0, 1.0), strict=True))


@pytest.mark.usefixtures("as_told")
def test_the_texts_in_the_file_are_indexed_apart_and_nothing_is_left_behind(tmp_path: Path) -> None:
    write(tmp_path, {"set.json": SQUAD})
    before = sorted(tmp_path.rglob("*"))
    assert seedbed("eval", "set.json").exit_code == 0
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.usefixtures("as_told")
def test_questions_that_came_alone_are_asked_of_the_folder(tmp_path: Path) -> None:
    question = {"id": "high", "question": HIGH, "answers": ["128 metres"], "document": "dam.txt"}
    write(tmp_path, {"seeds/dam.txt": f"Dams\n\n{TEXT}\n", "set.jsonl": lines(question)})
    result = seedbed("eval", "set.jsonl", "--json")
    (told,) = json.loads(result.stdout)["questions"]
    assert (told["id"], told["answers"], told["place"]) == ("high", ["128 metres"], "dam.txt, line 3")
    assert figures_of(result)["recall_at_1"] == 1.0


@pytest.mark.usefixtures("as_told")
def test_questions_of_squad_are_asked_of_the_folder_when_told_so(tmp_path: Path) -> None:
    write(tmp_path, {"seeds/mill.txt": "The mill was built in 1894.\n", "set.json": SQUAD})
    figures = figures_of(seedbed("eval", "set.json", "--current", "--json"))
    wanted = {"questions": 2, "recall_at_20": 0.0, "answered": 0.0}
    assert {name: figures[name] for name in wanted} == wanted


@pytest.mark.usefixtures("as_told")
def test_foreign_questions_have_no_answer_here(tmp_path: Path) -> None:
    foreign = lines({"id": "7", "question": HIGH, "answers": ["15 metres"]}, {"question": "Who?", "answers": []})
    write(tmp_path, {"set.json": SQUAD, "other.jsonl": foreign})
    told = json.loads(seedbed("eval", "set.json", "--foreign", "other.jsonl", "--json").stdout)
    assert [(q["id"], q["expected"], q["answers"]) for q in told["questions"][3:]] == [
        ("foreign/7", [], ["128 metres"]),
        ("foreign/2", [], []),
    ]
    figures = told["figures"]
    assert (figures["questions"], figures["questions_without_answer"]) == (2, 3)
    assert figures["turned_down_without_answer"] == pytest.approx(2 / 3)


@pytest.mark.usefixtures("as_told")
def test_a_sample_is_as_large_as_asked_for_and_the_same_each_time(tmp_path: Path) -> None:
    write(tmp_path, {"set.json": SQUAD})
    first, second = (json.loads(seedbed("eval", "set.json", "--sample", "2", "--json").stdout) for _ in range(2))
    assert [q["id"] for q in first["questions"]] == [q["id"] for q in second["questions"]]
    assert len(first["questions"]) == 2


@pytest.mark.usefixtures("as_told")
def test_a_report_is_written_where_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {"set.json": SQUAD})
    assert seedbed("eval", "set.json", "--report", "report.html").exit_code == 0
    page = LexborHTMLParser((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert [node.text() for node in page.css("h1, h1 + p, article strong")] == [
        "Evaluation of set.json",
        "3 questions; below a confidence of 0.3 no answer is given.",
        BUILT,
    ]


@pytest.mark.usefixtures("as_told")
@pytest.mark.parametrize(
    ("limits", "code", "reasons"),
    [
        (["--fail-under", "f1=0.7"], 1, ["f1 is 0.5, less than 0.7"]),
        (["--fail-under", "f1=0.5"], 0, []),
        (["--fail-over", "brier_score=0.1"], 1, ["brier_score is 0.1367, more than 0.1"]),
        (["--fail-over", "brier_score=0.2"], 0, []),
        (
            ["--fail-over", "f1=0.4", "--fail-under", "recall_at_1=1", "--fail-under", "exact_match=0.6"],
            1,
            ["exact_match is 0.5, less than 0.6", "f1 is 0.5, more than 0.4"],
        ),
    ],
)
def test_figures_beyond_their_limits_exit_with_1_and_are_named(
    tmp_path: Path, limits: list[str], code: int, reasons: list[str]
) -> None:
    write(tmp_path, {"set.json": SQUAD})
    result = seedbed("eval", "set.json", "--json", *limits)
    assert (result.exit_code, result.stderr.splitlines()) == (code, reasons)
    assert json.loads(result.stdout)["figures"]["f1"] == 0.5


@pytest.mark.parametrize("flag", ["--fail-under", "--fail-over"])
@pytest.mark.parametrize("limit", ["f1", "f1=", "f1=high", "f1:0.7", "f1=nan", "=", ""])
def test_a_limit_that_is_no_number_is_refused_before_anything_is_asked(flag: str, limit: str) -> None:
    sentence = is_one_sentence(seedbed("eval", "none.json", flag, limit))
    assert sentence == f"{flag} takes a figure and a number, as in f1=0.7; not {limit!r}"


@pytest.mark.usefixtures("as_told")
@pytest.mark.parametrize("limit", ["F1=0.7", "=0.7"])
def test_a_limit_of_no_figure_is_refused_with_those_there_are(tmp_path: Path, limit: str) -> None:
    write(tmp_path, {"set.json": SQUAD})
    sentence = is_one_sentence(seedbed("eval", "set.json", "--fail-under", limit))
    assert sentence == f"there is no figure {limit.removesuffix('=0.7')!r} here; there are {', '.join(MEANINGS)}"


@pytest.mark.parametrize("command", ["eval", "calibrate"])
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.json", None, "there is no file none.json"),
        ("none.jsonl", None, "there is no file none.jsonl"),
        ("empty.json", b"", "empty.json is not JSON of SQuAD's form: an object with a list under 'data'"),
        ("cut.json", b'{"data": [', "cut.json is not JSON of SQuAD's form: an object with a list under 'data'"),
        ("binary", b"\x7fELF\x00\xff", "binary is not JSON of SQuAD's form: an object with a list under 'data'"),
        (
            "cut.json.gz",
            gzip.compress(SQUAD.encode())[:-20],
            "cut.json.gz is not JSON of SQuAD's form: an object with a list under 'data'",
        ),
        (
            "damaged.json.gz",
            gzip.compress(SQUAD.encode())[:10] + b"\xff" * 20,
            "damaged.json.gz is not JSON of SQuAD's form: an object with a list under 'data'",
        ),
        ("none_asked.json", b'{"data": []}', "none_asked.json holds no question"),
        (
            "moved.json",
            squad(TEXT, asked(HIGH, ("128 metres", 17))).encode(),
            "moved.json: data[0] is not an article of SQuAD's form "
            "(the answer '128 metres' does not stand at 17 of its paragraph)",
        ),
        (
            "null.json",
            squad(TEXT, asked(None)).encode(),
            "null.json: data[0] is not an article of SQuAD's form (None is no text)",
        ),
        (
            "bad.jsonl",
            b'{"question": "Who?", "answers": []}\n{"question": "Where?", "answers": "here"}\n',
            'bad.jsonl, line 2 is not of the form {"question": "…", "answers": ["…"], "document": "path"} '
            'with "answers" empty when the documents do not say',
        ),
        (
            "binary.jsonl",
            b"\xff\xfe",
            "binary.jsonl cannot be read as UTF-8 text: 'utf-8' codec can't decode byte 0xff in position 0: "
            "invalid start byte",
        ),
    ],
)
def test_a_file_that_holds_no_questions_is_refused_in_one_sentence(
    tmp_path: Path, command: str, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        write(tmp_path, {name: content})
    assert is_one_sentence(seedbed(command, name)) == sentence
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["eval", "calibrate"])
def test_a_folder_is_refused_in_one_sentence(tmp_path: Path, command: str) -> None:
    (tmp_path / "sets.jsonl").mkdir()
    assert is_one_sentence(seedbed(command, ".")) == ". cannot be read: Is a directory"
    said = "sets.jsonl cannot be read as UTF-8 text: [Errno 21] Is a directory: 'sets.jsonl'"
    assert is_one_sentence(seedbed(command, "sets.jsonl")) == said


def test_foreign_questions_that_cannot_be_read_are_refused_likewise(tmp_path: Path) -> None:
    write(tmp_path, {"set.json": SQUAD, "other.jsonl": "Who?\n"})
    assert is_one_sentence(seedbed("eval", "set.json", "--foreign", "none.json")) == "there is no file none.json"
    sentence = is_one_sentence(seedbed("eval", "set.json", "--foreign", "other.jsonl"))
    assert sentence.startswith("other.jsonl, line 1 is not of the form {")


def test_an_error_as_json_is_json_too() -> None:
    result = seedbed("eval", "none.json", "--json")
    assert (result.exit_code, json.loads(result.stdout)["detail"]) == (2, "there is no file none.json")


@pytest.mark.parametrize("arguments", [["set.jsonl"], ["set.json", "--current"]])
def test_a_folder_of_documents_that_is_not_there_is_named(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path, {"set.json": SQUAD, "set.jsonl": lines({"question": HIGH, "answers": ["128 metres"]})})
    sentence = is_one_sentence(seedbed("eval", *arguments))
    assert sentence == f"there is no folder {tmp_path / 'seeds'}; create it, or name another with --seeds"


@pytest.mark.parametrize("arguments", [[], ["set.json", "--sample", "0"], ["set.json", "--sample", "few"]])
@pytest.mark.parametrize("command", ["eval", "calibrate"])
def test_a_wrong_command_exits_with_2(command: str, arguments: list[str]) -> None:
    result = CliRunner().invoke(app, [command, *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


class TestCalibrate:
    """Twenty-four towers: of those it is sure of, the fake reader is right in 9 of 12; of the others, in 3 of 12."""

    questions = [f"How many steps has tower number {n}?" for n in range(24)]
    right = [n % 4 != 3 if n < 12 else n % 4 == 3 for n in range(24)]
    sure = [0.98 if n < 12 else 0.02 for n in range(24)]

    @pytest.fixture(autouse=True)
    def towers(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_told: None) -> None:
        steps = [f"{101 + n} steps" for n in range(24)]
        text = " ".join(f"Tower number {n} has {has}." for n, has in enumerate(steps))
        asked_for = [{"question": q, "answers": [has]} for q, has in zip(self.questions, steps, strict=True)]
        found = [{has if right else "Tower": p} for has, right, p in zip(steps, self.right, self.sure, strict=True)]
        write(tmp_path, {"seeds/towers.txt": f"{text}\n", "set.jsonl": lines(*asked_for)})
        monkeypatch.setattr(FakeReader, "finds", dict(zip(self.questions, found, strict=True)))
        monkeypatch.setattr("qa.confidence.Confidence.load", _load_as_read)

    def test_confidence_is_fitted_and_kept_beside_the_index(self, tmp_path: Path) -> None:
        result = seedbed("calibrate", "set.jsonl")
        before, kept = result.stdout.splitlines()
        few = "that is mostly chance with so few: 50 different questions or more have to get an answer\n"
        assert (result.exit_code, result.stderr) == (0, few)
        assert before.startswith("calibration error over 24 questions that got an answer: 0.245 before, ")
        assert kept == "kept in data/confidence.json; delete it to undo"
        fitted = Confidence(**json.loads((tmp_path / "data/confidence.json").read_text()))
        # Three to one where it said 49 to one, and the other way round.
        expected = Confidence(0.0, 0.0, 0.0, support=math.log(3) / math.log(49), lead=0.0, bias=0.0)
        assert (fitted.support, fitted.bias) == pytest.approx((expected.support, expected.bias), abs=1e-2)
        assert (fitted.similarity, fitted.relevance, fitted.passage_similarity, fitted.lead) == (0.0, 0.0, 0.0, 0.0)

    # Bins of 3 where it is not sure, with 0, 1, 1 and 1 right; of 2 where it is, with 2, 1, 2, 1, 2 and 1 right:
    # (3 · 0.02 + 9 · (1/3 - 0.02) + 6 · (0.02 + 0.48)) / 24 = 0.245
    def test_json_names_the_file_and_the_errors(self, tmp_path: Path) -> None:
        told = json.loads(seedbed("calibrate", "set.jsonl", "--json").stdout)
        assert told.keys() == {"file", "questions", "calibration_error_before", "calibration_error_after"}
        assert (told["file"], told["questions"]) == ("data/confidence.json", 24)
        assert told["calibration_error_before"] == pytest.approx(0.245)

    def test_what_was_fitted_is_in_force_from_then_on_and_can_be_undone(self, tmp_path: Path) -> None:
        def confidences() -> list[float]:
            told = json.loads(seedbed("eval", "set.jsonl", "--json").stdout)
            return [question["confidence"] for question in told["questions"]]

        assert confidences() == pytest.approx(self.sure)
        assert seedbed("calibrate", "set.jsonl").exit_code == 0
        assert confidences() == pytest.approx([0.75] * 12 + [0.25] * 12, abs=1e-2)
        assert mean(confidences()) == pytest.approx(mean(self.right), abs=1e-3)
        (tmp_path / "data/confidence.json").unlink()
        assert confidences() == pytest.approx(self.sure)

    def test_to_calibrate_again_starts_from_what_is_shipped(self, tmp_path: Path) -> None:
        first = seedbed("calibrate", "set.jsonl")
        fitted = (tmp_path / "data/confidence.json").read_text()
        second = seedbed("calibrate", "set.jsonl")
        assert (second.stdout, (tmp_path / "data/confidence.json").read_text()) == (first.stdout, fitted)

    def test_too_few_questions_change_nothing(self, tmp_path: Path) -> None:
        result = seedbed("calibrate", "set.jsonl", "--sample", "8")
        assert is_one_sentence(result).endswith(
            "to calibrate takes 10 of each: add questions, some of them hard, or without an answer in the documents"
        )
        assert not (tmp_path / "data/confidence.json").exists()

    def test_confidence_that_tells_nothing_is_left_as_it_is(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        turned = {q: {words: 1 - p for words, p in found.items()} for q, found in FakeReader.finds.items()}
        monkeypatch.setattr(FakeReader, "finds", turned)
        sentence = is_one_sentence(seedbed("calibrate", "set.jsonl"))
        assert sentence == "confidence is no higher where the answers are right; it was left as it is"
        assert not (tmp_path / "data/confidence.json").exists()


def _load_as_read(path: Path | None = None) -> Confidence:
    """Load as Confidence does, with the reader's own probabilities where it would take the weights we ship."""
    return AS_READ if path is None else Confidence(**json.loads(path.read_text()))
