import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.build import BuildReport, build
from index.encoding import Vectors
from index.errors import BuildRunning
from index.formats.isolation import Limits, isolated
from index.progress import ShowProgress
from index.store import SnapshotStore
from index.watch import Watcher, _concern
from tests.builders import WordEncoder, without_root, write

#: Seconds after which a build that does not come counts as missing.
PATIENCE = 60.0
DAM = "# Dam\n\nIt stands.\n"


class Fragile(WordEncoder):
    """An encoder that a text with the word "bomb" brings down."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        if any("bomb" in text for text in texts):
            raise OSError("No space left on device")
        return super().encode_passages(texts)


@pytest.fixture
def store(data: Path, seeds: Path) -> SnapshotStore:
    return SnapshotStore(data, seeds, Fragile())


@contextmanager
def watching(store: SnapshotStore) -> Iterator[Watcher]:
    watcher = Watcher(store)
    watcher.start()
    try:
        assert watcher.wait(1, PATIENCE)
        yield watcher
    finally:
        watcher.stop()


def until(watcher: Watcher, is_so: Callable[[], bool]) -> bool:
    """Wait until a build has made it so."""
    while not is_so():
        if not watcher.wait(watcher.builds + 1, PATIENCE):
            return is_so()
    return True


def soon(is_so: Callable[[], object]) -> bool:
    """Wait until something is so that no build is needed for."""
    latest = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < latest:
        time.sleep(0.01)
    return bool(is_so())


def paths(store: SnapshotStore) -> set[str]:
    return set(store.current().paths().values())


def test_a_watcher_begins_with_a_build(store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"a.md": DAM})
    with watching(store) as watcher:
        assert paths(store) == {"a.md"}
        assert watcher.error is None
        assert watcher.report is not None and watcher.report.version == store.current().version


def test_an_added_a_changed_and_a_deleted_file_are_followed(store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"a.md": DAM})
    with watching(store) as watcher:
        write(seeds, {"sub/b.md": "# B\n\nBread.\n"})
        assert until(watcher, lambda: paths(store) == {"a.md", "sub/b.md"})
        write(seeds, {"a.md": "# Dam\n\nIt broke.\n"})
        assert until(watcher, lambda: store.current().document("a.md").text == "# Dam\n\nIt broke.\n")
        (seeds / "a.md").unlink()
        assert until(watcher, lambda: paths(store) == {"sub/b.md"})


def test_a_watcher_that_is_stopped_waits_for_no_file_that_takes_an_hour_to_read(data: Path, seeds: Path) -> None:
    write(seeds, {"a.md": DAM})
    limits = Limits(seconds=86_400)
    store = SnapshotStore(data, seeds, WordEncoder(), limits)
    with watching(store):
        write(seeds, {"endless.md": b"![" * 2**18})
        assert soon(isolated(limits)._one_at_a_time.locked)
    assert paths(store) == {"a.md"}
    assert store.current().unreadable() == []


def test_a_request_is_a_build(store: SnapshotStore) -> None:
    with watching(store) as watcher:
        before = watcher.builds
        watcher.request()
        assert watcher.wait(before + 1, PATIENCE)


def test_a_missing_folder_is_an_error_until_it_is_there(store: SnapshotStore, seeds: Path) -> None:
    write(seeds.with_name("later"), {"a.md": DAM})
    seeds.rmdir()
    watcher = Watcher(store)
    watcher.start()
    try:
        assert watcher.wait(1, PATIENCE)
        assert watcher.error == f"there is no folder {seeds}; create it, or name another with --seeds"
        seeds.with_name("later").rename(seeds)
        assert until(watcher, lambda: watcher.error is None)
        assert paths(store) == {"a.md"}
    finally:
        watcher.stop()


def test_a_folder_that_is_replaced_by_another_is_followed_on(store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"a.md": DAM})
    with watching(store) as watcher:
        write(seeds.with_name("new"), {"b.md": DAM})
        shutil.rmtree(seeds)
        seeds.with_name("new").rename(seeds)
        assert until(watcher, lambda: paths(store) == {"b.md"})
        write(seeds, {"c.md": DAM})
        assert until(watcher, lambda: paths(store) == {"b.md", "c.md"})


def test_a_folder_within_that_may_not_be_opened_does_not_end_the_watching(
    data: Path, shared_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shared_folder, {"a.md": DAM, "locked/b.md": DAM})
    (shared_folder / "locked").chmod(0)
    watcher = Watcher(SnapshotStore(data, shared_folder, WordEncoder()))
    requests: list[int] = []

    def change_then_stop() -> None:
        requests.append(len(requests))
        if len(requests) == 1:  # which comes without a change
            write(shared_folder, {"c.md": DAM})
        else:
            watcher._stop.set()

    monkeypatch.setattr(watcher, "request", change_then_stop)
    with without_root():
        watcher._follow(shared_folder)
    assert requests == [0, 1]


def refuse_to_watch(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Let no folder be watched, as when the machine has no watches left; return which were to be."""
    asked: list[Path] = []

    def refuse(folder: Path, **how: object) -> None:
        asked.append(folder)
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr("index.watch.watch", refuse)
    monkeypatch.setattr("index.watch._FOLDER_GONE_WAIT", 0.01)
    return asked


def test_a_folder_that_cannot_be_watched_is_looked_through_now_and_then(
    store: SnapshotStore, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_to_watch(monkeypatch)
    monkeypatch.setattr("index.watch._LOOK_UNWATCHED", 0.1)
    with watching(store) as watcher:
        write(seeds, {"a.md": DAM})
        assert until(watcher, lambda: paths(store) == {"a.md"})


def test_a_folder_that_cannot_be_watched_is_said_to_be_so_once_a_minute(
    store: SnapshotStore, seeds: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = refuse_to_watch(monkeypatch)
    with watching(store):
        assert soon(lambda: len(asked) > 10)
    assert caplog.record_tuples == [
        (
            "index.watch",
            logging.WARNING,
            "the folder cannot be watched, and is looked through once a minute: [Errno 28] OS file watch limit reached",
        )
    ]


def test_a_build_that_fails_is_told_and_the_next_one_heals_it(store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"a.md": DAM})
    with watching(store) as watcher:
        write(seeds, {"b.md": "# B\n\nA bomb.\n"})
        assert until(watcher, lambda: watcher.error is not None)
        assert watcher.error == "the index could not be updated: No space left on device"
        assert paths(store) == {"a.md"}
        write(seeds, {"b.md": "# B\n\nA dud.\n"})
        assert until(watcher, lambda: watcher.error is None and paths(store) == {"a.md", "b.md"})


def when_refused(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Act in the thread that builds, whenever it finds another process building."""

    def watched(store: SnapshotStore, show: ShowProgress) -> BuildReport:
        try:
            return build(store, show)
        except BuildRunning:
            act()
            raise

    monkeypatch.setattr("index.watch.build", watched)


def test_a_watcher_waits_for_another_process_that_builds(
    store: SnapshotStore, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = threading.Event()

    when_refused(monkeypatch, refused.set)
    write(seeds, {"a.md": DAM})
    watcher = Watcher(store)
    try:
        with store.lock():
            watcher.start()
            assert refused.wait(PATIENCE)
            assert watcher.builds == 0
        assert watcher.wait(1, PATIENCE)
        assert (watcher.error, paths(store)) == (None, {"a.md"})
    finally:
        watcher.stop()


def test_a_build_asked_for_while_another_process_builds_comes(
    store: SnapshotStore, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    refused = threading.Event()

    def ask() -> None:
        if len(asked) < 3:  # the watching itself asks once, as it begins
            asked.append(watcher.request())
        else:
            refused.set()

    when_refused(monkeypatch, ask)
    write(seeds, {"a.md": DAM})
    watcher = Watcher(store)
    try:
        with store.lock():
            watcher.start()
            assert refused.wait(PATIENCE)
        assert watcher.wait(max(asked), PATIENCE / 3)  # far sooner than the folder is looked through again
    finally:
        watcher.stop()


def test_what_another_process_built_is_found_again_unchanged(store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"a.md": DAM})
    version = build(store).version
    with watching(store):
        assert store.current().version == version


def test_what_is_ignored_asks_for_no_build(seeds: Path) -> None:
    write(seeds, {".seedbedignore": "drafts/\n", "drafts/a.md": DAM, "drafts/.seedbedignore": "", "b/c.md": DAM})
    changed = ("b/c.md", ".git/d", "b/.e.md", "b/~$c.docx", "drafts", "drafts/a.md", "drafts/.seedbedignore")
    assert [path for path in changed if _concern(seeds, [str(seeds / path)])] == ["b/c.md"]
    assert _concern(seeds, [str(seeds / "drafts" / "a.md"), str(seeds / "b" / "gone.md")])
    for path in (".seedbedignore", "b/.seedbedignore", ""):
        assert _concern(seeds, [str(seeds / path)])


def test_a_change_of_what_is_ignored_is_followed(store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"a.md": DAM, "b.md": DAM})
    with watching(store) as watcher:
        write(seeds, {".seedbedignore": "a.*\n"})
        assert until(watcher, lambda: paths(store) == {"b.md"})
        (seeds / ".seedbedignore").unlink()
        assert until(watcher, lambda: paths(store) == {"a.md", "b.md"})
        write(seeds, {".seedbedignore": "!\n"})
        assert until(watcher, lambda: watcher.error is not None)
        assert watcher.error is not None and watcher.error.startswith(f"{seeds}/.seedbedignore has a line that is no")
        assert paths(store) == {"a.md", "b.md"}


def test_many_files_that_come_one_after_the_other_are_few_builds(store: SnapshotStore, seeds: Path) -> None:
    with watching(store) as watcher:
        before = watcher.builds
        names = [f"{n:04}.md" for n in range(1000)]
        for name in names:
            write(seeds, {name: DAM})
            time.sleep(0.003)  # as from a slow disk; each build takes less time than all of this
        assert until(watcher, lambda: paths(store) == set(names))
        assert watcher.builds - before < 8


def test_a_change_of_what_is_ignored_asks_for_no_build(
    store: SnapshotStore, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    requests: list[int] = []
    request = Watcher.request

    def noted(seeds: Path, changed: list[str]) -> bool:
        looks.append(len(changed))
        return _concern(seeds, changed)

    def counted(watcher: Watcher) -> int:
        requests.append(request(watcher))
        return requests[-1]

    write(seeds, {".seedbedignore": "drafts/\n"})
    monkeypatch.setattr("index.watch._LOOK_AGAIN", 1_000_000)
    monkeypatch.setattr("index.watch._concern", noted)
    monkeypatch.setattr(Watcher, "request", counted)
    with watching(store):
        # The first look of all asks for a build whatever it sees; what a look leads to is done by the look after.
        assert soon(lambda: len(looks) >= 2)
        before = len(requests)

        def change_and_look() -> bool:
            write(seeds, {"drafts/a.md": DAM, ".b.md": DAM, "c.md~": DAM})
            return any(looks)

        assert soon(change_and_look)
        assert soon(lambda: looks[-1] == 0)
        assert len(requests) == before


def test_a_file_that_is_written_in_pieces_is_indexed_whole(store: SnapshotStore, seeds: Path) -> None:
    with watching(store) as watcher, (seeds / "slow.md").open("w") as slow:
        for n in range(20):
            slow.write(f"Line {n} stands.\n\n")
            slow.flush()
        slow.close()
        whole = (seeds / "slow.md").read_text()
        assert until(watcher, lambda: paths(store) == {"slow.md"} and store.current().document("slow.md").text == whole)
