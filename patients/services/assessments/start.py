"""Starting an assessment, with the answers of the last signed one carried forward under their own dates."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.engine.release import Release
from pathways.engine.vocabulary import Vocabulary
from pathways.selectors import release_in_force
from patients.dates import short_date
from patients.findings import release_of
from patients.findings.renaming import moved_along
from patients.models import Assessment, Patient, SignedPlan
from patients.models.assessments import TEXT_LABELS, StoredAnswer
from patients.permissions import check_can_start
from patients.services.assessments.rereading import Reread, reread
from patients.services.locking import lock_patient
from patients.services.moments import moment_of
from patients.services.own_list import PUT_ON_LIST, put_on_own_list
from patients.states import AssessmentState, Origin


@transaction.atomic
def start_assessment(patient: Patient, *, by: User, at: datetime | None = None) -> Assessment:
    """Raises NotAllowed, also when somebody else has just opened a draft. `at` is for demo patients: `moments`."""
    locked = lock_patient(patient.pk, by=by)
    release = release_in_force()
    drafts = Assessment.objects.visible_to(by).filter(patient=locked, state=AssessmentState.DRAFT)
    check_can_start(by, locked, has_draft=drafts.exists(), guidance_in_force=release is not None)
    assert release is not None  # noqa: S101 (check_can_start has refused)
    source = last_plan_to_carry_from(locked, by=by)
    now = moment_of(at)
    engine = release.engine  # also where nothing is carried forward: nobody starts on guidance that cannot be read
    found = carried_forward(source.assessment, engine, by=by, at=now.isoformat()) if source else Reread({}, [])
    assessment = Assessment.objects.create(
        patient=locked,
        day=timezone.localdate(now),
        release=release.record,
        findings=found.findings,
        withdrawn=found.not_used,
        priorities=source.assessment.priorities if source else "",
        ceilings=source.assessment.ceilings if source else "",
        created_by=by,
        updated_by=by,
        updated_at=now,
    )
    is_new_on_list = put_on_own_list(locked, by=by, at=now)
    record(
        Event.ASSESSMENT_STARTED,
        by=by,
        patient=locked.pk,
        target=str(assessment.pk),
        after={
            "release": release.record.sha256,
            "carried_from": str(source.assessment_id) if source else None,
            "carried_forward": sorted(assessment.findings),
        }
        | found.told()
        | (PUT_ON_LIST if is_new_on_list else {}),
    )
    return assessment


def last_plan_to_carry_from(patient: Patient, *, by: User) -> SignedPlan | None:
    """Nothing is carried forward from a plan that was withdrawn as entered in error."""
    plans = SignedPlan.objects.visible_to(by).not_withdrawn().filter(patient=patient)
    return plans.select_related("assessment").order_by("-number").first()


def last_answers(source: SignedPlan | None, vocabulary: Vocabulary) -> Mapping[str, StoredAnswer]:
    """Of the last signed assessment, under the codes by which they are asked now."""
    return moved_along(source.assessment.findings, vocabulary.renamed).answers if source else {}


def texts_taken_over(assessment: Assessment, plan: SignedPlan) -> dict[str, str]:
    """The wishes and limits that stand in the assessment exactly as in the one that was signed before it."""
    here = {name: (getattr(assessment, name), getattr(plan.assessment, name)) for name in TEXT_LABELS}
    return {name: text for name, (text, theirs) in here.items() if text and text == theirs}


def carried_days(assessment: Assessment, source: SignedPlan | None) -> dict[str, str]:
    """For each text that was taken over: the day of the care plan it comes from."""
    if source is None:
        return {}
    day = short_date(timezone.localdate(source.signed_at))
    return dict.fromkeys(texts_taken_over(assessment, source), day)


def carried_forward(source: Assessment, release: Release, *, by: User, at: str) -> Reread:
    """Only values: why something was unknown then says nothing about now. Their dates decide whether they count."""
    findings: dict[str, StoredAnswer] = source.findings
    values = {code: carried(stored, source) for code, stored in findings.items() if stored["value"] is not None}
    return reread(values, from_release=release_of(source), to_release=release, by=by, at=at)


def carried(stored: StoredAnswer, source: Assessment) -> StoredAnswer:
    return {
        **stored,
        "origin": Origin.CARRIED_FORWARD.value,
        "carried_from": str(source.pk),
        "confirmed": False,
        "why_unknown": None,
        "refused": None,
    }
