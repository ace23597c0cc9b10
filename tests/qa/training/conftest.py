"""What every test of the training may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.qa.training.makers import write_tiny_bert


@pytest.fixture(scope="session")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny BERT with random weights."""
    return write_tiny_bert(tmp_path_factory.mktemp("bert"))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Compute in one thread: over so small a network, several wait for each other far longer than they work."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
