"""How far a running check has come, written at most twice a second, and whether somebody has cancelled it."""

from __future__ import annotations

import time
from uuid import UUID

from django.utils import timezone

from pathways.models import CheckRun
from pathways.states import CheckState

SECONDS_APART = 0.5
LONGEST_STEP = 200


class CheckCancelled(Exception):
    """Somebody cancelled the check, or gave it up as interrupted."""


class Progress:
    """Called with what is done; every look is a sign of life as well."""

    def __init__(self, run_id: UUID) -> None:
        self.run_id = run_id
        self.written = float("-inf")
        self.done, self.total, self.step = 0, 0, ""
        self.is_cancelled = False

    def __call__(self, done: int, total: int, step: str) -> None:
        self.done, self.total, self.step = done, total, step[:LONGEST_STEP]
        self.write()

    def cancelled(self) -> bool:
        self.write()
        return self.is_cancelled

    def write(self) -> None:
        now = time.monotonic()
        if now - self.written < SECONDS_APART:
            return
        self.written = now
        running = CheckRun.objects.filter(pk=self.run_id, state=CheckState.RUNNING)
        still_running = running.filter(cancel_requested=False).update(
            done=self.done, total=self.total, step=self.step, heartbeat_at=timezone.now()
        )
        self.is_cancelled = not still_running
