"""A process is killed in the middle of its saves: what it had confirmed is there, once, with its event."""

import os
import random
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.db import connections

from accounts.models import User
from audit.models import AuditEvent
from patients.models import Assessment, SavedChange
from patients.services.assessments import Submission, save_draft
from tests import factories
from tests.cast import Cast, make_cast
from tests.processes import forget_inherited_connections, forked

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = 3
SAVES_BEFORE = 8
SECONDS = 120
NAMES = UUID("5d6a6d0e-0d9e-4f8e-9a55-3f1d1b7f2c11")


@pytest.fixture(autouse=True)
def clock() -> None:
    """The real one: processes and a frozen clock do not go together."""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def draft(cast: Cast) -> Assessment:
    factories.shipped_release()
    return factories.make_draft(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))


def form_number(number: int, assessment: UUID, by: User) -> Submission:
    """The same number is the same save, key and content."""
    opened = Assessment.objects.get(pk=assessment)
    return factories.submission(opened, by, {"kps": ("60", "70")[number % 2]}, key=uuid5(NAMES, str(number)))


def saves_for_ever(told: Connection, first: int, user: UUID, assessment: UUID) -> None:
    forget_inherited_connections()
    by, number = User.objects.get(pk=user), first
    while True:
        told.send(("sent", number))
        save_draft(Assessment.objects.get(pk=assessment), by=by, submission=form_number(number, assessment, by))
        told.send(("confirmed", number))
        number += 1


def told_until_killed(act: Callable[..., Any], pause: float, *arguments: Any) -> list[tuple[str, int]]:
    """Everything the process could say before it was killed without warning."""
    connections.close_all()  # a connection belongs to one process
    heard, told = forked.Pipe(duplex=False)
    process = forked.Process(target=act, args=(told, *arguments))
    process.start()
    told.close()
    said: list[tuple[str, int]] = []
    while sum(word == "confirmed" for word, _ in said) < SAVES_BEFORE:
        assert heard.poll(SECONDS)
        said.append(heard.recv())
    time.sleep(pause)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(SECONDS)
    assert process.exitcode == -signal.SIGKILL
    try:
        while heard.poll(0):
            said.append(heard.recv())
    except EOFError:
        pass
    return said


def test_what_was_confirmed_before_the_kill_is_there_once(cast: Cast, draft: Assessment) -> None:
    chance = random.Random(20261122)  # noqa: S311 -- when to kill, not secrecy
    confirmed: set[int] = set()
    last = -1
    for _ in range(KILLS):
        pause = chance.uniform(0.0, 0.05)
        said = told_until_killed(saves_for_ever, pause, last + 1, cast.consultant.pk, draft.pk)
        confirmed |= {number for word, number in said if word == "confirmed"}
        last = max(number for _, number in said)
        # Nobody confirmed the last one, or nobody heard it: it is sent again, as the form does.
        save_draft(draft, by=cast.consultant, submission=form_number(last, draft.pk, cast.consultant))
        confirmed.add(last)
    draft.refresh_from_db()
    stored = SavedChange.objects.filter(assessment=draft)
    assert len(confirmed) >= KILLS * SAVES_BEFORE
    assert set(stored.values_list("key", flat=True)) == {uuid5(NAMES, str(number)) for number in confirmed}
    assert stored.count() == draft.revision - 1
    assert AuditEvent.objects.filter(action="patients.assessment_saved", target=draft.pk).count() == stored.count()
