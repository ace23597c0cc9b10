"""Every error that leaves by HTTP has one shape: RFC 9457 problem details."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.errors import (
    BadCursor,
    BadQuestion,
    BuildRunning,
    EncoderUnavailable,
    FileExists,
    FileRefused,
    FolderMissing,
    FolderNotWritable,
    IgnoreFileUnusable,
    IndexMissing,
    IndexNotWritable,
    IsolationUnavailable,
    ReaderUnavailable,
    SeedbedError,
    SnapshotUnusable,
    UnknownConversation,
    UnknownDocument,
    UnreadableFile,
    WrongFolder,
)

_LOGGER = logging.getLogger(__name__)
_STATUS: dict[type[SeedbedError], int] = {
    BadQuestion: 422,
    BadCursor: 422,
    UnreadableFile: 422,
    FileRefused: 422,
    FileExists: 409,
    UnknownDocument: 404,
    FolderMissing: 503,
    FolderNotWritable: 503,
    IsolationUnavailable: 503,
    IgnoreFileUnusable: 503,
    UnknownConversation: 404,
    IndexMissing: 503,
    IndexNotWritable: 503,
    SnapshotUnusable: 503,
    WrongFolder: 503,
    BuildRunning: 503,
    EncoderUnavailable: 503,
    ReaderUnavailable: 503,
}


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return an error; `detail` is a sentence for the person who gets it."""
    return JSONResponse(problem_details(status, detail), status, headers, media_type="application/problem+json")


def problem_details(status: int, detail: str) -> dict[str, str | int]:
    """Return the members of an error, for HTTP and for the command line."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def describe(error: Exception) -> tuple[int, str]:
    """Return the status and the sentence of an error; one that was not raised on purpose is logged, not shown."""
    if not isinstance(error, SeedbedError):
        _LOGGER.error("unexpected error", exc_info=error)
        return 500, "something went wrong in Seedbed; the server's log says what"
    status = _STATUS.get(type(error), 500)
    if isinstance(error, IndexMissing | SnapshotUnusable):
        return status, "the index is being built; try again in a moment"
    return status, str(error)


def add_error_handlers(app: FastAPI) -> None:
    """Register the one shape for everything that can go wrong."""

    @app.exception_handler(SeedbedError)
    async def on_seedbed_error(request: Request, error: SeedbedError) -> JSONResponse:
        status, detail = describe(error)
        if not isinstance(error, IndexMissing | SnapshotUnusable):
            return problem(status, detail)
        watcher = request.app.state.service.watcher
        watcher.request()
        return problem(status, watcher.error or detail, {"Retry-After": "2"})

    @app.exception_handler(RequestValidationError)
    async def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
        return problem(422, "; ".join(map(_sentence, error.errors())))

    @app.exception_handler(HTTPException)
    async def on_http_exception(request: Request, error: HTTPException) -> JSONResponse:
        known = {404: f"there is nothing at {request.url.path}", 405: f"{request.method} is not possible here"}
        default = HTTPStatus(error.status_code).phrase
        detail = known.get(error.status_code, default) if error.detail == default else str(error.detail)
        return problem(error.status_code, detail, dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def on_unexpected_error(request: Request, error: Exception) -> JSONResponse:
        return problem(*describe(error))


def _sentence(error: dict[str, Any]) -> str:
    """Say what is wrong where; our own checks say it in their message."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    where = ".".join(str(part) for part in error["loc"] if part not in ("body", "query", "path"))
    return f"{where}: {error['msg']}" if where and not where.isdigit() else str(error["msg"])
