"""The dense side: exact similarity search over unit vectors. The only file that touches FAISS."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.encoding import Vectors
from index.errors import SnapshotUnusable

Ids = npt.NDArray[np.int64]


class VectorIndex:
    """A read-only, memory-mapped index of vectors by passage id.

    Read-only because changing a mapped FAISS index aborts the process instead of raising; processes share its memory.
    """

    def __init__(self, path: Path, dimension: int) -> None:
        """Open the index at `path`. Raises SnapshotUnusable when it is not one of `dimension`."""
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise SnapshotUnusable(f"{path.name} is not a vector index: {error}") from None
        if not isinstance(index, faiss.IndexIDMap) or index.d != dimension:
            raise SnapshotUnusable(f"{path.name} is not an index of vectors of {dimension} numbers")
        self._index = index
        self._flat: Any = faiss.downcast_index(index.index)  # the stubs do not know its stored vectors
        self.ids: Ids = faiss.vector_to_array(self._index.id_map)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: Vectors, limit: int, among: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """Return up to `limit` passage ids with their cosine similarity, highest first; `among` restricts the ids."""
        if not len(self) or not limit:
            return []
        # More threads make a single query slower (and this is per thread, so the encoder keeps its own number).
        faiss.omp_set_num_threads(1)
        parameters = None
        if among is not None:
            selector = faiss.IDSelectorBatch(np.asarray(among, dtype=np.int64))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # the stubs lack it
        similarities, ids = self._index.search(vector[None, :], min(limit, len(self)), params=parameters)
        return [(int(i), float(s)) for i, s in zip(ids[0], similarities[0], strict=True) if i >= 0]

    def vectors(self, ids: Sequence[int] | Ids) -> Vectors:
        """Return the vectors of `ids`, shape (len(ids), dimension). All of them must be in the index."""
        positions = np.searchsorted(self.ids, np.asarray(ids, dtype=np.int64))
        stored = faiss.rev_swig_ptr(self._flat.get_xb(), len(self) * self._index.d)
        return np.asarray(stored.reshape(len(self), self._index.d)[positions], dtype=np.float32)


def write_vectors(path: Path, ids: Ids, vectors: Vectors) -> None:
    """Write a new index file; `ids` ascend, `vectors` are unit vectors of shape (len(ids), dimension)."""
    index = faiss.IndexIDMap(faiss.IndexFlatIP(vectors.shape[1]))
    index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
    with path.open("wb") as file:  # FAISS by itself does not raise when the end of a file cannot be written
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]  # the stubs lack it
