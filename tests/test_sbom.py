"""./dev sbom: the list of what the application is made of is valid, whole, and the same every time."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.conf import settings

from config import sbom
from config.sbom import NoBill, bill_of_materials, printed

ROOT = Path(settings.BASE_DIR)


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return bill_of_materials()


def test_it_is_valid(bill: dict[str, Any]) -> None:
    version = SchemaVersion.from_version(bill["specVersion"])
    assert JsonStrictValidator(version).validate_str(printed(bill)) is None


def test_every_pinned_requirement_stands_in_it_with_its_hashes(bill: dict[str, Any]) -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = re.findall(
        r"^([\w.\-]+)(?:\[[\w,\-]+\])?==(\S+)(?: ;[^\\\n]*)? \\\n((?:    --hash=\S+(?: \\)?\n)+)", text, re.MULTILINE
    )
    assert len(pinned) == len(re.findall(r"^\S+==", text, re.MULTILINE)) > 20
    listed = {(one["name"], one["version"]): one for one in bill["components"]}
    for name, version, lines in pinned:
        hashes = {
            one["content"] for reference in listed[name, version]["externalReferences"] for one in reference["hashes"]
        }
        assert hashes == set(re.findall(r"sha256:(\w+)", lines)), name


def test_what_the_browser_loads_stands_in_it(bill: dict[str, Any]) -> None:
    listed = {one["name"]: one for one in bill["components"]}
    assert listed["htmx.org"]["version"].startswith("2.0.")
    assert listed["bootstrap"]["version"].startswith("5.")
    for name in ("htmx.org", "bootstrap"):
        assert re.fullmatch(r"[0-9a-f]{64}", listed[name]["hashes"][0]["content"])


def test_it_names_the_application_and_all_it_depends_on(bill: dict[str, Any]) -> None:
    assert bill["metadata"]["component"]["version"] == settings.VERSION
    (whole,) = [one for one in bill["dependencies"] if one["ref"] == "lm-pathways"]
    assert sorted(whole["dependsOn"]) == sorted(one["bom-ref"] for one in bill["components"])


def test_the_same_files_give_the_same_bytes(bill: dict[str, Any]) -> None:
    assert printed(bill_of_materials()) == printed(bill)


def test_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sbom, "ROOT", tmp_path)
    monkeypatch.setattr(sbom, "WRITTEN", tmp_path / "var" / "sbom.cdx.json")
    assert sbom.main() == 0
    assert json.loads((tmp_path / "var" / "sbom.cdx.json").read_text(encoding="utf-8"))["bomFormat"] == "CycloneDX"
    assert "components: var/sbom.cdx.json" in capsys.readouterr().out


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n")
    with pytest.raises(NoBill, match="names no version"):
        bill_of_materials(tmp_path)
    with pytest.raises(NoBill, match="is not installed"):
        sbom.component("x", "no_such_package", "x", "x")
