"""Reasons that an auditor gave to read clinical text: for one question, in this session, for half an hour."""

import time
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from audit.models import AuditEvent
from audit.viewer.questions import Kind, Question

SECONDS = 30 * 60
IN_SESSION = "audit_reasons"
SHORTEST_REASON = 5
LONGEST_REASON = 500
# The reason to look at another ward's record, or to name a release's patients, is what these events are about.
REASON_IS_SHOWN = ("patients.break_glass", "patients.recall")


class BadReason(ValueError):
    """The message says what is missing."""


def checked_reason(text: str) -> str:
    """Raises BadReason."""
    reason = " ".join(text.split())
    if len(reason) < SHORTEST_REASON:
        raise BadReason("Say why you need to read it, in a few words: the number of a complaint, who asked you.")
    if len(reason) > LONGEST_REASON:
        raise BadReason(f"Shorten the reason to {LONGEST_REASON} characters; it has {len(reason)}.")
    if not reason.isprintable():
        raise BadReason("The reason holds a character that cannot be seen. Type it again by hand.")
    return reason


def grant(session: SessionBase, question: Question) -> None:
    now = time.time()
    kept = {key: until for key, until in granted(session).items() if until > now}
    session[IN_SESSION] = kept | {question.key: now + SECONDS}


def is_granted(session: SessionBase, question: Question) -> bool:
    return granted(session).get(question.key, 0) > time.time()


def can_ask(question: Question) -> bool:
    """Only about one patient or one person: nobody has a reason to read everything."""
    return question.kind in {Kind.PATIENT, Kind.PERSON}


def granted(session: SessionBase) -> dict[str, Any]:
    kept = session.get(IN_SESSION)
    return kept if isinstance(kept, dict) else {}


def is_clinical(event: AuditEvent) -> bool:
    """Of written rows the log keeps the names of columns only; of its own reading the filter and the reason."""
    if event.action.startswith(("row.", "audit.")):
        return False
    return event.patient_id is not None or event.action.startswith("patients.")


def shows_reason(event: AuditEvent, *, with_clinical: bool) -> bool:
    return with_clinical or not is_clinical(event) or event.action.startswith(REASON_IS_SHOWN)
