"""A small hospital: one patient per relation, guidance in every state, and a browser for everybody of the matrix."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import Membership, User
from accounts.permissions import Role
from audit.models import AuditEvent
from config.access.roles import Relation, Somebody
from config.access.rules import BY_HTMX
from config.access.walk import Route
from pathways.models import CheckRun, Release, Version
from pathways.permissions import can_ask
from pathways.selectors.audited import part_id
from pathways.services.comments import add_comment
from pathways.services.questions import Subject, ask_question
from pathways.services.versions import start_version
from pathways.states import CheckPurpose, QuestionKind
from patients.findings import FormContext, board_of
from patients.models import Assessment, Patient, SignedPlan
from patients.services.break_glass import open_by_break_glass
from tests import factories
from tests.cast import PASSWORD, Cast, make_cast
from tests.fresh_forms import origin_for
from tests.guidance import RULE, SAFETY, changed_draft, checked

NO_SUCH = UUID("00000000-0000-4000-8000-000000000000")
FINDING = "kps"
OWN_PARTS = {"admin:pathways_rename": "vocabulary", "admin:pathways_cases": "safeguards"}


@dataclass(frozen=True, slots=True)
class Record:
    patient: Patient
    draft: Assessment
    plan: SignedPlan


@dataclass(frozen=True, slots=True)
class World:
    cast: Cast
    records: dict[Relation, Record]
    people: dict[str, User | None]
    versions: dict[str, Version]
    run: CheckRun
    release: Release
    comment: Any
    accesses: dict[str, UUID]
    questions: dict[str, UUID]  # everybody's own question about the guidance
    intervention: str
    sessions: dict[str, str]
    event: UUID  # the first of the log
    task: UUID
    began: int  # when the last event before the first request was written

    def arguments(self, route: Route, relation: Relation, who: Somebody) -> dict[str, Any]:
        return {name: self.argument(name, route, relation, who) for name in route.arguments}

    def argument(self, name: str, route: Route, relation: Relation, who: Somebody) -> Any:
        record = self.records.get(relation if relation is not Relation.NO_PATIENT else Relation.OWN_WARD)
        user = self.people[who.name]
        version = self.versions[OWN_PARTS.get(route.name, SAFETY)]
        given: dict[str, Any] = {
            "patient_id": record.patient.pk if record else NO_SUCH,
            "assessment_id": record.draft.pk if record else NO_SUCH,
            "plan_id": record.plan.pk if record else NO_SUCH,
            "code": self.intervention if "decision" in route.name or "change" in route.name else FINDING,
            "access_id": self.accesses.get(who.name, self.accesses["reviewed"]),
            "question_id": self.questions.get(who.name, NO_SUCH),
            "person_id": self.cast.registrar.pk,
            "version_id": version.pk,
            "part": SAFETY,
            "pathway": "safety",
            "kind": "rules",
            "identity": RULE,
            "rule": RULE,
            "case_id": "case-01",
            "comment_id": self.comment.pk,
            "run_id": self.run.pk,
            "line": 0,
            "release_id": self.release.pk,
            "event_id": self.event,
            "subject_id": self.subject(route, version),
            "content_type_id": 1,
            "app_label": "accounts",
            "url": "nothing-here/",
            "id": self.cast.registrar.pk,
        }
        if name == "object_id":
            return self.row(route)
        return given[name] if user is not None or name != "access_id" else NO_SUCH

    def subject(self, route: Route, version: Version) -> UUID:
        match route.name.partition(":")[2].partition("_")[0]:
            case "person":
                return self.cast.registrar.pk
            case "guidance":
                return part_id(version.part)
            case _:
                return self.records[Relation.OWN_WARD].patient.pk

    def row(self, route: Route) -> Any:
        rows = {
            "user": self.cast.registrar.pk,
            "ward": self.cast.neuro_oncology.pk,
            "release": self.release.pk,
            "activation": self.release.activations.values_list("pk", flat=True).first(),
            "version": self.versions[SAFETY].pk,
            "dbtaskresult": self.task,
        }
        return next((row for name, row in rows.items() if f"/{name}/" in route.route), NO_SUCH)

    def address(self, route: Route, relation: Relation, who: Somebody) -> str:
        arguments = self.arguments(route, relation, who)
        if route.is_named:
            return reverse(route.name, kwargs=arguments)
        filled = route.route.removesuffix("$")
        for name, value in arguments.items():
            filled = filled.replace(f"<path:{name}>", str(value)).replace(f"(?P<{name}>.*)", str(value))
        return f"/{filled}"

    def form(self, who: Somebody, path: str) -> dict[str, str]:
        """As empty as a form can be that still comes from the page of this person."""
        user = self.people[who.name]
        note = origin_for(user, path) if user else ""
        return {"origin": note} if note else {}

    def context(self, relation: Relation, who: Somebody) -> str:
        """The signed state of an assessment's form, of whoever it is."""
        user = self.people[who.name] or self.cast.outsider
        return FormContext.of(self.records[relation].draft, user=user, today=timezone.localdate()).sign()

    def browser(self, who: Somebody) -> Client:
        client = Client(headers={"HX-Request": "true"} if who.by_htmx else {})
        if session := self.sessions.get(who.name):
            client.cookies[settings.SESSION_COOKIE_NAME] = session
        return client


def sessions_of(people: dict[str, User | None]) -> dict[str, str]:
    """Signed in once and not for every cell."""
    found = {}
    for name, user in people.items():
        if user is not None:
            client = Client()
            client.force_login(user)
            found[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is rolled back; like a test's own transaction it may hold a durable one."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)


def make_world() -> World:
    cast = make_cast()
    release = factories.shipped_release()
    records = {
        Relation.OWN_WARD: record_on(cast.consultant, cast.neuro_oncology),
        Relation.OTHER_WARD: record_on(cast.outsider, cast.cardiology),
        Relation.OPENED: record_on(cast.outsider, cast.cardiology),
    }
    people = people_of(cast)
    accesses = {}
    for name in (Role.CLINICIAN.value, Role.SENIOR.value):
        user = people[name]
        assert user is not None
        accesses[name] = opened(records[Relation.OPENED].patient, user)
    accesses["reviewed"] = accesses[Role.CLINICIAN.value]
    versions = {part: start_version(part, by=cast.editor) for part in OWN_PARTS.values()}
    versions[SAFETY] = changed_draft(cast.editor)
    comment = add_comment(versions[SAFETY], by=cast.first_reviewer, entry=RULE, field="professional", text="Why?")
    board = board_of(records[Relation.OWN_WARD].draft, today=timezone.localdate())
    sessions = sessions_of(people)
    log = AuditEvent.objects.order_by("at_us").values_list("pk", "at_us")
    return World(
        cast,
        records,
        people,
        versions,
        checked(cast.editor, CheckPurpose.WORKING),
        release,
        comment,
        accesses,
        questions_of(people),
        next(iter(board.evaluation.verdicts)),
        sessions,
        log[0][0],
        DBTaskResult.objects.create(task_path="tests.nothing", args_kwargs={"args": [], "kwargs": {}}).pk,
        log[len(log) - 1][1],
    )


def questions_of(people: dict[str, User | None]) -> dict[str, UUID]:
    asking = [(name, user) for name, user in people.items() if user is not None and user.is_active and can_ask(user)]
    about = Subject(RULE)
    return {name: ask_question(QuestionKind.QUESTION, "Why?", about, by=user).pk for name, user in asking}


def record_on(by: User, ward: Any) -> Record:
    patient = factories.make_patient(by, ward)
    plan = factories.make_plan(by, patient)
    return Record(patient, factories.make_draft(by, patient, {FINDING: "80"}), plan)


def opened(patient: Patient, user: User) -> UUID:
    access = open_by_break_glass(
        patient.pk, by=user, reason_code="emergency", reason_text="Collapsed on our ward", password=PASSWORD
    )
    return access.pk


def people_of(cast: Cast) -> dict[str, User | None]:
    closed = plain("closed", is_active=False)
    closed.groups.add(Group.objects.get(name=Role.SENIOR.value))
    Membership.objects.create(user=closed, ward=cast.neuro_oncology)
    by_role = {user.groups.values_list("name", flat=True)[0]: user for user in reversed(cast.everybody())}
    by_role[Role.SENIOR.value] = cast.consultant
    return {
        "nobody signed in": None,
        BY_HTMX: None,
        "account closed": closed,
        "no role": plain("no-role"),
        **by_role,
        "superuser": plain("superuser", is_staff=True, is_superuser=True),
    }


def plain(username: str, **more: Any) -> User:
    return User.objects.create_user(username, password=PASSWORD, first_name="Pat", last_name=username, **more)
