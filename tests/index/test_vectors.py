from pathlib import Path

import numpy as np
import pytest

from index.encoding import Vectors
from index.errors import SnapshotUnusable
from index.vectors import VectorIndex, write_vectors

AXES = np.eye(3, dtype=np.float32)
DIAGONAL = np.array([1, 1, 0], dtype=np.float32) / np.sqrt(np.float32(2))


def written(folder: Path, ids: list[int], vectors: Vectors) -> VectorIndex:
    write_vectors(folder / "vectors.faiss", np.asarray(ids, dtype=np.int64), vectors)
    return VectorIndex(folder / "vectors.faiss", 3)


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
    (tmp_path / "vectors.faiss").write_bytes(b"not an index at all")
    with pytest.raises(SnapshotUnusable, match=r"vectors\.faiss is not a vector index"):
        VectorIndex(tmp_path / "vectors.faiss", 3)


def test_an_index_of_longer_vectors_is_refused(tmp_path: Path) -> None:
    written(tmp_path, [1, 2, 3], AXES)
    with pytest.raises(SnapshotUnusable, match=r"vectors\.faiss is not an index of vectors of 4 numbers"):
        VectorIndex(tmp_path / "vectors.faiss", 4)
