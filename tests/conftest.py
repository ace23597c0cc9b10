"""What every test may ask for. The encoder is the real one; no test can reach a network."""

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings

from index.bundled_encoder import BundledEncoder
from index.store import SnapshotStore
from tests.builders import WordEncoder

# A machine that is busy with something else must not fail a test.
settings.register_profile("seedbed", deadline=None)
settings.load_profile("seedbed")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine, by name of the address."""
    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex"):
            patch.setattr(socket.socket, method, _only_loopback(getattr(socket.socket, method)))
        yield


@pytest.fixture(scope="session")
def encoder() -> BundledEncoder:
    """The encoder that is installed with Seedbed, loaded once for all tests."""
    return BundledEncoder()


@pytest.fixture
def word_encoder() -> WordEncoder:
    """A fast fake, for tests in which it matters how much is embedded."""
    return WordEncoder()


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """An empty folder of documents."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    return folder


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """An empty folder that every user of this machine may enter and change."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def store(data: Path, seeds: Path, encoder: BundledEncoder) -> SnapshotStore:
    """The store of `data` over `seeds`, with the real encoder; nothing is built yet."""
    return SnapshotStore(data, seeds, encoder)


def _only_loopback(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise AssertionError(f"a test tried to reach {address[0]}:{address[1]}; tests stay on this machine")
        return connect(self, address)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
