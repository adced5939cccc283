"""Run as a program: adds wards, people, patients and signed-in sessions to a prepared database; prints them as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import count
from unittest import mock

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 -- needs the applications
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.sessions.backends.base import VALID_KEY_CHARS  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402

from accounts import clock  # noqa: E402
from accounts.models import User, Ward  # noqa: E402
from accounts.permissions import Role  # noqa: E402
from accounts.services import Person, add_person, add_ward  # noqa: E402
from accounts.session_store import SessionStore  # noqa: E402
from accounts.sessions import BACKEND  # noqa: E402
from audit.context import Program, set_process_actor  # noqa: E402
from drills.rig.prepare_database import PASSWORD  # noqa: E402
from tests import factories  # noqa: E402

PEOPLE_OF_A_WARD = 10
FIRST_NUMBER = 10_000  # of patients; those of the prepared database have smaller ones
DRAFTS_OF_A_WARD = 5


@dataclass(frozen=True, slots=True)
class Place:
    """What the people of one ward look at, and the sessions in which they are signed in."""

    sessions: list[str]
    patients: list[str]
    drafts: list[str]


def main(wards: int, patients: int, sessions: int) -> None:
    set_process_actor(Program(audit_id="drills", audit_name="The drills"))
    factories.numbers = count(FIRST_NUMBER)
    hashed = make_password(PASSWORD)  # once: it is made slowly on purpose
    with mock.patch("django.contrib.auth.models.make_password", return_value=hashed):
        places = [place(number, patients // wards, sessions // wards) for number in range(wards)]
    print(json.dumps([asdict(one) for one in places]))


def place(number: int, patients: int, sessions: int) -> Place:
    with transaction.atomic():
        ward = add_ward(code=f"W{number:03}", name=f"Ward {number}", by=None)
        people = [person(ward, f"ward-{number}-{one}") for one in range(PEOPLE_OF_A_WARD)]
        made = [factories.make_patient(people[one % len(people)], ward) for one in range(patients)]
        drafts = [factories.make_draft(people[0], one, {"kps": "80"}) for one in made[:DRAFTS_OF_A_WARD]]
        stored = Session.objects.bulk_create(signed_in(people, sessions))
    return Place([one.session_key for one in stored], [str(one.pk) for one in made], [str(one.pk) for one in drafts])


def person(ward: Ward, username: str) -> User:
    described = Person(
        username=username,
        title="Dr",
        first_name="Reader",
        last_name=username.replace("-", " "),
        role_title="Consultant",
        registration_number=f"TEST-{username}",
        roles=frozenset({Role.SENIOR}),
        is_staff=False,
    )
    return add_person(described, password=PASSWORD, wards=[ward], by=None)


def signed_in(people: list[User], number: int) -> Iterator[Session]:
    for one in range(number):
        user, store = people[one % len(people)], SessionStore()
        store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        clock.start(store, shared=False)
        yield Session(
            session_key=get_random_string(32, VALID_KEY_CHARS),
            session_data=store.encode(dict(store.items())),
            expire_date=timezone.now() + timedelta(hours=12),
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
