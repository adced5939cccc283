"""Clinicians at work: each saves a draft again and again, as the form does, and notes what was acknowledged."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPException
from itertools import pairwise
from uuid import uuid4

from drills.rig.application import Clinician
from drills.rig.browser import Browser, NotSignedIn

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds between attempts, shorter than the script's, to try harder
PATIENCE = 600.0  # seconds for many saves; a busy machine saves slowly
SIGNED_OUT = (401, 403)
THROW_AWAY_EVERY = 3  # of the answers: as if it had been lost on its way, so that the save is sent again
STACK_TRACE = "Traceback (most recent call last)"


class Manner(Enum):
    """How somebody deals with a save that gets no answer; the last two are for controls, and do harm."""

    REPEATS_UNDER_ITS_KEY = "as the form does"
    REPEATS_UNDER_A_NEW_KEY = "each attempt is a save of its own"
    BELIEVES_IT_IS_SAVED = "a save that is sent is taken for saved"


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
    thrown_away: int = 0
    refusals: list[float] = field(default_factory=list)  # seconds that each answer took which said "not now"


class Writer(threading.Thread):
    """Saves until told to stop; a save without an answer is sent again under its own key, for as long as it takes."""

    def __init__(
        self,
        clinician: Clinician,
        port: Callable[[], int],
        stop: threading.Event,
        *,
        pause: float,
        manner: Manner = Manner.REPEATS_UNDER_ITS_KEY,
    ) -> None:
        super().__init__(daemon=True, name=clinician.username)
        self.noted = Noted(clinician)
        self.manner = manner
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
        self.fields = page.form("assessment-form") if page.status == 200 else {}
        if not self.fields:
            self.browser.cookies.clear()  # covered, or signed out: whoever sits there signs in again
        return bool(self.fields)

    def save(self, number: int) -> None:
        """One save with as many attempts as it needs; given up only when told to stop."""
        text = f"{self.noted.clinician.username} save {number}"
        kps = str(40 + number % 6 * 10)
        sent = {**self.fields, "key": str(uuid4()), "priorities": text, "finding-kps": kps}
        self.noted.tried.append((sent["key"], text))
        pause, began = FIRST_PAUSE, time.monotonic()
        if self.manner is Manner.BELIEVES_IT_IS_SAVED:
            self.believe(sent, text, began)
            return
        every = 1 if self.manner is Manner.REPEATS_UNDER_A_NEW_KEY else THROW_AWAY_EVERY
        is_thrown_away = number % every == 0
        while not self.halt.is_set():
            if self.attempt(sent, text, began, throw_away=is_thrown_away):
                return
            is_thrown_away = False
            self.noted.repeats += 1
            self.halt.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            if self.manner is Manner.REPEATS_UNDER_A_NEW_KEY:
                sent["key"] = str(uuid4())
                self.noted.tried.append((sent["key"], text))

    def believe(self, sent: dict[str, str], text: str, began: float) -> None:
        """Once, and noted as saved whatever becomes of it; then on to the next one, on the page as it stands.

        A save on its way when the fault comes may have been written; one that is sent during the fault was not.
        """
        saved = Saved(self.noted.clinician.assessment, sent["key"], text, began, time.monotonic())
        if not self.attempt(sent, text, began):
            self.noted.acknowledged.append(saved)
            self.halt.wait(LONGEST_PAUSE / 4)

    def attempt(self, sent: dict[str, str], text: str, began: float, *, throw_away: bool = False) -> bool:
        """Whether this save is over: acknowledged, or refused for good. With `throw_away` nobody reads its answer."""
        self.browser.port = self.port()
        started = time.monotonic()
        try:
            answer = self.browser.post(self.path, sent, **{"HX-Request": "true"})
        except (OSError, HTTPException):
            return False
        self.noted.statuses[answer.status] = self.noted.statuses.get(answer.status, 0) + 1
        if throw_away:
            self.noted.thrown_away += answer.status == 200
            return False
        if answer.status >= 500:
            self.noted.refusals.append(time.monotonic() - started)
        if STACK_TRACE in answer.text:
            self.noted.surprises.append(f"a stack trace in the answer {answer.status} to {text!r}")
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
    clinicians: Sequence[Clinician],
    port: int | Callable[[], int],
    *,
    pause: float = 0.02,
    manner: Manner = Manner.REPEATS_UNDER_ITS_KEY,
) -> Iterator[list[Noted]]:
    """Everybody saves while the body runs; afterwards nobody does. `port` may change, as when a proxy moves on."""
    stop = threading.Event()
    where = port if callable(port) else lambda: port
    writers = [Writer(one, where, stop, pause=pause, manner=manner) for one in clinicians]
    for writer in writers:
        writer.start()
    try:
        yield [writer.noted for writer in writers]
    finally:
        stop.set()
        for writer in writers:
            writer.join(timeout=60)


def wait_for_saves(noted: Sequence[Noted], number: int, *, seconds: float = 180.0) -> None:
    """Until so many more were acknowledged, all together; raises TimeoutError."""
    wanted = sum(len(one.acknowledged) for one in noted) + number
    deadline = time.monotonic() + seconds
    while sum(len(one.acknowledged) for one in noted) < wanted:
        if time.monotonic() > deadline:
            statuses = [one.statuses for one in noted]
            raise TimeoutError(f"No {number} saves were acknowledged within {seconds:g} s: {statuses}")
        time.sleep(0.02)


def all_saved_since(noted: Sequence[Noted], moment: float) -> bool:
    """Whether everybody was acknowledged a save that was answered after this moment (monotonic seconds)."""
    return all(one.acknowledged and one.acknowledged[-1].answered > moment for one in noted)


def seconds_until_all_save(noted: Sequence[Noted], since: float, *, limit: float = 60.0) -> float:
    """From `since` until the last of them was acknowledged a save again; the limit where somebody never was."""
    while not all_saved_since(noted, since):
        if time.monotonic() - since > limit:
            return limit
        time.sleep(0.02)
    first = [min(saved.answered for saved in one.acknowledged if saved.answered > since) for one in noted]
    return max(first) - since


def longest_outage(noted: Sequence[Noted]) -> float:
    """Seconds without any acknowledged save, between the first and the last one."""
    moments = sorted(saved.answered for one in noted for saved in one.acknowledged)
    return max((later - earlier for earlier, later in pairwise(moments)), default=0.0)
