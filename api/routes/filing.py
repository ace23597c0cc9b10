"""POST /v1/documents and DELETE /v1/documents/{id}: files go into the folder and out of it; the index follows."""

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Depends, File, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from pydantic import BeforeValidator
from starlette.exceptions import HTTPException

from api.dependencies import ServiceDep
from api.errors import describe
from api.schemas import DeletedOut, UploadedOut, UploadOut
from api.service import Service
from index.documents import document_id
from index.errors import FileRefused, IndexMissing, SeedbedError, SnapshotUnusable, UnknownDocument
from index.filing import path_of, put_file, remove_file, safe_name

#: How long a request waits for its build, in seconds; and how often it looks.
_LONGEST_WAIT = 60.0
_LOOK_EVERY = 0.05


def _writable(service: ServiceDep) -> None:
    if service.settings.read_only:
        raise HTTPException(403, "this service is read-only; change the files in its folder, or its setting read_only")


def _check_files(sent: list[object]) -> list[object]:
    if any(isinstance(part, str) for part in sent):
        raise ValueError("files: text came where a file is wanted; with curl, write -F files=@NAME")
    return sent


router = APIRouter(prefix="/v1/documents", dependencies=[Depends(_writable)])


@router.post("", status_code=202, responses={200: {"model": UploadOut, "description": "With `wait`: the job ended"}})
async def upload_documents(
    files: Annotated[
        list[UploadFile], File(description="The files, each with its name."), BeforeValidator(_check_files)
    ],
    service: ServiceDep,
    response: Response,
    replace: bool = False,
    wait: bool = False,
) -> UploadOut:
    """Put files into the folder. Each has its own outcome; when none was stored, the request fails with the reasons.

    A file of the same name is replaced only with `replace=true`. With `wait=true` the reply comes when the files are
    searchable, with 200; or after a minute as if without it.
    """
    most = service.settings.most_uploads
    if len(files) > most:
        raise HTTPException(413, f"the request has {len(files)} files; send at most {most} at once")
    outcomes = await run_in_threadpool(_put_all, service, files, replace)
    job = service.watcher.request()
    if wait and await _ended(service, job):
        await run_in_threadpool(_tell_found, service, outcomes)
        if all(outcome.status != "queued" for outcome in outcomes):
            response.status_code = 200
    return UploadOut(documents=outcomes, job=f"build-{job}")


@router.delete("/{document_id}", status_code=202, responses={200: {"model": DeletedOut, "description": "With `wait`"}})
async def delete_document(document_id: str, service: ServiceDep, response: Response, wait: bool = False) -> DeletedOut:
    """Delete the file of a document, which stops answering once the job has ended; with `wait=true`, by the reply."""
    found, path = await run_in_threadpool(_remove, service, document_id)
    job = service.watcher.request()
    deleted = DeletedOut(id=found, path=path, status="queued", job=f"build-{job}")
    if wait and await _ended(service, job):
        deleted.reason = service.watcher.error
        if deleted.reason is None:
            deleted.status = "removed"
            response.status_code = 200
    return deleted


def _put_all(service: Service, files: list[UploadFile], replace: bool) -> list[UploadedOut]:
    """Put each file into the folder. Raises HTTPException when none could be."""
    outcomes: list[UploadedOut] = []
    refusals: list[tuple[int, str]] = []
    taken: set[str] = set()
    for file in files:
        name = file.filename or ""
        try:
            path = safe_name(service.store.seeds, name)
            if path in taken:
                raise FileRefused("has the name of another file of the request; rename one")
            put_file(service.store.seeds, path, file.file, replace)
        except SeedbedError as error:
            refusals.append(describe(error))
            outcomes.append(UploadedOut(name=name, status="refused", reason=refusals[-1][1]))
        else:
            taken.add(path)
            outcomes.append(UploadedOut(name=name, status="queued", id=document_id(path), path=path))
    if not taken:
        statuses = {status for status, _ in refusals}
        detail = "; ".join(f"{outcome.name or 'a file'} {outcome.reason}" for outcome in outcomes)
        raise HTTPException(statuses.pop() if len(statuses) == 1 else 422, detail)
    return outcomes


def _tell_found(service: Service, outcomes: list[UploadedOut]) -> None:
    """Note what the index has by now of the files that were put into the folder."""
    watcher = service.watcher
    snapshot = service.store.newest() if watcher.error is None else None
    reasons = {entry.path: entry.reason for entry in snapshot.unreadable()} if snapshot is not None else {}
    unsettled = watcher.report.unsettled if watcher.report is not None else []
    for outcome in outcomes:
        if outcome.id is None:
            continue
        if snapshot is None:
            outcome.reason = watcher.error
        elif outcome.path in reasons:
            outcome.status, outcome.reason = "unreadable", reasons[outcome.path]
        elif outcome.path not in unsettled and snapshot.has(outcome.id):
            outcome.status = "searchable"


def _remove(service: Service, id_or_path: str) -> tuple[str, str]:
    """Take the file of a document out of the folder; return its id and path. Raises UnknownDocument."""
    store = service.store
    try:
        snapshot = store.current()
    except (IndexMissing, SnapshotUnusable):
        snapshot = None
    path = path_of(store.seeds, snapshot, id_or_path)
    try:
        remove_file(store.seeds, path)
    except UnknownDocument:
        service.watcher.request()
        raise
    return document_id(path), path


async def _ended(service: Service, job: int) -> bool:
    """Wait for a build without keeping a thread from others; tell whether it has ended."""
    latest = time.monotonic() + _LONGEST_WAIT
    while service.watcher.builds < job:
        if time.monotonic() > latest:
            return False
        await asyncio.sleep(_LOOK_EVERY)
    return True
