"""Publishing a release, and going back to an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.editing.entries import CASES, PROMISES
from pathways.engine.proofs import Proof
from pathways.engine.release import content_hash
from pathways.gate.report import ACCEPTABLE, Report
from pathways.gate.report_json import report_from_json
from pathways.models import Activation, CheckRun, Release, ReleasePart
from pathways.permissions import NotAllowed, Refusal, check_can_publish, why_not_publish
from pathways.selectors import may_advise
from pathways.selectors.candidates import Candidate, publish_candidate, versions_since_in_force
from pathways.selectors.checks import accepted_subjects, impact_of, impact_subject
from pathways.selectors.reviews import has_been_approved, is_author_of_any
from pathways.services.certificates import store_certificate
from pathways.services.releases import put_in_force
from pathways.services.search import index_release
from pathways.services.versions.closing import refuse_bad_note
from pathways.states import CheckPurpose, CheckState, ReviewStatus

OLDEST_CHECK = timedelta(hours=24)


def obstacles(run: CheckRun, *, by: User) -> list[str]:
    """Every reason why the candidate of this check cannot be published by this person now, as sentences."""
    candidate = publish_candidate()
    found = list(obstacles_of_person(candidate, by))
    if candidate is None:
        return [*found, Refusal.NO_CANDIDATE.value]
    found += obstacles_of_run(run, candidate)
    found += obstacles_of_parts(candidate)
    if run.report is not None and run.sha256 == candidate.sha256:  # of other content it says nothing
        found += obstacles_of_report(run, report_from_json(run.report))
    return found


def obstacles_of_person(candidate: Candidate | None, user: User) -> Iterator[str]:
    if refusal := why_not_publish(user):
        yield refusal.value
    if candidate is not None and is_author_of_any(user, versions_since_in_force(candidate)):
        yield Refusal.IS_AUTHOR.value


def obstacles_of_run(run: CheckRun, candidate: Candidate) -> Iterator[str]:
    if run.purpose != CheckPurpose.PUBLISH:
        yield "This was a check of the working versions. Run the check before publishing."
    if run.state != CheckState.FINISHED:
        yield Refusal.CHECK_NOT_FINISHED.value
    if run.sha256 != candidate.sha256:
        yield Refusal.CHECK_OUTDATED.value
    if Activation.objects.filter(activated_at__gt=run.started_at).exists():
        yield "Other guidance has come into force since this check was run. Run it again."
    newer = CheckRun.objects.filter(purpose=run.purpose, state=CheckState.FINISHED, started_at__gt=run.started_at)
    if newer.exists():
        yield "There is a newer check. Read that one."
    if timezone.now() - run.started_at > OLDEST_CHECK:
        yield "The check is older than 24 hours. Run it again."
    existing = Release.objects.filter(sha256=candidate.sha256).first()
    if existing is not None:
        yield f"This is release {existing.number} already. Put it in force from the list of releases."


def obstacles_of_parts(candidate: Candidate) -> Iterator[str]:
    for part in candidate.parts:
        if part.version is None or not part.is_approved:
            yield f"{part.title} has no approved version."
        elif not has_been_approved(part.version):
            yield f"{part.title}, version {part.number}, lacks approvals of its text by two people."
        if content_hash(candidate.part_document(part.part)) != part.sha256:
            yield f"{part.title}, version {part.number}, is not the text that was approved."
    safeguards = candidate.part_document("safeguards")
    if not safeguards.get(PROMISES.name):
        yield "The guidance makes no promise, so that there is nothing to prove."
    if not safeguards.get(CASES.name):
        yield "The guidance has no case."


def obstacles_of_report(run: CheckRun, report: Report) -> Iterator[str]:
    accepted = accepted_subjects(run.sha256)
    for line in report.blocking:
        if line.check not in ACCEPTABLE or line.details.get("subject") not in accepted:
            yield line.text
    if report.proof is None or not report.proof.holds or report.proof.content_sha256 != run.sha256:
        yield "There is no proof that holds of this content."
    impact = impact_of(run)
    if impact is None:
        yield "The impact on the stored records is missing."
    elif impact["changed_verdicts"] and impact_subject(run) not in accepted:
        yield "The impact on the stored records has to be accepted."


@transaction.atomic
def publish(run: CheckRun, *, by: User, note: str) -> Release:
    """Everything is looked at once more, in the same transaction. Raises NotAllowed with every obstacle."""
    check_can_publish(by)
    one_at_a_time()
    locked = CheckRun.objects.select_for_update().get(pk=run.pk)
    if found := obstacles(locked, by=by):
        raise NotAllowed(Refusal.CANNOT_PUBLISH, found)
    refuse_bad_note(note, Refusal.NO_NOTE)
    candidate, proof = publish_candidate(), proof_in(locked)
    assert candidate is not None  # noqa: S101 -- it and the proof are missing only where that is an obstacle
    assert proof is not None  # noqa: S101
    before = Activation.objects.select_related("release").first()
    release = add_approved_release(locked, candidate, by=by)
    certificate = store_certificate(proof)
    put_in_force(release, by=by, note=note.strip())
    index_release(release)
    record(
        Event.RELEASE_PUBLISHED,
        by=by,
        target=str(release.pk),
        before={"sha256": before.release.sha256} if before else None,
        after={
            "number": release.number,
            "sha256": release.sha256,
            "check": str(locked.pk),
            "certificate": certificate.sha256,
        },
        reason=note.strip(),
    )
    return release


def proof_in(run: CheckRun) -> Proof | None:
    return report_from_json(run.report).proof if run.report else None


def one_at_a_time() -> None:
    """Whoever publishes second waits here, and then sees the release of the first."""
    Release.objects.select_for_update().order_by("-number").defer("document").first()


def add_approved_release(run: CheckRun, candidate: Candidate, *, by: User) -> Release:
    release = Release.objects.create(
        number=(Release.objects.aggregate(highest=Max("number"))["highest"] or 0) + 1,
        sha256=run.sha256,
        title=str(candidate.document["title"]),
        status=ReviewStatus.APPROVED,
        document=run.document,
        created_by_name=by.audit_name,
    )
    for position, part in enumerate(candidate.parts):
        ReleasePart.objects.create(
            release=release, position=position, part=part.part, version=part.version, sha256=part.sha256
        )
    return release


@transaction.atomic
def roll_back(release: Release, *, by: User, reason: str) -> Activation:
    """Put a release in force that was so before. Raises NotAllowed."""
    check_can_publish(by)
    one_at_a_time()
    latest = Activation.objects.select_related("release").first()
    if latest is None or not release.activations.exists():
        raise NotAllowed(Refusal.NEVER_IN_FORCE)
    if latest.release_id == release.pk:
        raise NotAllowed(Refusal.IN_FORCE_ALREADY)
    if not may_advise(release):
        raise NotAllowed(Refusal.NOT_APPROVED)
    refuse_bad_note(reason, Refusal.NO_REASON)
    activation = put_in_force(release, by=by, note=reason.strip())
    index_release(release)
    record(
        Event.RELEASE_ACTIVATED,
        by=by,
        target=str(release.pk),
        before={"sha256": latest.release.sha256},
        after={"sha256": release.sha256, "number": release.number},
        reason=reason.strip(),
    )
    return activation
