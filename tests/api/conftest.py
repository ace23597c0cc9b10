"""The app in this process: over the shipped documents, shared by tests that only ask, or over a test's own folder."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.settings import Settings
from index.encoding import Encoder
from tests.api.talking import ready_client

SHIPPED = Path(__file__).parents[2] / "seeds"

Start = Callable[..., TestClient]


@pytest.fixture(scope="session")
def client(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of the service over the shipped documents; no test may change them."""
    settings = Settings(seeds=SHIPPED, data=tmp_path_factory.mktemp("shipped") / "data")
    with ready_client(settings, encoder) as shipped:
        yield shipped


@pytest.fixture
def start(seeds: Path, data: Path, encoder: Encoder) -> Iterator[Start]:
    """Start the service over what is in `seeds` by then; settings can be given by name."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(
            ready_client(Settings(**{"seeds": seeds, "data": data} | settings), encoder)
        )


@pytest.fixture
def at_hand(encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the command in an empty folder, with the encoder that is already loaded."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SEEDBED_{name.upper()}", raising=False)
    monkeypatch.setattr("api.service.encoder_named", lambda name: encoder)
