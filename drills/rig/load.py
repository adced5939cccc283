"""Run as a program: people who open pages at random moments, whether or not earlier answers have come; prints JSON.

Time is counted from the moment at which somebody meant to ask, so that a slow server does not slow down who asks it.
"""

from __future__ import annotations

import json
import random
import socket
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from drills.rig.application import proxied

THREADS = 150
PATIENCE = 30.0
STATUS_LINE, RETRY_AFTER = b"HTTP/1.1 ", b"retry-after:"


class Load:
    """`rate` requests per second on average; with 0, everybody asks again as soon as an answer has come."""

    def __init__(
        self, port: int, places: list[dict[str, list[str]]], *, rate: float, seconds: float, seed: str
    ) -> None:
        self.port, self.places, self.seconds = port, places, seconds
        self.chance = random.Random(seed)  # noqa: S311 -- load, not secrets
        self.rate = rate
        self.lock = threading.Lock()
        self.begun = time.monotonic()
        self.due = self.begun
        self.answers: list[tuple[float, float, int]] = []  # when it was due, seconds until the answer, status
        self.lags: list[float] = []
        self.silent_refusals = 0

    def run(self, threads: int) -> None:
        people = [threading.Thread(target=self._ask, daemon=True) for _ in range(threads)]
        for one in people:
            one.start()
        for one in people:
            one.join()

    def _next(self) -> tuple[float, bytes]:
        with self.lock:
            self.due = self.due + self.chance.expovariate(self.rate) if self.rate else time.monotonic()
            return self.due, self._request()

    def _request(self) -> bytes:
        place = self.chance.choice(self.places)
        kind = self.chance.random()
        more = ""
        if kind < 0.7:
            path = f"/patients/{self.chance.choice(place['patients'])}/"
        elif kind < 0.9:
            path, more = f"/assessments/{self.chance.choice(place['drafts'])}/", "HX-Request: true\r\n"
        else:
            path = "/"
        headers = "".join(f"{name}: {value}\r\n" for name, value in proxied().items())
        cookie = f"Cookie: __Host-session={self.chance.choice(place['sessions'])}\r\n"
        return f"GET {path} HTTP/1.1\r\n{headers}{cookie}{more}Connection: close\r\n\r\n".encode()

    def _ask(self) -> None:
        while True:
            due, request = self._next()
            if due > self.begun + self.seconds:
                return
            time.sleep(max(0.0, due - time.monotonic()))
            lag = time.monotonic() - due
            status, has_hint = self._answer(request)
            with self.lock:
                self.lags.append(lag)
                self.answers.append((due - self.begun, time.monotonic() - due, status))
                self.silent_refusals += status in (429, 503) and not has_hint

    def _answer(self, request: bytes) -> tuple[int, bool]:
        """The status, and whether it says when to come back; 0 where there was no whole answer."""
        parts = []
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
                connection.sendall(request)
                while part := connection.recv(65536):
                    parts.append(part)
        except OSError:
            return 0, False
        head = b"".join(parts).partition(b"\r\n\r\n")[0]
        return (int(head[9:12]), RETRY_AFTER in head.lower()) if head.startswith(STATUS_LINE) else (0, False)

    def result(self) -> dict[str, Any]:
        return {
            "answers": self.answers,
            "statuses": Counter(status for _, _, status in self.answers),
            "lags": self.lags,
            "silent_refusals": self.silent_refusals,
        }


def main(port: str, places: str, *more: str) -> None:
    rate, seconds, seed, threads = more
    found = json.loads(Path(places).read_text(encoding="utf-8"))
    load = Load(int(port), found, rate=float(rate), seconds=float(seconds), seed=seed)
    load.run(int(threads))
    print(json.dumps(load.result()))


if __name__ == "__main__":
    main(*sys.argv[1:7])
