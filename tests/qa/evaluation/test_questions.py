import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from qa.evaluation.questions import QuestionSet, ReferenceQuestion, of_articles, read_questions
from qa.squad import SquadParagraph, SquadQuestion
from tests.builders import document, write
from tests.qa.evaluation.makers import asked, squad
from tests.strategies import texts_with_words

FORM = '{"question": "…", "answers": ["…"], "document": "path"} with "answers" empty when the documents do not say'


def read(folder: Path, content: str | bytes, name: str = "set.jsonl") -> QuestionSet:
    write(folder, {name: content})
    return read_questions(folder / name)


def refused(folder: Path, content: str | bytes, name: str = "set.jsonl") -> str:
    with pytest.raises(UnreadableFile) as error:
        read(folder, content, name)
    return str(error.value)


def numbered(count: int) -> QuestionSet:
    questions = tuple(ReferenceQuestion(str(n), f"How high is dam {n}?", ()) for n in range(count))
    return QuestionSet(questions, {"dams.txt": "Dams"})


@pytest.mark.parametrize("name", ["set.jsonl", "set.ndjson"])
def test_lines_are_questions_with_the_answers_they_should_get(tmp_path: Path, name: str) -> None:
    lines = [
        '{"id": "high", "question": "How high is it?", "answers": ["128 metres", "128 m"], "document": "dam.txt"}',
        "",
        '{"question": "Where is it?", "answers": ["Zambia"], "document": null, "more": 1}\r',
        "   ",
        '{"id": 9, "question": " Who built it? ", "answers": []}',
    ]
    assert read(tmp_path, "\n".join(lines), name) == QuestionSet(
        (
            ReferenceQuestion("high", "How high is it?", ("128 metres", "128 m"), "dam.txt"),
            ReferenceQuestion("3", "Where is it?", ("Zambia",)),
            ReferenceQuestion("9", " Who built it? ", ()),
        ),
        {},
    )


@pytest.mark.parametrize("character", ["\u2028", "\u0085", "\u2029", "\x7f"])
def test_a_line_ends_where_json_lines_end_and_nowhere_else(tmp_path: Path, character: str) -> None:
    question = f"How high{character}is it?"
    line = json.dumps({"question": question, "answers": ["128 metres"]}, ensure_ascii=False)
    assert read(tmp_path, line) == QuestionSet((ReferenceQuestion("1", question, ("128 metres",)),), {})


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    line = b'\xef\xbb\xbf{"question": "How high is it?", "answers": []}'
    assert read(tmp_path, line) == QuestionSet((ReferenceQuestion("1", "How high is it?", ()),), {})


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "id": st.text(st.characters(codec="utf-8")),
                "question": st.text(st.characters(codec="utf-8")).filter(str.strip),
                "answers": st.lists(st.text(st.characters(codec="utf-8")).filter(str.strip)),
                "document": st.none() | st.text(st.characters(codec="utf-8")),
            }
        ),
        min_size=1,
    ),
    st.booleans(),
)
def test_what_is_written_as_lines_of_json_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, entries: list[dict[str, Any]], escaped: bool
) -> None:
    lines = "\n".join(json.dumps(entry, ensure_ascii=escaped) for entry in entries)
    questions = read(tmp_path_factory.getbasetemp(), lines, "property.jsonl").questions
    assert questions == tuple(
        ReferenceQuestion(e["id"], e["question"], tuple(e["answers"]), e["document"]) for e in entries
    )


@pytest.mark.parametrize(
    "line",
    [
        "How high is it?",
        "{",
        "[]",
        "null",
        "5",
        '"How high is it?"',
        "{}",
        '{"answers": ["128 metres"]}',
        '{"question": "How high is it?", "answer": "128 metres"}',
        '{"question": "How high is it?", "answers": null}',
        '{"question": null, "answers": []}',
        '{"question": ["How high is it?"], "answers": []}',
        '{"question": "How high is it?", "answers": "128 metres"}',
        '{"question": "How high is it?", "answers": {"text": "128 metres"}}',
        '{"question": "How high is it?", "answers": [128]}',
        '{"question": "How high is it?", "answers": [null]}',
        '{"question": "How high is it?", "answers": ["128 metres", " "]}',
        '{"question": "How high is it?", "answers": 128}',
        '{"question": "How high is it?", "answers": ["128 metres"], "document": 5}',
        '{"question": "How high is it?", "answers": ["128 metres"], "document": ["dam.txt"]}',
        "[" * 100_000,
    ],
)
def test_a_line_of_another_form_is_refused_by_its_number(tmp_path: Path, line: str) -> None:
    sentence = refused(tmp_path, f'{{"question": "Where is it?", "answers": []}}\n\n{line}\n')
    assert sentence == f"{tmp_path / 'set.jsonl'}, line 3 is not of the form {FORM}"


def test_an_empty_question_is_refused_by_its_line(tmp_path: Path) -> None:
    sentence = refused(tmp_path, '{"question": " \\t", "answers": []}')
    assert sentence == f"{tmp_path / 'set.jsonl'}, line 1: the question is empty"


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_lines_without_a_question_are_refused(tmp_path: Path, content: str) -> None:
    assert refused(tmp_path, content) == f"{tmp_path / 'set.jsonl'} holds no question; each line is {FORM}"


def test_lines_that_are_not_utf_8_are_refused(tmp_path: Path) -> None:
    said = "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
    assert refused(tmp_path, b"\xff\xfe\x00") == f"{tmp_path / 'set.jsonl'} cannot be read as UTF-8 text: {said}"


@pytest.mark.parametrize("name", ["none.jsonl", "none.json", "none.json.gz", "none"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_questions(tmp_path / name)
    assert str(error.value) == f"there is no file {tmp_path / name}"


def test_a_folder_is_no_file_of_questions(tmp_path: Path) -> None:
    folder = tmp_path / "set.jsonl"
    folder.mkdir()
    with pytest.raises(UnreadableFile) as error:
        read_questions(folder)
    said = f"[Errno 21] Is a directory: '{folder}'"
    assert str(error.value) == f"{folder} cannot be read as UTF-8 text: {said}"


def test_a_file_of_squad_brings_its_documents(tmp_path: Path) -> None:
    content = squad("The dam is 128 metres high.", asked("How high?", ("128 metres", 11)), asked("Who built it?"))
    assert read(tmp_path, content, "set.json") == QuestionSet(
        (
            ReferenceQuestion("id of How high?", "How high?", ("128 metres",), "Kariba Dam.txt", (12, 39)),
            ReferenceQuestion("id of Who built it?", "Who built it?", (), "Kariba Dam.txt"),
        ),
        {"Kariba Dam.txt": "Kariba Dam\n\nThe dam is 128 metres high.\n"},
    )


@pytest.mark.parametrize("content", ['{"data": []}', squad("The dam."), squad("The dam.", asked(" "))])
def test_a_file_of_squad_without_a_question_is_refused(tmp_path: Path, content: str) -> None:
    assert refused(tmp_path, content, "set.json") == f"{tmp_path / 'set.json'} holds no question"


def test_paragraphs_of_one_article_are_one_document() -> None:
    paragraphs = [
        SquadParagraph("Dams", "One is high.", (SquadQuestion("1", "Which?", ((0, 3),)),)),
        SquadParagraph("Mills", "Two turn.", (SquadQuestion("2", "How many?", ((0, 3),)),)),
        SquadParagraph("Dams", "Two are low.", (SquadQuestion("3", "How many?", ((0, 3), (0, 7))),)),
    ]
    assert of_articles(paragraphs) == QuestionSet(
        (
            ReferenceQuestion("1", "Which?", ("One",), "Dams.txt", (6, 18)),
            ReferenceQuestion("2", "How many?", ("Two",), "Mills.txt", (7, 16)),
            ReferenceQuestion("3", "How many?", ("Two", "Two are"), "Dams.txt", (20, 32)),
        ),
        {"Dams.txt": "Dams\n\nOne is high.\n\nTwo are low.\n", "Mills.txt": "Mills\n\nTwo turn.\n"},
    )


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("AC/DC (band), 1973-79", "AC_DC (band), 1973-79.txt"),
        ("../../etc/passwd", "______etc_passwd.txt"),
        (".hidden", "_hidden.txt"),
        ("Zürich 東京", "Zürich 東京.txt"),
        ("a\x00b\nc", "a_b_c.txt"),
        ("", "untitled.txt"),
        ("  ", "untitled.txt"),
        ("x" * 300, "x" * 200 + ".txt"),
        ("東" * 300, "東" * 66 + ".txt"),
    ],
)
def test_a_title_becomes_a_name_that_every_folder_takes(title: str, name: str) -> None:
    assert list(of_articles([SquadParagraph(title, "Text.", ())]).documents) == [name]


@given(st.lists(st.tuples(st.sampled_from(["Dams", "Mills", "Water/Mills", "Water:Mills", ""]), texts_with_words)))
def test_the_place_of_a_question_is_its_paragraph_in_the_document_as_it_is_read(
    articles: list[tuple[str, str]],
) -> None:
    paragraphs = [
        SquadParagraph(title, text, (SquadQuestion(str(number), "What?", ((0, len(text)),)),))
        for number, (title, text) in enumerate(articles)
    ]
    made = of_articles(paragraphs)
    for question, (_, text) in zip(made.questions, articles, strict=True):
        assert question.document is not None and question.place is not None
        read_again = document(made.documents[question.document])
        assert read_again.text[slice(*question.place)] == text


@pytest.mark.parametrize("size", [None, 5, 6])
def test_a_sample_as_large_as_the_set_is_the_set(size: int | None) -> None:
    assert numbered(5).sample(size) == numbered(5)


@given(st.integers(0, 9), st.integers(0, 3))
def test_a_sample_is_a_part_of_the_questions_the_same_each_time_with_all_documents(size: int, seed: int) -> None:
    sample = numbered(10).sample(size, seed)
    assert (len(sample.questions), len(set(sample.questions))) == (size, size)
    assert set(sample.questions) <= set(numbered(10).questions)
    assert sample.documents == {"dams.txt": "Dams"}
    assert numbered(10).sample(size, seed) == sample


def test_another_seed_gives_another_sample() -> None:
    assert len({numbered(100).sample(5, seed).questions for seed in range(5)}) == 5
