"""The sealer as a service: seals every second, sends checkpoints out, and waits for a database that is away."""

import logging
import os
import select
import threading
import time
from collections.abc import Sequence

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from audit.events import Event
from audit.notes import Verifier
from audit.sealing.batch import MOST_AT_ONCE, TreeTampered, last_checkpoint, seal_pending
from audit.sealing.clock import ClockWatch
from audit.sealing.keys import SealingKeys
from audit.sealing.lock import AnotherSealerRuns, SealerLock
from audit.services import record
from audit.sinks import Sender, Sink, error_line

HEARTBEAT = 240.0  # seconds; a witness alarms when the newest checkpoint is older than ten minutes
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
MOST_CONFLICTS = 3
AWAY = (OperationalError, InterfaceError)

log = logging.getLogger("audit.sealing")


class SenderDied(RuntimeError):
    """An error of the program: better to end and be started again than to send nothing for months."""


class Stop:
    """Asks a loop to end, also out of a signal handler, where taking a lock could wait for itself."""

    def __init__(self) -> None:
        self.asked = False
        self._read, self._write = os.pipe()

    def ask(self) -> None:
        self.asked = True
        os.write(self._write, b"x")

    def wait(self, seconds: float) -> None:
        if not self.asked:
            select.select([self._read], [], [], seconds)

    def close(self) -> None:
        os.close(self._read)
        os.close(self._write)


class Sealer:
    def __init__(
        self,
        keys: SealingKeys,
        *,
        stop: Stop,
        sinks: Sequence[Sink] = (),
        interval: float = 1.0,
        wait: bool = False,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self._keys = keys
        self._stop = stop
        self._sinks = sinks
        self._interval = interval
        self._wait = wait
        self._heartbeat = heartbeat
        self._lock = SealerLock()
        self._clock = ClockWatch()
        self._started = False
        self._sealed_at = time.monotonic()
        self._conflicts = 0

    def run(self) -> None:
        """Until asked to stop, and once more after that. Raises TreeTampered, and AnotherSealerRuns."""
        closing = threading.Event()
        senders = [Sender(sink, closing, self._interval) for sink in self._sinks]
        try:
            self._seal_until_stopped(senders)
        finally:
            closing.set()
            for sender in senders:
                if sender.ident is not None:
                    sender.join(timeout=5.0)
            self._lock.release()

    def _seal_until_stopped(self, senders: Sequence[Sender]) -> None:
        failures, last = 0, False
        while not last:
            last = self._stop.asked
            try:
                more = self._cycle(senders)
            except AWAY as error:
                self._let_go(error)
                self._stop.wait(min(FIRST_PAUSE * 2**failures, LONGEST_PAUSE))
                failures += 1
                continue
            if failures:
                log.warning("The database answers again; sealing goes on.")
            failures = 0
            if not more:
                self._stop.wait(self._interval)

    def _cycle(self, senders: Sequence[Sender]) -> bool:
        """One round; whether there is more to seal at once."""
        if not self._lock.take():
            if not self._wait:
                raise AnotherSealerRuns
            return False
        if not self._started:
            announce(self._keys)
            for sender in senders:
                sender.start()
            self._started = True
        if not all(sender.is_alive() for sender in senders):
            raise SenderDied(
                "A thread that sends checkpoints has ended; its error stands above. Start the sealer again."
            )
        self._clock.look()
        self._beat()
        try:
            sealed = seal_pending(self._keys)
        except IntegrityError as conflict:
            return self._conflict(conflict)
        self._conflicts = 0
        if sealed is None:
            return False
        self._sealed_at = time.monotonic()
        self._clock.compare(sealed)
        return sealed.events >= MOST_AT_ONCE

    def _beat(self) -> None:
        """So that the newest checkpoint is never old: an old one means that sealing has stopped."""
        if time.monotonic() - self._sealed_at >= self._heartbeat:
            with transaction.atomic():
                record(Event.SEALER_ALIVE, by=None)

    def _conflict(self, conflict: IntegrityError) -> bool:
        """Another sealer was quicker, and next time its leaves are there; or somebody put rows where ours belong."""
        self._conflicts += 1
        if self._conflicts >= MOST_CONFLICTS:
            raise TreeTampered(
                "The tree has rows where the next events belong. Nothing was sealed. Leave the database as it is, and "
                "find out more with ./dev manage verify_audit."
            ) from conflict
        return False

    def _let_go(self, error: Exception) -> None:
        log.error("ALARM: the audit log cannot be sealed, the database is away: %s", error_line(error))
        self._lock.release()
        connection.close()


def announce(keys: SealingKeys) -> None:
    """The log itself says who seals from now on, and with which key."""
    last = last_checkpoint(keys.known)
    with transaction.atomic():
        record(Event.SEALING_STARTED, by=None, after={"key": str(keys.current)})
        if last and last.signers[-1] != keys.current:
            log.warning("The signing key is not the one that signed last: %s", keys.current)
            _record_key_change(last.signers[-1], keys.current)


def rotate(old: SealingKeys, new: SealingKeys) -> None:
    """One checkpoint signed by both keys: whoever trusts the old one can go on to the new. Raises TreeTampered."""
    last = last_checkpoint(new.known)
    if last and last.signers[-1] == new.current:
        return
    with transaction.atomic():
        _record_key_change(old.current, new.current)
    seal_pending(SealingKeys((*old.signers, *new.signers), new.known))


def _record_key_change(old: Verifier, new: Verifier) -> None:
    record(Event.SIGNING_KEY_CHANGED, by=None, before={"key": str(old)}, after={"key": str(new)})
