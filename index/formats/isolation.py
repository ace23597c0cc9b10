"""Files are read in a process apart: one that hangs, crashes or eats memory takes that process down, and nothing else.

The process is started when a file first needs it, and kept for those after. It sets its own limits, and the system ends
it when one is passed; how it ended says why. It ends by itself when the one that started it is gone.
"""

import json
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, NoReturn

from index.errors import FileUnavailable, IsolationUnavailable, UnreadableFile
from index.formats import code, extract, markdown, plain_text, reader_of
from index.formats.extraction import Block, Extraction, LeftOut

#: These are read in this process where they are small: their parsers are Python, and at worst quadratic, which is two
#: or three seconds at this size in bytes. That saves starting a process for a folder of notes.
_SIMPLE = (code.extract, markdown.extract, plain_text.extract)
_SMALL = 32 * 2**10
_LENGTH = struct.Struct(">Q")
#: In bytes; no file that is read at all yields more.
_LONGEST_FRAME = 2**30
_READY = b"ready"
_OUT_OF_MEMORY = 86  # an exit status that nothing else uses
#: Sent from outside: by a person, or by a system that shuts down or has no memory left. The file may be innocent.
_FROM_OUTSIDE = (signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGTERM)
#: After a file that took this share of the memory allowed, the next one gets a fresh process, which has all of it.
_MUCH = 0.25
#: Runs in the new process. It has the module path of this one, and nothing from the current folder.
_PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from index.formats.isolation import Limits, work
work(Limits(float(sys.argv[2]), int(sys.argv[3])))
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take: time in seconds, and memory in MiB of address space."""

    seconds: float = 60
    mebibytes: int = 2048


#: Generous for honest files: a text of 200 MB took less than half of either on a machine that was busy.
USUAL_LIMITS = Limits()


class Isolation:
    """Reads files in a process apart, one at a time."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()

    def extract(self, path: str, data: bytes) -> Extraction:
        """Read a file like `formats.extract`.

        Raises UnreadableFile as that does, and when a limit is passed or the process does not survive the file;
        FileUnavailable when it was ended from outside, and IsolationUnavailable when it cannot be started.
        """
        if reader_of(path) in _SIMPLE and len(data) <= _SMALL:
            return extract(path, data)
        with self._one_at_a_time:
            process = self._running()
            assert process.stdin is not None and process.stdout is not None
            try:
                _send(process.stdin, path.encode())
                _send(process.stdin, data)
                process.stdin.flush()
                told = json.loads(_receive(process.stdout))
                text = _receive(process.stdout).decode()
            except (OSError, EOFError, ValueError):
                raise self._reason(self._end()) from None
            except BaseException:  # the answer that nobody waits for must not be taken for that of the next file
                self._end()
                raise
            if told["spent"]:
                self._end()
        if told["unreadable"] is not None:
            raise UnreadableFile(told["unreadable"])
        return Extraction(
            text,
            tuple(Block.of(*fields) for fields in told["blocks"]),
            told["title"],
            tuple(told["pages"]),
            tuple(LeftOut(*fields) for fields in told["left_out"]),
        )

    def give_up(self) -> None:
        """Let a file that is being read just now be given up, with FileUnavailable, however long it would take."""
        process = self._process
        if process is not None and self._one_at_a_time.locked():
            process.kill()

    def _running(self) -> "subprocess.Popen[bytes]":
        """Return the process, started if there is none that lives."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        settings = [json.dumps(sys.path), str(self.limits.seconds), str(self.limits.mebibytes)]
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, *settings],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # openpyxl loads numpy, and nobody computes with it
            )
        except OSError as error:
            raise IsolationUnavailable(f"no process to read files in can be started: {error.strerror}") from None
        self._process = process
        self._ended = weakref.finalize(self, _end, process)
        assert process.stdout is not None
        try:
            ready = _receive(process.stdout) == _READY
        except (OSError, EOFError, ValueError):
            ready = False
        if not ready:
            raise IsolationUnavailable(
                f"no process to read files in can be started: it ended with {self._end()}; "
                "see to free memory, or raise the setting reading_memory"
            )
        return process

    def _end(self) -> int:
        """End the process, if there is one; return its exit status, or the number of the signal, negative."""
        process, self._process = self._process, None
        if process is None:
            return 0
        self._ended.detach()
        return _end(process)

    def _reason(self, status: int) -> UnreadableFile:
        if status == -signal.SIGALRM:
            return UnreadableFile(
                f"took longer than {self.limits.seconds:g} s to read; "
                "split it, or raise the setting longest_reading and save it again"
            )
        if status == _OUT_OF_MEMORY:
            return UnreadableFile(
                f"took more than {self.limits.mebibytes} MiB of memory to read; "
                "split it, or raise the setting reading_memory and save it again"
            )
        if -status in _FROM_OUTSIDE:
            return FileUnavailable("was being read when its process was stopped; it is read again at the next build")
        how = signal.strsignal(-status) if status < 0 else f"exit status {status}"
        return UnreadableFile(f"brought down the program that reads it ({how}); save it again or remove it")


@cache
def isolated(limits: Limits) -> Isolation:
    """Return the one process for these limits that all builds of this process share."""
    return Isolation(limits)


def work(limits: Limits) -> NoReturn:
    """Read files for the process that started this one, until that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is meant for the one that waits
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    most = limits.mebibytes * 2**20
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS does not know this limit
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    _send(answers, _READY)
    answers.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for printed in (1, 2):  # what parsers print must not come between the answers
        os.dup2(nowhere, printed)
    try:
        while True:
            path = _receive(questions).decode()
            data = _receive(questions)
            signal.setitimer(signal.ITIMER_REAL, limits.seconds)
            _answer(answers, path, data, most)
            signal.setitimer(signal.ITIMER_REAL, 0)
            del data
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except (EOFError, OSError):
        os._exit(0)


def _answer(answers: IO[bytes], path: str, data: bytes, most: int) -> None:
    reason = None
    try:
        found = extract(path, data)
    except UnreadableFile as error:
        if error.__cause__ is not None and _peak() > most / 2:
            raise MemoryError from None  # some parsers say nothing of it: what lacked may well have been the other half
        found, reason = Extraction("", ()), str(error)
    told = {
        "unreadable": reason,
        "title": found.title,
        "blocks": [block.fields() for block in found.blocks],
        "pages": found.pages,
        "left_out": [(entry.name, entry.reason) for entry in found.left_out],
        "spent": _peak() > _MUCH * most,
    }
    _send(answers, json.dumps(told).encode())
    _send(answers, found.text.encode())
    answers.flush()


def _peak() -> int:
    """Return the most memory that this process has had, in bytes; 0 where the system does not say."""
    # Not from getrusage, which counts what the process that started this one had.
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _send(channel: IO[bytes], data: bytes) -> None:
    channel.write(_LENGTH.pack(len(data)))
    channel.write(data)


def _receive(channel: IO[bytes]) -> bytes:
    """Return what `_send` sent. Raises EOFError when the other side is gone, and ValueError when it is not that."""
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size))
    if length > _LONGEST_FRAME:
        raise ValueError(f"{length} bytes are more than any file yields")
    return _exactly(channel, length)


def _exactly(channel: IO[bytes], length: int) -> bytes:
    data = channel.read(length)
    if len(data) < length:
        raise EOFError
    return data


def _end(process: "subprocess.Popen[bytes]") -> int:
    process.kill()
    status = process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # what was not sent by then
            if pipe is not None:
                pipe.close()
    return status
