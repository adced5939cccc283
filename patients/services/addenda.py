"""Writing an addendum to a signed care plan. Addenda are added, never changed; the plan stays as it was signed."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from patients.models import PlanAddendum, SignedPlan
from patients.models.decisions import snapshot_of
from patients.permissions import check_can_add_addendum
from patients.services.decisions import is_readable, one_line_end
from patients.services.locking import lock_patient, lock_plan

LONGEST_ADDENDUM = 4000


class AddendumRefused(Exception):
    """Nothing was written; the message says what to do."""


def addendum_text(typed: str) -> str:
    """Safety: what goes into a record is never cut short or changed unseen. Raises AddendumRefused."""
    text = one_line_end(typed)
    if not text:
        raise AddendumRefused("Write the addendum.")
    if len(text) > LONGEST_ADDENDUM:
        raise AddendumRefused(
            f"At most {LONGEST_ADDENDUM} characters; this has {len(text)}. Nothing was saved: shorten it."
        )
    if not is_readable(text):
        raise AddendumRefused("It holds a character that cannot be seen. Type it again by hand.")
    return text


@transaction.atomic
def add_addendum(plan: SignedPlan, *, by: User, text: str) -> PlanAddendum:
    """Raises NotAllowed, AddendumRefused. The same text sent twice by the same person has one effect."""
    lock_patient(plan.patient_id, by=by)  # always before the plan, so that no two wait for each other
    locked = lock_plan(plan.pk, by=by)
    check_can_add_addendum(by, locked)
    written = addendum_text(text)
    check_unaltered(locked)
    earlier = list(locked.addenda.all())
    for addendum in earlier:
        if addendum.text == written and addendum.by["id"] == str(by.pk):
            return addendum
    added = PlanAddendum.objects.create(
        plan=locked, number=len(earlier) + 1, text=written, by=snapshot_of(by), at=timezone.now()
    )
    record(
        Event.ADDENDUM_ADDED,
        by=by,
        patient=locked.patient_id,
        target=str(locked.pk),
        after={"number": added.number, "text": added.text},
    )
    return added


def check_unaltered(plan: SignedPlan) -> None:
    """Nothing is added to what is not what was signed. Raises AlteredPlan."""
    plan.body_document  # noqa: B018 (reading it compares the fingerprint)
