from pathlib import Path

from index.formats.isolation import Limits
from tests.campaigns import hostile_files


def test_of_damaged_and_hostile_files_each_is_indexed_or_listed_with_a_reason(tmp_path: Path) -> None:
    names = hostile_files.make(tmp_path / "seeds", files=60)
    outcome = hostile_files.campaign(tmp_path, names, Limits(seconds=2, mebibytes=1024))
    assert (outcome.vanished, len(names)) == (set(), 60)
    assert all(len(reason.split()) > 1 and len(reason) < 500 for reason in outcome.reasons.values())
