"""Releases: loaded once, hashed, never changed, and in force only where they may be."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from django.test import override_settings

from audit.models import AuditEvent
from pathways.content_files import SHIPPED, load_content
from pathways.models import Activation, Release
from pathways.selectors import TamperedRelease, compiled_release, loaded_release, release_in_force, releases
from pathways.services.releases import activate_release, add_release

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_compiled() -> Iterator[None]:
    compiled_release.cache_clear()
    yield
    compiled_release.cache_clear()


def test_shipped_content_becomes_release_1_under_review() -> None:
    release = add_release(load_content(), by=None)
    assert (release.number, release.status) == (1, "under_review")
    assert release.sha256 == load_content().release.sha256


def test_the_same_content_again_is_the_same_release() -> None:
    first = add_release(load_content(), by=None)
    assert add_release(load_content(), by=None) == first
    assert AuditEvent.objects.filter(action="pathways.content_loaded").count() == 1


def test_activation_is_recorded_once() -> None:
    release = add_release(load_content(), by=None)
    activate_release(release, by=None)
    activate_release(release, by=None)
    assert Activation.objects.count() == 1
    assert AuditEvent.objects.filter(action="pathways.release_activated").count() == 1


def test_the_latest_activation_is_in_force(tmp_path: Path) -> None:
    first = add_release(load_content(), by=None)
    second = add_release(load_content(changed_copy(tmp_path)), by=None)
    activate_release(first, by=None)
    activate_release(second, by=None)
    in_force = release_in_force()
    assert in_force is not None
    assert in_force.record == second
    assert loaded_release(first.pk).engine.sha256 == first.sha256


def test_nothing_is_in_force_before_the_first_activation() -> None:
    add_release(load_content(), by=None)
    assert release_in_force() is None


def test_in_live_mode_content_under_review_is_not_in_force() -> None:
    activate_release(add_release(load_content(), by=None), by=None)
    with override_settings(LM_MODE="live"):
        assert release_in_force() is None


def test_finding_the_release_in_force_costs_one_query(django_assert_num_queries: object) -> None:
    activate_release(add_release(load_content(), by=None), by=None)
    release_in_force()
    with django_assert_num_queries(1):  # type: ignore[operator]
        release_in_force()


@pytest.mark.parametrize("table", ["pathways_release", "pathways_activation"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_or_delete(table: str, statement: str) -> None:
    activate_release(add_release(load_content(), by=None), by=None)
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table))


def test_a_document_that_does_not_match_its_hash_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    release = add_release(load_content(), by=None)
    monkeypatch.setattr(releases, "content_hash", lambda _: "0" * 64)
    with pytest.raises(TamperedRelease):
        _ = loaded_release(release.pk).engine


def test_load_content_puts_the_release_in_force_in_training() -> None:
    out = StringIO()
    call_command("load_content", stdout=out)
    assert "Release 1, under review" in out.getvalue()
    assert release_in_force() is not None


def test_load_content_only_checks_when_asked() -> None:
    out = StringIO()
    call_command("load_content", "--check", stdout=out)
    assert "sound" in out.getvalue()
    assert not Release.objects.exists()


def test_load_content_names_every_fault_and_stores_nothing(tmp_path: Path) -> None:
    folder = changed_copy(tmp_path)
    safety = folder / "pathways" / "safety.yaml"
    safety.write_text(safety.read_text().replace("cord_compression is yes", "cord_compresion is yes"))
    errors = StringIO()
    with pytest.raises(CommandError, match="nothing was stored"):
        call_command("load_content", content=folder, stderr=errors)
    assert "pathways/safety.yaml:" in errors.getvalue()
    assert "Did you mean cord_compression?" in errors.getvalue()
    assert not Release.objects.exists()


def test_training_is_what_the_tests_run_in() -> None:
    assert configured.LM_MODE == "training"


def changed_copy(folder: Path) -> Path:
    """The shipped content under another title."""
    for file in SHIPPED.rglob("*.yaml"):
        copy = folder / file.relative_to(SHIPPED)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text())
    frame = folder / "release.yaml"
    frame.write_text(frame.read_text().replace("title: ", "title: Changed "))
    return folder
