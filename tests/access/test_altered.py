"""What is stored and is not what was published, signed or written is shown and used nowhere, and no page breaks."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from config.access import ADDRESSES
from config.access.roles import SOMEBODIES, Relation
from config.access.walk import Route
from pathways.selectors import TamperedRelease, releases
from patients.models import Assessment, SignedPlan
from patients.models.plans import AlteredPlan
from tests.access.fuzzing import ROUTES
from tests.access.world import World, undone

pytestmark = [pytest.mark.django_db]

SENIOR = next(who for who in SOMEBODIES if who.name == Role.SENIOR.value)
ITEM = {"owner": "May Lane", "due": None}
ADDITION = ITEM | {"id": "1", "text": "Call the dentist", "by": "Dr A", "at": "2026-11-22T10:00:00+00:00"}
BROKEN: tuple[Any, ...] = (
    [],
    "text",
    {"items": []},
    {"items": {"drain": {}}},
    {"items": {"drain": {"owner": "May Lane"}}},
    {"items": {"drain": ITEM | {"due": "soon"}}},
    {"items": {"drain": ITEM | {"due": 7}}},
    {"additions": {"a": 1}},
    {"additions": [{}]},
    {"additions": [ITEM]},
    {"additions": [ADDITION | {"text": None}]},
    {"contact": 7},
    {"outlook": None},
    {"outlook": {"text": "Months"}},
)


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """The transaction around a test is the one of the world, which the whole module shares."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def opened(world: World, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), undone():
        yield world


def answers(world: World, routes: tuple[Route, ...]) -> dict[str, int]:
    """Of every page that shows something about the senior clinician's own patient, the status."""
    browser: Client = world.browser(SENIOR)
    found = {}
    for route in routes:
        if "GET" in ADDRESSES[route.name].methods and "<path:" not in route.route:
            with undone():
                answer: Any = browser.get(world.address(route, Relation.OWN_WARD, SENIOR))
                found[route.name] = answer.status_code
    return found


def test_altered_guidance_breaks_no_page(opened: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(sha256: str) -> None:
        raise TamperedRelease(f"The stored document of release {sha256[:12]} does not match its hash.")

    monkeypatch.setattr(releases, "compiled_release", refused)
    found = answers(opened, ROUTES)
    assert set(found.values()) <= {200, 302, 400, 403, 404, 409, 503}
    refusing = {name for name, status in found.items() if status == 503}
    assert refusing >= {f"patients:{name}" for name in ("assessment_edit", "plan_sign", "flow", "what_if")}
    assert refusing >= {f"pathways:{name}" for name in ("ask", "flow", "printed_pathways", "blank_form")}
    assert found["accounts:own"] == found["patients:worklist"] == 200  # the frame says it, and the page works
    assert found["patients:plan_detail"] == found["patients:plan_print"] == 200  # nothing is evaluated for them
    assert opened.browser(SENIOR).post(reverse("pathways:search"), {"question": "bleeding"}).status_code == 503
    own = opened.browser(SENIOR).get(reverse("accounts:own")).content.decode()
    assert "what is stored is not what was published" in own


def test_the_page_for_altered_guidance_names_nobody(opened: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(sha256: str) -> None:
        raise TamperedRelease(sha256)

    record = opened.records[Relation.OWN_WARD]
    monkeypatch.setattr(releases, "compiled_release", refused)
    answer = opened.browser(SENIOR).get(f"/assessments/{record.draft.pk}/")
    text = answer.content.decode()
    assert answer.status_code == 503
    assert "What is stored was altered" in text
    assert record.patient.family_name not in text
    assert "no-store" in answer["Cache-Control"]


def test_an_altered_plan_breaks_no_page(opened: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def altered(self: SignedPlan) -> None:
        raise AlteredPlan(f"Care plan {self.pk} does not match its fingerprint.")

    monkeypatch.setattr(SignedPlan, "body_document", property(altered))
    found = answers(opened, tuple(one for one in ROUTES if one.name.startswith("patients:")))
    assert set(found.values()) <= {200, 302, 403, 404, 409}
    of_the_plan = {name for name, status in found.items() if status == 409}
    assert of_the_plan >= {f"patients:{name}" for name in ("plan_detail", "plan_text", "plan_pdf", "patient_copy")}


@pytest.mark.parametrize("stored", BROKEN, ids=json.dumps)
def test_broken_plan_details_are_refused_and_not_an_error(opened: World, stored: Any) -> None:
    draft = opened.records[Relation.OWN_WARD].draft
    with transaction.atomic():
        Assessment.objects.filter(pk=draft.pk).update(plan_details=stored)
    browser = opened.browser(SENIOR)
    for page in ("plan-details", "sign", "draft/print"):
        assert browser.get(f"/assessments/{draft.pk}/{page}/").status_code == 503, page
    assert browser.get(f"/assessments/{draft.pk}/").status_code == 200


def test_empty_plan_details_are_nothing_said(opened: World) -> None:
    draft = opened.records[Relation.OWN_WARD].draft
    assert Assessment.objects.get(pk=draft.pk).plan_details == {}
    assert opened.browser(SENIOR).get(f"/assessments/{draft.pk}/plan-details/").status_code == 200
