"""What is taken from a person is gone with their next request, in the session that is open."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from accounts.permissions import Role
from patients.models import Assessment, Patient
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Assessment:
    factories.shipped_release()
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
    return factories.make_draft(cast.consultant, patient, {"kps": "80"})


@pytest.fixture
def registrar(cast: Cast, client_of: Any, draft: Assessment) -> Client:
    client: Client = client_of(cast.registrar)
    assert client.get(page_of(draft)).status_code == 200
    return client


def page_of(draft: Assessment) -> str:
    return reverse("patients:assessment_edit", args=[draft.pk])


def test_leaving_the_ward(cast: Cast, registrar: Client, draft: Assessment) -> None:
    Membership.objects.filter(user=cast.registrar).delete()
    assert registrar.get(page_of(draft)).status_code == 404
    assert registrar.post(page_of(draft), {"kps": "10"}).status_code == 404
    assert draft.patient.family_name not in registrar.get("/").content.decode()
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "80"


def test_losing_the_role(cast: Cast, registrar: Client, draft: Assessment) -> None:
    cast.registrar.groups.clear()
    assert registrar.get(page_of(draft)).status_code == 404
    assert registrar.get(reverse("patients:patient_add")).status_code == 403


def test_the_account_is_closed(cast: Cast, registrar: Client, draft: Assessment) -> None:
    User.objects.filter(pk=cast.registrar.pk).update(is_active=False)
    assert registrar.get(page_of(draft)).status_code == 302
    assert registrar.get(page_of(draft), headers={"HX-Request": "true"}).status_code == 401


def test_the_patient_moves_to_another_ward(cast: Cast, registrar: Client, draft: Assessment) -> None:
    Patient.objects.filter(pk=draft.patient_id).update(ward=cast.cardiology)
    assert registrar.get(page_of(draft)).status_code == 404


def test_joining_a_ward_and_a_role(cast: Cast, client_of: Any, draft: Assessment) -> None:
    outsider = client_of(cast.outsider)
    assert outsider.get(page_of(draft)).status_code == 404
    Membership.objects.create(user=cast.outsider, ward=cast.neuro_oncology)
    assert outsider.get(page_of(draft)).status_code == 200


def test_an_editor_who_becomes_an_auditor_writes_no_guidance_any_more(cast: Cast, client_of: Any) -> None:
    factories.shipped_release()
    client, page = client_of(cast.editor), reverse("admin:pathways_pathway_add")
    assert client.get(page).status_code == 200
    cast.editor.groups.set([Group.objects.get(name=Role.AUDITOR.value)])
    assert client.get(page).status_code == 403
    assert client.get(reverse("audit_viewer:entry")).status_code == 200
