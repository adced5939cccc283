"""A signed plan as it is shown: the stored body, and around it the frame that may change (superseded, printed by)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from pathways.selectors import LoadedRelease
from pathways.words import fingerprint
from patients.dates import short_date, short_moment
from patients.models import SignedPlan
from patients.permissions import can_withdraw_plan
from patients.presenters.banner import PatientBanner, patient_banner
from patients.presenters.plan.record import AddendumLine, addendum_lines
from patients.presenters.plan.sections import AFTER_ADDITIONS
from patients.states import PlanState


@dataclass(frozen=True, slots=True)
class PlanTabs:
    """Two versions of one plan, as links; which of them is shown stands in `is_patient_copy`."""

    clinician_href: str
    patient_href: str
    is_patient_copy: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """`body` is what was signed, `signed_patient` the patient as named on that day, `banner` as named now.

    `guidance_now` is empty while any guidance is in force. `groups` stand before what clinicians have added,
    `last_groups` after it; of a body of format 1, which knows no additions, all are `groups`.
    """

    title: str
    heading: str
    banner: PatientBanner
    signed_patient: PatientBanner
    body: Mapping[str, Any]
    groups: tuple[Mapping[str, Any], ...]
    last_groups: tuple[Mapping[str, Any], ...]
    has_people: bool
    addenda: tuple[AddendumLine, ...]
    tabs: PlanTabs
    state: str
    is_current: bool
    state_sentence: str
    guidance_now: str
    signed_line: str
    content_line: str
    printed_line: str
    identifiers: str
    fingerprint: str
    can_withdraw: bool
    href: str
    print_href: str
    style_href: str
    withdraw_href: str
    patient_href: str
    compare_href: str = ""
    flow_href: str = ""


def plan_page(plan: SignedPlan, *, user: User, in_force: LoadedRelease | None) -> PlanPage:
    body = plan.body_document
    signature, content = body["signature"], body["content"]
    signed_patient = PatientBanner.from_document(body["patient"])
    return PlanPage(
        title=f"Care plan {plan.number} - {signed_patient.short_name}",
        heading=f"Care plan {plan.number}, {body['assessment']['day']}",
        banner=patient_banner(plan.patient),
        signed_patient=signed_patient,
        body=body,
        groups=groups_before(body),
        last_groups=groups_after(body),
        has_people=not is_format_1(body),
        addenda=addendum_lines(plan),
        tabs=plan_tabs(plan),
        state=plan.state.value,
        is_current=plan.state is PlanState.CURRENT,
        state_sentence=state_sentence(plan),
        guidance_now=guidance_now(in_force),
        signed_line=signed_line(signature),
        content_line=content_line(content),
        printed_line=f"Printed {short_moment(timezone.now())} by {user.display_name}",
        identifiers=identifiers(signed_patient),
        fingerprint=fingerprint(plan.body_sha256),
        can_withdraw=can_withdraw_plan(user, plan),
        href=reverse("patients:plan_detail", args=[plan.pk]),
        print_href=reverse("patients:plan_print", args=[plan.pk]),
        style_href=reverse("patients:plan_print_style", args=[plan.pk]),
        withdraw_href=reverse("patients:plan_withdraw", args=[plan.pk]),
        patient_href=reverse("patients:patient_detail", args=[plan.patient_id]),
        compare_href=reverse("patients:compare", args=[plan.patient_id]),
        flow_href=reverse("patients:flow", args=[plan.assessment_id]),
    )


def is_format_1(body: Mapping[str, Any]) -> bool:
    """Signed before the plan held who does what by when: shown exactly as it always was."""
    return bool(body["format"] == 1)


def groups_before(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple(group for group in body["groups"] if is_format_1(body) or group["code"] not in AFTER_ADDITIONS)


def groups_after(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple(group for group in body["groups"] if not is_format_1(body) and group["code"] in AFTER_ADDITIONS)


def content_line(content: Mapping[str, Any]) -> str:
    return f"Content: release {content['release']}, {content['status'].lower()}, {content['proof']}"


def plan_tabs(plan: SignedPlan, *, is_patient_copy: bool = False) -> PlanTabs:
    return PlanTabs(
        reverse("patients:plan_detail", args=[plan.pk]),
        reverse("patients:patient_copy", args=[plan.pk]),
        is_patient_copy,
    )


def state_sentence(plan: SignedPlan) -> str:
    match plan.state:
        case PlanState.CURRENT:
            return ""
        case PlanState.SUPERSEDED:
            return "Superseded: a later care plan of this patient has been signed. Do not act on this one."
        case PlanState.WITHDRAWN:
            by, day = plan.withdrawal.by["name"], short_date(timezone.localdate(plan.withdrawal.at))
            return f"Withdrawn as entered in error by {by}, {day}: {plan.withdrawal.reason}. Do not act on it."


def guidance_now(in_force: LoadedRelease | None) -> str:
    """Safety: who reads an old plan learns that nothing is advised today. HZ-15"""
    if in_force is not None:
        return ""
    approved = "approved " if settings.LM_MODE == "live" else ""
    return f"No {approved}guidance is in force now. This plan says what was advised on the day it was signed."


def signed_line(signature: Mapping[str, Any]) -> str:
    registration = f", registration {signature['registration']}" if signature["registration"] else ""
    person = ", ".join(part for part in (signature["name"], signature["role"]) if part)
    return f"Signed by {person}{registration}, {signature['at_words']}"


def identifiers(patient: PatientBanner) -> str:
    return f"{patient.name}   Born {patient.born}   NHS No. {patient.nhs_number}"


def print_style(page: PlanPage) -> str:
    state = "" if page.is_current else f"{page.state.upper()}. "
    texts = {
        "--sheet-patient": page.identifiers,
        "--sheet-title": f"{state}{page.heading}",
        "--sheet-signed": page.signed_line,
        "--sheet-content": page.content_line,
        "--sheet-printed": page.printed_line,
    }
    return margin_style(texts)


def margin_style(texts: Mapping[str, str]) -> str:
    """The texts of the page margins as CSS variables."""
    declarations = "".join(f"{name}:{css_string(text)};" for name, text in texts.items())
    return f"html{{{declarations}}}"


def css_string(text: str) -> str:
    """Safety: a name is data. Everything but letters and digits of ASCII and the space is written as an escape."""
    return '"' + "".join(one if is_plain(one) else f"\\{ord(one):x} " for one in text if ord(one)) + '"'


def is_plain(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == " ")
