"""Moving an assessment to other guidance: renamed codes, answers that are not used, newer and earlier releases."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent
from pathways.models import Release, ReleasePart, Version
from pathways.services.releases import activate_release, put_in_force
from pathways.states import VersionState
from patients.findings import board_of
from patients.models import Assessment, Patient
from patients.services.assessments import adopt_release, start_assessment
from patients.services.plans import SigningRefused, sign_plan
from patients.signing import SignObstacle
from tests import factories
from tests.cast import Cast
from tests.patients.conftest import NOW
from tests.patients.pages import ClientOf, address, text_of
from tests.patients.renamed_content import all_of, finding_renamed, option_removed, option_renamed

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
REASON = "Cytology is recorded with its number of samples now."
PART = "pathways/test-pathway"
RENAMED = all_of(
    finding_renamed("deposits", "deposit_form"),
    option_renamed("csf_flow", "unobstructed", "free"),
    option_removed("csf_cytology", "positive", REASON),
)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


@pytest.fixture
def filled(cast: Cast, draft: Assessment) -> Assessment:
    filled = factories.save(draft, cast.consultant, factories.FAVOURABLE).assessment
    factories.answer_what_is_required(filled, cast.consultant)
    return filled


def without(*codes: str) -> dict[str, str]:
    return {code: value for code, value in factories.FAVOURABLE.items() if code not in codes}


def retitled(document: dict[str, Any]) -> None:
    document["title"] = "Newer"


# Renamed codes


def test_a_draft_moves_along_the_renamed_codes(cast: Cast, filled: Assessment) -> None:
    before = dict(filled.findings)
    factories.newer_release(RENAMED)
    adopted = adopt_release(filled, by=cast.registrar)
    assert adopted.findings["deposit_form"] == before["deposits"]
    assert adopted.findings["csf_flow"] == {**before["csf_flow"], "value": "free"}
    assert {"deposits", "csf_cytology"}.isdisjoint(adopted.findings)
    (aside,) = adopted.withdrawn
    assert (aside["code"], aside["value"], aside["not_used"]) == ("csf_cytology", "positive", True)
    assert aside["reason"] == REASON
    evaluation = board_of(adopted, today=TODAY).evaluation
    assert (evaluation.known["deposit_form"], evaluation.known["csf_flow"]) == ("linear", "free")
    assert evaluation.known["csf_cytology"] is None


def test_the_log_says_what_was_moved_and_what_is_not_used(cast: Cast, filled: Assessment) -> None:
    factories.newer_release(RENAMED)
    adopt_release(filled, by=cast.registrar)
    event = AuditEvent.objects.get(action="patients.release_adopted")
    assert event.after["moved"] == ["deposits → deposit_form", "csf_flow: unobstructed → free"]
    assert event.after["not_used"] == ["csf_cytology"]
    assert event.before["csf_cytology"]["value"] == "positive"
    assert event.after["deposit_form"]["value"] == "linear"


def test_decisions_stay_as_they_were_given(cast: Cast, filled: Assessment) -> None:
    given = list(filled.decisions.order_by("number").values())
    assert given
    factories.newer_release(RENAMED)
    adopt_release(filled, by=cast.registrar)
    assert list(filled.decisions.order_by("number").values()) == given


def test_what_is_not_used_stays_in_view_until_and_on_the_plan(cast: Cast, client: Client, filled: Assessment) -> None:
    factories.newer_release(RENAMED)
    adopted = adopt_release(filled, by=cast.consultant)
    page = text_of(client.get(address("assessment_edit", adopted.pk)))
    assert "1 earlier answer is not used by this release of the guidance" in page
    assert f"Positive, 22-Nov-2026. {REASON}" in page
    assert REASON in text_of(client.get(address("plan_sign", adopted.pk)))
    factories.answer_what_is_required(adopted, cast.consultant)
    plan = sign_plan(adopted, by=cast.consultant, **factories.signing(adopted))
    assert [row["reason"] for row in plan.body_document["not_used"]] == [REASON]
    assert plan.body_document["withdrawn"] == []
    printed = text_of(client.get(address("plan_print", plan.pk)))
    assert "Recorded earlier, not used by this release of the guidance" in printed
    assert REASON in printed


def test_a_new_assessment_carries_renamed_answers_forward(cast: Cast, patient: Patient, release: Release) -> None:
    plan = factories.make_plan(cast.consultant, patient)
    body, findings = plan.body, dict(plan.assessment.findings)
    factories.newer_release(RENAMED)
    started = start_assessment(patient, by=cast.registrar)
    assert started.findings["deposit_form"]["value"] == "linear"
    assert started.findings["deposit_form"]["origin"] == "carried_forward"
    assert started.findings["csf_flow"]["value"] == "free"
    assert [(one["code"], one["not_used"]) for one in started.withdrawn] == [("csf_cytology", True)]
    event = AuditEvent.objects.get(action="patients.assessment_started", target=str(started.pk))
    assert event.after["moved"] == ["deposits → deposit_form", "csf_flow: unobstructed → free"]
    assert event.after["not_used"] == ["csf_cytology"]
    plan.refresh_from_db()
    plan.assessment.refresh_from_db()
    assert (plan.body, plan.assessment.findings) == (body, findings)


def test_the_last_answer_stands_beside_the_renamed_question(
    cast: Cast, client: Client, patient: Patient, release: Release
) -> None:
    factories.make_plan(cast.consultant, patient)
    factories.newer_release(RENAMED)
    started = start_assessment(patient, by=cast.consultant)
    factories.save(started, cast.consultant, {"deposit_form": ""})
    assert "Last Linear on 22-Nov-2026" in text_of(client.get(address("assessment_edit", started.pk)))


def test_an_answer_that_newer_guidance_refuses_is_not_carried_as_one(
    cast: Cast, patient: Patient, release: Release
) -> None:
    factories.make_plan(cast.consultant, patient)

    def lower(document: dict[str, Any]) -> None:
        next(one for one in document["vocabulary"]["findings"] if one["code"] == "kps")["maximum"] = 70

    factories.newer_release(lower)
    started = start_assessment(patient, by=cast.registrar)
    assert started.findings["kps"]["value"] is None
    assert started.findings["kps"]["refused"]["entered"] == "80"


def test_a_question_that_is_gone_is_listed_in_its_own_words(cast: Cast, patient: Patient, release: Release) -> None:
    """After a roll-back to guidance that never had it."""
    factories.newer_release(RENAMED)
    answers = {"deposit_form": "linear", "csf_flow": "free"}
    draft = factories.make_draft(cast.consultant, patient, without("deposits", "csf_cytology") | answers)
    factories.answer_what_is_required(draft, cast.consultant)
    sign_plan(draft, by=cast.consultant, **factories.signing(draft))
    activate_release(release, by=None)
    started = start_assessment(patient, by=cast.registrar)
    assert "deposit_form" not in started.findings
    listed = {one["code"]: one for one in started.withdrawn}
    assert listed["deposit_form"]["words"] == "Linear, 22-Nov-2026"
    assert listed["deposit_form"]["label"]
    assert started.findings["csf_flow"]["refused"]["entered"] == "free"


# Which release


def test_a_newer_release_is_announced_with_what_changed(client: Client, draft: Assessment, release: Release) -> None:
    part(release, 1, "First.")
    newer = factories.newer_release(retitled)
    part(newer, 2, "KPS is asked first now.")
    page = text_of(client.get(address("assessment_edit", draft.pk)))
    assert "Release 2 of the guidance came into force on 22-Nov-2026, after this assessment was started" in page
    assert "this assessment still uses release 1" in page
    assert "What changed, Test pathway: KPS is asked first now." in page
    assert "First." not in page
    assert "Move to release 2" in page
    draft.refresh_from_db()
    assert draft.release_id == release.pk


def test_a_roll_back_is_announced_as_one(cast: Cast, client: Client, patient: Patient, release: Release) -> None:
    part(release, 1, "")
    newer = factories.newer_release(retitled)
    part(newer, 2, "KPS is asked first now.")
    draft = factories.make_draft(cast.consultant, patient)
    assert draft.release_id == newer.pk
    put_in_force(release, by=cast.publisher, note="A rule was wrong.")
    page = text_of(client.get(address("assessment_edit", draft.pk)))
    assert "Why: A rule was wrong." in page
    assert "The guidance was taken back to release 1 on 22-Nov-2026; this assessment still uses release 2" in page
    assert "No longer in force, Test pathway: KPS is asked first now." in page
    assert "came into force on" not in page
    client.post(address("release_adopt", draft.pk))
    draft.refresh_from_db()
    assert draft.release_id == release.pk
    assert "taken back" not in text_of(client.get(address("assessment_edit", draft.pk)))


@pytest.mark.parametrize("rolled_back", [False, True])
def test_nothing_is_signed_on_a_release_that_is_not_in_force(
    cast: Cast, client: Client, patient: Patient, release: Release, rolled_back: bool
) -> None:
    if rolled_back:
        factories.newer_release(retitled)
    draft = factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)
    factories.answer_what_is_required(draft, cast.consultant)
    seen = factories.signing(draft)
    if rolled_back:
        activate_release(release, by=None)
    else:
        factories.newer_release(retitled)
    with pytest.raises(SigningRefused) as refused:
        sign_plan(draft, by=cast.consultant, **seen)
    (obstacle,) = refused.value.obstacles
    assert obstacle.kind is SignObstacle.OTHER_GUIDANCE
    expected = "Earlier guidance is again in force." if rolled_back else "Newer guidance is in force."
    assert expected in obstacle.message
    assert obstacle.message in text_of(client.get(address("plan_sign", draft.pk)))
    moved = adopt_release(draft, by=cast.consultant)
    factories.answer_what_is_required(moved, cast.consultant)
    assert sign_plan(moved, by=cast.consultant, **factories.signing(moved)).release_id == moved.release_id


def part(release: Release, number: int, note: str) -> None:
    """An approved version of a part, in the release."""
    sha256 = str(number) * 64
    version = Version.objects.create(
        part=PART, number=number, document="{}", sha256=sha256, note=note, updated_at=timezone.now()
    )
    version.state = VersionState.APPROVED
    version.save()
    ReleasePart.objects.create(release=release, position=100, part=PART, version=version, sha256=sha256)
