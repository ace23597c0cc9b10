import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from index.build import build
from index.errors import FileUnavailable, IsolationUnavailable, UnreadableFile
from index.formats import FORMATS, extract
from index.formats.extraction import Block, LeftOut
from index.formats.isolation import USUAL_LIMITS, Isolation, Limits, isolated
from index.snapshot import Unreadable
from index.store import SnapshotStore
from tests.builders import WordEncoder, pdf, write, zipped

#: Its parser looks for the end of each bracket in all that follows: an hour at this length, in a file of half a MiB.
ENDLESS = b"# Dam\n\n" + b"![" * 2**18
PAGE = b"<title>Dam</title><p>It stands.</p><table><tr><th>Dam<th>Height<tr><td>Kariba<td>128 m</table>"


@pytest.fixture(scope="module")
def usual() -> Isolation:
    """What all builds of this process share."""
    return isolated(USUAL_LIMITS)


def children() -> set[int]:
    """Return the ids of the processes that this one has started and that have not ended."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, *_ = status.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.add(int(status.parent.name))
    return found


def process_of(isolation: Isolation) -> int:
    assert isolation._process is not None
    return isolation._process.pid


def kill_when_busy(process: int, sent: signal.Signals) -> None:
    """Send a signal to a process once it computes, rather than waits for a file."""
    while Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "R":
        time.sleep(0.001)
    os.kill(process, sent)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("dam.html", PAGE),
        ("dam.pdf", pdf(["It stands.", "It is high."], title="Dam")),
        ("dams.zip", zipped({"a.txt": "Größe – “Dam” 👍🏽.", "b.pdf": b"%PDF-1.4"})),
        ("long.txt", b"It stands. " * 10_000),
    ],
)
def test_what_is_read_apart_is_what_would_be_read_here(usual: Isolation, path: str, data: bytes) -> None:
    assert usual.extract(path, data) == extract(path, data)


@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_what_is_wrong_with_a_file_is_said_in_the_same_words(usual: Isolation, ending: str) -> None:
    for data in (b"", b"\x00\x01\x02\xff" * 20_000):
        with pytest.raises(UnreadableFile) as here:
            extract(f"a{ending}", data)
        with pytest.raises(UnreadableFile) as apart:
            usual.extract(f"a{ending}", data)
        assert str(apart.value) == str(here.value)


def test_a_file_within_a_file_that_cannot_be_read_is_still_left_out_alone(usual: Isolation) -> None:
    reason = "is damaged or not a PDF; open it in a PDF reader and save it again"
    data = zipped({"a.txt": "One.", "b.pdf": b"%PDF-1.4"})
    assert usual.extract("a.zip", data).left_out == (LeftOut("b.pdf", reason),)


def test_a_type_that_is_not_read_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="has a type that is not read yet"):
        Isolation(USUAL_LIMITS).extract("a.exe", b"MZ")


def test_small_simple_files_start_no_process() -> None:
    before = children()
    assert Isolation(USUAL_LIMITS).extract("a.md", b"# Dam\n\nIt stands.").title == "Dam"
    assert children() == before


def test_one_process_reads_many_files_and_ends_with_its_owner() -> None:
    ballast = bytearray(b"x" * (600 * 2**20))  # as a service with its models has; none of it is the process's own
    before = children()
    isolation = Isolation(USUAL_LIMITS)
    isolation.extract("a.html", PAGE)
    (started,) = children() - before
    isolation.extract("b.html", PAGE)
    assert children() - before == {started}
    del isolation, ballast
    assert children() == before


def test_a_process_ends_when_the_one_that_it_reads_for_was_killed() -> None:
    program = (
        "import os; from index.formats.isolation import *; one = Isolation(USUAL_LIMITS)\n"
        f"one.extract('a.html', {PAGE!r}); print(one._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    other = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=False)
    left = Path(f"/proc/{int(other.stdout)}/stat")
    while left.exists() and left.read_text().rpartition(")")[2].split()[0] != "Z":
        time.sleep(0.01)


def test_what_takes_too_long_is_given_up_and_the_rest_is_indexed(data: Path, seeds: Path) -> None:
    write(seeds, {"a.html": PAGE, "endless.md": ENDLESS, "z.html": PAGE})
    store = SnapshotStore(data, seeds, WordEncoder(), Limits(seconds=2))
    report = build(store)
    reason = "took longer than 2 s to read; split it, or raise the setting longest_reading and save it again"
    assert (report.added, report.unreadable) == (["a.html", "z.html"], [Unreadable("endless.md", reason)])
    assert build(store).version == report.version  # it is not tried again before it changes


@pytest.mark.parametrize(
    ("path", "data"), [("a.json", b'["' + "漢".encode() * 40_000_000 + b'"]'), ("a.html", b"<p>A.</p>" * 3_000_000)]
)
def test_what_takes_too_much_memory_is_given_up(path: str, data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"^took more than 512 MiB of memory to read; split it, or raise the sett"):
        isolated(Limits(mebibytes=512)).extract(path, data)


def test_after_a_file_that_took_much_memory_the_next_one_gets_a_fresh_process() -> None:
    before = children()
    isolation = isolated(Limits(mebibytes=512))
    assert isolation.extract("a.txt", b"It stands. " * 3_000_000).blocks == (Block(0, 32_999_999, "paragraph"),)
    assert children() == before


@pytest.mark.parametrize(
    ("sent", "kind", "reason"),
    [
        (signal.SIGSEGV, UnreadableFile, r"^brought down the program that reads it \(Segmentation fault\); save it a"),
        (signal.SIGKILL, FileUnavailable, "^was being read when its process was stopped; it is read again at the nex"),
    ],
)
def test_a_crash_is_the_fault_of_the_file_and_a_stop_is_not(
    usual: Isolation, sent: signal.Signals, kind: type[UnreadableFile], reason: str
) -> None:
    usual.extract("b.html", PAGE)
    killing = threading.Thread(target=kill_when_busy, args=(process_of(usual), sent))
    killing.start()
    with pytest.raises(kind, match=reason) as told:
        usual.extract("a.md", ENDLESS)
    killing.join()
    assert type(told.value) is kind
    assert usual.extract("b.html", PAGE) == extract("b.html", PAGE)


def test_a_process_that_was_killed_between_files_is_started_again(usual: Isolation) -> None:
    usual.extract("a.html", PAGE)
    os.kill(process_of(usual), signal.SIGKILL)
    os.waitid(os.P_PID, process_of(usual), os.WEXITED | os.WNOWAIT)
    assert usual.extract("a.html", PAGE) == extract("a.html", PAGE)


def test_what_interrupts_the_waiting_leaves_no_answer_for_the_next_file(usual: Isolation) -> None:
    usual.extract("a.html", PAGE)

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    def interrupt_when_busy() -> None:
        kill_when_busy(process_of(usual), signal.SIGINT)  # as Ctrl+C in a terminal, which goes to both
        os.kill(os.getpid(), signal.SIGUSR1)

    previous = signal.signal(signal.SIGUSR1, interrupt)
    interrupting = threading.Thread(target=interrupt_when_busy)
    try:
        interrupting.start()
        with pytest.raises(KeyboardInterrupt):
            usual.extract("a.md", ENDLESS)
    finally:
        interrupting.join()
        signal.signal(signal.SIGUSR1, previous)
    assert usual.extract("b.html", PAGE) == extract("b.html", PAGE)


@pytest.mark.parametrize(
    ("program", "reason"), [("/bin/false", "it ended with 1; see to free memory"), ("/nowhere", "No such file")]
)
def test_a_process_that_cannot_be_started_is_said_to_be_so(
    monkeypatch: pytest.MonkeyPatch, program: str, reason: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    with pytest.raises(IsolationUnavailable, match=f"^no process to read files in can be started: {reason}"):
        Isolation(USUAL_LIMITS).extract("a.html", PAGE)
