"""The real server, as a process of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

from api.settings import Settings
from tests.builders import write

#: Seconds between two looks at whether something has come about.
_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Server:
    """A running `seedbed serve`."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def get(self, path: str, **params: str) -> httpx2.Response:
        return httpx2.get(self.address + path, params=params, timeout=30)

    def ask(self, question: str, **more: object) -> dict[str, Any]:
        response = httpx2.post(self.address + "/v1/ask", json={"question": question, **more}, timeout=30)
        assert response.status_code == 200, response.text
        reply: dict[str, Any] = response.json()
        return reply

    def text(self, document_id: str) -> str:
        return str(self.get(f"/v1/documents/{document_id}").json()["text"])

    def stop(self, sign: signal.Signals) -> int:
        """Ask the process to end, and return how it did."""
        self.process.send_signal(sign)
        return self.process.wait(30)


def until(condition: Callable[[], bool], tries: int = 600) -> None:
    """Wait for something to come about, and fail when it does not."""
    for _ in range(tries):
        if condition():
            return
        time.sleep(_PAUSE)
    raise AssertionError("it never came about")


class Servers:
    """Starts servers, each over folders of its own and on a free port, and sees to it that none is left over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, seeds: Path, data: Path, port: str = "0") -> Server:
        """Start a server and return it as soon as it listens."""
        log = self._folder / f"server-{len(self._started)}.log"
        arguments = [command(), "serve", "--port", port, "--seeds", str(seeds), "--data", str(data)]
        with log.open("wb") as errors:
            process = subprocess.Popen(
                arguments, cwd=self._folder, env=environment(), stdout=subprocess.DEVNULL, stderr=errors
            )
        self._started.append(process)
        until(lambda: "http://" in _said(process, log))
        (address,) = re.findall(r"http://127\.0\.0\.1:\d+", _said(process, log))
        return Server(process, address, log)

    def ready(self, seeds: Path, data: Path, tries: int = 600, port: str = "0") -> Server:
        """Start a server and return it once it can answer."""
        server = self.start(seeds, data, port)
        until(lambda: is_ready(server), tries)
        return server

    def kill(self) -> None:
        for process in self._started:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait(30)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    """Servers of one test."""
    started = Servers(tmp_path)
    yield started
    started.kill()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `server`: the shipped documents and some that are hard to show."""
    folder = tmp_path_factory.mktemp("library") / "seeds"
    shutil.copytree(Path(__file__).parents[2] / "seeds", folder)
    write(folder, {"comet.txt": COMET, "buoy.txt": BUOY})
    return folder


@pytest.fixture(scope="session")
def server(library: Path) -> Iterator[Server]:
    """A server over `library`, one for all tests that leave it as it was."""
    started = Servers(library.parent)
    yield started.ready(library, library.parent / "data")
    started.kill()


#: What keeps the browser from the network, and lets it run as root in a container.
_FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The distribution's Chromium, one for all tests."""
    chromium = shutil.which("chromium")
    if chromium is None:
        missing = "chromium is not installed; set SEEDBED_REQUIRE_BROWSER=1 to fail instead"
        pytest.fail(missing) if os.environ.get("SEEDBED_REQUIRE_BROWSER") == "1" else pytest.skip(missing)
    expect.set_options(timeout=60_000)  # a machine that is busy with something else must not fail a test
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def troubles() -> list[str]:
    """What a browser complains about: errors on the console, of scripts and of the policy, and dialogs."""
    return []


@pytest.fixture
def page(browser: Browser, troubles: list[str]) -> Iterator[Page]:
    """An empty page of a browser that knows nothing; no test may leave troubles behind."""

    def dismissed(dialog: Dialog) -> None:
        troubles.append(dialog.message)
        dialog.dismiss()

    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce")
    context.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    context.on("dialog", dismissed)
    yield context.new_page()
    context.close()
    assert troubles == []


@pytest.fixture
def chat(page: Page, server: Server) -> Page:
    """The chat page."""
    page.goto(server.address)
    return page


#: Emoji of one, two and seven code points before the quote, in it before the answer, and after it; it takes scrolling.
COMET = (
    "Log of the comet watch\n\n"
    + "🌠 Clouds again, nothing to be seen 👍🏽 by the family 👩‍👩‍👧‍👦 on the hill.\n\n" * 120
    + "At last 🚀 the watchers 👩‍👩‍👧‍👦 saw the comet 🌠 for about 47 minutes 👍🏽 before dawn.\n\n"
    + "They went home 🇦🇹 and slept.\n\n" * 60
)
#: Harmless as text.
BUOY = (
    'Harbour notes\n\nThe buoy <img src=x onerror="alert(1)"> weighs 640 kg & <script>alert(2)</script> is red. '
    "</div></main><style>body { display: none }</style> It was painted in May.\n"
)


def command() -> str:
    """Return the installed `seedbed` of this environment."""
    return str(Path(sys.executable).with_name("seedbed"))


def environment() -> dict[str, str]:
    """Return the environment without any of Seedbed's settings."""
    settings = {f"SEEDBED_{name.upper()}" for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in settings}


def _said(process: subprocess.Popen[bytes], log: Path) -> str:
    said = log.read_text("utf-8")
    assert process.poll() is None, said
    return said


def is_ready(server: Server) -> bool:
    """Tell whether the documents that were there at the start can be searched."""
    _said(server.process, server.log)
    try:
        return server.get("/health/ready").status_code == 200
    except httpx2.TransportError:  # the port is its own already, but nobody answers there yet
        return False
