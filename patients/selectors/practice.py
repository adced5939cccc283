"""The practice patient of a person as it stands now, and the worked patients that the tour shows."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from patients.models import Assessment, Decision, Patient, SignedPlan
from patients.practice import practice_numbers


@dataclass(frozen=True, slots=True)
class PracticeState:
    """`answered` are the codes with a value in the latest assessment; `made` counts the person's practice patients."""

    patient: Patient
    made: int
    assessment: Assessment | None
    assessments: int
    answered: frozenset[str]
    decisions: int
    plan: UUID | None


@dataclass(frozen=True, slots=True)
class WorkedPatient:
    patient: Patient
    assessment: UUID | None


def practice_state(user: User) -> PracticeState | None:
    """Of the newest practice patient; None before the first. Safety: only the person's own are looked at."""
    own = Patient.objects.visible_to(user).filter(hospital_number__in=practice_numbers(user.pk))
    numbers = list(own.order_by("hospital_number").values_list("hospital_number", flat=True))
    if not numbers:
        return None
    patient = Patient.objects.visible_to(user).select_related("ward").get(hospital_number=numbers[-1])
    assessments = Assessment.objects.visible_to(user).filter(patient=patient)
    latest = assessments.order_by("-created_at").first()
    plan = SignedPlan.objects.visible_to(user).filter(patient=patient).order_by("-number").first()
    return PracticeState(
        patient=patient,
        made=len(numbers),
        assessment=latest,
        assessments=assessments.count(),
        answered=frozenset(code for code, one in latest.findings.items() if one["value"]) if latest else frozenset(),
        decisions=Decision.objects.visible_to(user).filter(assessment__patient=patient).count(),
        plan=plan.pk if plan else None,
    )


def practice_patients_made(user: User) -> int:
    """On every ward: who has moved to another one has had those that stand on the first, and their numbers."""
    return Patient.objects.how_many_have(practice_numbers(user.pk))


def worked_patients(user: User, numbers: Collection[str]) -> dict[str, WorkedPatient]:
    """By hospital number; on other wards the person sees none of them."""
    patients = list(Patient.objects.of_wards_of(user).filter(hospital_number__in=numbers).select_related("ward"))
    drafts = dict(Assessment.objects.visible_to(user).filter(patient__in=patients).values_list("patient", "pk"))
    return {one.hospital_number: WorkedPatient(one, drafts.get(one.pk)) for one in patients}
