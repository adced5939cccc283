"""Known patients: they are checked as anybody is evaluated, and one that is advised otherwise stops all advice."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from audit.models import AuditEvent
from pathways import known_patients
from pathways.engine import cases
from pathways.engine.evaluation import evaluate
from pathways.known_patients import CHECKED_AGAIN_AFTER, Differing, Outcome, outcome_of, own_outcome
from pathways.models import CanaryAcknowledgement, CanaryRun, Release
from pathways.permissions import NotAllowed, Refusal
from pathways.selectors import compiled_release, release_in_force, releases
from pathways.selectors.canaries import CanaryState, stopped_since
from pathways.selectors.canaries import known_patients as state_now
from pathways.services import canaries
from pathways.services.canaries import (
    NothingToCheck,
    check_at_start,
    check_known_patients,
    resume_advice,
    store_run,
)
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
WRONG = Outcome(95, (Differing("case-01", "Somebody: advised otherwise"),))


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """As in a process that has just started."""
    known_patients.forget_own_outcomes()
    canaries._reported.clear()
    yield
    known_patients.forget_own_outcomes()
    canaries._reported.clear()


@pytest.fixture
def release() -> Release:
    return factories.shipped_release()


@pytest.fixture
def forgetful_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that loses one finding on its way."""

    def forgets(release: Any, observations: Any, as_of: Any) -> Any:
        return evaluate(release, {code: one for code, one in observations.items() if code != "csf_flow"}, as_of)

    monkeypatch.setattr(cases, "evaluate", forgets)


def run_canaries() -> str:
    out = StringIO()
    call_command("run_canaries", stdout=out)
    return out.getvalue()


def last_event() -> AuditEvent:
    found = AuditEvent.objects.filter(action="pathways.known_patients_checked").order_by("-at_us").first()
    assert found is not None
    return found


def test_all_known_patients_of_the_shipped_guidance_are_advised_as_expected(release: Release) -> None:
    assert "known patients of release 1 are advised as expected." in run_canaries()
    run = CanaryRun.objects.get()
    assert (run.passed, run.differences, run.release_id) == (True, [], release.pk)
    assert run.cases == len(compiled_release(release.sha256).safeguards.cases) > 50
    assert (last_event().outcome, last_event().target) == ("done", str(run.pk))
    assert stopped_since() is None


@pytest.mark.usefixtures("release", "forgetful_engine")
def test_an_engine_that_loses_a_finding_is_caught_and_stops_all_advice(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(CommandError, match="advice is stopped"):
        run_canaries()
    run = CanaryRun.objects.get()
    assert not run.passed
    assert {"case", "text"} == set(run.differences[0])
    told = [one.message for one in caplog.records if one.levelno == logging.CRITICAL]
    assert len(told) == 1
    assert run.differences[0]["case"] in told[0]
    assert last_event().outcome == "failed"
    assert stopped_since() == NOW
    in_force = release_in_force()
    assert in_force is not None
    assert in_force.stopped_since == NOW


@pytest.mark.usefixtures("release")
def test_a_patient_who_cannot_be_evaluated_at_all_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise ZeroDivisionError("0.62")

    monkeypatch.setattr(cases, "evaluate", breaks)
    run = check_known_patients(by=None)
    assert run.cases == len(run.differences) > 50
    assert run.differences[0]["text"].endswith("cannot be evaluated (ZeroDivisionError)")


def test_guidance_that_cannot_be_read_is_the_worst_of_differences(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "content_hash", lambda _: "0" * 64)
    releases.compiled_release.cache_clear()
    run = check_known_patients(by=None)
    assert (run.passed, run.cases, run.release_id) == (False, 0, release.pk)
    assert "does not match its hash" in run.differences[0]["text"]


def test_where_nothing_could_be_checked_nothing_is_said_to_be_well() -> None:
    with pytest.raises(NothingToCheck):
        check_known_patients(by=None)
    with pytest.raises(CommandError, match="Nothing was checked"):
        run_canaries()
    factories.shipped_release()
    factories.newer_release(lambda document: document.update(title="Without cases"))
    with pytest.raises(CommandError, match="no worked cases"):
        run_canaries()
    assert not CanaryRun.objects.exists()


def test_a_passing_run_alone_lifts_no_stop(cast: Cast, release: Release, clock: time_machine.Traveller) -> None:
    store_run(release, WRONG, by=None)
    clock.shift(timedelta(hours=1))
    assert check_known_patients(by=None).passed
    assert stopped_since() == NOW
    state = state_now()
    assert (state.state, state.stopped_since, state.age) == (CanaryState.AS_EXPECTED, NOW, timedelta())


def test_a_publisher_or_administrator_lifts_it_with_a_reason_and_a_passing_check(cast: Cast, release: Release) -> None:
    for by in (cast.publisher, cast.administrator):
        wrong = store_run(release, WRONG, by=None)
        run = resume_advice(by=by, reason=" A broken memory module was replaced. ", seen=[wrong.pk])
        assert run.passed
        assert stopped_since() is None
        kept = CanaryAcknowledgement.objects.get(run=wrong)
        assert (kept.by_name, kept.reason) == (by.audit_name, "A broken memory module was replaced.")
        event = AuditEvent.objects.get(action="pathways.advice_resumed", actor_id=str(by.pk))
        assert event.reason == "A broken memory module was replaced."


def test_nobody_lifts_it_otherwise(cast: Cast, release: Release) -> None:
    def refused(refusal: Refusal, **changed: Any) -> None:
        asked: dict[str, Any] = {"by": cast.publisher, "reason": "Replaced.", "seen": [wrong.pk]} | changed
        with pytest.raises(NotAllowed) as caught:
            resume_advice(**asked)
        assert caught.value.refusal is refusal
        assert not CanaryAcknowledgement.objects.exists()

    wrong = store_run(release, WRONG, by=None)
    refused(Refusal.MAY_NOT_RESUME, by=cast.consultant)
    refused(Refusal.MAY_NOT_RESUME, by=cast.editor)
    refused(Refusal.NO_REASON, reason="  ")
    refused(Refusal.DIFFERED_SINCE, seen=[])
    store_run(release, WRONG, by=None)  # while the page was open
    refused(Refusal.DIFFERED_SINCE)
    assert stopped_since() == NOW


@pytest.mark.usefixtures("forgetful_engine")
def test_while_they_differ_no_reason_is_good_enough(cast: Cast, release: Release) -> None:
    wrong = store_run(release, WRONG, by=None)
    with pytest.raises(NotAllowed) as caught:
        resume_advice(by=cast.publisher, reason="Replaced.", seen=[wrong.pk])
    assert caught.value.refusal is Refusal.STILL_DIFFER
    assert CanaryRun.objects.filter(passed=False).count() == 2  # and the new check is kept
    assert stopped_since() == NOW


def test_there_is_nothing_to_lift_where_nothing_is_stopped(cast: Cast, release: Release) -> None:
    with pytest.raises(NotAllowed) as caught:
        resume_advice(by=cast.publisher, reason="Just so.", seen=[])
    assert caught.value.refusal is Refusal.NOT_STOPPED


def test_going_back_to_another_release_lifts_no_stop(release: Release) -> None:
    store_run(release, WRONG, by=None)
    factories.newer_release(lambda document: document.update(title="Newer"))
    in_force = release_in_force()
    assert in_force is not None
    assert (in_force.record.number, in_force.stopped_since) == (2, NOW)


@pytest.mark.parametrize("table", ["canaryrun", "canaryacknowledgement"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"], ids=["change", "delete"])
def test_neither_runs_nor_acknowledgements_can_be_changed(
    cast: Cast, release: Release, table: str, statement: str
) -> None:
    wrong = store_run(release, WRONG, by=None)
    resume_advice(by=cast.publisher, reason="Replaced.", seen=[wrong.pk])
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(f"pathways_{table}"))


# How old the newest check is


def test_a_silent_check_is_stale_after_two_hours_and_stops_nothing(
    release: Release, clock: time_machine.Traveller
) -> None:
    assert state_now().state is CanaryState.NEVER_RUN
    assert state_now().is_stale
    check_known_patients(by=None)
    clock.shift(timedelta(hours=2))
    assert not state_now().is_stale
    clock.shift(timedelta(seconds=1))
    assert state_now().is_stale
    assert state_now().age == timedelta(hours=2, seconds=1)
    assert stopped_since() is None


def test_the_next_check_says_in_the_log_that_checks_are_missing(
    release: Release, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    check_known_patients(by=None)
    clock.shift(timedelta(hours=5))
    run_canaries()
    assert "were not checked between 2026-11-22T10:00+00:00 and now" in caplog.text


def test_without_guidance_there_is_nothing_to_be_stale() -> None:
    assert state_now().state is CanaryState.NO_RELEASE
    assert not state_now().is_stale


def test_finding_the_release_in_force_still_costs_one_query(release: Release, django_assert_num_queries: Any) -> None:
    store_run(release, WRONG, by=None)
    with django_assert_num_queries(1):
        release_in_force()


# A process looks at itself


@pytest.mark.usefixtures("forgetful_engine")
def test_a_web_process_that_starts_wrong_stops_every_server_once(release: Release) -> None:
    check_at_start()
    check_at_start()
    run = CanaryRun.objects.get()
    assert (run.passed, run.release_id) == (False, release.pk)
    assert stopped_since() == NOW


def test_a_web_process_that_starts_well_writes_nothing(release: Release) -> None:
    check_at_start()
    assert not CanaryRun.objects.exists()


def test_a_start_on_guidance_that_was_altered_is_said_and_is_no_fault(
    release: Release, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(releases, "content_hash", lambda _: "0" * 64)
    releases.compiled_release.cache_clear()
    check_at_start()
    assert "No advice can be given." in caplog.text


def test_a_process_that_differed_once_is_not_believed_again(
    cast: Cast, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = compiled_release(release.sha256)
    with monkeypatch.context() as fault:
        fault.setattr(known_patients, "outcome_of", lambda _: WRONG)
        assert not own_outcome(engine).passed
    assert outcome_of(engine).passed
    assert not own_outcome(engine).passed
    wrong = store_run(release, WRONG, by=None)
    with pytest.raises(NotAllowed) as caught:
        resume_advice(by=cast.publisher, reason="It went by itself.", seen=[wrong.pk])
    assert caught.value.refusal is Refusal.RESTART_FIRST


def test_a_process_looks_at_itself_again_every_hour(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, seconds = compiled_release(release.sha256), [0.0]
    monkeypatch.setattr(known_patients, "monotonic", lambda: seconds[0])
    assert own_outcome(engine).passed
    monkeypatch.setattr(known_patients, "outcome_of", lambda _: WRONG)
    seconds[0] = CHECKED_AGAIN_AFTER - 1
    assert own_outcome(engine).passed
    seconds[0] = CHECKED_AGAIN_AFTER
    assert not own_outcome(engine).passed
