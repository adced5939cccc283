"""Signing asks for the password, and wrong ones make one wait there as they do at sign-in."""

import pytest

from audit.models import AuditEvent
from patients.models import Assessment, SignedPlan
from patients.services.plans import SigningRefused, sign_plan
from patients.signing import SignObstacle
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_after_three_wrong_passwords_the_right_one_has_to_wait(cast: Cast, draft: Assessment) -> None:
    right = factories.signing(draft)
    wrong = {**right, "password": "wrong"}
    for _ in range(3):
        with pytest.raises(SigningRefused, match="wrong_password"):
            sign_plan(draft, by=cast.consultant, **wrong)
    with pytest.raises(SigningRefused) as waiting:
        sign_plan(draft, by=cast.consultant, **right)
    (obstacle,) = (one for one in waiting.value.obstacles if one.kind is SignObstacle.WRONG_PASSWORD)
    assert obstacle.message.startswith("Too many wrong passwords. Wait 2 seconds, then try again.")
    assert not SignedPlan.objects.exists()
    assert AuditEvent.objects.filter(action="patients.sign_refused").count() == 4
    delayed = AuditEvent.objects.get(action="accounts.sign_in_delayed")
    assert delayed.actor_id == str(cast.consultant.pk)
