"""One way in: `visible_to`. Everything else does not exist, for anybody."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.http import Http404

from accounts.models import Membership
from patients import selectors
from patients.models import Assessment, Decision, Patient, SignedPlan
from patients.permissions import (
    NotAllowed,
    Reason,
    can_add,
    can_change,
    can_edit,
    can_read_any_history,
    can_sign,
    can_withdraw_plan,
    check_can_add,
    check_can_edit,
    check_can_sign,
    check_can_start,
    check_can_withdraw_plan,
)
from tests import factories
from tests.cast import Cast


def test_the_admin_panel_has_none_of_it() -> None:
    assert not [model for model in admin.site._registry if model._meta.app_label == "patients"]


@pytest.mark.django_db
class TestWhoSeesWhat:
    @pytest.fixture
    def plan(self, cast: Cast, patient: Patient, release: object) -> SignedPlan:
        plan = factories.make_plan(cast.consultant, patient, {"kps": "50"})
        factories.make_draft(cast.consultant, patient)
        return plan

    @pytest.mark.parametrize("model", [Patient, Assessment, Decision, SignedPlan])
    def test_the_clinicians_of_the_ward_and_nobody_else(self, cast: Cast, plan: SignedPlan, model: Any) -> None:
        seeing = {user.username for user in cast.everybody() if model.objects.visible_to(user).exists()}
        assert seeing == {"consultant", "registrar"}

    def test_a_role_alone_and_a_ward_alone_show_nothing(self, cast: Cast, plan: SignedPlan) -> None:
        Membership.objects.create(user=cast.auditor, ward=cast.neuro_oncology)
        assert not Patient.objects.visible_to(cast.auditor).exists()
        Membership.objects.filter(user=cast.registrar).delete()
        assert not Patient.objects.visible_to(cast.registrar).exists()

    def test_a_superuser_sees_nothing(self, cast: Cast, plan: SignedPlan, admin_user: Any) -> None:
        Membership.objects.create(user=admin_user, ward=cast.neuro_oncology)
        assert not Patient.objects.visible_to(admin_user).exists()

    def test_somebody_who_has_left_sees_nothing(self, cast: Cast, plan: SignedPlan) -> None:
        cast.registrar.is_active = False
        assert not Patient.objects.visible_to(cast.registrar).exists()

    def test_selectors_do_not_find_what_may_not_be_seen(self, cast: Cast, plan: SignedPlan) -> None:
        for find, record in (
            (selectors.patient_for, plan.patient_id),
            (selectors.assessment_for, plan.assessment_id),
            (selectors.plan_for, plan.pk),
        ):
            assert find(cast.registrar, record).pk == record
            for who in (cast.outsider, cast.auditor):
                with pytest.raises(Http404):
                    find(who, record)
            with pytest.raises(Http404):
                find(cast.registrar, uuid4())

    def test_asking_and_checking_agree(self, cast: Cast, plan: SignedPlan) -> None:
        patient, signed = plan.patient, plan.assessment
        draft = Assessment.objects.visible_to(cast.consultant).get(state="draft")
        signed.refresh_from_db()
        assert (can_add(cast.registrar), can_add(cast.auditor)) == (True, False)
        assert (can_edit(cast.registrar, patient), can_edit(cast.outsider, patient)) == (True, False)
        assert (can_change(cast.registrar, draft), can_change(cast.registrar, signed)) == (True, False)
        assert (can_sign(cast.registrar, draft), can_sign(cast.outsider, draft)) == (True, False)
        assert (can_withdraw_plan(cast.registrar, plan), can_withdraw_plan(cast.outsider, plan)) == (True, False)
        assert (can_read_any_history(cast.auditor), can_read_any_history(cast.consultant)) == (True, False)
        for check, reason in (
            (lambda: check_can_add(cast.auditor), Reason.NO_CLINICAL_ROLE),
            (lambda: check_can_edit(cast.outsider, patient), Reason.NOT_YOUR_WARD),
            (lambda: check_can_sign(cast.registrar, signed), Reason.ASSESSMENT_SIGNED),
            (lambda: check_can_withdraw_plan(cast.outsider, plan), Reason.NOT_YOUR_WARD),
            (
                lambda: check_can_start(cast.registrar, patient, has_draft=True, guidance_in_force=True),
                Reason.DRAFT_IS_OPEN,
            ),
        ):
            with pytest.raises(NotAllowed) as refused:
                check()
            assert refused.value.reason is reason
            assert str(refused.value) == reason.value
