"""What can be asked of the patients' records; every question begins with who is asking."""

from patients.selectors.found import SearchResult, search_patients
from patients.selectors.listed import (
    Direction,
    ListedPatient,
    Sorting,
    WorklistCounts,
    WorklistFilter,
    is_on_own_list,
    listed,
    names_of_list,
    worklist_counts,
    worklist_page,
)
from patients.selectors.records import (
    assessment_for,
    assessments_of,
    draft_of,
    patient_for,
    plan_for,
    plans_of,
    with_body,
)

__all__ = [
    "Direction",
    "ListedPatient",
    "SearchResult",
    "Sorting",
    "WorklistCounts",
    "WorklistFilter",
    "assessment_for",
    "assessments_of",
    "draft_of",
    "is_on_own_list",
    "listed",
    "names_of_list",
    "patient_for",
    "plan_for",
    "plans_of",
    "search_patients",
    "with_body",
    "worklist_counts",
    "worklist_page",
]
