from pathlib import Path

from tests.campaigns import crashes


def test_an_index_is_whole_and_catches_up_after_its_builder_was_killed_at_any_moment(tmp_path: Path) -> None:
    assert crashes.campaign(tmp_path, rounds=6).total() == 6
