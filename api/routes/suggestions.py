"""GET /v1/suggestions: questions to begin with."""

from fastapi import APIRouter

from api.dependencies import ServiceDep, SnapshotDep
from api.schemas import SuggestionsOut

router = APIRouter(prefix="/v1/suggestions")


@router.get("")
def suggestions(service: ServiceDep, snapshot: SnapshotDep) -> SuggestionsOut:
    """Suggest questions that the documents answer; the first time for an index it takes a while to try them out."""
    return SuggestionsOut(suggestions=service.suggestions.of(snapshot), index_version=snapshot.version)
