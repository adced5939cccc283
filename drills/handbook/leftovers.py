"""Machines and networks of a drill that was killed before it could put them away."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from drills.handbook.machines import Network, first_child

MIDDLE = re.compile(r"lm(\d+)-net")


def clear_leftovers() -> None:
    for path in Path("/run/netns").glob("lm*-net"):
        found = MIDDLE.fullmatch(path.name)
        if found is None or Path(f"/proc/{found[1]}").exists():
            continue
        prefix = f"lm{found[1]}"
        for pid in machines_of(prefix):
            for process in filter(None, (first_child(pid), pid)):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        Network(prefix=prefix).remove()


def machines_of(prefix: str) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if f"--machine={prefix}-".encode() in path.read_bytes():
                yield int(path.parent.name)
