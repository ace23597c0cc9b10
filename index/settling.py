"""A file that is still being written is settled before it is read."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

from index.documents import LARGEST_FILE
from index.errors import FileUnavailable, UnreadableFile, UnsettledFile
from index.folder import File, signature

#: A file is taken to be finished when nobody has written to it for so long, in seconds.
SETTLED = 0.2


def unsettled(files: Iterable[File]) -> list[File]:
    """Return those that change while one looks. Only files written just now are looked at twice."""
    # Times to come are looked at twice too: they are what a clock that went back leaves behind.
    fresh = [file for file in files if file.modified > time.time() - SETTLED]
    if fresh:
        time.sleep(SETTLED)
    return [file for file in fresh if _signature_now(file) not in (file.signature, None)]


def read_bytes(file: File) -> bytes:
    """Return the bytes of the very file that was seen in the folder, whole.

    Raises UnsettledFile when it has changed since, and UnreadableFile when it cannot be read.
    """
    try:
        # Without waiting, in case a pipe stands there by now.
        with os.fdopen(os.open(file.location, os.O_RDONLY | os.O_NONBLOCK), "rb") as opened:
            _check_unchanged(file, opened.fileno())
            if file.size > LARGEST_FILE:
                raise UnreadableFile(f"is larger than {LARGEST_FILE // 2**20} MiB; split it")
            data = opened.read()
            _check_unchanged(file, opened.fileno())
            return data
    except FileNotFoundError:
        raise FileUnavailable("vanished while it was being read") from None
    except OSError as error:
        raise FileUnavailable(f"cannot be read: {error.strerror}") from None


def _check_unchanged(file: File, descriptor: int) -> None:
    if signature(os.fstat(descriptor)) != file.signature:
        raise UnsettledFile


def _signature_now(file: File) -> str | None:
    try:
        return signature(Path(file.location).stat())
    except OSError:  # it is gone, which the reading will find out
        return None
