"""What routes ask for by name."""

from typing import Annotated

from fastapi import Depends, Request

from api.metrics import Metrics
from api.service import Service
from index.snapshot import Snapshot


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


ServiceDep = Annotated[Service, Depends(_service)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]


def _snapshot(service: ServiceDep) -> Snapshot:
    return service.store.current()


SnapshotDep = Annotated[Snapshot, Depends(_snapshot)]
