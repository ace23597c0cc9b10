from collections.abc import Mapping
from pathlib import Path

import pytest

from index.errors import SnapshotUnusable
from index.words import WordIndex, WordWriter


def written(folder: Path, passages: Mapping[int, str], previous: Path | None = None) -> WordIndex:
    """Write passages by id, each of the document `d<id>`."""
    writer = WordWriter(folder, previous)
    for passage_id, text in passages.items():
        writer.add(passage_id, f"d{passage_id}", text)
    writer.finish()
    return WordIndex(folder)


def found(index: WordIndex, question: str, documents: list[str] | None = None) -> list[int]:
    return [passage_id for passage_id, _ in index.search(question, 10, documents)]


def test_a_passage_is_found_by_its_words_and_no_other_is(tmp_path: Path) -> None:
    index = written(tmp_path / "words", {1: "The dam is high.", 2: "Bread is baked."})
    assert (found(index, "bread"), found(index, "high dam"), found(index, "bridge")) == ([2], [1], [])


@pytest.mark.parametrize("question", ["dams", "DAM", "dam?", "Dám"])
def test_endings_case_and_accents_make_no_difference(tmp_path: Path, question: str) -> None:
    assert found(written(tmp_path / "words", {1: "The dam is high."}), question) == [1]


def test_a_rare_word_counts_more_than_a_common_one(tmp_path: Path) -> None:
    index = written(tmp_path / "words", {1: "dam water", 2: "dam river", 3: "dam bridge", 4: "dam kariba"})
    assert found(index, "dam kariba")[0] == 4


def test_words_that_stand_together_count_more_than_the_same_words_apart(tmp_path: Path) -> None:
    index = written(tmp_path / "words", {1: "york is new here", 2: "here is new york"})
    (first, high), (second, low) = index.search("new york", 10)
    assert (first, second) == (2, 1) and high > low


@pytest.mark.parametrize("question", ["", "   ", "?!", "\n", "👍🏽"])
def test_a_question_without_words_finds_nothing(tmp_path: Path, question: str) -> None:
    assert found(written(tmp_path / "words", {1: "The dam is high."}), question) == []


@pytest.mark.parametrize("question", ['dam" OR *', "dam:high", "dam AND", "(dam", "dam\\", "-dam", "dam^2 [a TO b]"])
def test_a_question_is_words_and_never_a_query_language(tmp_path: Path, question: str) -> None:
    assert found(written(tmp_path / "words", {1: "The dam is high."}), question) == [1]


def test_a_very_long_question_is_searched_by_its_first_words(tmp_path: Path) -> None:
    index = written(tmp_path / "words", {1: "The dam is high.", 2: "Bread is baked."})
    assert found(index, "dam " + "filler " * 5000 + "bread") == [1]


def test_a_question_in_several_forms_scores_the_mean_of_them_by_what_they_count(tmp_path: Path) -> None:
    index = written(tmp_path / "words", {1: "The dam is high.", 2: "Bread is baked."})
    (_, dam), (_, bread) = (index.search(form, 1)[0] for form in ("dam", "bread"))
    found = index.search({"dam": 1.0, "bread": 0.25, "?!": 3.0}, 10)
    assert [passage_id for passage_id, _ in found] == [1, 2]
    assert [score for _, score in found] == pytest.approx([dam * 0.8, bread * 0.2])


def test_documents_restrict_the_search_without_changing_scores(tmp_path: Path) -> None:
    index = written(tmp_path / "words", {1: "high dam", 2: "low dam", 3: "bread"})
    everywhere = dict(index.search("dam", 10))
    assert dict(index.search("dam", 10, ["d2", "d3", "d77"])) == pytest.approx({2: everywhere[2]})
    assert found(index, "dam", []) == []


def test_only_as_many_are_found_as_asked(tmp_path: Path) -> None:
    index = written(tmp_path / "words", {1: "dam", 2: "dam", 3: "dam"})
    assert len(index.search("dam", 2)) == 2
    assert index.search("dam", 0) == []


def test_a_changed_copy_forgets_what_was_removed_and_leaves_the_original(tmp_path: Path) -> None:
    original = written(tmp_path / "one", {1: "high dam", 2: "low dam"})
    writer = WordWriter(tmp_path / "two", tmp_path / "one")
    writer.remove("d1")
    writer.add(3, "d3", "third dam")
    writer.finish()
    assert sorted(found(WordIndex(tmp_path / "two"), "dam")) == [2, 3]
    assert sorted(found(original, "dam")) == sorted(found(WordIndex(tmp_path / "one"), "dam")) == [1, 2]


def test_what_does_not_change_is_shared_with_the_original(tmp_path: Path) -> None:
    written(tmp_path / "one", {1: "high dam"})
    written(tmp_path / "two", {2: "low dam"}, previous=tmp_path / "one")
    segments = [file for file in (tmp_path / "one").iterdir() if file.suffix not in (".json", ".lock")]
    assert len(segments) >= 5
    assert all(file.samefile(tmp_path / "two" / file.name) for file in segments)


def test_an_index_without_passages_finds_nothing(tmp_path: Path) -> None:
    index = written(tmp_path / "words", {})
    assert (len(index), found(index, "dam")) == (0, [])


def test_a_folder_that_is_no_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "meta.json").write_text("{}")
    with pytest.raises(SnapshotUnusable, match="words is not a word index"):
        WordIndex(tmp_path / "words")


def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotUnusable):
        WordIndex(tmp_path / "words")
