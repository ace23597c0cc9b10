"""README and CONTRIBUTING say what is: commands, settings, rooms, requests and the example are held to the code."""

import json
import re
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from api.app import create_app
from api.cli import app as command
from api.schemas import ReplyOut, VerifyOut
from api.service import assemble
from api.settings import Settings
from index.build import build
from index.encoding import Encoder
from qa.answerer import Question
from qa.verify import verify

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_in_the_table_with_its_default() -> None:
    rows = {
        name: (environment, default)
        for name, environment, default in re.findall(r"^\| `(\w+)` \| `(\w+)` \| `([^`]+)` \|", README, re.MULTILINE)
    }
    settings = {name: (f"SEEDBED_{name.upper()}", str(field.default)) for name, field in Settings.model_fields.items()}
    assert rows == settings


def test_every_command_is_in_the_table() -> None:
    named = re.findall(r"^\| `seedbed (\w+)", README, re.MULTILINE)
    group = get_command(command)
    assert isinstance(group, TyperGroup)
    assert sorted(named) == sorted(group.commands)


def test_every_request_is_named(tmp_path: Path) -> None:
    schema = create_app(Settings(seeds=tmp_path / "seeds", data=tmp_path / "data")).openapi()
    for path, methods in schema["paths"].items():
        for method in methods:
            assert (
                f"`{method.upper()} {path}".replace("{document_id}", "{id}").replace("{conversation_id}", "{id}")
                in README
            )


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make (\w+)", README))))
def test_every_make_command_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_every_room_in_the_picture_exists() -> None:
    picture = README.split("Imports point one way")[1].split("```")[1]
    room = ROOT
    for line in picture.strip().splitlines():
        names = re.split(r"\s{2,}", line.strip())[0].split(", ")
        if not line.startswith(" "):
            room = ROOT / names[0]
            names = ["."]
        for name in names:
            assert (room / name).exists(), f"{room.name}/{name}"


def test_the_example_is_what_the_service_answers(encoder: Encoder, tmp_path: Path) -> None:
    example = json.loads(README.split("```json")[1].split("```")[0])
    service = assemble(Settings(seeds=ROOT / "seeds", data=tmp_path / "data"), encoder)
    build(service.store)
    reply = service.answerer.ask(Question(example["question"], documents=("troops-*",)))
    answer = ReplyOut.of(reply).model_dump(mode="json")
    assert _shortened(answer, example) == example


def test_the_example_of_a_quote_is_what_the_service_answers(encoder: Encoder, tmp_path: Path) -> None:
    asked, told = README.split("/v1/verify -H")[1].split("```json")[:2]
    claim = json.loads(asked.split("-d '")[1].split("'")[0])["quote"]
    example = json.loads(told.split("```")[0])
    service = assemble(Settings(seeds=ROOT / "seeds", data=tmp_path / "data"), encoder)
    build(service.store)
    verified = VerifyOut.of(verify(service.store.current(), claim)).model_dump(mode="json")
    assert _shortened(verified, example) == example


def _shortened(real: object, example: object) -> object:
    """Leave out of the real reply what the example leaves out, and cut strings where the example has an ellipsis."""
    if isinstance(real, dict) and isinstance(example, dict):
        return {key: _shortened(real[key], value) for key, value in example.items()}
    if isinstance(real, list) and isinstance(example, list):
        return [_shortened(r, e) for r, e in zip(real, example, strict=True)]
    if isinstance(real, str) and isinstance(example, str) and example.endswith("…"):
        return example if real.startswith(example[:-1]) else real
    if isinstance(real, float) and isinstance(example, float):  # processors round the network's sums differently
        return example if abs(real - example) < 0.05 else real
    return round(real, 1) if isinstance(real, float) else real
