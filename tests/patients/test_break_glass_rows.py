"""What the database itself refuses: a changed or deleted access, and an access that cannot be."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from patients.models import BreakGlassAccess, Patient
from patients.services.break_glass import end_access, review_access
from tests.cast import Cast
from tests.patients.break_glass import hidden_patient, opened_at_night

pytestmark = pytest.mark.django_db
NOTE = "Asked on the ward, confirmed"


@pytest.fixture
def anna(cast: Cast) -> Patient:
    return hidden_patient(cast)


@pytest.fixture
def access(cast: Cast, anna: Patient) -> BreakGlassAccess:
    return opened_at_night(anna, cast.outsider)


class TestTheDatabaseHoldsItStill:
    @pytest.mark.parametrize(
        "changed",
        [
            {"user_id": "consultant"},
            {"reason_code": "emergency"},
            {"reason_text": "Something else"},
            {"expires_at": "later"},
            {"opened_at": "earlier"},
        ],
        ids=["user", "reason", "text", "expiry", "opening"],
    )
    def test_who_why_and_until_when(self, cast: Cast, access: BreakGlassAccess, changed: dict[str, str]) -> None:
        words = {
            "consultant": cast.consultant.pk,
            "later": access.expires_at + timedelta(hours=1),
            "earlier": access.opened_at - timedelta(hours=1),
        }
        told = {name: words.get(word, word) for name, word in changed.items()}
        with pytest.raises(IntegrityError, match="is frozen"), transaction.atomic():
            BreakGlassAccess.objects.filter(pk=access.pk).update(**told)

    def test_an_end_and_a_finding(self, cast: Cast, access: BreakGlassAccess) -> None:
        end_access(access.pk, by=cast.outsider)
        review_access(access.pk, by=cast.privacy_officer, outcome="justified", note="")
        rows = BreakGlassAccess.objects.filter(pk=access.pk)
        for told in (
            {"ended_at": None},
            {"review_outcome": "not_justified"},
            {"review_note": "changed"},
            {"reviewed_at": None, "reviewed_by": None, "review_outcome": "", "review_note": ""},
        ):
            with pytest.raises(IntegrityError, match="is frozen"), transaction.atomic():
                rows.update(**told)

    def test_nothing_is_deleted(self, access: BreakGlassAccess) -> None:
        with pytest.raises(IntegrityError, match="is frozen"), transaction.atomic():
            access.delete()
        with pytest.raises(IntegrityError, match="is frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM patients_breakglassaccess")

    @pytest.mark.only_on("sqlite")
    def test_nothing_is_replaced(self, access: BreakGlassAccess) -> None:
        with pytest.raises(IntegrityError, match="is frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT OR REPLACE INTO patients_breakglassaccess SELECT * FROM patients_breakglassaccess")

    def test_impossible_rows(self, cast: Cast, access: BreakGlassAccess) -> None:
        told: dict[str, Any] = {
            "patient": access.patient,
            "user": cast.outsider,
            "reason_code": "emergency",
            "opened_at": access.opened_at,
            "expires_at": access.expires_at,
        }
        review: dict[str, Any] = {
            "reviewed_at": access.opened_at,
            "reviewed_by": cast.privacy_officer,
            "review_outcome": "justified",
        }
        for wrong in (
            {"expires_at": access.opened_at},
            {"ended_at": access.opened_at - timedelta(seconds=1)},
            {"reason_code": "boredom"},
            {"reason_code": "other"},
            {"review_outcome": "justified"},
            {"review_note": "words alone"},
            review | {"reviewed_by": None},
            review | {"review_outcome": ""},
            review | {"reviewed_by": cast.outsider},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                BreakGlassAccess.objects.create(**told | wrong)
        BreakGlassAccess.objects.create(**told | review)
