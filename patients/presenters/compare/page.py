"""Two assessments of a patient beside one another: findings, verdicts, texts, and why each verdict changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from pathways.proof_status import proof_words
from pathways.selectors import LoadedRelease
from pathways.words import counted
from patients.dates import short_date, short_moment
from patients.models import Assessment, Patient
from patients.models.assessments import TEXT_LABELS
from patients.presenters.banner import PatientBanner, patient_banner
from patients.presenters.compare.choice import IN_FORCE, Chosen, Option, options
from patients.presenters.compare.findings import ComparedFinding, changes_by_code, compared_findings
from patients.presenters.compare.sides import Side
from patients.presenters.compare.text_difference import TextRun, text_difference
from patients.presenters.compare.verdicts import ComparedVerdict, compared_verdicts

ALL = "all"
DIFFERENCES = "differences"
NOT_APPROVED = (
    "Verdicts are not compared: the guidance of at least one side is not approved, and guidance that is not approved "
    "gives no advice here."
)


@dataclass(frozen=True, slots=True)
class SideHead:
    """`name` heads a column together with `day`; `basis` says as of which day, and with which guidance."""

    name: str
    day: str
    note: str
    basis: str
    caution: str


@dataclass(frozen=True, slots=True)
class ComparedText:
    label: str
    change: str
    runs: tuple[TextRun, ...]
    differs: bool


Row = TypeVar("Row", ComparedFinding, ComparedVerdict, ComparedText)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs, and what does not where `shows_all`. `withheld` says why there are no verdicts."""

    earlier: SideHead
    later: SideHead
    guidance: str
    summary: str
    findings: tuple[ComparedFinding, ...]
    verdicts: tuple[ComparedVerdict, ...]
    texts: tuple[ComparedText, ...]
    withheld: str
    shows_all: bool
    differences: int
    rows: int


@dataclass(frozen=True, slots=True)
class ComparePage:
    """`problem` says why nothing is compared; then `comparison` is None."""

    title: str
    banner: PatientBanner
    problem: str
    can_choose: bool
    earlier_options: tuple[Option, ...]
    later_options: tuple[Option, ...]
    comparison: Comparison | None
    all_href: str
    differences_href: str
    print_href: str
    here_href: str
    patient_href: str
    printed_line: str


def compare_page(
    patient: Patient,
    *,
    user: User,
    listed: Sequence[Assessment],
    chosen: Chosen,
    comparison: Comparison | None,
    in_force: LoadedRelease | None,
) -> ComparePage:
    banner = patient_banner(patient)
    later = IN_FORCE if chosen.under_guidance else key_of(chosen.later)
    asked = {"earlier": key_of(chosen.earlier), "later": later}
    here = reverse("patients:compare", args=[patient.pk])
    show = {"show": ALL} if comparison and comparison.shows_all else {}
    return ComparePage(
        title=f"Compare assessments - {banner.short_name}",
        banner=banner,
        problem=chosen.problem,
        can_choose=len(listed) > 1 or (bool(listed) and offers_guidance(listed, in_force)),
        earlier_options=options(listed, asked["earlier"]),
        later_options=options(listed, asked["later"], in_force=guidance_option(listed, in_force)),
        comparison=comparison,
        all_href=f"{here}?{urlencode({**asked, 'show': ALL})}",
        differences_href=f"{here}?{urlencode({**asked, 'show': DIFFERENCES})}",
        print_href=f"{reverse('patients:compare_print', args=[patient.pk])}?{urlencode({**asked, **show})}",
        here_href=f"{here}?{urlencode({**asked, **show})}",
        patient_href=reverse("patients:patient_detail", args=[patient.pk]),
        printed_line=f"Printed {short_moment(timezone.now())} by {user.display_name}",
    )


def key_of(assessment: Assessment | None) -> str:
    return str(assessment.pk) if assessment else ""


def offers_guidance(listed: Sequence[Assessment], in_force: LoadedRelease | None) -> bool:
    """Where some assessment was made with other guidance than the one in force."""
    return in_force is not None and any(one.release_id != in_force.record.pk for one in listed)


def guidance_option(listed: Sequence[Assessment], in_force: LoadedRelease | None) -> str:
    if in_force is None or not offers_guidance(listed, in_force):
        return ""
    return f"The same findings under release {in_force.record.number}, in force now"


def comparison_of(earlier: Side, later: Side, *, shows_all: bool) -> Comparison:
    findings = compared_findings(earlier, later)
    may_advise = earlier.may_advise and later.may_advise
    verdicts = compared_verdicts(earlier, later, changes_by_code(findings)) if may_advise else ()
    texts = compared_texts(earlier, later)
    apart = (differing(findings), differing(verdicts), differing(texts))
    return Comparison(
        earlier=side_head(earlier),
        later=side_head(later),
        guidance=guidance_line(earlier, later),
        summary=summary(*apart, has_verdicts=may_advise),
        findings=findings if shows_all else apart[0],
        verdicts=verdicts if shows_all else apart[1],
        texts=texts if shows_all else apart[2],
        withheld="" if may_advise else NOT_APPROVED,
        shows_all=shows_all,
        differences=sum(map(len, apart)),
        rows=len(findings) + len(verdicts) + len(texts),
    )


def differing(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.differs)


def side_head(side: Side) -> SideHead:
    release = side.release
    day = short_date(side.evaluation.as_of)
    status = f"{release.get_status_display().lower()}, {proof_words(release)}"
    basis = f"As of {day}, with release {release.number}, {status}"
    return SideHead(side.name, side.day, side.note, basis, side.caution)


def guidance_line(earlier: Side, later: Side) -> str:
    if earlier.release.pk == later.release.pk:
        same = f"Both with release {later.release.number} of the guidance"
        return f"{same}: every change comes from the patient or from the time that passed."
    return (
        f"With different guidance, release {earlier.release.number} and release {later.release.number}: "
        "each changed verdict says whether the patient, the time that passed or the guidance changed it."
    )


def summary(
    findings: tuple[ComparedFinding, ...],
    verdicts: tuple[ComparedVerdict, ...],
    texts: tuple[ComparedText, ...],
    *,
    has_verdicts: bool,
) -> str:
    """Safety: verdicts that were not compared are not counted, not even as none. HZ-15"""
    changed = sum(one.is_changed for one in verdicts)
    parts = [counted(len(findings), "finding"), *([counted(changed, "verdict")] if has_verdicts else ())]
    if len(verdicts) > changed:
        parts.append(counted(len(verdicts) - changed, "answer"))
    if texts:
        parts.append(counted(len(texts), "text"))
    return f"Different: {', '.join(parts)}."


def compared_texts(earlier: Side, later: Side) -> tuple[ComparedText, ...]:
    pairs = {"priorities": (earlier.priorities, later.priorities), "ceilings": (earlier.ceilings, later.ceilings)}
    return tuple(compared_text(TEXT_LABELS[name], *pair) for name, pair in pairs.items())


def compared_text(label: str, then: str, now: str) -> ComparedText:
    if then == now:
        return ComparedText(label, "Unchanged", text_difference(then, now), differs=False)
    change = "New" if not then else "No longer recorded" if not now else "Changed"
    return ComparedText(label, change, text_difference(then, now), differs=True)
