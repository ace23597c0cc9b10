"""create_app(settings): the service. Its lifespan starts and stops what runs beside the requests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from api.errors import add_error_handlers
from api.metrics import Metrics
from api.middleware import BodyLimit, LocalNamesOnly, OwnPagesOnly, SecurityHeaders
from api.routes import ask, conversations, documents, filing, health, index, pages, search, suggestions, verify
from api.service import Service, assemble
from api.settings import LOCAL_NAMES, Settings
from index.filing import remove_unfinished


def create_app(settings: Settings, service: Service | None = None) -> FastAPI:
    """Return the app; nothing is loaded before its lifespan begins."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        watcher = app.state.service.watcher
        if not settings.read_only:
            remove_unfinished(app.state.service.store.seeds)
        watcher.start()
        try:
            yield
        finally:
            watcher.stop()

    app = FastAPI(
        title="Seedbed",
        version=version("seedbed"),
        summary="Ask a folder of documents; get a short answer and the verbatim quote it stands in.",
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from elsewhere; /openapi.json has everything
        redoc_url=None,
    )
    app.state.service = service or assemble(settings)
    app.state.metrics = Metrics()
    add_error_handlers(app)
    for room in (ask, conversations, documents, filing, index, search, suggestions, verify, health, pages):
        app.include_router(room.router)
    app.add_middleware(BodyLimit, largest=settings.largest_body, largest_upload=settings.largest_upload)
    app.add_middleware(OwnPagesOnly)
    if settings.host in LOCAL_NAMES:
        app.add_middleware(LocalNamesOnly)
    app.add_middleware(SecurityHeaders)
    return app
