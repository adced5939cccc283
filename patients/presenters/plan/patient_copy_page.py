"""The patient's version as it is shown: the document that was signed, and around it what printing was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from patients.dates import long_date
from patients.models import SignedPlan
from patients.presenters.banner import PatientBanner, patient_banner
from patients.presenters.plan.page import PlanTabs, margin_style, plan_tabs, state_sentence
from patients.presenters.plan.patient_copy import AGAINST
from patients.states import PlanState

OLDER_FORMAT = "This plan was signed before patient versions were kept. Sign a reassessment to get one."
CONTRADICTION = (
    "Something is given or used against the advice. Read every sentence below: one of them may say otherwise. "
    "Then explain it in person, and do not hand this sheet out."
)
STATE_FOR_PATIENTS = {
    PlanState.CURRENT: "",
    PlanState.SUPERSEDED: "This plan has been replaced by a newer one. Please ask for the newer one.",
    PlanState.WITHDRAWN: "This plan was an error and is not valid. Please do not use it, and ask your care team.",
}


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """`outlook` counts only where one was signed together with the name of who has talked about it."""

    large: bool = False
    outlook: bool = False
    language: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "CopyOptions":
        return cls(**{name: query.get(name) == "yes" for name in ("large", "outlook", "language")})


@dataclass(frozen=True, slots=True)
class PatientCopyPage:
    """`copy` is None for a plan of before patient versions; then `missing` says so. `outlook` is None unless asked for.

    `state` stands on each sheet unless the plan is the current one.
    """

    title: str
    banner: PatientBanner
    tabs: PlanTabs
    copy: Mapping[str, Any] | None
    missing: str
    contradiction: str
    contact: str
    outlook: Mapping[str, str] | None
    has_outlook: bool
    options: CopyOptions
    state: str
    is_current: bool
    state_sentence: str
    state_for_patient: str
    printed_line: str
    href: str
    print_href: str
    pdf_href: str
    style_href: str


def patient_copy_page(plan: SignedPlan, *, options: CopyOptions) -> PatientCopyPage:
    body = plan.body_document
    copy: Mapping[str, Any] | None = body.get("patient_copy")
    signed_outlook: Mapping[str, str] | None = body.get("outlook")
    signed_patient = PatientBanner.from_document(body["patient"])
    return PatientCopyPage(
        title=f"Care plan {plan.number} for the patient - {signed_patient.short_name}",
        banner=patient_banner(plan.patient),
        tabs=plan_tabs(plan, is_patient_copy=True),
        copy=copy,
        missing="" if copy else OLDER_FORMAT,
        contradiction=CONTRADICTION if copy and goes_against_advice(copy) else "",
        contact=body.get("contact", ""),
        outlook=signed_outlook if options.outlook and may_be_printed(signed_outlook) else None,
        has_outlook=may_be_printed(signed_outlook),
        options=options,
        state=plan.state.value,
        is_current=plan.state is PlanState.CURRENT,
        state_sentence=state_sentence(plan),
        state_for_patient=STATE_FOR_PATIENTS[plan.state],
        printed_line=f"Printed {long_date(timezone.localdate())}",
        href=reverse("patients:patient_copy", args=[plan.pk]),
        print_href=reverse("patients:patient_copy_print", args=[plan.pk]),
        pdf_href=reverse("patients:plan_pdf", args=[plan.pk]),
        style_href=f"{reverse('patients:plan_print_style', args=[plan.pk])}?for=patient",
    )


def goes_against_advice(copy: Mapping[str, Any]) -> bool:
    """Safety: a wording of other advice may speak of what was decided against, such as "not possible"."""
    return any(row["reason"] == AGAINST for row in copy["left_out"])


def may_be_printed(outlook: Mapping[str, str] | None) -> bool:
    """Safety: only what somebody has said to the patient already, and stands to it with a name."""
    return bool(outlook and outlook["text"] and outlook["discussed_by"])


def patient_copy_style(page: PatientCopyPage) -> str:
    """The page margins in the words of the patient's version."""
    copy = page.copy or {"name": "", "born": "", "nhs_number": "", "day": ""}
    state = "" if page.is_current else f"{page.state.upper()}. "
    nhs_number = f"   NHS number {copy['nhs_number']}" if copy["nhs_number"] else ""
    texts = {
        "--sheet-patient": f"{copy['name']}   Born {copy['born']}{nhs_number}",
        "--sheet-title": f"{state}Your care plan",
        "--sheet-signed": copy["day"],
        "--sheet-content": page.printed_line,
        "--sheet-printed": "",
    }
    return margin_style(texts)
