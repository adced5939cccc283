"""What an application holds: memory, open files, connections to the database; and whether it grows."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """Of all its processes together; `at` in monotonic seconds."""

    at: float
    megabytes: float
    files: int
    connections: int


def held_by(processes: Sequence[int], connections: int = 0) -> Sample:
    megabytes, files = 0.0, 0
    for process in processes:
        with suppress(OSError):
            megabytes += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE / MEGABYTE
            files += len(list(Path(f"/proc/{process}/fd").iterdir()))
    return Sample(time.monotonic(), megabytes, files, connections)


@contextmanager
def watched(sample: Callable[[], Sample], *, every: float = 2.0) -> Iterator[list[Sample]]:
    samples: list[Sample] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(every):
            samples.append(sample())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        stop.set()
        thread.join(timeout=10 * every)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Growth per second: the median of the slopes between all pairs, which single outliers do not move (Theil, Sen)."""
    slopes = sorted(
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for number, earlier in enumerate(points)
        for later in points[number + 1 :]
        if later[0] > earlier[0]
    )
    return slopes[len(slopes) // 2] if slopes else 0.0
