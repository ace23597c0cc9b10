"""GET /v1/index and POST /v1/index/rebuild: the snapshot that answers, and a new one."""

from fastapi import APIRouter

from api.dependencies import ServiceDep
from api.schemas import IndexOut, RebuildOut
from index.errors import IndexMissing, SnapshotUnusable

router = APIRouter(prefix="/v1/index")


@router.get("")
def get_index(service: ServiceDep) -> IndexOut:
    """Describe the index: what is in it, what could not be read and why, and how far a build has come."""
    try:
        snapshot = service.store.current()
    except (IndexMissing, SnapshotUnusable):
        snapshot = None
    return IndexOut.of(snapshot, service.encoder.name, service.settings.read_only, service.watcher)


@router.post("/rebuild", status_code=202)
def rebuild(service: ServiceDep) -> RebuildOut:
    """Look through the folder again and index what changed; questions are answered meanwhile.

    The job `build-N` has ended when `builds` of GET /v1/index is at least N.
    """
    return RebuildOut(job=f"build-{service.watcher.request()}", status="queued")
