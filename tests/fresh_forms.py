"""A browser whose forms are always fresh: what it posts about a patient carries the note that the page would have."""

from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import Resolver404, resolve

from accounts.models import User
from patients.form_origin import FIELD, note_for
from patients.models import Assessment, Patient, SignedPlan

RECORDS: dict[str, type[Assessment] | type[SignedPlan] | type[Patient]] = {
    "assessment_id": Assessment,
    "plan_id": SignedPlan,
    "patient_id": Patient,
}


def origin_for(user: User, path: str) -> str:
    """The note that the form of this address has when this person opens it now; empty where there is no record."""
    try:
        ids = resolve(path.partition("?")[0]).kwargs
    except Resolver404:
        return ""
    for name, kind in RECORDS.items():
        if name in ids:
            record = kind._base_manager.filter(pk=ids[name]).first()
            return note_for(record, user=user) if record else ""
    return note_for(None, user=user)


def needs_a_note(data: Any) -> bool:
    """The assessment's form has a context of its own, and what is no form at all stays as it is."""
    return data is None or (isinstance(data, dict) and not {FIELD, "context"} & set(data))


class FreshForms(Client):
    """Tests of stale and foreign forms give `origin` themselves."""

    def post(self, path: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        if needs_a_note(data) and "_auth_user_id" in self.session:
            user = User.objects.get(pk=UUID(self.session["_auth_user_id"]))
            if note := origin_for(user, path):
                data = {**(data or {}), FIELD: note}
        return super().post(path, data, *args, **kwargs)
