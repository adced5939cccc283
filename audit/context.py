"""From where the current request comes, for the log; nothing is known outside of a request."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

LONGEST_DEVICE = 200


class Session(Protocol):
    @property
    def session_key(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class RequestContext:
    ip: str
    device: str
    session: Session | None

    @property
    def session_hash(self) -> str:
        """Read late, because signing in changes the key; keyed, so that the log cannot be used to find a session."""
        key = self.session.session_key if self.session else None
        if not key:
            return ""
        return hmac.new(settings.SECRET_KEY.encode(), key.encode(), hashlib.sha256).hexdigest()[:32]


NOWHERE = RequestContext(ip="", device="", session=None)
_current: ContextVar[RequestContext] = ContextVar("audit_request_context", default=NOWHERE)


def current_request() -> RequestContext:
    return _current.get()


@contextmanager
def request_context(context: RequestContext) -> Iterator[None]:
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


def printable(text: str, longest: int) -> str:
    """One line without control characters, so that nobody can write their own lines into a log."""
    return "".join(character if character.isprintable() else " " for character in text)[:longest]
