"""Patients of one list who could be taken for each other by their names, and with whom, in words."""

from collections.abc import Sequence
from uuid import UUID

from patients.models import Patient
from patients.names import are_similar, full_name

MOST_NAMED = 3


def similar_names(shown: Sequence[Patient], everybody: Sequence[Patient]) -> dict[UUID, tuple[Patient, ...]]:
    """For those who are shown: who else of the list, on whichever page, could be meant."""
    found = {one.pk: tuple(other for other in everybody if could_be_confused(one, other)) for one in shown}
    return {pk: others for pk, others in found.items() if others}


def could_be_confused(one: Patient, other: Patient) -> bool:
    """By the same family name, by names that look or sound alike, or by names written the wrong way round."""
    if one.pk == other.pk:
        return False
    mine, theirs = names_of(one), names_of(other)
    if mine[0] == theirs[0] or mine == (theirs[1], theirs[0]):
        return True
    return all(are_similar(*pair) for pair in zip(mine, theirs, strict=True))


def names_of(patient: Patient) -> tuple[str, str]:
    return patient.family_name_folded, patient.given_names_folded


def similar_in_words(others: Sequence[Patient]) -> str:
    if not others:
        return ""
    names = [full_name(one.family_name, one.given_names, "") for one in others[:MOST_NAMED]]
    more = len(others) - len(names)
    return f"Similar name on this list: {'; '.join(names)}{f' and {more} more' if more else ''}"
