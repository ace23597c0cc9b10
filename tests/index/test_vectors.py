import random
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import pytest

from index.encoding import Vectors
from index.errors import SnapshotUnusable
from index.vectors import VectorIndex, VectorWriter

AXES = np.eye(3, dtype=np.float32)
DIAGONAL = np.array([1, 1, 0], dtype=np.float32) / np.sqrt(np.float32(2))


def written(folder: Path, ids: list[int], vectors: Vectors) -> VectorIndex:
    writer = VectorWriter(folder / "vectors", None, 3)
    writer.add(ids, vectors)
    writer.finish()
    return VectorIndex(folder / "vectors", 3)


def test_the_same_vector_has_similarity_one_and_an_orthogonal_one_zero(tmp_path: Path) -> None:
    index = written(tmp_path, [2, 5, 9], AXES)
    assert index.search(AXES[1], 3)[0] == (5, 1.0)
    assert dict(index.search(AXES[1], 3)) == {2: 0.0, 5: 1.0, 9: 0.0}


def test_hits_are_highest_first_and_as_many_as_asked(tmp_path: Path) -> None:
    index = written(tmp_path, [1, 2, 3], np.stack([AXES[2], DIAGONAL, AXES[0]]))
    assert index.search(AXES[0], 2) == [(3, 1.0), (2, pytest.approx(0.70710678))]


def test_an_opposite_vector_has_similarity_minus_one(tmp_path: Path) -> None:
    assert written(tmp_path, [7], AXES[:1]).search(-AXES[0], 5) == [(7, -1.0)]


def test_a_search_among_ids_finds_no_others(tmp_path: Path) -> None:
    index = written(tmp_path, [2, 5, 9], AXES)
    assert index.search(AXES[1], 3, among=[2]) == [(2, 0.0)]
    assert index.search(AXES[1], 3, among=[5, 77]) == [(5, 1.0)]
    assert index.search(AXES[1], 3, among=[]) == []


def test_vectors_come_back_in_the_order_of_the_ids(tmp_path: Path) -> None:
    index = written(tmp_path, [2, 5, 9], AXES)
    assert index.vectors([9, 2]).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert index.vectors([]).shape == (0, 3)


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    index = written(tmp_path, [], np.empty((0, 3), np.float32))
    assert len(index) == 0
    assert index.search(AXES[0], 3) == []


def test_no_hits_are_found_when_none_are_asked_for(tmp_path: Path) -> None:
    assert written(tmp_path, [1, 2, 3], AXES).search(AXES[0], 0) == []


def test_a_file_that_is_no_index_is_refused(tmp_path: Path) -> None:
    written(tmp_path, [1, 2, 3], AXES)
    (tmp_path / "vectors" / "000001.faiss").write_bytes(b"not an index at all")
    with pytest.raises(SnapshotUnusable, match=r"000001\.faiss is not a vector index"):
        VectorIndex(tmp_path / "vectors", 3)


def test_an_index_of_another_kind_is_refused(tmp_path: Path) -> None:
    written(tmp_path, [1, 2, 3], AXES)
    faiss.write_index(faiss.IndexFlatIP(3), str(tmp_path / "vectors" / "000001.faiss"))
    with pytest.raises(SnapshotUnusable, match=r"000001\.faiss is not an index of vectors of 3 numbers"):
        VectorIndex(tmp_path / "vectors", 3)


def test_an_index_of_longer_vectors_is_refused(tmp_path: Path) -> None:
    written(tmp_path, [1, 2, 3], AXES)
    with pytest.raises(SnapshotUnusable, match=r"000001\.faiss is not an index of vectors of 4 numbers"):
        VectorIndex(tmp_path / "vectors", 4)


def test_a_list_of_removed_ids_that_is_none_is_refused(tmp_path: Path) -> None:
    written(tmp_path, [1, 2, 3], AXES)
    (tmp_path / "vectors" / "removed.npy").write_bytes(b"no list")
    with pytest.raises(SnapshotUnusable, match=r"removed\.npy does not list ids"):
        VectorIndex(tmp_path / "vectors", 3)


def made(count: int, seed: int) -> Vectors:
    """Return so many unit vectors of eight numbers."""
    vectors = np.random.default_rng(seed).standard_normal((count, 8)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let some hundred vectors stand for some hundred thousand."""
    for name, value in (("EXACT_UP_TO", 600), ("_FULL", 100), ("_SMALL", 5), ("_TRAINED_ON", 3)):
        monkeypatch.setattr(f"index.vectors.{name}", value)


class Shelf:
    """Snapshots of vectors, each made from the one before, beside a plain table of what must be in them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self.table: dict[int, Vectors] = {}
        self.index = self.change(0, [])

    def change(self, added: int, removed: Sequence[int]) -> VectorIndex:
        """Make the next snapshot."""
        before = self.index if self._number else None
        self._number += 1
        writer = VectorWriter(self._folder / str(self._number), before, 8)
        writer.remove(removed)
        first = 1 + (before.highest_id if before is not None else 0)
        for number, vector in enumerate(made(added, self._number), first):
            writer.add([number], vector[None, :])
            self.table[number] = vector
        writer.finish()
        for number in removed:
            del self.table[number]
        self.index = VectorIndex(self._folder / str(self._number), 8)
        return self.index

    def nearest(self, query: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return what an exact search finds."""
        ids = np.array(list(self.table), dtype=np.int64)
        similarities = np.array(list(self.table.values())) @ query
        return [(int(ids[i]), float(similarities[i])) for i in np.argsort(-similarities)[:limit]]


def same(found: list[tuple[int, float]], expected: list[tuple[int, float]]) -> bool:
    """Tell whether ids are the same in the same order, and similarities but for rounding."""
    return [i for i, _ in found] == [i for i, _ in expected] and [s for _, s in found] == pytest.approx(
        [s for _, s in expected], abs=1e-6
    )


def test_after_any_changes_search_finds_what_a_plain_table_holds(tmp_path: Path, small: None) -> None:
    shelf, choice = Shelf(tmp_path), random.Random(0)
    for step in range(25):
        index = shelf.change(
            choice.choice([0, 1, 3, 40, 130]), choice.sample(sorted(shelf.table), len(shelf.table) // 5)
        )
        assert len(index) == len(shelf.table)
        assert index.lists == 1
        ids = choice.sample(sorted(shelf.table), min(3, len(shelf.table)))
        assert index.vectors(ids).tolist() == [shelf.table[i].tolist() for i in ids]
        for query in made(3, 1000 + step):
            assert same(index.search(query, 10), shelf.nearest(query, 10))


def test_a_small_change_shares_all_but_small_segments(tmp_path: Path, small: None) -> None:
    shelf = Shelf(tmp_path)
    before = shelf.change(330, [])
    after = shelf.change(1, [7])
    assert [len(segment) for segment in before.segments] == [100, 100, 100, 30]
    assert [len(segment) for segment in after.segments] == [100, 100, 100, 30, 1]
    shared = [a.path.samefile(b.path) for a, b in zip(before.segments, after.segments, strict=False)]
    assert shared == [True, True, True, True]
    assert after.removed.tolist() == [7]
    again = shelf.change(1, [])
    assert [len(segment) for segment in again.segments] == [100, 100, 100, 30, 2]


def test_a_segment_that_is_half_gone_is_written_again_and_forgets(tmp_path: Path, small: None) -> None:
    shelf = Shelf(tmp_path)
    shelf.change(200, [])
    after = shelf.change(0, list(range(1, 51)))
    assert [len(segment) for segment in after.segments] == [100, 50]
    assert after.removed.tolist() == []
    assert after.highest_id == 200


def test_when_all_is_removed_nothing_is_left(tmp_path: Path, small: None) -> None:
    shelf = Shelf(tmp_path)
    shelf.change(250, [])
    assert (len(shelf.change(0, list(range(1, 251)))), shelf.index.segments, shelf.index.highest_id) == (0, [], 0)
    assert len(shelf.change(3, [])) == 3


def test_many_vectors_are_divided_into_lists_once_and_then_extended(tmp_path: Path, small: None) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.change(600, []).lists == 1
    grown = shelf.change(1, [])
    assert (grown.lists, len(grown)) == (128, 601)
    centres = grown.segments[0].centres.reconstruct_n(0, 128)
    extended = shelf.change(150, [5])
    assert extended.lists == 128
    assert all((s.centres.reconstruct_n(0, 128) == centres).all() for s in extended.segments)
    assert sum(a.path.name == b.path.name for a in grown.segments for b in extended.segments) == 6
    for query in made(5, 77):
        assert same(extended.search(query, 10, lists_searched=128), shelf.nearest(query, 10))
        assert same(extended.search(query, 10, among=sorted(shelf.table)), shelf.nearest(query, 10))
    ids = sorted(shelf.table)
    assert extended.vectors(ids).tolist() == [shelf.table[i].tolist() for i in ids]


def test_lists_are_made_anew_when_the_corpus_has_grown_fourfold_or_shrunk_to_a_quarter(
    tmp_path: Path, small: None
) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.change(700, []).lists == 128
    assert shelf.change(1300, []).lists == 128
    assert shelf.change(200, []).lists == 256
    assert shelf.change(0, list(range(1, 1600))).lists == 256
    assert shelf.change(0, list(range(1600, 1900))).lists == 1
    for query in made(5, 77):
        assert same(shelf.index.search(query, 10), shelf.nearest(query, 10))


def test_vectors_are_mapped_from_the_file_and_not_copied_into_each_process(tmp_path: Path) -> None:
    index = Shelf(tmp_path).change(20_000, [])
    index.search(made(1, 5)[0], 10)
    (segment,) = index.segments
    mapped = Path("/proc/self/smaps").read_text().split(f"{segment.path}\n")[1].split(" kB")
    sizes = {line.split(":")[0].split("\n")[-1]: int(line.split()[-1]) for line in mapped[:12]}
    assert sizes["Rss"] >= 20_000 * 8 * 4 // 1024
    assert sizes["Anonymous"] == 0
