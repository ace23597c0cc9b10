"""Settings: flags over environment over `seedbed.toml` over defaults; wrong values are refused by name."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from api.settings import Settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, without settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SEEDBED_{name.upper()}", raising=False)


def test_the_defaults() -> None:
    assert Settings().model_dump() == {
        "seeds": Path("seeds"),
        "data": Path(".seedbed"),
        "encoder": "all-MiniLM-L6-v2",
        "longest_reading": 60,
        "reading_memory": 2048,
        "floor": 0.12,
        "host": "127.0.0.1",
        "port": 8000,
        "longest_question": 1000,
        "largest_body": 65536,
        "largest_upload": 104857600,
        "most_uploads": 100,
        "read_only": False,
        "most_conversations": 1000,
        "longest_conversation": 200,
        "conversation_days": 30.0,
    }


@pytest.mark.parametrize(
    ("given", "read_only"),
    [
        ({"host": "localhost"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "0.0.0.0", "read_only": False}, False),
        ({"host": "127.0.0.1", "read_only": True}, True),
    ],
)
def test_a_service_that_others_reach_is_read_only_unless_it_is_said(given: dict[str, Any], read_only: bool) -> None:
    assert Settings(**given).read_only is read_only


def test_the_file_comes_before_the_defaults() -> None:
    Path("seedbed.toml").write_text('port = 8001\nfloor = 0.5\nseeds = "papers"\n')
    settings = Settings()
    assert (settings.port, settings.floor, settings.seeds, settings.host) == (8001, 0.5, Path("papers"), "127.0.0.1")


def test_the_environment_comes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("seedbed.toml").write_text("port = 8001\nfloor = 0.5\n")
    monkeypatch.setenv("SEEDBED_PORT", "8002")
    assert (Settings().port, Settings().floor) == (8002, 0.5)


def test_a_flag_comes_before_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("seedbed.toml").write_text("port = 8001\n")
    monkeypatch.setenv("SEEDBED_PORT", "8002")
    assert Settings(port=8003).port == 8003


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "70000"),
        ("port", "eighty"),
        ("floor", "1.5"),
        ("longest_question", "0"),
        ("largest_body", "10"),
        ("largest_upload", "10"),
        ("most_uploads", "0"),
        ("most_uploads", "1001"),
        ("read_only", "perhaps"),
    ],
)
def test_a_wrong_value_in_the_environment_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"SEEDBED_{name.upper()}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert [error["loc"] for error in refused.value.errors()] == [(name,)]


def test_an_unknown_name_in_the_file_is_refused() -> None:
    Path("seedbed.toml").write_text("prot = 8001\n")
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert [error["loc"] for error in refused.value.errors()] == [("prot",)]


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())
