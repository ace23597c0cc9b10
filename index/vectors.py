"""The dense side: similarity search over unit vectors. The only file that touches FAISS.

vectors/<number>.faiss   segments: the vectors of some passages, immutable, shared by hard link between snapshots
vectors/removed.npy      ids of passages that are gone, though a segment still has their vectors

Every segment is an inverted file. Up to EXACT_UP_TO vectors it has one list, so that a search looks at all of them and
is exact. Beyond, vectors lie in the list of the nearest of some thousand centres, and a search looks into the lists of
the centres nearest to the query. The centres are trained once; they are trained anew when the corpus has grown
fourfold, or has shrunk to a quarter.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import faiss
import numpy as np
import numpy.typing as npt

from index.disk import link_or_copy
from index.encoding import Vectors
from index.errors import SnapshotUnusable

Ids = npt.NDArray[np.int64]

#: A search of more vectors than this is approximate.
EXACT_UP_TO = 200_000
#: A search looks into one list of so many, and then finds 98 % of the ten nearest (tests/benchmarks/size.py --recall).
LISTS_FOR_ONE_SEARCHED = 8
#: Vectors of each list that the centres are trained on; FAISS wants 39 at least, and the sample is one of chance.
_TRAINED_ON = 40
#: A segment of so many vectors is full: it is not written again because others came. This bounds what a change costs.
_FULL = 131_072
#: A segment of so few is always written again together with what is new, so that segments stay few.
_SMALL = 4_096

_REMOVED = "removed.npy"


def lists_for(vectors: int) -> int:
    """Return into how many lists so many vectors are best divided: a power of two near four times their square root."""
    return 1 if vectors <= EXACT_UP_TO else 2 ** round(np.log2(4 * vectors**0.5))


class VectorIndex:
    """A read-only, memory-mapped index of vectors by passage id.

    Read-only because changing a mapped FAISS index aborts the process instead of raising; processes share its memory.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        """Open the index in `folder`. Raises SnapshotUnusable when it is not one of `dimension`."""
        self._dimension = dimension
        self.segments = [Segment(path, dimension) for path in sorted(folder.glob("*.faiss"))]
        self.removed = _read_removed(folder / _REMOVED)
        all_ids = np.concatenate([np.empty(0, np.int64), *(segment.ids for segment in self.segments)])
        self._order = np.argsort(all_ids)
        self._ids = all_ids[self._order]
        self._starts = np.cumsum([0, *(len(segment) for segment in self.segments)])
        self._selector = faiss.IDSelectorNot(faiss.IDSelectorBatch(self.removed)) if len(self.removed) else None

    def __len__(self) -> int:
        return len(self._ids) - len(self.removed)

    @property
    def lists(self) -> int:
        """Into how many lists the vectors are divided; with one, search is exact."""
        return self.segments[0].lists if self.segments else 1

    @property
    def highest_id(self) -> int:
        """The highest id of a vector, removed ones too; 0 when there is none."""
        return int(self._ids[-1]) if len(self._ids) else 0

    def search(
        self, vector: Vectors, limit: int, among: Sequence[int] | None = None, lists_searched: int | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `limit` passage ids with their cosine similarity, highest first; `among` restricts the ids.

        A search among ids is exact.
        """
        if not len(self) or not limit:
            return []
        # More threads make a single query slower (and this is per thread, so the encoder keeps its own number).
        faiss.omp_set_num_threads(1)
        lists_searched = lists_searched or max(1, self.lists // LISTS_FOR_ONE_SEARCHED)
        selector: faiss.IDSelector | None = self._selector
        if among is not None:
            selector, lists_searched = faiss.IDSelectorBatch(np.asarray(among, dtype=np.int64)), self.lists
        # The stubs lack the names of its arguments.
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=lists_searched)  # type: ignore[call-arg]
        found = [segment.search(vector, min(limit, len(segment)), parameters) for segment in self.segments]
        ids = np.concatenate([ids for ids, _ in found])
        similarities = np.concatenate([similarities for _, similarities in found])
        best = np.lexsort((ids, -similarities))
        return [(int(ids[i]), float(similarities[i])) for i in best if ids[i] >= 0][:limit]

    def vectors(self, ids: Sequence[int] | Ids) -> Vectors:
        """Return the vectors of `ids`, shape (len(ids), dimension). All of them must be in the index."""
        places = self._order[np.searchsorted(self._ids, np.asarray(ids, dtype=np.int64))]
        owners = np.searchsorted(self._starts, places, side="right") - 1
        found = np.empty((len(places), self._dimension), dtype=np.float32)
        for owner in np.unique(owners):
            found[owners == owner] = self.segments[owner].rows(places[owners == owner] - self._starts[owner])
        return found


class Segment:
    """The vectors of some passages: one file, mapped into memory and never changed."""

    def __init__(self, path: Path, dimension: int) -> None:
        """Open the segment at `path`. Raises SnapshotUnusable when it is not one of `dimension`."""
        self.path = path
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
        except RuntimeError as error:
            raise SnapshotUnusable(f"{path.name} is not a vector index: {error}") from None
        if not isinstance(index, faiss.IndexIVFFlat) or index.d != dimension:
            raise SnapshotUnusable(f"{path.name} is not an index of vectors of {dimension} numbers")
        self._index = cast(Any, index)  # the stubs know only some of what it has
        self._invlists = cast(Any, faiss.downcast_InvertedLists(self._index.invlists))
        # Else every search would begin and end 32 threads, to read ahead what the system reads ahead.
        self._invlists.prefetch_nthread = 0
        sizes = [self._invlists.list_size(i) for i in range(self.lists)]
        self._starts = np.cumsum([0, *sizes])
        #: The ids of its vectors, list by list.
        self.ids: Ids = np.concatenate(
            [faiss.rev_swig_ptr(self._invlists.get_ids(i), size) for i, size in enumerate(sizes)]
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lists(self) -> int:
        return int(self._index.nlist)

    @property
    def centres(self) -> faiss.Index:
        """The centres of its lists, which are those of every segment of a snapshot."""
        return faiss.downcast_index(self._index.quantizer)

    def search(
        self, vector: Vectors, limit: int, parameters: faiss.SearchParametersIVF
    ) -> tuple[Ids, npt.NDArray[np.float32]]:
        """Return `limit` ids with their similarity, highest first; -1 stands for none."""
        similarities, ids = self._index.search(vector[None, :], limit, params=parameters)
        return ids[0], similarities[0]

    def rows(self, places: npt.NDArray[np.int64]) -> Vectors:
        """Return the vectors of `ids[places]`, shape (len(places), dimension)."""
        rows = np.empty((len(places), self._index.d), dtype=np.float32)
        numbers = np.searchsorted(self._starts, places, side="right") - 1
        for row, number, offset in zip(rows, numbers, places - self._starts[numbers], strict=True):
            code = self._invlists.get_single_code(int(number), int(offset))
            row[:] = faiss.rev_swig_ptr(code, self._index.code_size).view(np.float32)
        return rows

    def loaded(self, removed: Ids) -> faiss.IndexIVFFlat:
        """Return a copy of the index in memory, without the vectors of the ids in `removed`."""
        index = faiss.read_index(str(self.path))
        index.remove_ids(faiss.IDSelectorBatch(removed))
        assert isinstance(index, faiss.IndexIVFFlat)
        return index


class VectorWriter:
    """Makes the vectors of a new snapshot: what did not change is shared, and what is new is another segment."""

    def __init__(self, folder: Path, previous: VectorIndex | None, dimension: int) -> None:
        """Begin in `folder`, which does not exist yet. The ids to add are higher than those of `previous`."""
        folder.mkdir()
        self._folder = folder
        self._dimension = dimension
        self._segments: list[Segment] = []
        self._removed = np.empty(0, np.int64)
        self._centres: faiss.Index = _one_centre(dimension)
        if previous is not None and previous.segments:
            self._segments += previous.segments  # whose files are the same as those of the links
            for segment in previous.segments:
                link_or_copy(segment.path, folder / segment.path.name)
            self._removed = previous.removed
            self._centres = faiss.clone_index(previous.segments[0].centres)
        self._written = max((int(segment.path.stem) for segment in self._segments), default=0)
        self._new = self._empty()

    def remove(self, ids: Sequence[int]) -> None:
        """Remove vectors that were there before."""
        self._removed = np.concatenate([self._removed, np.asarray(ids, dtype=np.int64)])

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add unit vectors of shape (len(ids), dimension)."""
        faiss.omp_set_num_threads(1)  # for a few vectors, threads wait for one another longer than they work
        self._new.add_with_ids(vectors, np.asarray(ids, dtype=np.int64))
        if self._new.ntotal >= _FULL:
            self._write(self._new)
            self._new = self._empty()

    def finish(self) -> None:
        """Write everything to disk; the writer cannot be used afterwards."""
        for segment in sorted(self._segments, key=len):
            gone = int(np.isin(segment.ids, self._removed).sum())
            # At most twice as large as what is new: a vector is then written a few times, not at every change.
            if 2 * gone >= len(segment) or len(segment) <= max(_SMALL, min(2 * self._new.ntotal, _FULL - 1)):
                self._new.merge_from(segment.loaded(self._removed), 0)
                self._drop(segment)
        self._write(self._new)
        self._divide()
        left = np.concatenate([np.empty(0, np.int64), *(segment.ids for segment in self._segments)])
        np.save(self._folder / _REMOVED, self._removed[np.isin(self._removed, left)])

    def _divide(self) -> None:
        """Divide the vectors into another number of lists when there are by far more, or fewer, than there were."""
        vectors = sum(len(segment) - int(np.isin(segment.ids, self._removed).sum()) for segment in self._segments)
        if lists_for(vectors) <= self._centres.ntotal <= lists_for(4 * vectors):
            return
        faiss.omp_set_num_threads(len(os.sched_getaffinity(0)))
        self._centres = self._trained(lists_for(vectors))
        for segment in list(self._segments):
            kept = np.flatnonzero(~np.isin(segment.ids, self._removed))
            index = self._empty()
            index.add_with_ids(segment.rows(kept), segment.ids[kept])
            self._drop(segment)
            self._write(index)

    def _trained(self, lists: int) -> faiss.IndexFlatIP:
        """Return centres for so many lists."""
        if lists == 1:
            return _one_centre(self._dimension)
        choice = np.random.default_rng(0)
        share = _TRAINED_ON * lists / sum(len(segment) for segment in self._segments)
        sample = [segment.rows(np.flatnonzero(choice.random(len(segment)) < share)) for segment in self._segments]
        centres = faiss.IndexFlatIP(self._dimension)
        faiss.IndexIVFFlat(centres, self._dimension, lists, faiss.METRIC_INNER_PRODUCT).train(np.concatenate(sample))
        return centres

    def _empty(self) -> faiss.IndexIVFFlat:
        return faiss.IndexIVFFlat(self._centres, self._dimension, self._centres.ntotal, faiss.METRIC_INNER_PRODUCT)

    def _drop(self, segment: Segment) -> None:
        """Take a segment out of this folder; a snapshot that shares it keeps its own link."""
        self._segments.remove(segment)
        (self._folder / segment.path.name).unlink()

    def _write(self, index: faiss.IndexIVFFlat) -> None:
        """Write an index as a segment, unless it is empty."""
        if not index.ntotal:
            return
        self._written += 1
        path = self._folder / f"{self._written:06}.faiss"
        with path.open("wb") as file:  # FAISS by itself does not raise when the end of a file cannot be written
            writer = faiss.PyCallbackIOWriter(file.write)  # type: ignore[attr-defined]  # the stubs lack it
            faiss.write_index(index, writer)
        self._segments.append(Segment(path, self._dimension))


def _one_centre(dimension: int) -> faiss.IndexFlatIP:
    centres = faiss.IndexFlatIP(dimension)
    centres.add(np.zeros((1, dimension), np.float32))
    return centres


def _read_removed(path: Path) -> Ids:
    try:
        return np.asarray(np.load(path, allow_pickle=False), dtype=np.int64)
    except (OSError, ValueError) as error:
        raise SnapshotUnusable(f"{path.name} does not list ids: {error}") from None
