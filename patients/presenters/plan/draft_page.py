"""An assessment that nobody has signed, on paper: the plan as it stands, and on every sheet that it is a draft."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from patients.dates import short_moment
from patients.findings import Board
from patients.models.decisions import snapshot_of
from patients.presenters.banner import PatientBanner, patient_banner
from patients.presenters.plan.body import CONFIRMED, plan_body
from patients.presenters.plan.page import PlanPage, PlanTabs, content_line, groups_after, groups_before, identifiers
from patients.signing import Signature
from patients.states import SignatureMeaning

DRAFT = "Draft - not signed"
NOT_CONFIRMED = "Not confirmed: nobody has signed this"


def draft_page(board: Board, *, user: User) -> PlanPage:
    """In the same form as a signed plan. Safety: nothing in it says "signed" or "confirmed"."""
    assessment = board.assessment
    body = draft_body(board, user=user)
    patient = PatientBanner.from_document(body["patient"])
    sign_href = reverse("patients:plan_sign", args=[assessment.pk])
    return PlanPage(
        title=f"Draft, not signed - {patient.short_name}",
        heading=f"Draft of a care plan, {body['assessment']['day']}",
        banner=patient_banner(assessment.patient),
        signed_patient=patient,
        body=body,
        groups=groups_before(body),
        last_groups=groups_after(body),
        has_people=True,
        addenda=(),
        tabs=PlanTabs("", "", is_patient_copy=False),
        state=DRAFT,
        is_current=False,
        state_sentence="DRAFT - NOT SIGNED. Nobody answers for this sheet with a signature. Do not act on it.",
        guidance_now="",
        signed_line="DRAFT - NOT SIGNED",
        content_line=content_line(body["content"]),
        printed_line=f"Printed {short_moment(timezone.now())} by {user.display_name}",
        identifiers=identifiers(patient),
        fingerprint="none: a draft has no fingerprint",
        can_withdraw=False,
        href=sign_href,
        print_href=reverse("patients:draft_print", args=[assessment.pk]),
        style_href=reverse("patients:draft_print_style", args=[assessment.pk]),
        withdraw_href="",
        patient_href=reverse("patients:patient_detail", args=[assessment.patient_id]),
    )


def draft_body(board: Board, *, user: User) -> dict[str, Any]:
    """Never stored. The signature is an empty one, and everything that would confirm something is taken back."""
    nobody = Signature(
        number=0,
        signed_at=timezone.now(),
        signed_by=snapshot_of(user),
        meaning=SignatureMeaning.OWN_DECISIONS,
        on_behalf_of="",
        reassess_by=None,
        discussed_with="",
    )
    body = plan_body(board, nobody, carried={})
    body["signature"] |= {
        "name": "",
        "role": "",
        "registration": "",
        "at_words": "",
        "meaning": "none, this is a draft",
    }
    for group in body["groups"]:
        for card in group["cards"]:
            if card["answer"] == CONFIRMED:
                card["answer"] = NOT_CONFIRMED
    return body
