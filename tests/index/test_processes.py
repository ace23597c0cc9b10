import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import build
from index.errors import IndexMissing
from index.store import SnapshotStore
from tests.builders import WordEncoder, write
from tests.campaigns.builders import start_reading, start_watching
from tests.campaigns.folders import ChangingFolder, whole_texts

#: Seconds after which what does not come counts as missing.
PATIENCE = 120.0
DAM = "# Dam\n\nVersion 1 of it stands.\n"


def soon(is_so: Callable[[], bool]) -> bool:
    """Wait until other processes have made something so."""
    latest = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < latest:
        time.sleep(0.05)
    return is_so()


def test_services_share_a_data_folder_and_another_takes_over_when_the_one_that_builds_dies(tmp_path: Path) -> None:
    folder = ChangingFolder(tmp_path / "seeds", random.Random(7))
    data = tmp_path / "data"
    follower = SnapshotStore(data, folder.folder, WordEncoder())  # builds nothing

    def is_up_to_date() -> bool:
        try:
            return whole_texts(follower.current(), follower.encoder) == folder.texts
        except IndexMissing:
            return False

    services = [start_watching(data, folder.folder) for _ in range(3)]
    try:
        assert soon(is_up_to_date)
        while len(services) > 1:
            for _ in range(10):
                folder.change()
            services[0].kill()  # whether it builds just now or another does
            services.pop(0).join()
            folder.change()
            assert soon(is_up_to_date)
    finally:
        for service in services:
            service.kill()
            service.join()


def test_what_another_process_reads_is_kept_until_that_ends(data: Path, seeds: Path) -> None:
    write(seeds, {"dam.md": DAM})
    first = build(SnapshotStore(data, seeds, WordEncoder())).version
    reader = start_reading(data, seeds)
    write(seeds, {"more.md": DAM})
    second = build(SnapshotStore(data, seeds, WordEncoder())).version
    assert {folder.name for folder in (data / "snapshots").iterdir()} == {first, second}
    reader.kill()
    reader.join()
    build(SnapshotStore(data, seeds, WordEncoder()))
    assert {folder.name for folder in (data / "snapshots").iterdir()} == {second}


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux says what is mapped")
def test_vectors_and_words_are_mapped_so_that_processes_share_their_memory(data: Path, seeds: Path) -> None:
    write(seeds, {"dam.md": DAM})
    store = SnapshotStore(data, seeds, WordEncoder())
    build(store)
    folder = store.current().folder
    lines = [line.split(maxsplit=5) for line in Path("/proc/self/maps").read_text().splitlines()]
    mapped = {Path(line[5]).name: line[1] for line in lines if len(line) == 6 and line[5].startswith(str(folder))}
    assert ["w" in rights for name, rights in mapped.items() if name.endswith(".faiss")] == [False]
    assert {name for name in mapped if name.endswith((".idx", ".pos", ".store", ".term"))}
