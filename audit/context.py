"""Who is acting, and from where the current request comes: what every line of the log says besides what was done."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

LONGEST_DEVICE = 200


class Actor(Protocol):
    """Who did it, as the log will remember them. An empty `audit_id` means that nobody is known."""

    @property
    def audit_id(self) -> str: ...
    @property
    def audit_name(self) -> str: ...
    @property
    def audit_role(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Program:
    """A command or service that acts by itself, such as `command:load_content`."""

    audit_id: str
    audit_name: str
    audit_role: str = ""


NOBODY = Program(audit_id="", audit_name="")


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
_request: ContextVar[RequestContext] = ContextVar("audit_request_context", default=NOWHERE)
_actor: ContextVar[Actor | None] = ContextVar("audit_actor", default=None)
_process_actor: list[Actor] = [NOBODY]


def current_request() -> RequestContext:
    return _request.get()


def current_actor() -> Actor:
    """Of this request or block; outside of both, of the whole process; NOBODY in a web worker between requests."""
    return _actor.get() or _process_actor[0]


def set_process_actor(actor: Actor) -> None:
    """For commands, which act as one program from beginning to end. A web server never calls it."""
    _process_actor[0] = actor


@contextmanager
def request_context(context: RequestContext) -> Iterator[None]:
    token = _request.set(context)
    try:
        yield
    finally:
        _request.reset(token)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """The database asks for the actor at every write of an audited table, and refuses the write without one."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def printable(text: str, longest: int) -> str:
    """One line without control characters, so that nobody can write their own lines into a log."""
    return "".join(character if character.isprintable() else " " for character in text)[:longest]
