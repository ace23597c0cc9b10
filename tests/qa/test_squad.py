import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import UnreadableFile
from qa.squad import SquadParagraph, SquadQuestion, read_squad
from tests.builders import write

TEXT = "👍 The Kariba Dam is in Zambia."
ARTICLES: dict[str, Any] = {
    "version": "v2.0",
    "data": [
        {
            "title": "Kariba_Dam",
            "paragraphs": [
                {
                    "context": TEXT,
                    "qas": [
                        {
                            "id": "1",
                            "question": "Where is it?",
                            "answers": [
                                {"text": "Zambia", "answer_start": 23},
                                {"text": "in Zambia", "answer_start": 20},
                                {"text": "Zambia", "answer_start": 23},
                            ],
                            "is_impossible": False,
                        },
                        {
                            "id": "2",
                            "question": "Where is the mill?",
                            "answers": [],
                            "plausible_answers": [{"text": "Zambia", "answer_start": 23}],
                            "is_impossible": True,
                        },
                    ],
                },
                {"context": "Nobody asks.", "qas": []},
            ],
        }
    ],
}
READ = [
    SquadParagraph(
        "Kariba Dam",
        TEXT,
        (
            SquadQuestion("1", "Where is it?", ((23, 29), (20, 29), (23, 29))),
            SquadQuestion("2", "Where is the mill?", ()),
        ),
    ),
    SquadParagraph("Kariba Dam", "Nobody asks.", ()),
]
NO_SQUAD = "is not JSON of SQuAD's form: an object with a list under 'data'"


def read(folder: Path, content: str | bytes, name: str = "set.json") -> list[SquadParagraph]:
    write(folder, {name: content})
    return read_squad(folder / name)


def one_paragraph(context: object, *questions: object) -> str:
    return json.dumps({"data": [{"title": "T", "paragraphs": [{"context": context, "qas": questions}]}]})


def test_paragraphs_come_with_their_questions_and_where_the_answers_stand(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps(ARTICLES)) == READ


def test_a_gzipped_file_is_read_alike(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress(json.dumps(ARTICLES).encode()), "set.json.gz") == READ


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + json.dumps(ARTICLES, ensure_ascii=False).encode()) == READ


def test_answers_are_slices_of_the_paragraph_each_once() -> None:
    first, second = READ[0].questions
    assert (READ[0].answers(first), READ[0].answers(second)) == (("Zambia", "in Zambia"), ())


def test_a_paragraph_can_be_had_with_other_questions() -> None:
    assert READ[0].with_questions(()) == SquadParagraph("Kariba Dam", TEXT, ())


def test_a_question_called_impossible_has_no_answer_even_where_one_is_given(tmp_path: Path) -> None:
    asked = {"id": 7, "question": "Who?", "answers": [{"text": "Ada", "answer_start": 0}], "is_impossible": True}
    (paragraph,) = read(tmp_path, one_paragraph("Ada did.", asked))
    assert paragraph.questions == (SquadQuestion("7", "Who?", ()),)


def test_a_question_without_answers_has_none(tmp_path: Path) -> None:
    (paragraph,) = read(tmp_path, one_paragraph("Ada did.", {"id": "7", "question": "Who?"}))
    assert paragraph.questions == (SquadQuestion("7", "Who?", ()),)


def test_an_empty_answer_is_left_out_wherever_it_stands(tmp_path: Path) -> None:
    empty, ada = {"text": "", "answer_start": 0}, {"text": "Ada", "answer_start": 0}
    (paragraph,) = read(tmp_path, one_paragraph("Ada did.", {"id": "7", "question": "Who?", "answers": [empty, ada]}))
    assert paragraph.questions == (SquadQuestion("7", "Who?", ((0, 3),)),)


@pytest.mark.parametrize("title", [{}, {"title": None}, {"title": ""}])
def test_an_article_needs_no_title(tmp_path: Path, title: dict[str, Any]) -> None:
    articles = {"data": [title | {"paragraphs": [{"context": "Ada did.", "qas": []}]}]}
    assert read(tmp_path, json.dumps(articles)) == [SquadParagraph("", "Ada did.", ())]


def test_no_articles_are_no_paragraphs(tmp_path: Path) -> None:
    assert read(tmp_path, '{"data": []}') == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.json", b""),
        ("binary.json", b"\x00\xff\xfe\x80"),
        ("cut.json", b'{"data": ['),
        ("list.json", b"[]"),
        ("text.json", b'"data"'),
        ("other.json", b'{"questions": []}'),
        ("null.json", b'{"data": null}'),
        ("number.json", b'{"data": 5}'),
        ("word.json", b'{"data": "articles"}'),
        ("object.json", b'{"data": {"title": "T"}}'),
        ("deep.json", b"[" * 100_000),
        ("plain.json.gz", b'{"data": []}'),
        ("empty.json.gz", b""),
        ("cut.json.gz", gzip.compress(b'{"data": []}')[:-9]),
        ("damaged.json.gz", gzip.compress(b'{"data": []}')[:10] + b"\xff" * 20),
        ("gzipped.json", gzip.compress(b'{"data": []}')),
    ],
)
def test_what_is_not_json_of_articles_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(tmp_path, content, name)
    assert str(refused.value) == f"{tmp_path / name} {NO_SQUAD}"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_squad(tmp_path / "none.json")
    assert str(refused.value) == f"there is no file {tmp_path / 'none.json'}"


def test_a_folder_is_refused_as_one(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_squad(tmp_path)
    assert str(refused.value) == f"{tmp_path} cannot be read: Is a directory"


@pytest.mark.parametrize("start", [0, 2, 100, -5, -1])
def test_an_answer_that_does_not_stand_where_it_says_is_refused(tmp_path: Path, start: int) -> None:
    asked = {"id": "7", "question": "Who?", "answers": [{"text": "did.", "answer_start": start}]}
    with pytest.raises(UnreadableFile) as refused:
        read(tmp_path, one_paragraph("Ada did.\n", asked))
    said = f"the answer 'did.' does not stand at {start} of its paragraph"
    assert str(refused.value) == f"{tmp_path / 'set.json'}: data[0] is not an article of SQuAD's form ({said})"


@pytest.mark.parametrize(
    "article",
    [
        None,
        "article",
        [],
        {"title": "T"},
        {"paragraphs": None},
        {"paragraphs": ["text"]},
        {"paragraphs": [{"context": "Ada did."}]},
        {"paragraphs": [{"qas": []}]},
        {"paragraphs": [{"context": None, "qas": []}]},
        {"paragraphs": [{"context": ["Ada did."], "qas": []}]},
        {"paragraphs": [{"context": "Ada did.", "qas": ["Who?"]}]},
        {"paragraphs": [{"context": "Ada did.", "qas": [{"id": "7"}]}]},
        {"paragraphs": [{"context": "Ada did.", "qas": [{"question": "Who?"}]}]},
        {"paragraphs": [{"context": "Ada did.", "qas": [{"id": "7", "question": None, "answers": []}]}]},
        {"paragraphs": [{"context": "Ada did.", "qas": [{"id": "7", "question": 7, "answers": []}]}]},
        {"paragraphs": [{"context": "Ada did.", "qas": [{"id": "7", "question": "Who?", "answers": "Ada"}]}]},
        {"paragraphs": [{"context": "Ada did.", "qas": [{"id": "7", "question": "Who?", "answers": ["Ada"]}]}]},
        {
            "paragraphs": [
                {
                    "context": "1 did.",
                    "qas": [{"id": "7", "question": "?", "answers": [{"text": 1, "answer_start": 0}]}],
                }
            ]
        },
        {
            "paragraphs": [
                {
                    "context": "Ada",
                    "qas": [{"id": "7", "question": "?", "answers": [{"text": "A", "answer_start": "0"}]}],
                }
            ]
        },
        {"paragraphs": [{"context": "Ada", "qas": [{"id": "7", "question": "?", "answers": [{"text": "Ada"}]}]}]},
    ],
)
def test_an_article_of_another_form_is_refused_by_its_number(tmp_path: Path, article: object) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(tmp_path, json.dumps({"data": [*ARTICLES["data"], article]}))
    sentence = str(refused.value)
    assert sentence.startswith(f"{tmp_path / 'set.json'}: data[1] is not an article of SQuAD's form (")
    assert "\n" not in sentence
