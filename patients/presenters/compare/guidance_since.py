"""What the guidance in force would say today of a signed plan: the same findings, the same day, the other release."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from pathways.engine.attribution import Snapshot, VerdictChange, attribute
from pathways.engine.moved_codes import read_under
from pathways.engine.release import Release as EngineRelease
from pathways.models import Release
from pathways.selectors import LoadedRelease, TamperedRelease, loaded, may_advise
from pathways.selectors.notes import ChangeNote, GuidanceChange, change_since
from pathways.words import counted
from patients.dates import short_date
from patients.findings.standing import SignedFindings
from patients.findings.unavailable import AdviceUnavailable, guarded_engine, refuse_own_difference
from patients.models import SignedPlan
from patients.models.plans import AlteredPlan
from patients.presenters.advice.verdict_words import VerdictWords, intervention_label, verdict_words
from patients.presenters.compare.choice import IN_FORCE


@dataclass(frozen=True, slots=True)
class ChangedVerdict:
    """An intervention, and what is said of it then and now."""

    label: str
    then: VerdictWords
    now: VerdictWords


@dataclass(frozen=True, slots=True)
class GuidanceSince:
    """`sentence` stands alone; `rows` are verdicts that would differ; `notes` say why, in the editors' words.

    `href` leads to the comparison of the plan with its own findings under the guidance in force; empty where there
    is nothing to compare.
    """

    sentence: str
    rows: tuple[ChangedVerdict, ...] = ()
    reworded: str = ""
    reason: str = ""
    notes: tuple[ChangeNote, ...] = ()
    href: str = ""


def is_on_other_guidance(plan: SignedPlan, in_force: LoadedRelease | None) -> bool:
    """For lists: costs nothing, and says nothing about which verdicts would differ."""
    return in_force is not None and plan.release_id != in_force.record.pk


def guidance_since(plan: SignedPlan, *, in_force: LoadedRelease | None, today: date) -> GuidanceSince | None:
    """None while the plan's own guidance is in force. Safety: what may not advise is not evaluated. HZ-15"""
    if in_force is None:
        return GuidanceSince(nothing_in_force())
    if not is_on_other_guidance(plan, in_force):
        return None
    came = what_came(plan.release, in_force.record, None)
    try:
        with guarded_engine(in_force=in_force):
            refuse_own_difference(in_force.engine, in_force.record)
            return compared_with(plan, in_force, today=today)
    except (AlteredPlan, TamperedRelease):
        return GuidanceSince(f"{came} What is stored does not match its fingerprint, so nothing is compared.")
    except AdviceUnavailable as unavailable:
        return GuidanceSince(f"{came} The plan is not compared with it. {unavailable.sentence}")


def compared_with(plan: SignedPlan, in_force: LoadedRelease, *, today: date) -> GuidanceSince:
    """Raises AlteredPlan and TamperedRelease."""
    change = change_since(plan.release, in_force.record)
    came = what_came(plan.release, in_force.record, change)
    reason, notes = (change.reason, change.notes) if change else ("", ())
    if not may_advise(plan.release):
        unapproved = "The plan was signed on guidance that is not approved, so its advice is not compared."
        return GuidanceSince(f"{came} {unapproved}", reason=reason, notes=notes)
    signed, now = moments(plan, in_force.engine)
    changes = attribute(signed, now)
    differing = [one for one in changes if not one.reasons_only]
    return GuidanceSince(
        sentence=f"{came} {count_in_words(len(differing), signed.as_of, today)}",
        rows=tuple(changed_verdict(one, now.release, signed.release) for one in differing),
        reworded=reworded_words(len(changes) - len(differing)),
        reason=reason,
        notes=notes,
        href=comparison_href(plan),
    )


def comparison_href(plan: SignedPlan) -> str:
    asked = urlencode({"earlier": plan.assessment_id, "later": IN_FORCE})
    return f"{reverse('patients:compare', args=[plan.patient_id])}?{asked}"


def moments(plan: SignedPlan, now: EngineRelease) -> tuple[Snapshot, Snapshot]:
    """The plan as it was signed, and its own findings on its own day under another release."""
    then = loaded(plan.release).engine
    signed = SignedFindings.of(plan.body_document["evaluated"], then)
    moved = read_under(signed.observations, then.vocabulary, now.vocabulary)
    return Snapshot(then, signed.observations, signed.as_of), Snapshot(now, moved, signed.as_of)


def nothing_in_force() -> str:
    approved = "approved " if settings.LM_MODE == "live" else ""
    return f"No {approved}guidance is in force now, so that nothing can be said about changes since this plan."


def what_came(used: Release, now: Release, change: GuidanceChange | None) -> str:
    day = f" on {short_date(timezone.localdate(change.since))}" if change else ""
    if now.number < used.number:
        return f"Guidance taken back since this plan: release {used.number} → {now.number}{day}."
    return f"Guidance changed since this plan: release {used.number} → {now.number}{day}."


def count_in_words(number: int, day: date, today: date) -> str:
    """Whether the findings still count today is another question, and the sentence says so."""
    as_of = "as of today" if day == today else f"as of {short_date(day)}"
    if number == 0:
        return f"None of its verdicts would differ on the same findings, {as_of}."
    return f"{counted(number, 'verdict')} would differ on the same findings, {as_of}."


def reworded_words(number: int) -> str:
    if number == 0:
        return ""
    verdicts = "1 verdict stays as it is and rests" if number == 1 else f"{number} verdicts stay as they are and rest"
    return f"{verdicts} on other rules or other words."


def changed_verdict(change: VerdictChange, now: EngineRelease, then: EngineRelease) -> ChangedVerdict:
    return ChangedVerdict(
        label=intervention_label(change.intervention, now, then),
        then=verdict_words(change.before),
        now=verdict_words(change.after),
    )
