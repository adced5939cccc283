"""What the guidance may learn of the records, without a person to ask for it and without anybody's identity."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from patients.models import Assessment, Decision, SignedPlan
from patients.models.assessments import StoredAnswer
from patients.states import AdviceAnswer, AnswerReason

CHUNK = 200
PLANS_AT_ONCE = 50  # their bodies are long
Rows = QuerySet[Any, dict[str, Any]]

# An answer of "use" follows a "consider" and departs from a "not advised".
DECLINED = Q(answer__in=(AdviceAnswer.DECLINE, AdviceAnswer.NOT_USE, AdviceAnswer.GIVE_ANYWAY)) | Q(
    answer=AdviceAnswer.USE, stance="avoid"
)
FOLLOWED = (
    Q(answer__in=(AdviceAnswer.FOLLOW, AdviceAnswer.DECIDED))
    | Q(answer=AdviceAnswer.USE) & ~Q(stance="avoid")
    | Q(answer=AdviceAnswer.DISCUSS, stance="discuss")
)


@dataclass(frozen=True, slots=True)
class UnnamedRecord:
    """The answers of an open draft or of a plan in force; `day` is the one they were last stored on."""

    id: UUID
    day: date
    release_sha256: str
    findings: Mapping[str, StoredAnswer]


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """`top_reason` is the code of the reason chosen most often, or empty."""

    intervention: str
    stance: str
    followed: int
    declined: int
    top_reason: str


def count_drafts() -> int:
    return Assessment.objects.drafts_without_identity().count()


def count_plans() -> int:
    return SignedPlan.objects.in_force_without_identity().count()


def unnamed_drafts() -> Iterator[UnnamedRecord]:
    return in_chunks(Assessment.objects.drafts_without_identity)


def unnamed_plans() -> Iterator[UnnamedRecord]:
    return in_chunks(SignedPlan.objects.in_force_without_identity)


def in_chunks(rows: Callable[[], Rows]) -> Iterator[UnnamedRecord]:
    """A statement per chunk: no cursor stays open while the caller works for minutes and writes its progress."""
    chunk = list(rows()[:CHUNK])
    while chunk:
        for row in chunk:
            yield UnnamedRecord(row["pk"], row["day"], row["sha256"], row["findings"])
        chunk = list(rows().filter(pk__gt=chunk[-1]["pk"])[:CHUNK])


def plans_in_order_of_signing(since: date | None) -> Iterator[Mapping[str, Any]]:
    """As plain values; a statement per chunk, because counting writes in between."""
    rows = SignedPlan.objects.signed_without_identity()
    if since is not None:
        rows = rows.filter(signed_at__gte=beginning_of(since))
    chunk = list(rows[:PLANS_AT_ONCE])
    while chunk:
        yield from chunk
        last = chunk[-1]
        behind = Q(signed_at__gt=last["signed_at"]) | Q(signed_at=last["signed_at"], pk__gt=last["pk"])
        chunk = list(rows.filter(behind, signed_at__gte=last["signed_at"])[:PLANS_AT_ONCE])


def count_signed_after(day: date | None, *, before: date) -> int:
    plans = SignedPlan.objects.signed_without_identity().filter(signed_at__lt=beginning_of(before))
    return (plans.filter(signed_at__gte=beginning_of(day + timedelta(days=1))) if day else plans).count()


def beginning_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def answer_counts(since: date) -> tuple[AnswerCount, ...]:
    """Two statements, grouped in the database: no single answer is read, and nothing that anybody wrote."""
    standing = Decision.objects.standing_without_people(beginning_of(since))
    counted = standing.annotate(followed=Count("pk", filter=FOLLOWED), declined=Count("pk", filter=DECLINED))
    reasons = top_reasons(standing)
    return tuple(
        AnswerCount(
            row["intervention"],
            row["stance"],
            row["followed"],
            row["declined"],
            reasons.get((row["intervention"], row["stance"]), ""),
        )
        for row in counted.order_by("intervention", "stance")
    )


def top_reasons(standing: Rows) -> dict[tuple[str, str], str]:
    """Per verdict the code chosen most often for not following it; of equals the first in the list of reasons."""
    coded = standing.filter(DECLINED, reason_code__in=AnswerReason.values).values(
        "intervention", "stance", "reason_code"
    )
    order = {code: position for position, code in enumerate(AnswerReason.values)}
    rows = sorted(coded.annotate(times=Count("pk")), key=lambda row: (-row["times"], order[row["reason_code"]]))
    return {(row["intervention"], row["stance"]): row["reason_code"] for row in reversed(rows)}
