"""How far a build has come, how fast it is, and how long it may still take."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build has come.

    `files` are those that changed, and how many of them were read; `passages_total` counts the passages found so far
    that must be embedded. `rate` is in passages a second; `seconds_left` is an estimate.
    """

    stage: str
    files: int = 0
    files_total: int = 0
    passages: int = 0
    passages_total: int = 0
    rate: float | None = None
    seconds_left: float | None = None


ShowProgress = Callable[[Progress], None]


class Meter:
    """Measures a build over files of these sizes, and shows it."""

    def __init__(self, sizes: Iterable[int], show: ShowProgress, clock: Callable[[], float] = time.monotonic) -> None:
        # An empty file takes its time too.
        self._weights = list(accumulate((1 + size for size in sizes), initial=0))
        self._show = show
        self._clock = clock
        self._began = clock()
        self.files = 0

    def tell(self, embedded: int, waiting: int, stage: str = "reading") -> None:
        """Show how far it is: `files` were read, of whose passages some were embedded and some are waiting for it."""
        elapsed = self._clock() - self._began
        found = embedded + waiting
        # Nobody knows how many passages are in files not read yet; as many to a byte as in those that were, we assume.
        read = self._weights[self.files] / (self._weights[-1] or 1)
        done = read * embedded / found if found else read
        self._show(
            Progress(
                stage,
                self.files,
                len(self._weights) - 1,
                embedded,
                found,
                rate=embedded / elapsed if embedded and elapsed else None,
                seconds_left=elapsed * (1 - done) / done if done else None,
            )
        )
