"""GET /health, /health/ready and /metrics: for whatever watches over the process."""

from fastapi import APIRouter, Response

from api.dependencies import MetricsDep, ServiceDep
from api.errors import problem

router = APIRouter()


@router.get("/health")
async def health() -> dict[str, str]:
    """Answer while the process lives, however many questions are being read."""
    return {"status": "alive"}


@router.get("/health/ready", response_model=dict[str, str])
def ready(service: ServiceDep) -> Response | dict[str, str]:
    """Answer 200 once the documents that were there at the start can be searched, else 503 with the reason."""
    watcher = service.watcher
    if watcher.report is None:
        stage = f": {watcher.progress.files} of {watcher.progress.files_total} files" if watcher.progress else ""
        reason = watcher.error or f"the index is being brought up to date{stage}"
        return problem(503, reason, {"Retry-After": "2"})
    return {"status": "ready", "index_version": service.store.current().version}


@router.get("/metrics")
def metrics(service: ServiceDep, metrics: MetricsDep) -> Response:
    """Return counters in Prometheus' text format."""
    return Response(metrics.render(service), media_type="text/plain; version=0.0.4")
