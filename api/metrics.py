"""What is counted for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api.service import Service
from index.errors import SeedbedError
from qa.replies import Reply


class Metrics:
    """The counters of one app; each app has its own, so that several can live in one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter("seedbed_questions", "Questions answered.", ["status"], registry=self._registry)
        self._seconds = Histogram("seedbed_answer_seconds", "Time to a reply.", registry=self._registry)
        self._builds = Gauge("seedbed_builds", "Builds that ended since the start.", registry=self._registry)
        self._documents = Gauge("seedbed_documents", "Documents in the index.", registry=self._registry)
        self._passages = Gauge("seedbed_passages", "Passages in the index.", registry=self._registry)

    def count(self, reply: Reply) -> None:
        """Count a reply."""
        self._questions.labels(reply.status).inc()
        self._seconds.observe(reply.timings.total / 1000)

    def render(self, service: Service) -> bytes:
        """Return everything in Prometheus' text format."""
        self._builds.set(service.watcher.builds)
        try:
            manifest = service.store.current().manifest
        except SeedbedError:
            return generate_latest(self._registry)  # before the first build there is nothing to count
        self._documents.set(manifest.documents)
        self._passages.set(manifest.passages)
        return generate_latest(self._registry)
