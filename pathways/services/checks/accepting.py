"""Accepting what a check before publishing showed: changed cases and promises, and the impact on the records."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.permissions import Permission
from audit.events import Event
from audit.services import record
from pathways.gate.report import ACCEPTABLE
from pathways.models import Acceptance, CheckRun
from pathways.permissions import NotAllowed, Refusal
from pathways.selectors.candidates import publish_candidate, versions_since_in_force
from pathways.selectors.checks import IMPACT, impact_of, impact_subject
from pathways.selectors.reviews import is_author_of_any
from pathways.services.versions.closing import refuse_bad_note
from pathways.states import CheckPurpose, CheckState


@transaction.atomic
def accept(run: CheckRun, *, by: User, subject: str, reason: str) -> Acceptance:
    """Of this exact candidate: "case/…" or "promise/…" as a line names it, or "impact". Raises NotAllowed."""
    refuse_person(by)
    if run.purpose != CheckPurpose.PUBLISH:
        raise NotAllowed(Refusal.NOT_FOR_PUBLISHING)
    if run.state != CheckState.FINISHED:
        raise NotAllowed(Refusal.CHECK_NOT_FINISHED)
    refuse_outdated(run)
    if subject not in acceptable_subjects(run):
        raise NotAllowed(Refusal.NOTHING_TO_ACCEPT)
    refuse_bad_note(reason, Refusal.NO_REASON)
    subject = impact_subject(run) if subject == IMPACT else subject
    try:
        with transaction.atomic():
            acceptance = Acceptance.objects.create(
                sha256=run.sha256, subject=subject, reason=reason.strip(), by=by, by_name=by.display_name
            )
    except IntegrityError:
        raise NotAllowed(Refusal.ALREADY_ACCEPTED) from None
    record(
        Event.CHECK_ACCEPTED,
        by=by,
        target=str(run.pk),
        after={"sha256": run.sha256, "subject": subject},
        reason=acceptance.reason,
    )
    return acceptance


def refuse_person(user: User) -> None:
    """A reviewer or a publisher who wrote none of what is new."""
    if not (user.has_perm(Permission.PUBLISH_CONTENT) or user.has_perm(Permission.REVIEW_CONTENT)):
        raise NotAllowed(Refusal.MAY_NOT_PUBLISH)
    candidate = publish_candidate()
    if candidate is not None and is_author_of_any(user, versions_since_in_force(candidate)):
        raise NotAllowed(Refusal.IS_AUTHOR)


def refuse_outdated(run: CheckRun) -> None:
    """Safety: who wrote what is new is known of the present candidate only."""
    candidate = publish_candidate()
    if candidate is None or candidate.sha256 != run.sha256:
        raise NotAllowed(Refusal.CHECK_OUTDATED)


def acceptable_subjects(run: CheckRun) -> set[str]:
    """Safety: what was changed is a matter of judgement; a case that fails or a promise that is broken is not."""
    lines = (run.report or {}).get("lines", [])
    of_lines = {line["details"].get("subject") for line in lines if line["check"] in ACCEPTABLE}
    subjects = {str(subject) for subject in of_lines if subject}  # what passed names none
    return subjects | ({IMPACT} if impact_of(run) else set())
