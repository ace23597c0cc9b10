"""GET /v1/search: passages, without reading them."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import ServiceDep, SnapshotDep
from api.schemas import HitOut, SearchOut, check_question
from index.search import HybridIndex

router = APIRouter(prefix="/v1")


@router.get("/search")
def search(
    q: str, snapshot: SnapshotDep, service: ServiceDep, limit: Annotated[int, Query(ge=1, le=100)] = 10
) -> SearchOut:
    """Return the passages most similar to `q`."""
    check_question(q, service.settings.longest_question)
    hits = HybridIndex(snapshot, service.encoder).search(q, limit)
    return SearchOut(hits=[HitOut.of(hit, snapshot) for hit in hits])
