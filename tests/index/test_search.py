from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import build
from index.documents import document_id
from index.search import VECTOR_WEIGHT, HybridIndex, fuse, matching
from index.store import SnapshotStore
from tests.builders import WordEncoder, write

FILES = {
    "dams/kariba.txt": "The Kariba Dam is 128 metres high. It was finished in 1959.",
    "dams/hoover.txt": "The Hoover Dam is 221 metres high. It was finished in 1936.",
    "bread.md": "# Bread\n\nBake it for 40 minutes.",
}


@pytest.fixture
def index(store: SnapshotStore, seeds: Path) -> HybridIndex:
    write(seeds, FILES)
    build(store)
    return HybridIndex(store.current(), store.encoder)


def ids_of(index: HybridIndex, question: str, documents: list[str] | None = None) -> set[str]:
    return {hit.passage.document_id for hit in index.search(question, 10, documents)}


def test_another_form_of_a_question_finds_by_what_it_counts(index: HybridIndex) -> None:
    bread, dam = "how long is bread baked", "how high is the Hoover Dam"
    first = [index.search(bread, 1, also=also)[0].passage.document_id for also in (None, {dam: 0.1}, {dam: 9.0})]
    assert first == [document_id(path) for path in ("bread.md", "bread.md", "dams/hoover.txt")]


def test_vectors_and_words_add_up_by_their_weights() -> None:
    fused = fuse({1: 0.8, 2: 0.4, 3: 0.6}, {2: 12.0, 3: 3.0}, wanted=10, vector_weight=0.5)
    assert [i for i, _ in fused] == [2, 3, 1]
    assert [similarity for _, similarity in fused] == pytest.approx([0.7, 0.425, 0.4])


def test_without_words_the_vectors_decide() -> None:
    fused = fuse({1: 0.2, 2: 0.9}, {}, wanted=10, vector_weight=0.7)
    assert [i for i, _ in fused] == [2, 1]
    assert [similarity for _, similarity in fused] == pytest.approx([0.63, 0.14])


def test_a_passage_that_may_have_been_cut_off_gets_the_lowest_score_of_words() -> None:
    fused = fuse({1: 0.0, 2: 0.0, 3: 0.0}, {2: 4.0, 3: 2.0}, wanted=2, vector_weight=0.0)
    assert fused == [(2, 1.0), (1, 0.5), (3, 0.5)]


def test_equal_passages_come_in_the_order_of_their_ids() -> None:
    assert [i for i, _ in fuse({5: 0.5, 2: 0.5, 9: 0.5}, {}, wanted=10)] == [2, 5, 9]


@given(st.dictionaries(st.integers(), st.floats(-1, 1)), st.data())
def test_no_fused_similarity_is_above_one(dense: dict[int, float], data: st.DataObject) -> None:
    keys = st.sampled_from(sorted(dense)) if dense else st.nothing()
    lexical = data.draw(st.dictionaries(keys, st.floats(0.001, 50)) if dense else st.just({}))
    fused = fuse(dense, lexical, wanted=10)
    assert {i for i, _ in fused} == set(dense)
    assert all(similarity <= 1.0000001 for _, similarity in fused)


def test_the_passage_that_answers_comes_first_with_its_place(index: HybridIndex) -> None:
    first, *_ = index.search("How high is the Kariba Dam?", 3)
    assert first.passage.document_id == document_id("dams/kariba.txt")
    assert (first.passage.start, first.passage.end) == (0, len(FILES["dams/kariba.txt"]))
    assert 0.5 < first.similarity <= 1


def test_hits_are_best_first_and_as_many_as_asked(index: HybridIndex) -> None:
    hits = index.search("How high is the Hoover Dam?", 2)
    assert [hit.passage.document_id for hit in hits] == [document_id("dams/hoover.txt"), document_id("dams/kariba.txt")]
    assert hits[0].similarity > hits[1].similarity
    assert index.search("dam", 0) == []


def test_a_question_without_words_is_searched_by_vectors_alone(index: HybridIndex) -> None:
    assert all(hit.similarity <= VECTOR_WEIGHT for hit in index.search("?", 10))


@pytest.mark.parametrize(
    ("wanted", "paths"),
    [
        (["bread.md"], {"bread.md"}),
        ([document_id("bread.md")], {"bread.md"}),
        (["dams/*.txt"], {"dams/kariba.txt", "dams/hoover.txt"}),
        (["*.md", "dams/h*"], {"bread.md", "dams/hoover.txt"}),
        (["nothing/*"], set()),
        ([], set()),
    ],
)
def test_documents_are_named_by_id_path_or_pattern(index: HybridIndex, wanted: list[str], paths: set[str]) -> None:
    assert ids_of(index, "How high is the dam?", wanted) == {document_id(path) for path in paths}


def test_a_path_with_brackets_is_named_as_it_is() -> None:
    assert matching({"i1": "a[1].txt", "i2": "a1.txt"}, ["a[1].txt"]) == ["i1", "i2"]


def test_an_empty_index_has_no_hits(store: SnapshotStore) -> None:
    build(store)
    assert HybridIndex(store.current(), store.encoder).search("dam", 5) == []


def test_a_passage_found_by_words_alone_has_its_own_vectors_similarity(data: Path, seeds: Path) -> None:
    encoder = WordEncoder()
    store = SnapshotStore(data, seeds, encoder)
    write(seeds, {f"{n:03}.txt": f"alpha{n} beta{n} gamma{n} common{n % 7}" for n in range(150)})
    write(seeds, {"z.txt": " ".join(f"noise{n}" for n in range(60)) + " needle"})
    build(store)
    hits = HybridIndex(store.current(), encoder).search("needle", 3)
    assert hits[0].passage.document_id == document_id("z.txt")
    vector = encoder.encode_question("needle")
    similarity = float(store.current().vectors.vectors([hits[0].passage.id])[0] @ vector)
    assert hits[0].similarity == pytest.approx(VECTOR_WEIGHT * similarity + (1 - VECTOR_WEIGHT))
