"""Query → hits: similarity of vectors and BM25 of words, fused on one scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol

import numpy as np

from index.encoding import Encoder
from index.passages import Passage
from index.snapshot import Snapshot

#: How much of a hit's similarity comes from the vectors; chosen on SQuAD's training excerpt, see
#: tests/benchmarks/retrieval.py. The sum of scaled scores keeps what ranks alone throw away (Bruch et al. 2023,
#: "An Analysis of Fusion Functions for Hybrid Retrieval").
VECTOR_WEIGHT = 0.75
#: Candidates taken from each side before fusing.
CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its similarity to the query, at most 1; higher is better."""

    passage: Passage
    similarity: float


class Index(Protocol):
    """Query to hits, best first; `documents` restricts the search to ids or path patterns (`reports/*.md`).

    `also` are other forms of the question (as typed, beside as understood), with how much each counts beside its 1.
    """

    def search(
        self,
        question: str,
        limit: int,
        documents: Sequence[str] | None = None,
        also: Mapping[str, float] | None = None,
    ) -> list[Hit]: ...


class HybridIndex:
    """Dense and lexical search over one snapshot, fused."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self._snapshot = snapshot
        self._encoder = encoder

    def search(
        self,
        question: str,
        limit: int,
        documents: Sequence[str] | None = None,
        also: Mapping[str, float] | None = None,
    ) -> list[Hit]:
        """Return up to `limit` hits, best first."""
        among_documents = None if documents is None else matching(self._snapshot.paths(), documents)
        among = None if among_documents is None else self._snapshot.passage_ids(among_documents)
        if among is not None and not among:
            return []
        wanted = max(CANDIDATES, limit)
        forms = {question: 1.0, **(also or {})}
        # Similarity is linear, so that of the mean is the mean of all.
        vector = np.average([self._encoder.encode_question(form) for form in forms], 0, list(forms.values()))
        vector = vector.astype(np.float32)
        dense = dict(self._snapshot.vectors.search(vector, wanted, among))
        lexical = dict(self._snapshot.words.search(forms, wanted, among_documents))
        missing = [i for i in lexical if i not in dense]
        if missing:
            similarities = self._snapshot.vectors.vectors(missing) @ vector
            dense.update(zip(missing, map(float, similarities), strict=True))
        fused = fuse(dense, lexical, wanted)[:limit]
        passages = self._snapshot.passages([i for i, _ in fused])
        return [Hit(passage, similarity) for passage, (_, similarity) in zip(passages, fused, strict=True)]


def fuse(
    dense: dict[int, float], lexical: dict[int, float], wanted: int, vector_weight: float = VECTOR_WEIGHT
) -> list[tuple[int, float]]:
    """Fuse cosine similarities and BM25 scores by passage id, best first.

    BM25 is divided by the best score of the question, so that both are at most 1. A passage that `lexical` does not
    hold has 0, or the lowest of its `wanted` scores when it may only have been cut off. `dense` holds them all.
    """
    best = max(lexical.values(), default=0.0) or 1.0
    absent = min(lexical.values()) if len(lexical) >= wanted else 0.0
    fused = {
        i: vector_weight * similarity + (1 - vector_weight) * lexical.get(i, absent) / best
        for i, similarity in dense.items()
    }
    return sorted(fused.items(), key=lambda item: (-item[1], item[0]))


def matching(paths: dict[str, str], wanted: Sequence[str]) -> list[str]:
    """Return the ids, among `paths` (id → path), that are named in `wanted` or whose path fits a pattern in it."""
    return [i for i, path in paths.items() if any(i == w or path == w or fnmatchcase(path, w) for w in wanted)]
