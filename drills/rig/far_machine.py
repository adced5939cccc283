"""A second machine at the end of a wire, which can be cut: packets are lost then, and nobody is told.

A network namespace of our own; a proxy in user space could not do this, because the kernel would go on acknowledging.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent.parent
HERE, THERE, NETWORK = "10.213.77.1", "10.213.77.2", "10.213.77.0/30"
PORT = 5432
IP = shutil.which("ip") or "ip"
NOBODY = "02:00:00:00:00:99"  # an address on the wire that no card has


class FarMachine:
    """Whoever connects to THERE reaches a server of this machine, over the wire and back."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.name = f"lm-far-{os.getpid()}"
        self.wire = (f"lmh{os.getpid() % 100_000}", f"lmt{os.getpid() % 100_000}")
        self._forwarder: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        here, there = self.wire
        ip("netns", "add", self.name)
        try:
            ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", self.name)
            ip("addr", "add", f"{HERE}/30", "dev", here)
            ip("link", "set", here, "up")
            ip("-n", self.name, "addr", "add", f"{THERE}/30", "dev", there)
            ip("-n", self.name, "link", "set", there, "up")
            ip("-n", self.name, "link", "set", "lo", "up")
            inside = [IP, "netns", "exec", self.name, sys.executable, "-m", "drills.rig.forwarder"]
            places = [THERE, str(PORT), HERE, str(self.server_port)]
            self._forwarder = subprocess.Popen([*inside, *places], cwd=ROOT)
            time.sleep(0.5)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._forwarder is not None:
            self._forwarder.kill()
            self._forwarder.wait()
        with suppress(subprocess.CalledProcessError):
            ip("link", "del", self.wire[0])
        ip("netns", "del", self.name)

    def cut(self) -> None:
        """Both ends send to a card that is not there."""
        ip("neigh", "replace", THERE, "lladdr", NOBODY, "dev", self.wire[0], "nud", "permanent")
        ip("-n", self.name, "neigh", "replace", HERE, "lladdr", NOBODY, "dev", self.wire[1], "nud", "permanent")

    def mend(self) -> None:
        ip("neigh", "del", THERE, "dev", self.wire[0])
        ip("-n", self.name, "neigh", "del", HERE, "dev", self.wire[1])


def ip(*words: str) -> None:
    subprocess.run([IP, *words], check=True, capture_output=True)
