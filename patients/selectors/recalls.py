"""Whom a release of the guidance advised: signed plans and unsigned assessments of every ward, for a recall.

Only the pages of the recall ask, for people who may list one, against a reason; everybody named is recorded first.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import Error
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from pathways.clinic import Advised
from pathways.engine.evaluation import evaluate
from pathways.engine.truth import TRUE
from pathways.selectors import compiled_release
from patients.findings.board import read_answers
from patients.models import Assessment, SignedPlan
from patients.permissions import can_recall
from patients.selectors.unnamed import beginning_of

PLANS_AT_ONCE = 200
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecallQuestion:
    """`releases` is the one asked about, and others that hold the same text of a part. Empty texts do not narrow.

    `until` ends the answer at the moment of asking, so that the file holds what the log says.
    """

    releases: tuple[UUID, ...]
    until: datetime
    rule: str = ""
    intervention: str = ""
    stance: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def looks_inside(self) -> bool:
        return bool(self.rule or self.intervention)


@dataclass(frozen=True, slots=True)
class Place:
    """`is_certain` is False where the record cannot be read: whether it fits is not known, so it is listed."""

    record: UUID
    patient: UUID
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """The first places, plans before assessments, and how many there are in all."""

    plans: tuple[Place, ...]
    assessments: tuple[Place, ...]
    all_plans: int
    all_assessments: int
    all_patients: int

    @property
    def records(self) -> int:
        return self.all_plans + self.all_assessments

    @property
    def named(self) -> tuple[UUID, ...]:
        """The patients of the places."""
        return tuple(dict.fromkeys(place.patient for place in (*self.plans, *self.assessments)))


def advised_by(release: UUID, *, user: User) -> Advised:
    """Two numbers; who may list the patients is also told where."""
    href = reverse("patients:recall", args=[release]) if can_recall(user) else ""
    return Advised(SignedPlan.objects.count_on_release(release), Assessment.objects.count_on_release(release), href)


def whom_it_advised(question: RecallQuestion, *, most: int) -> Found:
    """At most so many places; everything is counted. Ids as plain values: no record is loaded for this."""
    return looked_into(question, most) if question.looks_inside else from_the_index(question, most)


def from_the_index(question: RecallQuestion, most: int) -> Found:
    """The release alone is answered by the database, among a million plans as well."""
    plans, drafts = plans_of(question), assessments_of(question)
    patients = (records.order_by().values("patient_id") for records in (plans, drafts))
    first_plans = places_of(plans, most)
    return Found(
        plans=first_plans,
        assessments=places_of(drafts, most - len(first_plans)),
        all_plans=plans.count(),
        all_assessments=drafts.count(),
        all_patients=next(patients).union(next(patients)).count(),
    )


def places_of(records: QuerySet[Any], most: int) -> tuple[Place, ...]:
    return tuple(Place(pk, patient) for pk, patient in records.values_list("pk", "patient_id")[:most])


def looked_into(question: RecallQuestion, most: int) -> Found:
    """One by one, in which the question is narrowed down to what a plan says; memory stays flat beside the ids."""
    patients: set[UUID] = set()
    kept: list[list[Place]] = [[], []]
    counted = [0, 0]
    for kind, places in enumerate((plans_found(question), assessments_found(question))):
        for place in places:
            counted[kind] += 1
            patients.add(place.patient)
            if sum(map(len, kept)) < most:
                kept[kind].append(place)
    return Found(tuple(kept[0]), tuple(kept[1]), counted[0], counted[1], len(patients))


def plans_of(question: RecallQuestion) -> QuerySet[SignedPlan]:
    return in_period(SignedPlan.objects.recalled(question.releases), question, begun="signed_at", ended="signed_at")


def assessments_of(question: RecallQuestion) -> QuerySet[Assessment]:
    """Safety: whatever was at work in the period, because nothing keeps which day showed which advice. HZ-68"""
    return in_period(Assessment.objects.recalled(question.releases), question, begun="created_at", ended="updated_at")


def plans_found(question: RecallQuestion) -> Iterator[Place]:
    fields = plans_of(question).values("pk", "patient_id", "body", "body_sha256")
    for plan in fields.iterator(chunk_size=PLANS_AT_ONCE):
        said = fits_plan(plan, question)
        if said is not False:
            yield Place(plan["pk"], plan["patient_id"], is_certain=said is not None)


def in_period(records: QuerySet[Any], question: RecallQuestion, *, begun: str, ended: str) -> QuerySet[Any]:
    inside = records.filter(**{f"{begun}__lte": question.until})
    if question.first:
        inside = inside.filter(**{f"{ended}__gte": beginning_of(question.first)})
    if question.last:
        inside = inside.filter(**{f"{begun}__lt": beginning_of(question.last + timedelta(days=1))})
    return inside


def fits_plan(plan: Fields, question: RecallQuestion) -> bool | None:
    """Safety: None, and so listed, where the plan is not what was signed or does not say it. HZ-68"""
    if hashlib.sha256(plan["body"].encode()).hexdigest() != plan["body_sha256"]:
        return None
    try:
        evaluated = json.loads(plan["body"])["evaluated"]
        rules = dict(evaluated["rules"])
        stances = {code: verdict["stance"] for code, verdict in evaluated["verdicts"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return fits(rules, stances, question)


def fits(rules: Mapping[str, str], stances: Mapping[str, str | None], question: RecallQuestion) -> bool:
    if question.rule and rules.get(question.rule) != TRUE.value:
        return False
    if not question.intervention:
        return True
    stance = stances.get(question.intervention)
    return stance == question.stance if question.stance else stance is not None


def assessments_found(question: RecallQuestion) -> Iterator[Place]:
    """Nothing keeps what a draft was told on which day: its answers are evaluated as they stand now."""
    fields = assessments_of(question).values("pk", "patient_id", "findings", "updated_at", "release__sha256")
    for draft in fields.iterator(chunk_size=PLANS_AT_ONCE):
        said = fits_assessment(draft, question)
        if said is not False:
            yield Place(draft["pk"], draft["patient_id"], is_certain=said is not None)


def fits_assessment(draft: Fields, question: RecallQuestion) -> bool | None:
    """Safety: None, and so listed, whatever breaks: the rule that is recalled may be what breaks. HZ-68"""
    try:
        release = compiled_release(draft["release__sha256"])
        as_of = timezone.localdate(draft["updated_at"])
        evaluation = evaluate(release, read_answers(draft["findings"], release, as_of=as_of), as_of)
    except Error:
        raise  # the database that does not answer says nothing about a draft
    except Exception:  # noqa: BLE001
        return None
    rules = {key: truth.value for key, truth in evaluation.rules.items()}
    stances = {code: one.stance.value if one.stance else None for code, one in evaluation.verdicts.items()}
    return fits(rules, stances, question)


def plans_with_identity(places: Iterable[Place], question: RecallQuestion) -> list[SignedPlan]:
    """In the order of the places, with the patient; whoever asks has recorded the patients."""
    wanted = [place.record for place in places]
    plans = SignedPlan.objects.recalled(question.releases).with_state().filter(pk__in=wanted)
    return list(plans.select_related("patient__ward", "release", "withdrawal").defer("body", "release__document"))


def assessments_with_identity(places: Iterable[Place], question: RecallQuestion) -> list[Assessment]:
    wanted = [place.record for place in places]
    drafts = Assessment.objects.recalled(question.releases).filter(pk__in=wanted)
    people = drafts.select_related("patient__ward", "release", "updated_by")
    return list(people.defer("findings", "withdrawn", "plan_details", "release__document"))
