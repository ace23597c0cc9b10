"""create_app(settings): the service. Its lifespan starts and stops what runs beside the requests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from api.errors import add_error_handlers
from api.metrics import Metrics
from api.middleware import BodyLimit, SecurityHeaders
from api.routes import ask, documents, health, index, pages, search
from api.service import Service, assemble
from api.settings import Settings

_LOCAL = ("127.0.0.1", "localhost", "::1")


def create_app(settings: Settings, service: Service | None = None) -> FastAPI:
    """Return the app; nothing is loaded before its lifespan begins."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        watcher = app.state.service.watcher
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
    for room in (ask, documents, index, search, health, pages):
        app.include_router(room.router)
    app.add_middleware(BodyLimit, largest=settings.largest_body)
    app.add_middleware(SecurityHeaders)
    if settings.host in _LOCAL:  # or any web page could reach us under a name of its own (DNS rebinding)
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*_LOCAL, "[::1]"], www_redirect=False)
    return app
