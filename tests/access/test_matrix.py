"""Every cell of the role matrix, asked of the running application: address × method × role × relation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.http import HttpResponse

from audit.events import EVENTS_BY_CODE, Event
from audit.models import AuditEvent
from config.access import ADDRESSES, Address
from config.access.people import ACCOUNT, WARD
from config.access.roles import SOMEBODIES, Relation, Somebody, expected, writes
from config.access.rules import DELETE, GET, POST, Answer, Nothing
from config.access.walk import Route, routes
from tests.access.world import World, undone

pytestmark = pytest.mark.django_db
ROUTES = {route.name: route for route in routes()}
# What an auditor may send: looking something up by POST, so that nothing stands in an address, and one's own account.
AUDITOR_MAY_SEND = {
    "accounts:demo_sign_in",
    "accounts:first_account",
    "accounts:password_change",
    "accounts:second_factor",
    "accounts:second_factor_set_up",
    "accounts:sign_in",
    "accounts:sign_in_again",
    "accounts:sign_in_code",
    "accounts:sign_out",
    "accounts:unlock",
    "accounts:wording_choose",
    "admin:logout",
    "admin:password_change",
    "audit_viewer:everything_export",
    "audit_viewer:find",
    "audit_viewer:guidance_export",
    "audit_viewer:patient_export",
    "audit_viewer:patient_reason",
    "audit_viewer:person_export",
    "audit_viewer:person_reason",
    "csp_report",
    "patients:break_glass_end",  # of one's own accesses, and an auditor has none
    "patients:patient_search",  # finds nobody
    "patients:recall",  # asks for a list against a reason, by POST for the same cause
    "patients:recall_export",
}
# Let in, and then told that the world has no such thing: there is nobody of this name to sign in as.
MAY_BE_MISSING = {
    "accounts:demo_sign_in",
    "accounts:first_account",
    "accounts:second_factor_picture",
    "audit_log:checkpoint",
    "admin:pathways_case_from_witness",
    "admin:pathways_comment_resolve",
    "admin:pathways_condition_check",
    "admin:pathways_preview",
    "admin:pathways_preview_choose",
    "admin:pathways_publish",
    "admin:pathways_rename",
    "admin:pathways_rename_done",
    "admin:pathways_run_impact",
    "patients:break_glass_end",
}
ACCOUNTS = {*ACCOUNT, *WARD}  # of the old addresses of rows, which lead on to the new ones
STANDARD_ADMIN = ("admin:", "admin/")


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """The transaction around a test is the one of the world, which the whole module shares."""


def test_every_address_is_declared_and_every_declaration_has_an_address() -> None:
    declared, there = set(ADDRESSES), set(ROUTES)
    assert there - declared == set(), "declare these in config/access/"
    assert declared - there == set(), "these addresses are gone"


def test_every_declaration_says_what_the_log_is_told() -> None:
    for address in ADDRESSES.values():
        told = address.tells
        assert told.because if isinstance(told, Nothing) else told, address.name


def test_the_page_is_up_to_date() -> None:
    call_command("access_matrix", "--check")


def test_an_auditor_writes_nothing() -> None:
    auditor = next(who for who in SOMEBODIES if who.name == "auditor")
    let_in = {one.name for one in ADDRESSES.values() if writes(one) and is_in(one, POST, auditor)}
    standard = {name for name in let_in if name.startswith(STANDARD_ADMIN) and name not in AUDITOR_MAY_SEND}
    assert let_in - standard == AUDITOR_MAY_SEND & set(ADDRESSES)
    for name in standard:  # the frame of Django's admin, and pages that only ever redirect
        told = ADDRESSES[name].tells
        assert isinstance(told, Nothing) or set(told) <= {Event.ACCESS_DENIED, *ACCOUNTS}, name
        assert not ADDRESSES[name].rule.permissions, name


def is_in(address: Address, method: str, who: Somebody) -> bool:
    return any(expected(address, method, who, relation) is Answer.IN for relation in Relation)


def cells(address: Address) -> Iterator[tuple[str, Somebody, Relation]]:
    relations = list(Relation)[1:] if address.is_about_patient else [Relation.NO_PATIENT]
    for method in (GET, POST, DELETE):
        for who in SOMEBODIES:
            if method == DELETE and who.name not in {"senior", "nobody signed in"}:
                continue
            # Nobody without a clinical role has a relation to a patient: one more of them is enough to see that.
            for relation in relations if who.is_clinical or who.name in {"auditor", "superuser"} else relations[:2]:
                yield method, who, relation


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_every_cell(world: World, django_db_blocker: Any, name: str) -> None:
    wrong = []
    with django_db_blocker.unblock():
        for method, who, relation in cells(ADDRESSES[name]):
            with undone():
                if problem := cell(world, ROUTES[name], method, who, relation):
                    wrong.append(f"{method} by {who.name} ({relation}): {problem}")
    assert not wrong, f"{name}\n" + "\n".join(wrong)


def cell(world: World, route: Route, method: str, who: Somebody, relation: Relation) -> str:
    address = ADDRESSES[route.name]
    path = world.address(route, relation, who)
    answer = send(world, method, who, path)
    wanted, got = expected(address, method, who, relation), answer_of(answer)
    told = list(AuditEvent.objects.filter(at_us__gt=world.began).values_list("action", "patient_id"))
    if not who.is_signed_in and got is Answer.TURNED_AWAY:
        got = Answer.SIGN_IN  # one redirect later
    if got is not wanted and not (got is Answer.NOT_FOUND and wanted is Answer.IN and route.name in MAY_BE_MISSING):
        return f"{got} ({answer.status_code}) instead of {wanted}"
    return wrongly_told(world, address, wanted, relation, told, answer, who)


def send(world: World, method: str, who: Somebody, path: str) -> HttpResponse:
    browser = world.browser(who)
    sent = {"data": world.form(who, path)} if method == POST else {}
    answer = getattr(browser, method.lower())(path, **sent)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def answer_of(answer: HttpResponse) -> Answer:
    if answer.status_code == 302 and answer["Location"].startswith(str(sign_in_address())):
        return Answer.SIGN_IN
    if answer.status_code == 302 and answer["Location"].startswith("/admin/login/"):
        return Answer.TURNED_AWAY
    closed = {401: Answer.UNAUTHENTICATED, 403: Answer.FORBIDDEN, 404: Answer.NOT_FOUND, 405: Answer.NO_SUCH_METHOD}
    assert answer.status_code < 500, answer.content[:300]
    return closed.get(answer.status_code, Answer.IN)


def sign_in_address() -> str:
    from django.shortcuts import resolve_url

    return f"{resolve_url(settings.LOGIN_URL)}?next="


def wrongly_told(
    world: World,
    address: Address,
    wanted: Answer,
    relation: Relation,
    told: list[tuple[str, Any]],
    answer: HttpResponse,
    who: Somebody,
) -> str:
    """Nothing but what is declared; of a patient's page always something; of a refusal that there was one."""
    declared = set() if isinstance(address.tells, Nothing) else set(address.tells)
    surplus = {code for code, _ in told} - {event.code for event in declared} - {Event.ACCESS_DENIED.code}
    if surplus:
        return f"tells the log {sorted(surplus)} ({', '.join(EVENTS_BY_CODE[one].name for one in surplus)})"
    if not address.is_about_patient or relation is Relation.UNKNOWN or not who.is_signed_in:
        return ""
    patient = world.records[relation].patient.pk
    named = {code for code, one in told if one == patient}
    if wanted is Answer.IN and answer.status_code == 200 and not named - {Event.ACCESS_DENIED.code}:
        return "was shown and tells the log nothing about the patient"
    if wanted in {Answer.NOT_FOUND, Answer.FORBIDDEN} and Event.ACCESS_DENIED.code not in named:
        return "was refused and tells the log nothing"
    return ""
