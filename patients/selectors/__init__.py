"""What can be asked of the patients' records; every question begins with who is asking."""

from patients.selectors.found import SearchResult, search_patients
from patients.selectors.listed import (
    ListedPatient,
    WorklistCounts,
    WorklistFilter,
    listed,
    worklist_counts,
    worklist_page,
)
from patients.selectors.records import (
    assessment_for,
    assessments_of,
    current_plan_of,
    draft_of,
    last_assessed_of,
    patient_for,
    plan_for,
    plans_of,
)

__all__ = [
    "ListedPatient",
    "SearchResult",
    "WorklistCounts",
    "WorklistFilter",
    "assessment_for",
    "assessments_of",
    "current_plan_of",
    "draft_of",
    "last_assessed_of",
    "listed",
    "patient_for",
    "plan_for",
    "plans_of",
    "search_patients",
    "worklist_counts",
    "worklist_page",
]
