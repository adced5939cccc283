"""A clinician who only looks: whether pages about patients are shown, and what an answer gives away."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException

from drills.rig.application import Clinician
from drills.rig.browser import Browser

GIVES_AWAY = ("Traceback (most recent call last)", "psycopg", "sqlite3", "OperationalError", "SELECT ")


@dataclass(frozen=True, slots=True)
class Look:
    path: str
    status: int  # 0 where nothing answered
    seconds: float
    shows_patient: bool
    gives_away: tuple[str, ...]  # of the program's inside

    @property
    def is_refused(self) -> bool:
        return self.status == 503 and not self.shows_patient and not self.gives_away


@dataclass(slots=True)
class Reader:
    """Signed in while everything works; afterwards looks at pages, whatever happens."""

    clinician: Clinician
    port: Callable[[], int]
    words: tuple[str, ...] = ()  # by which the patient would be known
    looks: list[Look] = field(default_factory=list)
    browser: Browser = field(default_factory=lambda: Browser(0, timeout=30))

    @property
    def paths(self) -> tuple[str, ...]:
        return ("/", f"/patients/{self.clinician.patient}/", f"/assessments/{self.clinician.assessment}/")

    def sign_in(self) -> None:
        self.browser.port = self.port()
        self.browser.sign_in(self.clinician)

    def look(self) -> list[Look]:
        """At every page once."""
        found = [self._looked_at(path) for path in self.paths]
        self.looks += found
        return found

    def _looked_at(self, path: str) -> Look:
        self.browser.port = self.port()
        started = time.monotonic()
        try:
            answer = self.browser.get(path)
        except (OSError, HTTPException):
            return Look(path, 0, time.monotonic() - started, shows_patient=False, gives_away=())
        return Look(
            path,
            answer.status,
            time.monotonic() - started,
            shows_patient=any(word.casefold() in answer.text.casefold() for word in self.words),
            gives_away=tuple(word for word in GIVES_AWAY if word in answer.text),
        )
