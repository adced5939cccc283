"""/healthz, /readyz and /metrics: every reason is found, nothing of patients told, and nobody outside let in."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent
from audit.row_triggers import remove
from config.monitoring import allowed, disks, selectors
from config.monitoring.allowed import networks
from config.monitoring.readiness import Trouble
from pathways.models import CanaryRun, Release
from tests import factories
from tests.cast import Cast
from tests.patients.no_advice import doubt_own_process

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/monitoring.md").read_text(encoding="utf-8")
INSIDE = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture(autouse=True)
def _monitoring_comes_from_this_machine(settings: Any) -> None:
    settings.MONITORING_NETWORKS = networks("LM_NONE_SUCH")
    settings.LEAST_FREE_PERCENT = 0


def troubles() -> set[str]:
    answer = Client().get("/readyz", **INSIDE)
    told = answer.json()
    assert (answer.status_code, told["ready"]) == ((503, False) if told["reasons"] else (200, True))
    return {one["reason"] for one in told["reasons"]}


def run_of_canaries(release: Release, *, passed: bool = True, hours_ago: float = 0) -> None:
    CanaryRun.objects.create(
        release=release,
        at=timezone.now() - timedelta(hours=hours_ago),
        passed=passed,
        cases=1,
        differences=[] if passed else [{"case": "C1", "text": "other"}],
        made_with="0",
        machine="app1",
    )


@pytest.fixture
def ready(cast: Cast) -> Iterator[Release]:
    """All is well: guidance in force, known patients as expected, nothing old waits for the sealer."""
    release = factories.shipped_release()
    run_of_canaries(release)
    with patch("config.monitoring.readiness.LONGEST_SEALING_LAG", 3600):
        yield release


@pytest.mark.django_db
class TestReady:
    def test_all_is_well(self, ready: Release) -> None:
        assert troubles() == set()

    def test_the_database_does_not_answer(self) -> None:
        away = OperationalError('connection to "secret" refused')
        with patch("config.monitoring.selectors.database_answers", side_effect=away):
            answer = Client().get("/readyz", **INSIDE)
            numbers = Client().get("/metrics", **INSIDE).content.decode()
        assert [one["reason"] for one in answer.json()["reasons"]] == ["database_away"]
        assert b"secret" not in answer.content  # the words of a driver may hold values
        assert 'lm_trouble{reason="database_away"} 1.0' in numbers
        assert "lm_sessions" not in numbers  # not known, and so not zero

    def test_the_database_stops_answering_in_the_middle(self, ready: Release) -> None:
        with patch("config.monitoring.selectors.missing_migrations", side_effect=OperationalError("x")):
            assert troubles() == {"database_away"}

    @pytest.mark.parametrize("how", [{"return_value": False}, {"side_effect": OperationalError("read-only")}])
    def test_the_database_takes_no_writing(self, ready: Release, how: dict[str, Any]) -> None:
        with patch("config.monitoring.selectors.database_takes_writing", **how):
            assert troubles() == {"database_read_only"}

    def test_migrations_have_not_run(self, ready: Release) -> None:
        newer = selectors.migrations_of_this_version() | {("patients", "9999_to_come")}
        with patch("config.monitoring.selectors.migrations_of_this_version", return_value=newer):
            assert troubles() == {"migrations_missing"}

    def test_a_table_that_is_still_to_come_is_no_trouble_of_the_database(self, ready: Release) -> None:
        newer = selectors.migrations_of_this_version() | {("audit", "9999_to_come")}
        with (
            patch("config.monitoring.selectors.migrations_of_this_version", return_value=newer),
            patch("config.monitoring.readiness.backlog", side_effect=OperationalError("no such column")),
        ):
            assert troubles() == {"migrations_missing"}

    def test_migrations_of_a_newer_version_have_run(self, ready: Release) -> None:
        older = selectors.migrations_of_this_version() - {("patients", "0001_initial")}
        with patch("config.monitoring.selectors.migrations_of_this_version", return_value=older):
            assert troubles() == set()

    def test_what_keeps_a_server_from_starting_is_seen_later_too(self, ready: Release) -> None:
        """One that started while the database was away could not look."""
        remove(connection)
        (reason,) = Client().get("/readyz", **INSIDE).json()["reasons"]
        assert reason["reason"] == "unsafe_installation"
        assert "patients_patient_row_changed" in reason["sentence"]
        assert "Run `manage.py migrate`" in reason["sentence"]

    def test_no_guidance_is_in_force(self, cast: Cast) -> None:
        assert troubles() == {"no_release"}

    def test_the_guidance_in_force_cannot_be_used(self, ready: Release) -> None:
        from pathways.selectors import UnusableRelease

        with patch("pathways.selectors.releases.compiled_release", side_effect=UnusableRelease("x")):
            assert troubles() == {"release_unusable"}

    def test_known_patients_are_not_advised_as_expected(self, ready: Release) -> None:
        run_of_canaries(ready, passed=False)
        assert troubles() == {"canaries_differ"}

    def test_this_server_alone_advises_them_otherwise(self, ready: Release, monkeypatch: pytest.MonkeyPatch) -> None:
        forget = doubt_own_process(monkeypatch)
        assert troubles() == {"canaries_differ"}
        forget()

    @pytest.mark.parametrize("hours", [None, 3], ids=["never", "three hours ago"])
    def test_known_patients_have_not_been_checked(self, cast: Cast, hours: float | None) -> None:
        release = factories.shipped_release()
        if hours is not None:
            run_of_canaries(release, hours_ago=hours)
        assert troubles() == {"canaries_old"}

    def test_the_sealer_is_late(self, ready: Release) -> None:
        with patch("config.monitoring.readiness.LONGEST_SEALING_LAG", -1):
            assert troubles() == {"sealing_late"}

    def test_a_disk_is_nearly_full(self, ready: Release, settings: Any) -> None:
        settings.LEAST_FREE_PERCENT = 101
        assert troubles() == {"disk_nearly_full"}

    def test_a_disk_cannot_be_asked(self, ready: Release) -> None:
        with patch("shutil.disk_usage", side_effect=PermissionError(13, "Permission denied")):
            assert troubles() == {"disk_nearly_full"}


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What Django says about answers; its logger hands nothing on to the one that pytest reads."""
    logger = logging.getLogger("django.request")
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


@pytest.mark.django_db
def test_asking_many_times_does_not_fill_the_log(cast: Cast, told: pytest.LogCaptureFixture) -> None:
    """An alarm that asks every few seconds would bury the line that says what is wrong."""
    assert Client().get("/nothing-here").status_code == 404
    assert told.records, "the handler hears Django"
    told.clear()
    assert Client().get("/readyz", **INSIDE).status_code == 503
    assert Client().get("/readyz", REMOTE_ADDR="192.0.2.9").status_code == 403
    assert told.records == []


def test_what_breaks_in_an_answer_itself_is_told_in_the_log(told: pytest.LogCaptureFixture) -> None:
    with patch("config.monitoring.views.reasons", side_effect=RuntimeError("unforeseen")):
        answer = Client(raise_request_exception=False).get("/readyz", **INSIDE)
    assert answer.status_code == 500
    assert any(line.exc_info for line in told.records)


def test_numbers_that_cannot_be_counted_change_no_answer_and_are_told_once(
    told: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Safety: what was saved is acknowledged, also where the folder of the numbers is full or gone."""
    monkeypatch.setattr("config.monitoring.middleware._is_told", False)
    with patch("config.monitoring.measures.requests.labels", side_effect=OSError(28, "No space left on device")):
        assert [Client().get("/healthz").status_code for _ in range(3)] == [200] * 3
    assert len([line for line in told.records if line.name == "config.monitoring.middleware"]) == 1


class TestALiving:
    def test_process_answers_without_the_database_and_under_any_name(self) -> None:
        """pytest-django would fail it here if it asked the database; no name of a host and no HTTPS is needed."""
        answer = Client().get("/healthz", HTTP_HOST="10.1.2.3", REMOTE_ADDR="192.0.2.9", secure=False)
        assert (answer.status_code, answer.json()) == (200, {"alive": True})
        assert answer["Cache-Control"] == "private, no-store"

    def test_a_session_is_not_looked_up(self) -> None:
        client = Client()
        client.cookies["sessionid"] = "x" * 32
        assert client.get("/healthz").status_code == 200


class TestWhoMayAsk:
    @pytest.mark.parametrize("path", ["/readyz", "/metrics"])
    @pytest.mark.parametrize(
        "headers",
        [
            {"REMOTE_ADDR": "192.0.2.9"},
            {"REMOTE_ADDR": "192.0.2.9", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
            {"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "192.0.2.9"},
            {"REMOTE_ADDR": "192.0.2.9", "HTTP_AUTHORIZATION": "Bearer "},
            {"REMOTE_ADDR": "192.0.2.9", "HTTP_AUTHORIZATION": "Bearer wrong-wrong-wrong-wrong"},
        ],
        ids=["from elsewhere", "by an invented header", "through a proxy", "empty token", "wrong token"],
    )
    def test_nobody_else(self, settings: Any, path: str, headers: dict[str, str]) -> None:
        assert Client().get(path, **headers).status_code == 403
        settings.MONITORING_TOKEN = "right-right-right-right"
        assert Client().get(path, **headers).status_code == 403

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        "headers",
        [
            {"REMOTE_ADDR": "127.0.0.1"},
            {"REMOTE_ADDR": "192.0.2.17"},
            {"REMOTE_ADDR": "", "HTTP_HOST": "localhost"},
            {"REMOTE_ADDR": "198.51.100.1", "HTTP_AUTHORIZATION": "Bearer right-right-right-right"},
        ],
        ids=["this machine", "its network", "the server's own socket", "the token"],
    )
    def test_monitoring(self, settings: Any, headers: dict[str, str]) -> None:
        settings.MONITORING_NETWORKS = (*settings.MONITORING_NETWORKS, ip_network("192.0.2.16/28"))
        settings.MONITORING_TOKEN = "right-right-right-right"
        before = AuditEvent.everything.count()
        assert Client().get("/metrics", **headers).status_code == 200
        assert AuditEvent.everything.count() == before  # several times in a minute, of which the log wants nothing

    @pytest.mark.django_db
    def test_behind_two_proxies_the_inner_ones_word_alone_is_not_enough(self, settings: Any) -> None:
        settings.TRUSTED_PROXIES = 2
        assert Client().get("/metrics", REMOTE_ADDR="", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 403

    def test_what_is_set_wrong_is_said_at_the_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LM_X", "192.0.2.17/28")
        with pytest.raises(ImproperlyConfigured, match=r"LM_X: .*host bits"):
            networks("LM_X")
        monkeypatch.setenv("LM_X", "short")
        with pytest.raises(ImproperlyConfigured, match="too short"):
            allowed.token("LM_X")

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
    def test_nothing_can_be_sent(self, path: str) -> None:
        assert Client().post(path, **INSIDE).status_code == 405


@pytest.fixture
def numbers(ready: Release, cast: Cast) -> str:
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology, family_name="Xylophone")
    factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)
    client = Client()
    client.force_login(cast.consultant)
    client.get(f"/patients/{patient.pk}/")
    client.get("/static/nothing.css")
    client.get("/nothing/Xylophone/?name=Xylophone")
    client.generic("XYLOPHONE", "/")
    text = Client().get("/metrics", **INSIDE).content.decode()
    assert str(patient.pk) not in text
    assert str(cast.consultant.pk) not in text
    return text


@pytest.mark.django_db
class TestNumbers:
    def test_tell_nothing_about_patients_and_no_word_that_somebody_typed(self, numbers: str) -> None:
        assert "xylophone" not in numbers.lower()

    def test_answers_are_counted_by_the_name_of_the_page(self, numbers: str) -> None:
        views = set(re.findall(r'lm_http_requests_total\{.*view="([^"]+)"', numbers))
        assert {"patients:patient_detail", "static", "none"} <= views
        assert 'method="other"' in numbers
        assert re.search(
            r'^lm_http_request_seconds_bucket\{le="0.1",view="patients:patient_detail"\} \d', numbers, re.MULTILINE
        )

    def test_how_things_stand(self, numbers: str) -> None:
        for line in ("lm_ready 1.0", "lm_open_drafts 1.0", "lm_canaries_passed 1.0", "lm_advice_stopped 0.0"):
            assert line in numbers.splitlines()
        assert re.search(r"^lm_audit_unsealed_events [1-9]", numbers, re.MULTILINE)
        assert set(re.findall(r'lm_trouble\{reason="(\w+)"\}', numbers)) == {one.value for one in Trouble}

    def test_every_number_is_described(self, numbers: str) -> None:
        assert names_in(numbers) - set(re.findall(r"lm_\w+", PAGE)) == set()

    def test_every_alarm_asks_for_a_number_that_there_is(self, numbers: str) -> None:
        later = {"lm_audit_checkpoint_age_seconds", "lm_audit_intact", "lm_audit_verified_age_seconds"}  # once sealed
        later |= {"lm_database_connections"}  # on PostgreSQL
        asked = {name for rule in rules() for name in re.findall(r"lm_[a-z_]+", rule["expr"])}
        known = names_in(numbers) | later | {"lm_http_request_seconds_bucket"}
        assert asked - known == set()
        assert len(asked) > 12

    def test_an_alarm_names_only_reasons_and_views_that_exist(self) -> None:
        assert "lm_trouble == 1" in {rule["expr"] for rule in rules()}  # each of them, without a list to forget one in


def names_in(text: str) -> set[str]:
    return set(re.findall(r"^(lm_\w+?)(?:_bucket|_sum|_count)?(?:\{| )", text, re.MULTILINE))


def rules() -> list[dict[str, Any]]:
    loaded = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in loaded["groups"] for rule in group["rules"]]


def test_every_alarm_says_what_it_is_and_how_urgent() -> None:
    assert len({rule["alert"] for rule in rules()}) == len(rules())
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"]["summary"]


def test_every_reason_is_described_with_what_to_do() -> None:
    assert re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", PAGE, re.MULTILINE) == [one.value for one in Trouble]


def test_room_is_that_of_accounts_of_ours(tmp_path: Path) -> None:
    """A folder that is still to be made lies on the disk of the one above it."""
    room = disks.room(tmp_path / "not" / "there")
    assert 0 <= room.free_per_cent <= 100
    assert room.free_bytes > 0
