"""What the guidance asks of the clinic: the stored records to try a draft on, the answers given, and a real card."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import User
from pathways.clinic import Advised, AnswersGiven, SignedOutcome, register
from pathways.engine.evaluation import evaluate
from pathways.engine.observations import Observation
from pathways.engine.release import Release
from patients.findings.board import read_answers
from patients.findings.renaming import moved_along
from patients.models.assessments import StoredAnswer
from patients.presenters.advice.preview import card_preview
from patients.selectors.recalls import advised_by
from patients.selectors.unnamed import (
    AnswerCount,
    UnnamedRecord,
    answer_counts,
    count_drafts,
    count_plans,
    count_signed_after,
    plans_in_order_of_signing,
    unnamed_drafts,
    unnamed_plans,
)
from patients.states import AnswerReason

DRAFT = "draft"
SIGNED_PLAN = "signed plan"


@dataclass(frozen=True, slots=True)
class ClinicRecord:
    """The answers of a draft or a signed plan, without anything that says whose they are."""

    kind: str
    id: UUID
    as_of: date
    release_sha256: str
    findings: Mapping[str, StoredAnswer]

    def observations(self, release: Release) -> Mapping[str, Observation]:
        """An answer that the release has no place for is unknown, exactly as it would be in the assessment."""
        answers = moved_along(self.findings, release.vocabulary.renamed).answers
        return read_answers(answers, release, as_of=self.as_of)


@dataclass(frozen=True, slots=True)
class WardRecords:
    """This installation's records, as `pathways.clinic.Clinic`."""

    def count_records(self) -> int:
        return count_drafts() + count_plans()

    def stored_records(self) -> Iterator[ClinicRecord]:
        today = timezone.localdate()
        for draft in unnamed_drafts():
            yield record_of(draft, DRAFT, today)
        for plan in unnamed_plans():
            yield record_of(plan, SIGNED_PLAN, plan.day)

    def answers_given(self, since: date) -> tuple[AnswersGiven, ...]:
        return tuple(given(counted) for counted in answer_counts(since))

    def plans_signed(self, since: date | None) -> Iterator[SignedOutcome]:
        for plan in plans_in_order_of_signing(since):
            yield SignedOutcome(timezone.localdate(plan["signed_at"]), plan["release_id"], rules_in(plan))

    def plans_signed_after(self, day: date | None, *, before: date) -> int:
        return count_signed_after(day, before=before)

    def advised_by(self, release: UUID, *, user: User) -> Advised:
        return advised_by(release, user=user)

    def preview(
        self, release: Release, observations: Mapping[str, Observation], as_of: date, *, intervention: str
    ) -> SafeString:
        """With an empty intervention, the notes that stand on no card."""
        page = card_preview(evaluate(release, observations, as_of), intervention)
        shown = {"page": page, "training": settings.LM_MODE != "live"}
        return render_to_string("patients/card_preview.html", shown)


def rules_in(plan: Mapping[str, Any]) -> Mapping[str, str] | None:
    """What each rule was; only of a body that is the one that was signed."""
    if hashlib.sha256(plan["body"].encode()).hexdigest() != plan["body_sha256"]:
        return None
    try:
        rules = json.loads(plan["body"])["evaluated"]["rules"]
    except (KeyError, TypeError, ValueError):
        return None
    return rules if isinstance(rules, dict) else None


def record_of(stored: UnnamedRecord, kind: str, as_of: date) -> ClinicRecord:
    return ClinicRecord(kind, stored.id, as_of, stored.release_sha256, stored.findings)


def given(counted: AnswerCount) -> AnswersGiven:
    return AnswersGiven(
        intervention=counted.intervention,
        stance=counted.stance,
        followed=counted.followed,
        declined=counted.declined,
        top_reason=AnswerReason(counted.top_reason).label if counted.top_reason else "",
    )


def register_clinic() -> None:
    register(WardRecords())
