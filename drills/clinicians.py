"""Clinicians at work: each saves a draft again and again, as the form does, and notes what was acknowledged."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import pairwise
from uuid import uuid4

from drills.application import Clinician
from drills.browser import Browser, NotSignedIn

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds between attempts, shorter than the script's, to try harder
SIGNED_OUT = (401, 403)


@dataclass(frozen=True, slots=True)
class Saved:
    """A save that was acknowledged: its key, what it wrote, and when the answer came (monotonic seconds)."""

    assessment: str
    key: str
    text: str
    sent: float
    answered: float


@dataclass(slots=True)
class Noted:
    """What one clinician was told."""

    clinician: Clinician
    acknowledged: list[Saved] = field(default_factory=list)
    tried: list[tuple[str, str]] = field(default_factory=list)  # key and text of every save, acknowledged or not
    repeats: int = 0
    surprises: list[str] = field(default_factory=list)  # answers that no fault explains
    statuses: dict[int, int] = field(default_factory=dict)


class Writer(threading.Thread):
    """Saves until told to stop; a save without an answer is sent again under its own key, for as long as it takes."""

    def __init__(self, clinician: Clinician, port: Callable[[], int], stop: threading.Event, *, pause: float) -> None:
        super().__init__(daemon=True, name=clinician.username)
        self.noted = Noted(clinician)
        self.port, self.halt, self.pause = port, stop, pause
        self.browser = Browser(port())
        self.fields: dict[str, str] = {}

    def run(self) -> None:
        number = 0
        while not self.halt.is_set():
            if not self.fields and not self.opened():
                time.sleep(FIRST_PAUSE)
                continue
            number += 1
            self.save(number)
            time.sleep(self.pause)

    @property
    def path(self) -> str:
        return f"/assessments/{self.noted.clinician.assessment}/"

    def opened(self) -> bool:
        self.browser.port = self.port()
        try:
            if not self.browser.cookies:
                self.browser.sign_in(self.noted.clinician)
            page = self.browser.get(self.path)
        except (OSError, HTTPException, NotSignedIn):
            self.browser.cookies.clear()
            return False
        if page.status != 200:
            return False
        self.fields = page.form("assessment-form")
        return bool(self.fields)

    def save(self, number: int) -> None:
        """One save with as many attempts as it needs; given up only when told to stop."""
        text = f"{self.noted.clinician.username} save {number}"
        kps = str(40 + number % 6 * 10)
        sent = {**self.fields, "key": str(uuid4()), "priorities": text, "finding-kps": kps}
        self.noted.tried.append((sent["key"], text))
        pause, began = FIRST_PAUSE, time.monotonic()
        while not self.halt.is_set():
            if self.attempt(sent, text, began):
                return
            self.noted.repeats += 1
            self.halt.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def attempt(self, sent: dict[str, str], text: str, began: float) -> bool:
        """Whether this save is over: acknowledged, or refused for good."""
        self.browser.port = self.port()
        try:
            answer = self.browser.post(self.path, sent, **{"HX-Request": "true"})
        except (OSError, HTTPException):
            return False
        self.noted.statuses[answer.status] = self.noted.statuses.get(answer.status, 0) + 1
        if answer.status == 200:
            saved = Saved(self.noted.clinician.assessment, sent["key"], text, began, time.monotonic())
            self.noted.acknowledged.append(saved)
            self.fields = self.fields | answer.hidden() | {"priorities": text}
            return True
        if answer.status in SIGNED_OUT:
            with contextlib.suppress(OSError, HTTPException, NotSignedIn):
                self.browser.cookies.clear()
                self.browser.sign_in(self.noted.clinician)
                sent["csrfmiddlewaretoken"] = self.browser.get(self.path).token
            return False
        if answer.status < 500 and answer.status != 429:
            self.noted.surprises.append(f"{answer.status} for save {text!r}")
            self.fields = {}
            return True
        return False


@contextmanager
def at_work(
    clinicians: Sequence[Clinician], port: int | Callable[[], int], *, pause: float = 0.02
) -> Iterator[list[Noted]]:
    """Everybody saves while the body runs; afterwards nobody does. `port` may change, as when a proxy moves on."""
    stop = threading.Event()
    where = port if callable(port) else lambda: port
    writers = [Writer(one, where, stop, pause=pause) for one in clinicians]
    for writer in writers:
        writer.start()
    try:
        yield [writer.noted for writer in writers]
    finally:
        stop.set()
        for writer in writers:
            writer.join(timeout=60)


def wait_for_saves(noted: Sequence[Noted], number: int, *, seconds: float = 60.0) -> None:
    """Until so many more were acknowledged, all together; raises TimeoutError."""
    wanted = sum(len(one.acknowledged) for one in noted) + number
    deadline = time.monotonic() + seconds
    while sum(len(one.acknowledged) for one in noted) < wanted:
        if time.monotonic() > deadline:
            statuses = [one.statuses for one in noted]
            raise TimeoutError(f"No {number} saves were acknowledged within {seconds:g} s: {statuses}")
        time.sleep(0.02)


def longest_outage(noted: Sequence[Noted]) -> float:
    """Seconds without any acknowledged save, between the first and the last one."""
    moments = sorted(saved.answered for one in noted for saved in one.acknowledged)
    return max((later - earlier for earlier, later in pairwise(moments)), default=0.0)
