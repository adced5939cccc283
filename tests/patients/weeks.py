"""Records that grew over weeks, for what looks back: each assessment on its own day, made through the services."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

import time_machine

from accounts.models import User
from patients.findings import Answer
from patients.models import Assessment, Patient, SignedPlan
from patients.services.plans import sign_plan
from tests import factories


def on(day: date, *, hour: int = 9) -> time_machine.travel:
    return time_machine.travel(datetime.combine(day, time(hour), tzinfo=UTC), tick=False)


def signed_on(
    day: date, by: User, patient: Patient, answers: Mapping[str, str | Answer], **changed: object
) -> SignedPlan:
    """An assessment with nothing but these answers and what is carried forward; whatever is asked for is answered."""
    with on(day):
        draft = factories.make_draft(by, patient, answers)
        factories.answer_what_is_required(draft, by)
        return sign_plan(draft, by=by, **factories.signing(draft, **changed))


def drafted_on(day: date, by: User, patient: Patient, answers: Mapping[str, str | Answer]) -> Assessment:
    with on(day):
        return factories.make_draft(by, patient, answers)
