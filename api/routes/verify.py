"""POST /v1/verify: whether a quote is in the documents, and where."""

from fastapi import APIRouter

from api.dependencies import ServiceDep
from api.schemas import VerifyIn, VerifyOut, check_quote
from qa.verify import verify

router = APIRouter(prefix="/v1")


@router.post("/verify")
def verify_quote(body: VerifyIn, service: ServiceDep) -> VerifyOut:
    """Say whether a sentence, or part of one, is in the documents: verbatim, near (with the differences) or absent."""
    check_quote(body.quote, service.settings.longest_question)
    return VerifyOut.of(verify(service.store.current(), body.quote, body.documents))
