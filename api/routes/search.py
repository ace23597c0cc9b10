"""GET /v1/search: passages, without reading them."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException

from api.dependencies import ServiceDep, SnapshotDep
from api.schemas import HitOut, QuestionText, SearchOut
from index.search import HybridIndex

router = APIRouter(prefix="/v1")


@router.get("/search")
def search(
    q: QuestionText, snapshot: SnapshotDep, service: ServiceDep, limit: Annotated[int, Query(ge=1, le=100)] = 10
) -> SearchOut:
    """Return the passages most similar to `q`."""
    longest = service.settings.longest_question
    if len(q) > longest:
        raise HTTPException(422, f"the query has {len(q)} characters; at most {longest} are read")
    hits = HybridIndex(snapshot, service.encoder).search(q, limit)
    return SearchOut(hits=[HitOut.of(hit, snapshot) for hit in hits])
