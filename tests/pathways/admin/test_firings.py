"""admin:pathways_firings and firing: what stopped first, a chart with its table, and the count on the desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from pathways import clinic
from pathways.clinic import AnswersGiven
from pathways.models import Release, RuleFirings
from tests.cast import Cast
from tests.factories import newer_release
from tests.guidance import RULE
from tests.pathways.admin.pages import address

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
OTHER = "init-systemic"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def counts(release: Release, rule: str, first: int, last: int, *, applied: int, plans: int = 2) -> None:
    days = [NOW.date() - timedelta(weeks=ago) for ago in range(first, last - 1, -1)]
    RuleFirings.objects.bulk_create(
        RuleFirings(day=day, release=release, rule=rule, plans=plans, applied=applied, unknown=0) for day in days
    )


def stopped(release: Release, rule: str = RULE) -> None:
    counts(release, rule, 40, 11, applied=1)
    counts(release, rule, 10, 1, applied=0)


def test_a_rule_that_stopped_is_the_first_thing_on_the_page(editor: Client, release: Release) -> None:
    stopped(release)
    counts(release, OTHER, 40, 1, applied=1)
    page = editor.get(address("firings")).content.decode()
    assert page.index("Alarm: Stopped applying") < page.index("Every rule of the guidance in force")
    assert "in none of the 20 plans signed since" in page
    assert "No release came into force at that time." in page
    assert "Firing rates (1 stopped)" in editor.get(address("guidance")).content.decode()


def test_without_a_change_the_page_and_the_desk_say_so(editor: Client, release: Release) -> None:
    counts(release, RULE, 40, 1, applied=1)
    assert "No rule stopped applying" in editor.get(address("firings")).content.decode()
    assert re.search(r">Firing rates</a>", editor.get(address("guidance")).content.decode())


def test_a_release_near_the_change_is_named_and_drawn(editor: Client, release: Release) -> None:
    stopped(release)
    with time_machine.travel(NOW - timedelta(weeks=10), tick=False):
        newer_release(lambda document: document.update(title="Newer"))
    page = editor.get(address("firing", RULE)).content.decode()
    assert "Came into force about that time: release 2 on 13-Sep-2026" in page
    assert ">Release 2</text>" in page
    assert "Release 2 came into force on 13-Sep-2026" in page, "the table says it too"


def test_the_chart_has_a_table_that_says_the_same(editor: Client, release: Release) -> None:
    stopped(release)
    page = editor.get(address("firing", RULE)).content.decode()
    assert page.count('<th scope="row">') == 26
    assert "No plans" in page, "this week has none"
    assert page.count('class="firing-point"') + page.count('class="firing-outside"') == 25
    assert "style=" not in page.partition("<main")[2]


def test_few_plans_are_not_judged(editor: Client, release: Release) -> None:
    counts(release, RULE, 9, 5, applied=1)
    counts(release, RULE, 4, 1, applied=0)
    page = editor.get(address("firing", RULE)).content.decode()
    assert "Too few plans to say" in page
    assert "at least 20 are needed" in page
    assert 'class="firing-limit"' not in page


def test_what_never_applied_is_information_and_no_alarm(editor: Client, release: Release) -> None:
    counts(release, RULE, 40, 1, applied=0)
    page = editor.get(address("firings")).content.decode()
    assert page.index("Have never applied") > page.index("Every rule of the guidance in force")
    assert "It applied in none of 80 plans" in page
    assert "Alarm" not in page


def test_nothing_counted_is_not_shown_as_nought(editor: Client, release: Release) -> None:
    page = editor.get(address("firings")).content.decode()
    assert "Nothing has been counted yet." in page
    assert "0 %" not in page
    assert "Nothing has been counted of this rule yet." in editor.get(address("firing", RULE)).content.decode()


class Ward:
    """Plans were signed that nobody counted, and a verdict is declined nearly always."""

    def __init__(self, release: Release, declined: int, followed: int) -> None:
        rule = _rule(release)
        self.answers = (AnswersGiven(rule.intervention, rule.stance.value, followed, declined, ""),)

    def plans_signed_after(self, day: object, *, before: object) -> int:
        return 7

    def answers_given(self, since: object) -> tuple[AnswersGiven, ...]:
        return self.answers


def _rule(release: Release) -> Any:
    from pathways.selectors import loaded

    return loaded(release).engine.rules[OTHER]


@pytest.mark.parametrize(
    ("declined", "followed", "is_flagged"),
    [(9, 1, True), (8, 2, False), (9, 0, False)],
    ids=["nine of ten", "eight of ten", "nine answers alone"],
)
def test_a_verdict_that_is_nearly_always_declined_flags_its_rules(
    editor: Client, release: Release, monkeypatch: pytest.MonkeyPatch, declined: int, followed: int, is_flagged: bool
) -> None:
    monkeypatch.setattr(clinic, "_registered", [Ward(release, declined, followed)])
    page = editor.get(address("firings")).content.decode()
    assert ("Declined more than four times in five" in page) is is_flagged
    assert f"{declined} of {declined + followed} (" in page
    assert "7 signed plans are not counted" in page


def test_who_may_come_here(
    cast: Cast, editor: Client, reviewer: Client, client_of: Callable[[Any], Client], release: Release
) -> None:
    for client in (editor, reviewer, client_of(cast.publisher)):
        assert client.get(address("firings")).status_code == 200
    for person in (cast.consultant, cast.auditor):
        assert client_of(person).get(address("firings")).status_code == 403
        assert client_of(person).get(address("firing", RULE)).status_code == 403
    assert editor.get(address("firing", "of-nothing")).status_code == 404
    assert editor.post(address("firings")).status_code == 405


def test_before_any_release_there_is_nothing_to_count(editor: Client) -> None:
    assert "No release has been in force yet" in editor.get(address("firings")).content.decode()
    assert editor.get(address("firing", RULE)).status_code == 404


def test_the_page_of_a_release_has_numbers_and_no_names(
    cast: Cast, editor: Client, client_of: Callable[[Any], Client], release: Release
) -> None:
    page = editor.get(address("release", release.pk)).content.decode()
    assert "0 signed plans and 0 assessments without a signed plan." in page
    assert "Auditors and privacy officers list the patients" in page
    assert "/recalls/" not in page
