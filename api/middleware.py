"""What every request passes: where it comes from, the name it came under, its size, and headers for the browser."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem
from api.settings import LOCAL_NAMES

#: Methods that change nothing.
_READING = ("GET", "HEAD", "OPTIONS")
#: The request that brings files.
_UPLOAD = ("POST", "/v1/documents")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        # No script may turn text into elements, by mistake or otherwise.
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class SecurityHeaders:
    """Adds the headers that keep a document's text from doing anything but being read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class LocalNamesOnly:
    """Refuses requests under a foreign host name: a web page could otherwise point a name of its own at us."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            host = Headers(scope=scope).get("host", "")
            if _name(host) not in LOCAL_NAMES:
                response = problem(400, f"Seedbed listens on this machine alone, and not under the name {host!r}")
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


class OwnPagesOnly:
    """Refuses what a page of another site would change: whoever visits that page would do it without knowing.

    Browsers say where a request comes from; programs say nothing, and may do as they like.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _READING and _is_foreign(Headers(scope=scope)):
            detail = "the request comes from a page of another site; only Seedbed's own page and programs may send it"
            await problem(403, detail)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_foreign(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")  # of an older browser, or one that reached us by plain HTTP
    return origin is not None and origin.lower().partition("://")[2] != headers.get("host", "").lower()


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname if "@" not in host else None
    except ValueError:
        return None


class BodyLimit:
    """Answers 413 to a body larger than it may be, in bytes, whether or not it says its length."""

    def __init__(self, app: ASGIApp, largest: int, largest_upload: int) -> None:
        self._app = app
        self._largest = largest
        self._largest_upload = largest_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = (scope["method"], scope["path"]) == _UPLOAD
        largest = self._largest_upload if is_upload else self._largest
        advice = "send fewer or smaller files at once" if is_upload else "shorten it"
        detail = f"the request is larger than {largest} bytes; {advice}"
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > largest:
            await problem(413, detail)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > largest:
                raise HTTPException(413, detail)
            return message

        await self._app(scope, counted, send)
