"""How long a session lasts: when the screen is covered, and when the session ends. The server alone decides."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

KEY = "clock"
ACTIVE_AGO = "HTTP_ACTIVE_AGO"  # header Active-Ago: seconds since a person last did something in that browser
CLOCKS_DIFFER = 30  # seconds, between two servers of one installation
FINEST = 60  # activity is written again after this part of the time until the cover: the session is a row


class Standing(StrEnum):
    OPEN = "open"
    COVERED = "covered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Clock:
    """In seconds since 1970. `shared`: the computer is used by several people."""

    began: float
    active: float
    shared: bool = False
    covered: bool = False

    @property
    def cover_after(self) -> int:
        return settings.SHARED_COVER_SECONDS if self.shared else settings.SCREEN_COVER_SECONDS

    @property
    def end_after(self) -> int:
        return settings.SHARED_END_SECONDS if self.shared else settings.SESSION_END_SECONDS

    @property
    def written_every(self) -> float:
        return self.cover_after / FINEST

    @property
    def ends_at(self) -> float:
        return min(self.active + self.end_after, self.began + settings.SESSION_COOKIE_AGE)

    def standing(self, now: float) -> Standing:
        if now >= self.ends_at:
            return Standing.ENDED
        # Set back, the server's clock would leave the screen open until it has come that far again.
        was_set_back = now < self.active - CLOCKS_DIFFER
        if self.covered or was_set_back or now >= self.active + self.cover_after:
            return Standing.COVERED
        return Standing.OPEN


def now() -> float:
    return timezone.now().timestamp()


def read(session: SessionBase) -> Clock:
    """A session without a clock began just now: it was made by a release that had none."""
    stored = session.get(KEY)
    if stored is None:
        return start(session, shared=False)
    return Clock(**stored)


def start(session: SessionBase, *, shared: bool) -> Clock:
    at = now()
    clock = Clock(began=at, active=at, shared=shared)
    write(session, clock)
    return clock


def write(session: SessionBase, clock: Clock) -> None:
    session[KEY] = {name: getattr(clock, name) for name in Clock.__slots__}


def active_at(request: HttpRequest, at: float) -> float | None:
    """When a person last did something, as this request shows; None if it does not show anything.

    Opening a page does. What a page sends by itself (saving, trying again, asking whether a check has finished) says
    how long ago the last key or pointer was moved; without that it says nothing.
    """
    said = request.META.get(ACTIVE_AGO, "")
    if said:
        return at - int(said) if said.isascii() and said.isdigit() and len(said) < 9 else None  # noqa: PLR2004
    if getattr(request, "htmx", False):
        return None
    return at if request.META.get("HTTP_SEC_FETCH_DEST", "document") == "document" else None
