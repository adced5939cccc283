"""The own list of a person: patients put on it and taken off it by hand, or put on it by an act of the person."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from patients.models import ListedByPerson, Patient
from patients.services.locking import lock_patient

# In the log, beside the act by which a patient came onto the list of the person who acted.
PUT_ON_LIST = {"put_on_own_list": True}


@transaction.atomic
def add_to_own_list(patient: Patient, *, by: User) -> bool:
    """Whether the patient was not on it yet; pressing the button twice has one effect. Raises NotAllowed."""
    locked = lock_patient(patient.pk, by=by)
    is_new = put_on_own_list(locked, by=by, at=timezone.now())
    listed = {"listed": not is_new}
    record(Event.LIST_CHANGED, by=by, patient=locked.pk, target=str(locked.pk), before=listed, after={"listed": True})
    return is_new


@transaction.atomic
def remove_from_own_list(patient: Patient, *, by: User) -> bool:
    """Whether the patient was on it. Raises NotAllowed."""
    locked = lock_patient(patient.pk, by=by)
    deleted, _ = ListedByPerson.objects.of_person(by).filter(patient=locked).delete()
    listed = {"listed": bool(deleted)}
    record(Event.LIST_CHANGED, by=by, patient=locked.pk, target=str(locked.pk), before=listed, after={"listed": False})
    return bool(deleted)


def put_on_own_list(patient: Patient, *, by: User, at: datetime) -> bool:
    """Part of the caller's transaction, which holds the patient's row and records the act. Whether it was new."""
    if ListedByPerson.objects.of_person(by).filter(patient=patient).exists():
        return False
    ListedByPerson.objects.create(patient=patient, person=by, added_at=at)
    return True
