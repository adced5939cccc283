"""The tables of the patients' records, one file per noun."""

from patients.models.assessments import Assessment, SavedChange
from patients.models.break_glass import BreakGlassAccess
from patients.models.decisions import Decision
from patients.models.patients import Allergy, ListedByPerson, Patient
from patients.models.plans import PlanAddendum, PlanWithdrawal, SignedPlan

__all__ = [
    "Allergy",
    "Assessment",
    "BreakGlassAccess",
    "Decision",
    "ListedByPerson",
    "Patient",
    "PlanAddendum",
    "PlanWithdrawal",
    "SavedChange",
    "SignedPlan",
]
