"""The folder changed → build → swap. One thread does the building; whoever asks meanwhile gets the old snapshot."""

import logging
import threading
import time
from pathlib import Path

from watchfiles import watch

from index.build import BuildReport, build
from index.errors import BuildRunning, IgnoreFileUnusable, SeedbedError
from index.formats.isolation import isolated
from index.ignoring import IgnoreRules
from index.progress import Progress
from index.settling import SETTLED
from index.store import SnapshotStore

_LOGGER = logging.getLogger(__name__)

#: How long changes are collected before they are told, in milliseconds.
_COLLECT = 100
#: However much changes, nobody waits longer for a build to begin, in seconds.
_LONGEST_SETTLING = 5.0
#: How often the watching looks up from its wait, in milliseconds.
_TICK = 1000
#: After so many ticks the folder is looked through even when nothing was reported, as on network drives.
_LOOK_AGAIN = 60
#: How often a folder that cannot be watched is looked through, in seconds.
_LOOK_UNWATCHED = 60.0
#: How long to wait for another process that is building, in seconds.
_BUSY_WAIT = 0.5
#: How often an end that is waited for gives up the file that is read just now, in seconds.
_LOOK_AT_END = 0.1
#: How long to wait for a folder that is not there, in seconds.
_FOLDER_GONE_WAIT = 1.0


class _Stopped(Exception):
    """The watcher is to stop, and so is the build under way."""


class Watcher:
    """Keeps the index of `store` in step with its folder. `progress` is None while nothing is being built."""

    def __init__(self, store: SnapshotStore) -> None:
        self.progress: Progress | None = None
        self.report: BuildReport | None = None
        self.error: str | None = None
        self._store = store
        self._stop = threading.Event()
        self._wanted = threading.Event()
        self._finished = threading.Condition()
        self._builds = 0
        self._promised = 0
        self._building = False
        self._changed_at = -SETTLED
        self._threads = [
            threading.Thread(target=self._build_when_wanted, name="seedbed-build"),
            threading.Thread(target=self._watch_folder, name="seedbed-watch"),
        ]

    def start(self) -> None:
        """Begin with a build, then follow the folder until `stop`."""
        self.request()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both threads; a build under way is given up, which leaves the index as it was."""
        self._stop.set()
        self._wanted.set()
        for thread in self._threads:
            while thread.is_alive():
                isolated(self._store.limits).give_up()
                thread.join(_LOOK_AT_END)

    @property
    def builds(self) -> int:
        """How many builds have ended, well or not."""
        return self._builds

    def request(self) -> int:
        """Ask for a build and return its number; requests made before it begins become one."""
        with self._finished:
            self._wanted.set()
            self._promised = self._builds + (2 if self._building else 1)
            return self._promised

    def wait(self, builds: int, timeout: float) -> bool:
        """Wait until `builds` have ended; tell whether they have."""
        with self._finished:
            return self._finished.wait_for(lambda: self._builds >= builds, timeout)

    def _build_when_wanted(self) -> None:
        while True:
            self._wanted.wait()
            self._let_settle()
            if self._stop.is_set():
                return
            with self._finished:
                self._wanted.clear()
                self._building = True
            self._build_once()

    def _let_settle(self) -> None:
        """Wait until nothing has changed for a moment, so that ten thousand files that come at once are one build."""
        latest = time.monotonic() + _LONGEST_SETTLING
        while (now := time.monotonic()) < (settled := min(self._changed_at + SETTLED, latest)):
            if self._stop.wait(settled - now):
                return

    def _build_once(self) -> None:
        try:
            if not self._builds:
                self._store.encoder.encode_question("load the model before anyone waits for it")
            self.report = build(self._store, self._show)
            self.error = None
        except _Stopped:
            return
        except BuildRunning:
            # Another process does the work; look again until it has, since the folder may have changed meanwhile.
            if not self._stop.wait(_BUSY_WAIT):
                with self._finished:
                    self._building = False
                    self._wanted.set()
            return
        except SeedbedError as error:
            self.error = str(error)
            _LOGGER.error("the index was not updated: %s", error)
        except Exception as error:  # the thread must outlive a full disk and the like, and say what happened
            self.error = f"the index could not be updated: {error}"
            _LOGGER.exception("the index could not be updated")
        finally:
            self.progress = None
        with self._finished:
            self._builds += 1
            self._building = False
            if self._builds < self._promised:  # asked for while another process was building
                self._wanted.set()
            self._finished.notify_all()

    def _show(self, progress: Progress) -> None:
        if self._stop.is_set():
            raise _Stopped
        self.progress = progress

    def _watch_folder(self) -> None:
        looked = -_LOOK_UNWATCHED
        while not self._stop.is_set():
            try:
                self._follow(self._store.seeds)
            except FileNotFoundError:  # the folder is not there, or was: begin again
                self._stop.wait(_FOLDER_GONE_WAIT)
            except Exception as error:  # such as too many folders for the system to watch
                if time.monotonic() - looked >= _LOOK_UNWATCHED:
                    looked = time.monotonic()
                    _LOGGER.warning("the folder cannot be watched, and is looked through once a minute: %s", error)
                    self.request()
                self._stop.wait(_FOLDER_GONE_WAIT)

    def _follow(self, seeds: Path) -> None:
        """Ask for a build whenever something changes, until another folder stands in the place of this one."""
        inode = seeds.stat().st_ino
        ticks = watch(
            seeds,
            watch_filter=None,
            debounce=_COLLECT,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            stop_event=self._stop,
            raise_interrupt=False,
            ignore_permission_denied=True,  # else one folder that may not be opened ends it for all
        )
        for tick, changes in enumerate(ticks):
            # Tick 0 too: something may have changed before the watching began.
            if tick % _LOOK_AGAIN == 0 or _concern(seeds, [path for _, path in changes]):
                self._changed_at = time.monotonic()
                self.request()
            if seeds.stat().st_ino != inode:
                return


def _concern(seeds: Path, changed: list[str]) -> bool:
    """Tell whether one of these changes can change what is indexed."""
    rules = IgnoreRules(seeds)  # as they are now
    try:
        return any(rules.concerns(Path(path).relative_to(seeds).as_posix()) for path in changed)
    except IgnoreFileUnusable:
        return True  # the build will say so
