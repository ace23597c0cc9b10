"""POST /v1/ask: a question and its reply, whole or as a stream of events."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from api.conversations import Conversations
from api.dependencies import MetricsDep, ServiceDep
from api.errors import describe, problem_details
from api.schemas import AskIn, PassageOut, ReplyOut, check_question
from qa.answerer import Answerer, Question
from qa.replies import Reply

router = APIRouter(prefix="/v1")

_LOGGER = logging.getLogger(__name__)
_STREAM = "text/event-stream"


@router.post("/ask", response_model=ReplyOut)
def ask(body: AskIn, request: Request, service: ServiceDep, metrics: MetricsDep) -> Response:
    """Answer a question with quotes; with `Accept: text/event-stream` as the events passages, answer, done, error."""
    check_question(body.question, service.settings.longest_question)
    documents = tuple(body.documents) if body.documents is not None else None
    continues = body.conversation_id is not None
    kept = body.turns is None or (continues and not body.turns)
    conversation_id = body.conversation_id or Conversations.new_id()
    if kept and continues:
        turns = service.conversations.turns(conversation_id)
    else:
        turns = [turn.earlier() for turn in body.turns or ()]
    question = Question(body.question, body.limit, documents, body.cursor, tuple(turns), body.as_typed)

    def finish(reply: Reply) -> ReplyOut:
        metrics.count(reply)
        told = ReplyOut.of(reply, conversation_id, documents)
        if kept and body.cursor is None:  # a further page of a count is no turn of its own
            try:
                service.conversations.add(conversation_id, reply.turn(), told.model_dump_json(), continues)
            except (sqlite3.Error, OSError) as error:  # such as a full disk: the answer is found all the same
                _LOGGER.error("a turn was answered but not kept: %s", error)
        return told

    if _STREAM in request.headers.get("accept", ""):
        service.store.current()  # what cannot be answered at all is an ordinary error
        events = _events(service.answerer, question, finish)
        return StreamingResponse(events, media_type=_STREAM, headers={"Cache-Control": "no-store"})
    return JSONResponse(finish(service.answerer.ask(question)).model_dump(mode="json"))


def _events(answerer: Answerer, question: Question, finish: Callable[[Reply], ReplyOut]) -> Iterator[str]:
    try:
        for step in answerer.steps(question):
            if isinstance(step, Reply):
                reply = finish(step)
                yield _event("answer", reply.model_dump(mode="json"))
                yield _event("done", {"conversation_id": reply.conversation_id})
            else:
                yield _event("passages", [PassageOut.of(passage).model_dump(mode="json") for passage in step])
    except Exception as error:  # the response has begun, so no handler will see it
        yield _event("error", problem_details(*describe(error)))


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
