"""Searching among the patients of the person's wards; exact matches come first, and long lists are not shown."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from patients.models import Patient
from patients.searching import SearchKind, SearchTerms
from patients.selectors.listed import ListedPatient, listed, with_open_work

MOST_SHOWN = 25


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` counts all matches; more than MOST_SHOWN are not listed, apart from the exact ones."""

    terms: SearchTerms
    total: int
    patients: tuple[ListedPatient, ...]

    @property
    def are_too_many(self) -> bool:
        return self.total > MOST_SHOWN


def search_patients(user: User, terms: SearchTerms) -> SearchResult:
    matching = with_open_work(Patient.objects.of_wards_of(user).filter(matches(terms)), user)
    exact = matching.filter(matches_exactly(terms))
    total = matching.count()
    first = in_order(exact)
    if total > MOST_SHOWN:
        shown = first if len(first) <= MOST_SHOWN else []
    else:
        exact_ids = {patient.pk for patient in first}
        shown = first + [patient for patient in in_order(matching) if patient.pk not in exact_ids]
    return SearchResult(terms, total, tuple(listed(patient) for patient in shown))


def in_order(patients: QuerySet[Patient]) -> list[Patient]:
    return list(patients.order_by("family_name_folded", "given_names_folded", "birth_date", "pk")[: MOST_SHOWN + 1])


def matches(terms: SearchTerms) -> Q:
    born = Q(birth_date=terms.birth_date) if terms.birth_date else Q()
    match terms.kind:
        case SearchKind.BIRTH_DATE:
            return born
        case SearchKind.NHS_NUMBER:
            return born & (Q(nhs_number=terms.nhs_number) | Q(hospital_number=terms.nhs_number))
        case SearchKind.HOSPITAL_NUMBER:
            return born & Q(hospital_number__startswith=terms.hospital_number)
        case SearchKind.NAME | SearchKind.NAME_AND_BIRTH_DATE:
            return born & matches_name(terms)


def matches_name(terms: SearchTerms) -> Q:
    if not terms.words:
        given = Q(given_names_folded__contains=terms.given) | Q(preferred_name_folded__startswith=terms.given)
        return Q(family_name_folded__startswith=terms.family) & given
    wanted = Q()
    for word in terms.words:
        wanted &= (
            Q(family_name_folded__contains=word)
            | Q(given_names_folded__contains=word)
            | Q(preferred_name_folded__contains=word)
        )
    return wanted


def matches_exactly(terms: SearchTerms) -> Q:
    match terms.kind:
        case SearchKind.BIRTH_DATE | SearchKind.NHS_NUMBER:
            return Q()
        case SearchKind.HOSPITAL_NUMBER:
            return Q(hospital_number=terms.hospital_number)
        case SearchKind.NAME | SearchKind.NAME_AND_BIRTH_DATE:
            pass
    if not terms.words:
        return Q(family_name_folded=terms.family) & (Q(given_names_folded=terms.given) if terms.given else Q())
    return Q(family_name_folded__in=terms.words) & (
        Q(given_names_folded__in=terms.words) if len(terms.words) > 1 else Q()
    )
