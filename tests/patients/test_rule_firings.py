"""manage.py count_rule_firings: from signed plans to daily counts, the alarm in the log, and its exit status."""

import hashlib
import logging
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from pathways.firings import standings
from pathways.models import Release, RuleFirings
from pathways.selectors import TamperedRelease, UnusableRelease
from pathways.selectors.firings import day_counts
from pathways.services.firings import count_rule_firings
from patients import clinic
from patients.models import SignedPlan
from patients.selectors import unnamed
from patients.services.plans import withdraw_plan
from tests import factories
from tests.cast import Cast
from tests.patients.conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
Counts = dict[str, tuple[int, int, int]]


def signed(cast: Cast, *, days_ago: int = 0, **answers: str) -> SignedPlan:
    with time_machine.travel(NOW - timedelta(days=days_ago), tick=False):
        return factories.make_plan(
            cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology), answers
        )


def stored(day: date = TODAY) -> Counts:
    rows = RuleFirings.objects.filter(day=day)
    return {row.rule: (row.plans, row.applied, row.unknown) for row in rows}


def recount_by_hand(*plans: SignedPlan) -> Counts:
    rules = [plan.body_document["evaluated"]["rules"] for plan in plans]
    return {
        rule: (len(rules), sum(one[rule] == "true" for one in rules), sum(one[rule] == "unknown" for one in rules))
        for rule in rules[0]
    }


def run(*arguments: str) -> int:
    try:
        call_command("count_rule_firings", *arguments)
    except SystemExit as ended:
        return int(str(ended.code))
    return 0


def test_each_rule_is_counted_per_day_from_what_was_signed(cast: Cast, release: Release) -> None:
    first, second = signed(cast), signed(cast, kps="40")
    earlier = signed(cast, days_ago=3)
    counted = count_rule_firings(None)
    assert (counted.days, counted.plans, counted.unreadable) == (2, 3, 0)
    assert stored() == recount_by_hand(first, second)
    assert stored(TODAY - timedelta(days=3)) == recount_by_hand(earlier)
    assert any(applied for _, applied, _ in stored().values())


def test_counting_twice_comes_to_the_same(cast: Cast, release: Release) -> None:
    signed(cast)
    assert run() == 0
    rows = list(RuleFirings.objects.values())
    assert run() == run("--all") == 0
    assert list(RuleFirings.objects.values()) == rows


def test_a_count_that_somebody_changed_is_put_right(cast: Cast, release: Release) -> None:
    plan = signed(cast)
    count_rule_firings(None)
    RuleFirings.objects.filter(day=TODAY).update(plans=90, applied=0, unknown=0)
    for day in (TODAY, TODAY - timedelta(days=2), TODAY + timedelta(days=1)):
        RuleFirings.objects.create(day=day, release=release, rule="of-nothing", plans=9, applied=9, unknown=0)
    count_rule_firings(None)
    assert stored() == recount_by_hand(plan)
    assert set(RuleFirings.objects.values_list("day", flat=True)) == {TODAY}


def test_a_withdrawn_plan_stays_counted(cast: Cast, release: Release) -> None:
    """It said what it said; and a day that is over never changes."""
    plan = signed(cast)
    count_rule_firings(None)
    before = stored()
    withdraw_plan(plan, by=cast.consultant, reason="Wrong patient")
    count_rule_firings(None)
    assert stored() == before == recount_by_hand(plan)


def test_two_releases_of_one_day_are_counted_apart_and_shown_together(cast: Cast, release: Release) -> None:
    signed(cast)
    newer = factories.newer_release(lambda document: document.update(title="Newer"))
    signed(cast)
    count_rule_firings(None)
    rule = next(iter(stored()))
    of_both = RuleFirings.objects.filter(rule=rule, day=TODAY).values_list("release", "plans")
    assert dict(of_both) == {release.pk: 1, newer.pk: 1}
    assert [day.plans for day in day_counts(TODAY)[rule]] == [2]


def test_what_was_missed_while_nothing_ran_is_made_good(cast: Cast, release: Release) -> None:
    with time_machine.travel(NOW - timedelta(days=40), tick=False):
        factories.make_plan(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
        run()
    signed(cast, days_ago=30)
    signed(cast)
    assert run() == 0
    assert set(RuleFirings.objects.values_list("day", flat=True)) == {
        TODAY - timedelta(days=ago) for ago in (40, 30, 0)
    }


def test_from_a_day_on(cast: Cast, release: Release) -> None:
    signed(cast, days_ago=20)
    signed(cast)
    assert run("--since", "10-Nov-2026") == 0
    assert set(RuleFirings.objects.values_list("day", flat=True)) == {TODAY}
    for wrong in ("soon", "2026-12-24"):
        with pytest.raises(CommandError) as refused:
            call_command("count_rule_firings", "--since", wrong)
        assert refused.value.returncode == 2


def test_chunks_leave_nothing_out(cast: Cast, release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed in the same moment, as in a restored database: the ids tell them apart."""
    plans = [signed(cast) for _ in range(5)]
    assert len({plan.signed_at for plan in plans}) == 1
    monkeypatch.setattr(unnamed, "PLANS_AT_ONCE", 2)
    assert count_rule_firings(None).plans == 5


def test_a_plan_that_is_not_what_was_signed_is_told_and_not_counted(
    cast: Cast, release: Release, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, altered = signed(cast), signed(cast)

    def with_one_altered(since: date | None) -> Iterator[Mapping[str, Any]]:
        for plan in unnamed.plans_in_order_of_signing(since):
            yield {**plan, "body": plan["body"] + " "} if plan["pk"] == altered.pk else plan

    monkeypatch.setattr(clinic, "plans_in_order_of_signing", with_one_altered)
    assert run() == 2
    assert stored() == recount_by_hand(whole)
    (line,) = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert "1 signed plan" in line.getMessage()


@pytest.mark.parametrize("body", ["[1]", "{", "{}", '{"evaluated": {"rules": [1]}}'])
def test_what_is_no_plan_says_nothing_of_its_rules(body: str) -> None:
    digest = hashlib.sha256(body.encode()).hexdigest()
    assert clinic.rules_in({"body": body, "body_sha256": digest}) is None


def some_rule() -> str:
    return "safe-it-pressure"


def weeks_of(release: Release, rule: str, first: int, last: int, *, applied: int, plans: int = 2) -> None:
    days = [TODAY - timedelta(weeks=ago) for ago in range(first, last - 1, -1)]
    RuleFirings.objects.bulk_create(
        RuleFirings(day=day, release=release, rule=rule, plans=plans, applied=applied, unknown=0) for day in days
    )


def test_a_rule_that_stopped_is_critical_in_the_log_and_ends_with_one(
    release: Release, caplog: pytest.LogCaptureFixture
) -> None:
    weeks_of(release, some_rule(), 40, 15, applied=1)
    weeks_of(release, some_rule(), 14, 1, applied=0)
    assert run("--since", "22-Nov-2026") == 1
    (line,) = [record for record in caplog.records if record.name.endswith("count_rule_firings")]
    assert line.levelno == logging.CRITICAL
    assert line.getMessage().startswith(f"Rule {some_rule()}: stopped applying. It applied in 26 of 52 plans (50 %)")


def test_a_rule_that_applies_much_more_often_is_a_warning(
    release: Release, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    weeks_of(release, some_rule(), 40, 5, applied=1, plans=10)
    weeks_of(release, some_rule(), 3, 1, applied=8, plans=10)
    assert run("--since", "22-Nov-2026") == 0
    (line,) = [record for record in caplog.records if record.name.endswith("count_rule_firings")]
    assert line.levelno == logging.WARNING
    assert "Rules that stopped: 0; that changed otherwise: 1." in capsys.readouterr().out


@pytest.mark.parametrize("fault", [TamperedRelease, UnusableRelease], ids=["altered", "of another time"])
def test_guidance_that_cannot_be_read_is_told_after_counting(
    cast: Cast,
    release: Release,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[Exception],
) -> None:
    plan = signed(cast)

    def altered(sha256: str) -> None:
        raise fault(f"Release {sha256[:12]} cannot be read.")

    monkeypatch.setattr(standings, "compiled_release", altered)
    assert run() == 2
    assert stored() == recount_by_hand(plan)
    assert any("cannot be read" in record.getMessage() for record in caplog.records)
