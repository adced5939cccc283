"""Content files in and out of the application: what was exported and is imported again changes nothing."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from audit.models import AuditEvent
from pathways.content_files import SHIPPED
from pathways.models import Release, Version
from pathways.services.reviews import start_review
from pathways.states import VersionState
from tests.cast import Cast
from tests.content.folders import SAFETY as SAFETY_FILE
from tests.content.folders import break_file, copied_content
from tests.factories import shipped_release
from tests.guidance import SAFETY, changed_draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def release() -> Release:
    return shipped_release()


def run(command: str, *words: str | Path) -> str:
    said = StringIO()
    call_command(command, *map(str, words), stdout=said, stderr=said)
    return said.getvalue()


def refusal_of(command: str, *words: str | Path) -> str:
    said = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(command, *map(str, words), stdout=said, stderr=said)
    return f"{said.getvalue()}{caught.value}"


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.yaml")}


def versions() -> list[tuple[str, int, str]]:
    return list(Version.objects.values_list("part", "number", "state"))


def changed_files(folder: Path) -> Path:
    copy = copied_content(folder)
    break_file(copy, SAFETY_FILE, "summary: ", "summary: Changed. ")
    return copy


def test_the_export_is_the_shipped_folder_byte_for_byte(tmp_path: Path) -> None:
    said = run("export_content", tmp_path)
    assert files_in(tmp_path) == files_in(SHIPPED)
    assert said.count("Wrote ") == len(files_in(SHIPPED))
    assert AuditEvent.objects.filter(action="pathways.content_exported").count() == 1


@pytest.mark.parametrize("words", [(), ("--working",), ("--release", "1")])
def test_importing_an_export_changes_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    before = versions()
    run("export_content", tmp_path, *words)
    assert "Nothing differs" in run("import_content", tmp_path)
    assert versions() == before


def test_an_import_makes_drafts_of_what_differs_and_an_export_gives_them_back(tmp_path: Path, cast: Cast) -> None:
    folder = changed_files(tmp_path)
    assert f"Draft: {SAFETY}, version 2" in run("import_content", folder, "--by", cast.editor.username)
    draft = Version.objects.get(part=SAFETY, state=VersionState.DRAFT)
    assert [one.author for one in draft.authorships.all()] == [cast.editor]
    assert Version.objects.filter(state=VersionState.DRAFT).count() == 1
    run("export_content", tmp_path / "out", "--working")
    assert files_in(tmp_path / "out") == files_in(folder)
    run("export_content", tmp_path / "in-force")
    assert files_in(tmp_path / "in-force") == files_in(SHIPPED)


def test_files_with_faults_make_no_draft(tmp_path: Path) -> None:
    folder = changed_files(tmp_path)
    line = break_file(folder, SAFETY_FILE, "raised_icp is yes", "raised_icpp is yes")
    before = versions()
    said = refusal_of("import_content", folder)
    assert f"{SAFETY_FILE}:{line}: There is no finding `raised_icpp`." in said
    assert "nothing was imported" in said
    assert versions() == before


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "release.yaml:1: The file is missing." in refusal_of("import_content", tmp_path / "no-such-folder")


def test_nobody_elses_draft_is_overwritten(tmp_path: Path, cast: Cast) -> None:
    changed_draft(cast.editor)
    before = versions()
    assert "Nothing was imported." in refusal_of("import_content", changed_files(tmp_path))
    assert versions() == before


def test_a_part_under_review_is_left_to_its_reviewers(tmp_path: Path, cast: Cast) -> None:
    start_review(Version.objects.get(part=SAFETY), by=cast.first_reviewer)
    assert "Nothing was imported." in refusal_of("import_content", changed_files(tmp_path))


def test_an_author_is_somebody_who_may_edit(tmp_path: Path, cast: Cast) -> None:
    folder = changed_files(tmp_path)
    assert "There is nobody" in refusal_of("import_content", folder, "--by", "no-such-person")
    assert "Nothing was imported." in refusal_of("import_content", folder, "--by", cast.publisher.username)
    assert not Version.objects.filter(state=VersionState.DRAFT).exists()


@override_settings(LM_MODE="live")
def test_in_live_mode_somebody_answers_for_what_is_imported(tmp_path: Path, cast: Cast) -> None:
    folder = changed_files(tmp_path)
    assert "Say who wrote it" in refusal_of("import_content", folder)
    assert not Version.objects.filter(state=VersionState.DRAFT).exists()
    assert "Draft:" in run("import_content", folder, "--by", cast.editor.username)


def test_an_export_leaves_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    assert "thesis.txt" in refusal_of("export_content", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_release_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert "There is no release 7." in refusal_of("export_content", tmp_path, "--release", "7")


def test_in_live_mode_what_is_not_approved_is_not_in_force(tmp_path: Path, settings: object) -> None:
    settings.LM_MODE = "live"  # type: ignore[attr-defined]
    assert "No release is in force." in refusal_of("export_content", tmp_path)
    run("export_content", tmp_path, "--release", "1")
    assert files_in(tmp_path) == files_in(SHIPPED)
