"""GET and DELETE /v1/conversations/{id}: the turns of a conversation; whoever knows its id may read and forget it."""

from fastapi import APIRouter, Response

from api.dependencies import ServiceDep
from api.schemas import ConversationOut

router = APIRouter(prefix="/v1/conversations")


@router.get("/{conversation_id}")
def conversation(conversation_id: str, service: ServiceDep) -> ConversationOut:
    """Return the turns of a conversation with their replies as they were given, oldest first."""
    return ConversationOut.of(conversation_id, service.conversations.kept(conversation_id))


@router.delete("/{conversation_id}", status_code=204)
def forget(conversation_id: str, service: ServiceDep) -> Response:
    """Forget a conversation."""
    service.conversations.remove(conversation_id)
    return Response(status_code=204)
