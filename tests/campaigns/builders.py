"""The processes that the campaigns kill: real builds and real watchers, over the fake encoder."""

import signal
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from index.build import build
from index.errors import BuildRunning
from index.store import SnapshotStore
from index.watch import Watcher
from tests.builders import WordEncoder


def processes() -> ForkServerContext:
    """Return where processes are made of one that has loaded everything, which takes no time."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.campaigns.builders", "pytest"])
    return context


def start_build(data: Path, seeds: Path) -> ForkServerProcess:
    """Start a process that builds once; return when it is about to."""
    context = processes()
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_build, args=(data, seeds, there))
    process.start()
    there.close()
    with here:
        here.recv()
    return process


def start_watching(data: Path, seeds: Path) -> ForkServerProcess:
    """Start a process that keeps the index in step with its folder, as the service does, until it is killed."""
    process = processes().Process(target=_watch, args=(data, seeds), daemon=True)
    process.start()
    return process


def start_reading(data: Path, seeds: Path) -> ForkServerProcess:
    """Start a process that opens the index and holds it until it is killed; return when it does."""
    context = processes()
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_read, args=(data, seeds, there), daemon=True)
    process.start()
    there.close()
    with here:
        here.recv()
    return process


def _read(data: Path, seeds: Path, ready: Connection) -> None:
    snapshot = SnapshotStore(data, seeds, WordEncoder()).current()
    ready.send(snapshot.version)
    signal.pause()


def _build(data: Path, seeds: Path, ready: Connection) -> None:
    store = SnapshotStore(data, seeds, WordEncoder())
    ready.send(None)
    ready.close()
    with suppress(BuildRunning):
        build(store)


def _watch(data: Path, seeds: Path) -> None:
    Watcher(SnapshotStore(data, seeds, WordEncoder())).start()
