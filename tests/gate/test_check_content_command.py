"""./dev manage check_content: for a person and for continuous integration, without a database."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from pathways.content_files import SHIPPED, load_content
from pathways.engine import prove
from pathways.engine.proofs import CheckKind, Proof
from pathways.gate.report_json import report_from_json
from tests.gate.contents import WITNESS, proof, proves, result


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


def check(*arguments: str | Path) -> Outcome:
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command("check_content", *map(str, arguments), stdout=out, stderr=err, no_color=True)
    except SystemExit as leaving:
        status = int(str(leaving.code))
    return Outcome(status, out.getvalue(), err.getvalue())


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "content"))


@pytest.fixture
def edit(copied: Path) -> Callable[[str, str, str], Path]:
    """Replaces a text in a file of the copied content."""

    def replace(name: str, old: str, new: str) -> Path:
        file = copied / name
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")
        return copied

    return replace


@pytest.fixture
def proved(monkeypatch: pytest.MonkeyPatch) -> Callable[[Proof], None]:
    return lambda made: monkeypatch.setattr(prove, "prove", proves(made))


def test_the_shipped_content_has_nothing_that_blocks() -> None:
    done = check("--no-proof")
    assert (done.status, done.err) == (0, "")
    first, second, *rest = done.out.splitlines()
    assert first.startswith("Leptomeningeal metastasis, ")
    assert second.startswith("0 blocking, ")
    assert any(line.startswith("PASS ") and "cases pass" in line for line in rest)
    assert not any(line.startswith("BLOCK") for line in rest)


def test_what_blocks_comes_first_and_gives_status_1(edit: Callable[[str, str, str], Path]) -> None:
    folder = edit("pathways/initial-treatment.yaml", "per dose 15 mg twice weekly", "per dose 15mg qd")
    done = check(folder, "--no-proof")
    assert done.status == 1
    lines = done.out.splitlines()
    assert lines[1].startswith("2 blocking, ")
    assert lines[3].startswith("BLOCK  The wording for professionals of init-it-methotrexate says “qd”")
    assert "at pathways/initial-treatment, rules/init-it-methotrexate" in done.out


def test_content_that_is_readable_but_wrong_names_file_and_line(edit: Callable[[str, str, str], Path]) -> None:
    done = check(edit("pathways/safety.yaml", "raised_icp is yes", "raised_ipc is yes"), "--json")
    assert done.status == 1
    report = report_from_json(json.loads(done.out))
    assert [line.details["file"] for line in report.blocking] == ["pathways/safety.yaml"]
    assert "Did you mean raised_icp?" in report.blocking[0].text


@pytest.mark.parametrize("spoil", ["missing", "bytes", "yaml", "file"])
def test_what_cannot_be_read_gives_status_2(copied: Path, spoil: str) -> None:
    file = copied / "vocabulary.yaml"
    match spoil:
        case "missing":
            file.unlink()
        case "bytes":
            file.write_bytes(b"findings: \xff\xfe")
        case "yaml":
            file.write_text("findings: [", "utf-8")
    folder = copied / "release.yaml" if spoil == "file" else copied
    done = check(folder)
    assert (done.status, done.out) == (2, "")
    assert "The files cannot be read; nothing was checked." in done.err
    done = check(folder, "--json")
    assert done.status == 2
    assert json.loads(done.out)["unusable"]


def test_json_is_the_report(proved: Callable[[Proof], None]) -> None:
    proved(proof(result(CheckKind.PROMISE, "one", proved=True)))
    done = check("--json")
    assert done.status == 0
    report = report_from_json(json.loads(done.out))
    assert report.sha256 == load_content().release.sha256
    assert report.proof is not None
    assert report.cases


def test_a_witness_is_printed_as_a_person_reads_it(
    edit: Callable[[str, str, str], Path], proved: Callable[[Proof], None]
) -> None:
    record = {"as_of": "2026-11-22", "findings": {"intracranial_bleed": "present"}}
    witness = type(WITNESS)(record, ("intrathecal_chemotherapy",), ("bleed-it-withhold",))
    proved(proof(result(CheckKind.PROMISE, "never-x", text="A promise is broken.", witness=witness)))
    done = check()
    assert done.status == 1
    assert "BLOCK  This promise is not kept: “never-x” A promise is broken. Change the rules" in done.out
    assert "\n       at safeguards, promises/never-x\n" in done.out
    assert "         - Intracranial bleeding: " in done.out
    assert "         → Intrathecal chemotherapy: Not now (withhold)" in done.out
    assert "         by bleed-it-withhold: Withhold intrathecal chemotherapy" in done.out
