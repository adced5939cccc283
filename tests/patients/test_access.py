"""One way in: `visible_to`. Everything else does not exist, for anybody."""

import ast
from pathlib import Path
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

ROOT = Path(__file__).resolve().parents[2]
RECORDS = {"Patient", "Assessment", "Decision", "SignedPlan"}
# `create` adds a row to a record that was reached through visible_to; it shows nothing.
ALLOWED_ON_OBJECTS = {"visible_to", "create"}
# What new guidance is tried on: answers and counts, with nothing in them that says whose they are.
UNNAMED = "patients/selectors/unnamed.py"
WITHOUT_IDENTITY = {"drafts_without_identity", "in_force_without_identity", "standing_without_people"}
OUTSIDE_MODELS = [
    path
    for package in ("accounts", "audit", "config", "pathways", "patients")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts and path.parts[-2:-1] != ("models",)
]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", OUTSIDE_MODELS, ids=named)
def test_nothing_asks_for_records_in_another_way(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"_default_manager", "_base_manager"}:
            pytest.fail(f"{named(path)}:{node.lineno}: a manager without visible_to")
        if isinstance(node, ast.Attribute) and node.attr == "objects" and getattr(node.value, "id", "") in RECORDS:
            then = parents[node]
            assert isinstance(then, ast.Attribute), f"{named(path)}:{node.lineno}"
            allowed = ALLOWED_ON_OBJECTS | WITHOUT_IDENTITY if named(path) == UNNAMED else ALLOWED_ON_OBJECTS
            assert then.attr in allowed, f"{named(path)}:{node.lineno}: objects.{then.attr}"
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"get_object_or_404", "get_list_or_404"}:
            assert getattr(node.args[0], "id", "") not in RECORDS, f"{named(path)}:{node.lineno}"


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
