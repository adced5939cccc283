"""A network that misbehaves: a TCP proxy on this machine that delays, resets, swallows or refuses, as it is told to."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

CHUNK = 65536
# Closing with this option sends a reset in place of a goodbye.
RESET = struct.pack("ii", 1, 0)


class Fate(Enum):
    """What becomes of one exchange: everything that one side sends until the other has begun to answer."""

    PASSES = "passes"
    LOST_BEFORE = "reset before the other side has seen it"
    LOST_AFTER = "reset after the other side has done it, and before its answer is delivered"
    CUT_SHORT = "reset in the middle of the answer"


@dataclass(slots=True)
class Counts:
    """What has happened so far: without enough of it, a drill has proved nothing."""

    connections: int = 0
    exchanges: int = 0
    resets_before: int = 0
    resets_after: int = 0
    swallowed: int = 0

    @property
    def resets(self) -> int:
        return self.resets_before + self.resets_after


@dataclass(slots=True)
class Line:
    """One connection: the caller's side and the server's. `fate` is that of the exchange in progress."""

    caller: socket.socket
    server: socket.socket
    fate: Fate = Fate.PASSES
    server_spoke: bool = True
    said_goodbye: int = 0
    closed: Event = field(default_factory=Event)

    def reset(self) -> None:
        self.closed.set()
        for one in (self.caller, self.server):
            reset(one)

    def end(self) -> None:
        self.closed.set()
        close(self.caller)
        close(self.server)


class TcpProxy:
    """Stands between a caller and `target`; every attribute may be changed while it runs.

    `latency`: seconds by which each exchange is late, and up to `jitter` more by chance. `reset_share`: of the
    exchanges, how many end in a reset; every second one of these after the server has done its work. `black_hole`:
    nothing passes in either direction and nobody is told; what was sent meanwhile arrives late, when it is over, as
    with packets sent again. `refuses`: new connections are reset at once, as when nothing listens.
    """

    def __init__(self, target: tuple[str, int], *, seed: int, latency: float = 0.0, reset_share: float = 0.0) -> None:
        self.target = target
        self.latency = latency
        self.jitter = 0.0
        self.reset_share = reset_share
        self.refuses = False
        self.counts = Counts()
        self._passable = Event()
        self._passable.set()
        self._random = Random(seed)  # noqa: S311  -- nothing secret
        self._lock = Lock()
        self._lines: list[Line] = []
        self._stopped = Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._passable.set()
        close(self._listener)
        self.close_connections()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def black_hole(self) -> bool:
        return not self._passable.is_set()

    @black_hole.setter
    def black_hole(self, swallows: bool) -> None:
        if swallows:
            self._passable.clear()
        else:
            self._passable.set()

    def close_connections(self) -> int:
        """Reset every connection that stands now; returns how many there were."""
        with self._lock:
            lines, self._lines = [line for line in self._lines if not line.closed.is_set()], []
        for line in lines:
            line.reset()
        return len(lines)

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._connect, args=(caller,), daemon=True).start()

    def _connect(self, caller: socket.socket) -> None:
        server = None
        if not self.refuses:
            with suppress(OSError):
                server = socket.create_connection(self.target, timeout=10)
        if server is None:
            reset(caller)
            return
        for one in (caller, server):
            one.settimeout(None)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = Line(caller, server)
        with self._lock:
            self.counts.connections += 1
            self._lines = [*(one for one in self._lines if not one.closed.is_set()), line]
        Thread(target=self._pump, args=(line, caller, server, self._sent), daemon=True).start()
        Thread(target=self._pump, args=(line, server, caller, self._answered), daemon=True).start()

    def _pump(self, line: Line, source: socket.socket, sink: socket.socket, passes: Callable[[Line], bool]) -> None:
        with suppress(OSError):
            while part := source.recv(CHUNK):
                if not self._passable.is_set():
                    with self._lock:
                        self.counts.swallowed += 1
                    self._passable.wait()
                if not passes(line):
                    if line.fate is Fate.CUT_SHORT:
                        sink.sendall(part[: len(part) // 2])
                    line.reset()
                    return
                sink.sendall(part)
            if line.closed.is_set():
                return
            sink.shutdown(socket.SHUT_WR)  # the other direction may still have something to say
            with self._lock:
                line.said_goodbye += 1
            if line.said_goodbye == 1:
                return
        line.end()

    def _sent(self, line: Line) -> bool:
        """Whether what the caller sends goes on to the server. A new exchange begins where the server spoke last."""
        if not line.server_spoke:
            return True
        line.server_spoke = False
        with self._lock:
            self.counts.exchanges += 1
            line.fate = self._draw()
            self.counts.resets_before += line.fate is Fate.LOST_BEFORE
            delay = self.latency + self._random.uniform(0, self.jitter)
        time.sleep(delay)
        return line.fate is not Fate.LOST_BEFORE

    def _answered(self, line: Line) -> bool:
        line.server_spoke = True
        if line.fate not in (Fate.LOST_AFTER, Fate.CUT_SHORT):
            return True
        with self._lock:
            self.counts.resets_after += 1
        return False

    def _draw(self) -> Fate:
        if self._random.random() >= self.reset_share:
            return Fate.PASSES
        return self._random.choice((Fate.LOST_BEFORE, Fate.LOST_BEFORE, Fate.LOST_AFTER, Fate.CUT_SHORT))


def reset(one: socket.socket) -> None:
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        one.shutdown(socket.SHUT_RD)  # wakes whoever reads from it, and tells the other end nothing yet
    with suppress(OSError):
        one.close()


def close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        one.close()
