"""Whom the matrix asks for: every role by itself, and who has none, and in which relation to a patient."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.permissions import CLINICAL_PERMISSIONS, CLINICAL_ROLES, ROLE_PERMISSIONS, Permission, Role
from config.access.rules import BY_HTMX, POST, Address, Answer, Rule


class Relation(StrEnum):
    NO_PATIENT = "–"
    OWN_WARD = "own ward"
    OTHER_WARD = "other ward"
    OPENED = "opened by break-glass"
    UNKNOWN = "no such id"


@dataclass(frozen=True, slots=True)
class Somebody:
    name: str
    permissions: frozenset[Permission] = frozenset()
    is_staff: bool = False
    is_superuser: bool = False
    is_clinical: bool = False
    is_signed_in: bool = True
    by_htmx: bool = False


def with_role(role: Role) -> Somebody:
    is_clinical = role in CLINICAL_ROLES
    return Somebody(role.value, ROLE_PERMISSIONS[role], is_staff=not is_clinical, is_clinical=is_clinical)


EVERY_PERMISSION = frozenset(Permission) - CLINICAL_PERMISSIONS

SOMEBODIES = (
    Somebody("nobody signed in", is_signed_in=False),
    Somebody(BY_HTMX, is_signed_in=False, by_htmx=True),
    Somebody("account closed", is_signed_in=False),
    Somebody("no role"),
    *(with_role(role) for role in Role),
    Somebody("superuser", EVERY_PERMISSION, is_staff=True, is_superuser=True),
)


def expected(address: Address, method: str, who: Somebody, relation: Relation = Relation.NO_PATIENT) -> Answer:
    """In the order in which a request meets it: signing in, the method, the permission, the patient."""
    rule = address.rule_of(method)
    if stated := address.otherwise.get((method, who.name)):
        return stated
    if not who.is_signed_in and not rule.is_open:
        return Answer.UNAUTHENTICATED if who.by_htmx else Answer.SIGN_IN
    if method not in address.methods:
        return Answer.NO_SUCH_METHOD
    if refused := refusal(rule, who):
        return refused
    return by_relation(address, who, relation)


def refusal(rule: Rule, who: Somebody) -> Answer | None:
    if rule.for_staff and not who.is_staff:
        return rule.without_staff
    by_superuser = (rule.for_superusers and not who.is_superuser) or (rule.never_superusers and who.is_superuser)
    if rule.is_closed or by_superuser:
        return rule.refused
    return rule.refused if rule.permissions and not rule.permissions & who.permissions else None


def by_relation(address: Address, who: Somebody, relation: Relation) -> Answer:
    if not address.is_about_patient:
        return Answer.IN
    if address.of_any_patient & who.permissions:
        return Answer.IN  # to the audit viewer, which knows whether there is a log of it
    if relation is Relation.UNKNOWN:
        return Answer.NOT_FOUND
    may_see = who.is_clinical and relation in {Relation.OWN_WARD, Relation.OPENED}
    return Answer.IN if may_see else Answer.NOT_FOUND


def writes(address: Address) -> bool:
    return POST in address.methods
