"""Throughput of saving with an audit event in the same transaction: without the sealer and with it, in turns."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.queues import Queue
from statistics import median
from threading import Thread
from uuid import UUID

from django.conf import settings
from django.db import connection, connections, transaction

from audit.events import Event
from audit.models import AuditEvent, Leaf, PendingEvent
from audit.notes import Signer
from audit.public_keys import add_public_key
from audit.sealing import Sealer, SealingKeys, Stop, seal_everything
from audit.services import record

PROCESSES, THREADS = 2, 4
WORK = 0.005  # seconds inside of every transaction
PATIENTS = 200
MUST = 0.9
LEAST = 100  # saves in a round; with fewer, nothing was measured
LONGEST_CATCH_UP = 60.0  # seconds
fork = get_context("fork")


def measure(*, rounds: int, seconds: float) -> bool:
    """Whether the target is met."""
    signer = Signer.new(settings.AUDIT_ORIGIN)
    add_public_key(signer.verifier)
    keys = SealingKeys((signer,), (signer.verifier,))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_save (id bigserial PRIMARY KEY, patient uuid, words text)")
    save_for(0.5)  # keys of patients, and everything that is done once
    print(f"Saving: {PROCESSES * THREADS} connections, {WORK * 1000:.0f} ms of work in each transaction, saves/s")
    print("round   plain  sealed   ratio")
    plain, sealed = [], []
    for number in range(1, rounds + 1):
        for with_sealer in (False, True) if number % 2 else (True, False):
            seal_everything(keys)  # so that nobody seals what another round left
            if with_sealer:
                with sealing(keys):
                    sealed.append(save_for(seconds) / seconds)
            else:
                plain.append(save_for(seconds) / seconds)
        print(f"{number:5}  {plain[-1]:6.0f}  {sealed[-1]:6.0f}  {sealed[-1] / plain[-1]:6.2f}", flush=True)
    seal_everything(keys)
    complete = AuditEvent.everything.count() == Leaf.objects.count()
    ratio = median(sealed) / median(plain)
    enough = min(plain + sealed) * seconds >= LEAST
    met = ratio >= MUST and complete and enough
    print(
        f"median {median(plain):.0f} plain, {median(sealed):.0f} with the sealer: ratio {ratio:.2f}, must {MUST}: ",
        end="",
    )
    print("kept" if met else "MISSED", flush=True)
    if not complete or not enough:
        print("Events are missing in the tree." if enough else "Too few saves to say anything.")
    return met


def save_for(seconds: float) -> int:
    """How many saves all connections made together."""
    connections.close_all()  # a connection must not be shared with a fork
    results: Queue[int] = fork.Queue()
    processes = [fork.Process(target=writer, args=(number, seconds, results)) for number in range(PROCESSES)]
    for process in processes:
        process.start()
    total = sum(results.get() for _ in processes)
    for process in processes:
        process.join()
    return total


def writer(number: int, seconds: float, results: Queue[int]) -> None:
    counts = [0] * THREADS
    deadline = time.monotonic() + seconds

    def work(thread: int) -> None:
        while time.monotonic() < deadline:
            save(UUID(int=(number * THREADS + thread) * 1000 + counts[thread] % (PATIENTS // THREADS), version=4))
            counts[thread] += 1
        connections.close_all()

    threads = [Thread(target=work, args=(thread,)) for thread in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    results.put(sum(counts))


def save(patient: UUID) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_save (patient, words) VALUES (%s, %s)", [patient, "finding " * 20])
        time.sleep(WORK)
        record(Event.ASSESSMENT_SAVED, by=None, patient=patient, before={"kps": 70}, after={"kps": 80})


@contextmanager
def sealing(keys: SealingKeys) -> Iterator[None]:
    """The service as it runs beside the server, in its own process."""
    connections.close_all()
    process = fork.Process(target=serve, args=(keys,))
    process.start()
    try:
        yield
        caught_up = time.monotonic() + LONGEST_CATCH_UP
        while PendingEvent.objects.exists() and time.monotonic() < caught_up:
            time.sleep(0.05)
    finally:
        connections.close_all()
        if process.pid:
            os.kill(process.pid, signal.SIGTERM)
        process.join()


def serve(keys: SealingKeys) -> None:
    stop = Stop()
    signal.signal(signal.SIGTERM, lambda *_: stop.ask())
    Sealer(keys, stop=stop, wait=True).run()
    connections.close_all()
