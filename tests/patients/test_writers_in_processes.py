"""Several processes save one draft at the same instant: one save per revision, and none is lost or doubled."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections

from accounts.models import User
from audit.models import AuditEvent
from patients.models import Assessment, SavedChange
from patients.services.assessments import FormMovedOn, Submission, save_draft
from tests import factories
from tests.cast import Cast, make_cast
from tests.processes import forget_inherited_connections, forked

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 100
PROCESSES = 4
REPEATS = 5
SECONDS = 120
VALUES = (("50", "60"), ("70", "80"))  # by writer and round: never what stands there, never what the other one says


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


def in_processes(number: int, act: Callable[..., Any], *arguments: Any) -> list[Any]:
    """What `act(which, barrier, *arguments)` returned in each process; they share the database and nothing else."""
    connections.close_all()  # a connection belongs to one process
    barrier, answers = forked.Barrier(number, timeout=SECONDS), forked.Queue()

    def run(which: int) -> None:
        forget_inherited_connections()
        answers.put(act(which, barrier, *arguments))

    processes = [forked.Process(target=run, args=(which,)) for which in range(number)]
    for one in processes:
        one.start()
    found = [answers.get(timeout=SECONDS) for _ in processes]
    for one in processes:
        one.join(SECONDS)
        assert one.exitcode == 0
    return found


def saves_every_round(which: int, barrier: Any, user: UUID, assessment: UUID) -> int:
    by, saved = User.objects.get(pk=user), 0
    for number in range(ROUNDS):
        barrier.wait()
        opened = Assessment.objects.get(pk=assessment)
        form = factories.submission(opened, by, {"kps": VALUES[which][number % 2]})
        barrier.wait()
        try:
            save_draft(opened, by=by, submission=form)
        except FormMovedOn:
            continue
        saved += 1
    return saved


def repeats(which: int, barrier: Any, user: UUID, form: Submission) -> list[bool]:
    by, assessment = User.objects.get(pk=user), Assessment.objects.get(pk=form.context.assessment)
    barrier.wait()
    return [save_draft(assessment, by=by, submission=form).replayed for _ in range(REPEATS)]


def test_two_writers_at_a_hundred_barriers_leave_one_revision_each(cast: Cast, draft: Assessment) -> None:
    saved = in_processes(2, saves_every_round, cast.consultant.pk, draft.pk)
    draft.refresh_from_db()
    assert sum(saved) == draft.revision - 1 == ROUNDS
    assert SavedChange.objects.count() == ROUNDS
    assert AuditEvent.objects.filter(action="patients.assessment_saved").count() == ROUNDS
    # Nobody was refused for ever, and each round had a loser: otherwise they never met
    assert all(saved)


def test_one_save_sent_twenty_times_by_four_processes_has_one_effect(cast: Cast, draft: Assessment) -> None:
    form = factories.submission(draft, cast.consultant, {"kps": "70"}, key=uuid4())
    answers = [one for each in in_processes(PROCESSES, repeats, cast.consultant.pk, form) for one in each]
    assert len(answers) == PROCESSES * REPEATS
    assert answers.count(False) == 1
    draft.refresh_from_db()
    assert (draft.revision, SavedChange.objects.count()) == (2, 1)
    assert AuditEvent.objects.filter(action="patients.assessment_saved").count() == 1
