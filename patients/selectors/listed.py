"""The worklist: the patients of the own list and wards with what is open or due, one page at a time."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OrderBy, OuterRef, Q, QuerySet, Subquery, UUIDField

from accounts.models import User
from audit.guard import for_nobody_to_see
from patients.models import Assessment, ListedByPerson, Patient, SignedPlan
from patients.states import AssessmentState

PER_PAGE = 50


class WorklistFilter(Enum):
    MINE = "mine"
    ALL = "all"
    DUE = "due"
    DRAFTS = "drafts"


class Direction(Enum):
    """In the words of `aria-sort`."""

    ASCENDING = "ascending"
    DESCENDING = "descending"

    @property
    def other(self) -> "Direction":
        return Direction.DESCENDING if self is Direction.ASCENDING else Direction.ASCENDING


@dataclass(frozen=True, slots=True)
class Sorting:
    """`by` is a key of SORTS."""

    by: str
    direction: Direction


BY_NAME = ("family_name_folded", "given_names_folded")
SORTS: dict[str, tuple[str, ...]] = {
    "name": BY_NAME,
    "born": ("birth_date",),
    "signed": ("plan_signed_at",),
    "reassess": ("plan_reassess_by",),
}


@dataclass(frozen=True, slots=True)
class ListedPatient:
    """A patient with the latest plan that is not withdrawn and the open draft."""

    patient: Patient
    plan_signed_at: datetime | None
    plan_reassess_by: date | None
    plan_release: UUID | None
    draft: UUID | None
    draft_started_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorklistCounts:
    mine: int
    everybody: int
    due: int
    drafts: int

    def of(self, show: WorklistFilter) -> int:
        match show:
            case WorklistFilter.MINE:
                return self.mine
            case WorklistFilter.ALL:
                return self.everybody
            case WorklistFilter.DUE:
                return self.due
            case WorklistFilter.DRAFTS:
                return self.drafts


class CountedPaginator(Paginator[Any]):
    """Of rows that have been counted already."""

    def __init__(self, rows: QuerySet[Any], *, counted: int) -> None:
        super().__init__(rows, PER_PAGE)
        self._counted = counted

    @property
    def count(self) -> int:  # Django's counts with a statement
        return self._counted


def worklist_page(
    user: User,
    *,
    show: WorklistFilter,
    ward: UUID | None,
    sorting: Sorting,
    number: int,
    today: date,
    counts: WorklistCounts,
) -> Page[Patient]:
    patients = filtered(with_open_work(living(user, ward), user), show, today)
    ordered = patients.order_by(*in_order(sorting), *BY_NAME, "pk")
    return CountedPaginator(ordered, counted=counts.of(show)).get_page(number)


def in_order(sorting: Sorting) -> list[OrderBy]:
    """Who has nothing in the column comes last, whichever way it is sorted."""
    fields = [F(name) for name in SORTS[sorting.by]]
    if sorting.direction is Direction.ASCENDING:
        return [field.asc(nulls_last=True) for field in fields]
    return [field.desc(nulls_last=True) for field in fields]


def names_of_list(user: User, *, show: WorklistFilter, ward: UUID | None, today: date) -> list[Patient]:
    """Everybody of the list, on all of its pages, to look for similar names; whom a page names, its event names."""
    everybody = filtered(with_open_work(living(user, ward), user), show, today).select_related(None)
    with for_nobody_to_see():
        return list(everybody.only("family_name", "given_names", *BY_NAME).order_by(*BY_NAME, "pk"))


def worklist_counts(user: User, *, ward: UUID | None, today: date) -> WorklistCounts:
    """One statement."""
    counted = with_open_work(living(user, ward), user).aggregate(
        mine=Count("pk", filter=Q(is_mine=True)),
        everybody=Count("pk"),
        due=Count("pk", filter=Q(plan_reassess_by__lte=today)),
        drafts=Count("pk", filter=Q(draft__isnull=False)),
    )
    return WorklistCounts(**counted)


def living(user: User, ward: UUID | None) -> QuerySet[Patient]:
    """Who has died is not on the worklist; the search still finds them."""
    patients = Patient.objects.of_wards_of(user).filter(died_on__isnull=True)
    return patients.filter(ward_id=ward) if ward else patients


def filtered(patients: QuerySet[Any], show: WorklistFilter, today: date) -> QuerySet[Any]:
    """Of patients with their open work."""
    match show:
        case WorklistFilter.MINE:
            return patients.filter(is_mine=True)
        case WorklistFilter.ALL:
            return patients
        case WorklistFilter.DUE:
            return patients.filter(plan_reassess_by__lte=today)
        case WorklistFilter.DRAFTS:
            return patients.filter(draft__isnull=False)


def with_open_work(patients: QuerySet[Patient], user: User) -> QuerySet[Any]:
    plans = SignedPlan.objects.visible_to(user).not_withdrawn().filter(patient=OuterRef("pk")).order_by("-number")
    drafts = Assessment.objects.visible_to(user).filter(patient=OuterRef("pk"), state=AssessmentState.DRAFT)
    return patients.select_related("ward").annotate(
        plan_signed_at=Subquery(plans.values("signed_at")[:1]),
        plan_reassess_by=Subquery(plans.values("reassess_by")[:1]),
        plan_release=Subquery(plans.values("release_id")[:1], output_field=UUIDField()),
        draft=Subquery(drafts.values("pk")[:1]),
        draft_started_at=Subquery(drafts.values("created_at")[:1]),
        is_mine=Exists(ListedByPerson.objects.of_person(user).filter(patient=OuterRef("pk"))),
    )


def is_on_own_list(patient: Patient, *, user: User) -> bool:
    return ListedByPerson.objects.of_person(user).filter(patient=patient).exists()


def listed(patient: Any) -> ListedPatient:
    """From a patient of `with_open_work`."""
    return ListedPatient(
        patient=patient,
        plan_signed_at=patient.plan_signed_at,
        plan_reassess_by=patient.plan_reassess_by,
        plan_release=patient.plan_release,
        draft=patient.draft,
        draft_started_at=patient.draft_started_at,
    )
