from pathlib import Path

import pytest

from index.errors import UnreadableFile
from qa.squad import SquadParagraph
from qa.training.corpora import Source, load_sources
from tests.qa.training.makers import paragraph, write_squad

FILES = {
    "squad": "squad_v1.1_train_excerpt.json.gz",
    "reddit": "squadshifts_reddit_train.json.gz",
    "amazon": "squadshifts_amazon_train.json.gz",
    "natural_questions": "natural_questions_qed_train.json.gz",
    "qamr": "qamr_train.json.gz",
}


def load(folder: Path, **sets: list[SquadParagraph]) -> dict[str, Source]:
    """Return the sources by name when the data sets hold these paragraphs, and are empty otherwise."""
    for name, file in FILES.items():
        write_squad(folder / file, sets.get(name, []))
    return {source.name: source for source in load_sources(folder)}


def mill(number: int, title: str) -> SquadParagraph:
    return paragraph(f"Mill {number} is old.", {f"What is old, {number}?": [f"Mill {number}"]}, title)


def test_every_data_set_is_a_source(tmp_path: Path) -> None:
    assert list(load(tmp_path)) == ["squad", "natural_questions", "reddit", "amazon", "qamr"]


def test_a_data_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    load(tmp_path)
    (tmp_path / FILES["qamr"]).unlink()
    with pytest.raises(UnreadableFile, match="there is no file .*qamr_train.json.gz"):
        load_sources(tmp_path)


def test_three_articles_of_squad_are_held_out_and_the_excerpts_own_name_is_no_title(tmp_path: Path) -> None:
    titles = ["IPod", "Mill", "Antibiotics", "SQuAD", "Spectre (2015 film)"]
    squad = load(tmp_path, squad=[mill(n, title) for n, title in enumerate(titles)])["squad"]
    assert squad.training == [mill(1, "Mill"), mill(3, "")]
    assert squad.tuning == [mill(0, "IPod"), mill(2, "Antibiotics"), mill(4, "Spectre (2015 film)")]


@pytest.mark.parametrize("name", ["natural_questions", "amazon"])
def test_of_articles_one_in_fifteen_is_held_out_whole(tmp_path: Path, name: str) -> None:
    paragraphs = [mill(n, f"Article {n % 30}") for n in range(90)]
    source = load(tmp_path, **{name: paragraphs})[name]
    keeps_titles = name == "natural_questions"
    article = {p.text: p.title for p in paragraphs}
    held_out = {article[p.text] for p in source.tuning}
    assert len(held_out) == 2
    for kept, held in ((source.training, False), (source.tuning, True)):
        assert kept == [
            mill(n, p.title if keeps_titles else "") for n, p in enumerate(paragraphs) if (p.title in held_out) is held
        ]


@pytest.mark.parametrize("name", ["reddit", "qamr"])
def test_of_paragraphs_without_articles_one_in_fifteen_is_held_out(tmp_path: Path, name: str) -> None:
    paragraphs = [mill(n, f"title {n}") for n in range(45)]
    source = load(tmp_path, **{name: paragraphs})[name]
    untitled = [mill(n, "") for n in range(45)]
    assert (len(source.training), len(source.tuning)) == (42, 3)
    assert [p for p in untitled if p in source.training] == source.training
    assert [p for p in untitled if p not in source.training] == source.tuning


def test_the_same_text_is_never_both_shown_and_held_out(tmp_path: Path) -> None:
    paragraphs = [mill(n % 15, f"title {n}") for n in range(30)]
    reddit = load(tmp_path, reddit=paragraphs)["reddit"]
    assert (len(reddit.training), len(reddit.tuning)) == (28, 2)
    assert reddit.tuning[0] == reddit.tuning[1]


def test_the_parts_held_out_are_the_same_each_time(tmp_path: Path) -> None:
    sets = {name: [mill(n, f"Article {n}") for n in range(45)] for name in FILES}
    once = load(tmp_path, **sets)
    assert load(tmp_path, **sets) == once
    # Each set draws its own.
    assert len({tuple(p.text for p in source.tuning) for source in once.values()}) == len(FILES)


def test_tokens_of_natural_questions_are_put_back_with_questions_answers_and_titles(tmp_path: Path) -> None:
    tokens = "The film -LRB- `` Mill '' -RRB- is n't old , says Ada 's dog ."
    asked = {"who 's dog -LRB- says so -RRB- ?": ["Ada 's dog", "`` Mill ''"]}
    source = load(tmp_path, natural_questions=[paragraph(tokens, asked, "Mill (film)")])["natural_questions"]
    (read,) = source.training
    (question,) = read.questions
    assert (read.title, read.text) == ("Mill", "The film (\"Mill\") isn't old, says Ada's dog.")
    assert (question.text, read.answers(question)) == ("who's dog (says so)?", ("Ada's dog", '"Mill"'))


@pytest.mark.parametrize("name", ["natural_questions", "reddit", "amazon", "qamr"])
def test_questions_whose_answers_are_all_long_are_left_out_and_so_are_paragraphs_of_none(
    tmp_path: Path, name: str
) -> None:
    twelve = "one two three four five six seven eight nine ten eleven twelve"
    text = f"{twelve} thirteen fourteen"
    both = paragraph(text, {"twelve?": [twelve], "thirteen?": [f"{twelve} thirteen"], "either?": [text, "two"]})
    source = load(tmp_path, **{name: [both, paragraph(text + " fifteen", {"all?": [text]}), paragraph("no", {})]})[name]
    assert source.training == [paragraph(text, {"twelve?": [twelve], "either?": ["two"]})]
    assert source.tuning == []
