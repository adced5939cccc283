"""What stands around the rows of the worklist: the filters with their counts, the sorting, the pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Ward
from patients.models import Patient
from patients.presenters.worklist.rows import COLUMN_LABELS, Column
from patients.selectors import Direction, Sorting, WorklistCounts, WorklistFilter

SORT_KEYS = {"Patient": "name", "Born": "born", "Last signed": "signed", "Reassess by": "reassess"}
# What a column is sorted by first; the same link then turns the order round.
FIRST_DIRECTION = {
    "name": Direction.ASCENDING,
    "born": Direction.ASCENDING,
    "signed": Direction.DESCENDING,
    "reassess": Direction.ASCENDING,
}
EMPTY = {
    WorklistFilter.MINE: (
        "Nobody is on your list. Open a patient and choose “Add to my list”; starting an assessment or signing a care "
        "plan puts the patient on it as well."
    ),
    WorklistFilter.ALL: "No patients on your wards yet. Search above, or add a new patient.",
    WorklistFilter.DUE: "No reassessment is due. Patients appear here on the day by which they are to be reassessed.",
    WorklistFilter.DRAFTS: "There are no unsigned drafts. To begin one, open a patient and start an assessment.",
}
CAPTIONS = {
    WorklistFilter.MINE: "Patients on your list",
    WorklistFilter.ALL: "Patients on your wards",
    WorklistFilter.DUE: "Patients of your wards whose reassessment is due",
    WorklistFilter.DRAFTS: "Patients of your wards with an unsigned draft",
}


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class WorklistFrame:
    """Addresses hold ids of wards and the words of this page, never anything of a patient."""

    filters: tuple[Choice, ...]
    wards: tuple[Choice, ...]
    columns: tuple[Column, ...]
    caption: str
    empty: str
    pages: str
    previous_href: str
    next_href: str


def worklist_frame(
    page: Page[Patient],
    *,
    counts: WorklistCounts,
    wards: Sequence[Ward],
    show: WorklistFilter,
    ward: UUID | None,
    sorting: Sorting,
) -> WorklistFrame:
    asked = {"show": show.value, "ward": ward, "sort": sorting.by, "order": sorting.direction.value}

    def to(**changed: object) -> str:
        return address(asked | changed)

    filters = (
        (WorklistFilter.MINE, f"My list ({counts.mine})"),
        (WorklistFilter.ALL, f"My wards ({counts.everybody})"),
        (WorklistFilter.DUE, f"Reassessment due ({counts.due})"),
        (WorklistFilter.DRAFTS, f"Unsigned drafts ({counts.drafts})"),
    )
    every_ward = Choice("All my wards", to(ward=None), ward is None)
    one_ward = tuple(Choice(one.name, to(ward=one.pk), ward == one.pk) for one in wards)
    return WorklistFrame(
        filters=tuple(Choice(label, to(show=one.value), one is show) for one, label in filters),
        wards=(every_ward, *one_ward) if len(wards) > 1 else (),
        columns=tuple(column(label, sorting, to) for label in COLUMN_LABELS),
        caption=CAPTIONS[show],
        empty=EMPTY[show],
        pages=f"Page {page.number} of {page.paginator.num_pages}" if page.has_other_pages() else "",
        previous_href=to(page=page.previous_page_number()) if page.has_previous() else "",
        next_href=to(page=page.next_page_number()) if page.has_next() else "",
    )


def column(label: str, sorting: Sorting, to: Callable[..., str]) -> Column:
    """Sorting begins again on the first page."""
    key = SORT_KEYS.get(label)
    if key is None:
        return Column(label)
    if key != sorting.by:
        return Column(label, to(sort=key, order=FIRST_DIRECTION[key].value))
    return Column(label, to(order=sorting.direction.other.value), sorting.direction.value)


def address(asked: dict[str, object]) -> str:
    kept = {name: str(value) for name, value in asked.items() if value and (name, value) != ("page", 1)}
    return f"{reverse('patients:worklist')}?{urlencode(kept)}"
