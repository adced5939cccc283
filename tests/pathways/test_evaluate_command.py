"""`evaluate`: JSON Lines in, JSON Lines out; a bad record gives an error line and the others go on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from pathways.content_files import SHIPPED, load_content
from pathways.selectors import compiled_release
from pathways.services.releases import activate_release, add_release
from tests.engine.bad_records import BAD_FINDINGS, BAD_RECORDS, GOOD, NESTED, WITHOUT_ID, of_finding

ROOT = Path(__file__).resolve().parents[2]

DOCUMENTED = {
    "id": "p1",
    "as_of": "2026-11-22",
    "findings": {
        "lm_diagnosis": "established",
        "kps": 80,
        "life_expectancy": "at_least_1_month",
        "hydrocephalus": {"value": "none", "observed_on": "2026-11-01"},
        "csf_protein": {"value": 0.9, "unit": "g/L"},
    },
}


@dataclass(frozen=True, slots=True)
class Run:
    status: object
    answers: list[dict[str, Any]]


def run(monkeypatch: pytest.MonkeyPatch, text: bytes, *arguments: str) -> Run:
    """The command in this process, with these bytes on standard input."""
    out = StringIO()
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(text)))
    status: object = 0
    try:
        call_command("evaluate", *arguments, stdout=out)
    except SystemExit as stop:
        status = stop.code
    return Run(status, [json.loads(line, parse_constant=str) for line in out.getvalue().splitlines()])


def run_shipped(monkeypatch: pytest.MonkeyPatch, *lines: bytes, end: bytes = b"\n") -> Run:
    return run(monkeypatch, b"".join(line + end for line in lines), "--content", str(SHIPPED))


# --- good lines ------------------------------------------------------------------------------------------------------


def test_the_documented_example(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run_shipped(monkeypatch, json.dumps(DOCUMENTED).encode())
    (answer,) = found.answers
    release = load_content().release
    assert found.status == 0
    assert set(answer) == {"id", "release", "verdicts", "rules", "not_current"}
    assert (answer["id"], answer["release"]) == ("p1", release.sha256)
    assert list(answer["verdicts"]) == list(release.vocabulary.interventions)
    assert list(answer["rules"]) == list(release.rules)
    assert answer["verdicts"]["systemic_therapy"] == {
        "stance": "recommend",
        "settled": False,
        "needs": ["primary_tumour", "braf", "intracranial_bleed", "craniospinal_rt"],
        "satisfied": False,
    }
    assert answer["verdicts"]["intrathecal_chemotherapy"]["stance"] is None
    assert (answer["rules"]["init-systemic"], answer["rules"]["bleed-it-withhold"]) == ("applies", "unknown")
    assert set(answer["rules"].values()) == {"applies", "does_not_apply", "unknown"}
    assert answer["not_current"] == {"hydrocephalus": "observed 21 days ago, counts for 14"}


SAME = [
    # two ways to write the same findings
    ('"kps": 80', '"kps": {"value": 80}'),
    ('"kps": 80', '"kps": {"value": 80, "observed_on": "2026-11-22"}'),
    ('"kps": 80', '"kps": 80.0'),
    ('"kps": 80', '"kps": 8e1'),
    ('"kps": 80', '"kps": 80, "vte": null'),
    ('"kps": 0', '"kps": -0.0'),
    ('"csf_protein": {"value": 90, "unit": "mg/dL"}', '"csf_protein": {"value": 0.90, "unit": "g/L"}'),
    ('"csf_protein": {"value": 90, "unit": "mg/dL"}', '"csf_protein": {"unit": "mg/L", "value": 900}'),
    ("", '"kps": null'),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_the_same_findings_written_otherwise(monkeypatch: pytest.MonkeyPatch, first: str, second: str) -> None:
    found = run_shipped(monkeypatch, of_finding(first), of_finding(second))
    assert found.status == 0
    assert found.answers[0] == found.answers[1]


def test_a_limit_is_met_exactly_in_every_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    def line(value: str, unit: str) -> bytes:
        return of_finding(f'"lm_diagnosis": "established", "csf_protein": {{"value": {value}, "unit": "{unit}"}}')

    doses = [("1.0", "g/L"), ("0.9999999999999999999999", "g/L"), ("1000", "mg/L"), ("999.999", "mg/L")]
    found = run_shipped(monkeypatch, *(line(*dose) for dose in doses))
    results = [answer["rules"]["init-prognostic-protein"] for answer in found.answers]
    assert results == ["does_not_apply", "applies", "does_not_apply", "applies"]


def test_answers_come_in_the_order_of_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [GOOD.replace(b"good", f"p{number}".encode()) for number in range(20)]
    assert [answer["id"] for answer in run_shipped(monkeypatch, *lines).answers] == [f"p{n}" for n in range(20)]


@pytest.mark.parametrize("identity", ["", " ", "p 1", "Patientin Ä", "\u2028", "\x00", "💊", "../x"])
def test_any_text_is_an_id_and_comes_back_unchanged(monkeypatch: pytest.MonkeyPatch, identity: str) -> None:
    for ascii_only in (True, False):
        line = json.dumps({**DOCUMENTED, "id": identity}, ensure_ascii=ascii_only).encode()
        assert [answer["id"] for answer in run_shipped(monkeypatch, line).answers] == [identity]


def test_blank_lines_are_skipped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run_shipped(monkeypatch, b"", b"  \t ", GOOD, b"", b"{")
    assert [answer.get("id") for answer in found.answers] == ["good", None]
    assert found.answers[1]["line"] == 5


def test_windows_line_ends_and_a_byte_order_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run_shipped(monkeypatch, b"\xef\xbb\xbf" + GOOD, b"", GOOD, end=b"\r\n")
    assert (found.status, [answer["id"] for answer in found.answers]) == (0, ["good", "good"])


def test_the_last_line_needs_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(run_shipped(monkeypatch, GOOD, end=b"").answers) == 1


def test_no_lines_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_shipped(monkeypatch) == Run(0, [])


# --- bad lines: all of them in one run, each with a good line after it ------------------------------------------------

BAD = [*(of_finding(written) for written, _ in BAD_FINDINGS), *BAD_RECORDS, *WITHOUT_ID, *NESTED]


@pytest.fixture(scope="module")
def bad_run() -> Run:
    with pytest.MonkeyPatch.context() as monkeypatch:
        return run_shipped(monkeypatch, *(line for bad in BAD for line in (bad, GOOD)))


def leaks(message: str) -> list[str]:
    """What only a programmer understands."""
    return [word for word in (" object at ", "NotANumber", "Decimal", "RepeatedName", "pathways.") if word in message]


def answer_to(bad_run: Run, line: bytes) -> dict[str, Any]:
    return bad_run.answers[2 * BAD.index(line)]


def test_bad_lines_give_errors_and_the_others_go_on(bad_run: Run) -> None:
    assert bad_run.status == 1
    assert ["error" in answer for answer in bad_run.answers] == [True, False] * len(BAD)
    assert all(answer == bad_run.answers[1] for answer in bad_run.answers[1::2])


@pytest.mark.parametrize(("written", "finding"), BAD_FINDINGS, ids=[written[:60] for written, _ in BAD_FINDINGS])
def test_a_bad_finding_is_named_with_the_id(bad_run: Run, written: str, finding: str) -> None:
    answer = answer_to(bad_run, of_finding(written))
    assert answer.get("id") == "bad"
    assert set(answer) == {"id", "error"}
    assert (set(answer["error"]), answer["error"]["finding"]) == ({"finding", "message"}, finding)
    assert leaks(answer["error"]["message"]) == []


@pytest.mark.parametrize("line", BAD_RECORDS, ids=[repr(line[:90]) for line in BAD_RECORDS])
def test_a_bad_record_is_named_by_its_id_without_a_finding(bad_run: Run, line: bytes) -> None:
    answer = answer_to(bad_run, line)
    assert answer.get("id") == "bad"
    assert (set(answer), set(answer["error"])) == ({"id", "error"}, {"message"})
    assert leaks(answer["error"]["message"]) == []


@pytest.mark.parametrize("line", WITHOUT_ID, ids=[repr(line[:60]) for line in WITHOUT_ID])
def test_without_a_usable_id_the_line_is_named(bad_run: Run, line: bytes) -> None:
    answer = answer_to(bad_run, line)
    assert (set(answer), set(answer["error"])) == ({"line", "error"}, {"message"})
    assert answer["line"] == 2 * BAD.index(line) + 1
    assert answer["error"]["message"]


def test_error_messages_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run_shipped(
        monkeypatch,
        of_finding('"kpz": 80'),
        of_finding('"csf_flow": "obstucted"'),
        of_finding('"csf_protein": 90'),
        of_finding('"raised_icp": true'),
        of_finding('"kps": 65'),
    )
    messages = [answer["error"]["message"] for answer in found.answers]
    expected = [("kpz", "kps"), ("obstucted", "obstructed"), ("mg/dL", "g/L"), ("yes", "no"), ("65", "10")]
    for message, words in zip(messages, expected, strict=True):
        assert [word for word in words if word not in message] == []


def test_a_long_value_does_not_come_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run_shipped(monkeypatch, of_finding('"csf_flow": "' + "x" * 100_000 + '"'))
    assert len(found.answers[0]["error"]["message"]) < 500


# --- where the content comes from ------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestContentInForce:
    @pytest.fixture(autouse=True)
    def _nothing_compiled(self) -> Iterator[None]:
        compiled_release.cache_clear()
        yield
        compiled_release.cache_clear()

    def test_without_options_the_release_in_force_is_evaluated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        activate_release(add_release(load_content(), by=None), by=None)
        found = run(monkeypatch, GOOD)
        assert found.answers == run_shipped(monkeypatch, GOOD).answers

    def test_with_none_in_force_the_command_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(CommandError, match="No release is in force"):
            run(monkeypatch, GOOD)


def test_content_that_cannot_be_used_is_refused_with_its_faults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=r"release\.yaml:1"):
        run(monkeypatch, GOOD, "--content", str(tmp_path))


def in_a_shell(lines: bytes) -> subprocess.CompletedProcess[bytes]:
    """The command as a researcher runs it, with a database address that leads nowhere."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3",
    }
    return subprocess.run(
        [sys.executable, "manage.py", "evaluate", "--content", "pathways/content"],
        input=lines, capture_output=True, cwd=ROOT, env=environment, check=False, timeout=60,
    )  # fmt: skip


def test_content_files_are_evaluated_without_a_database_and_the_exit_status_tells() -> None:
    good = in_a_shell(GOOD + b"\n")
    assert (good.returncode, good.stderr) == (0, b"")
    assert json.loads(good.stdout)["id"] == "good"
    bad = in_a_shell(GOOD + b"\n{\n" + GOOD + b"\n")
    assert bad.returncode == 1
    assert len(bad.stdout.splitlines()) == 3
