"""Time and memory of verifying a large log, against reading the same payloads and hashing them."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from hashlib import sha256
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median
from time import perf_counter

from django.conf import settings
from django.db import connection, connections, transaction

from audit.notes import Signer
from audit.public_keys import add_public_key, public_keys_file
from audit.verification import verify_database
from audit.verification.rows import SLICE
from audit.verification.run import state_file
from bench.audit_filling import fill_log

ROUNDS = 3
MUST = 2.0
SMALL = 100_000
MOST_GROWTH = 1.25  # of memory, between a small log and the whole
fork = get_context("fork")


def measure(events: int) -> bool:
    """Whether the targets are met."""
    signer = Signer.new(settings.AUDIT_ORIGIN)
    public_keys_file().unlink(missing_ok=True)
    add_public_key(signer.verifier)
    small = min(SMALL, events // 2)
    fill_log(small, signer)
    little = in_fork(verify, small)[1]
    print(f"Verifying: filling a log of {events:,} events ...", flush=True)
    fill_log(events, signer)
    print(f"load average {os.getloadavg()[0]:.1f}; round  hash  verify, 1 process  verify, 2 processes   (seconds)")
    runs: list[list[float]] = [[], [], []]
    most = 0
    for number in range(1, ROUNDS + 1):
        for place, act in enumerate((hash_payloads, verify, verify_in_two)):
            seconds, memory = in_fork(act, events)
            runs[place].append(seconds)
            most = max(most, memory) if act is verify else most
        hashed, one, two = (run[-1] for run in runs)
        print(f"{number:24}  {hashed:4.1f}  {one:17.1f}  {two:19.1f}", flush=True)
    hashed, one, two = (median(run) for run in runs)
    best = min(one, two)
    print(
        f"median: verifying is {best / hashed:.2f} × hashing the same bytes (1 process {one / hashed:.2f},"
        f" 2 processes {two / hashed:.2f}); {events / best:,.0f} events/s; load average {os.getloadavg()[0]:.1f}"
    )
    print(f"memory: {little / 1024:.0f} MB for {small:,} events, {most / 1024:.0f} MB for {events:,}")
    met = best / hashed <= MUST and most <= little * MOST_GROWTH
    print(f"must {MUST:.0f} × and flat memory: {'kept' if met else 'MISSED'}", flush=True)
    return met


def hash_payloads(events: int) -> None:
    """One cursor of the server over the table as it lies there: the least that reading can cost."""
    hashed = 0
    with transaction.atomic(), connection.connection.cursor(name="payloads") as cursor:
        cursor.execute("SELECT payload FROM audit_event", binary=True)
        while rows := cursor.fetchmany(SLICE):
            for (payload,) in rows:
                sha256(payload).digest()
                hashed += 1
    assert hashed == events  # noqa: S101


def verify(events: int, processes: int = 1) -> None:
    state_file().unlink(missing_ok=True)  # which remembers the log that was there before
    result = verify_database(full=True, processes=processes)
    assert result.intact, "\n".join(result.findings.lines())  # noqa: S101
    assert result.size == events  # noqa: S101


def verify_in_two(events: int) -> None:
    verify(events, processes=2)


def in_fork(act: Callable[[int], None], events: int) -> tuple[float, int]:
    """Seconds, and the most memory in KB, in a process of its own."""
    connections.close_all()
    here, there = fork.Pipe(duplex=False)
    process = fork.Process(target=_measured, args=(act, events, there))
    process.start()
    there.close()
    seconds, memory = here.recv()
    process.join()
    return seconds, memory


def _measured(act: Callable[[int], None], events: int, answer: Connection) -> None:
    connection.ensure_connection()
    began = perf_counter()
    act(events)
    seconds = perf_counter() - began
    answer.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
    connections.close_all()
