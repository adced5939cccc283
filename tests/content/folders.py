"""Copies of the shipped files, and changing one place in them."""

from __future__ import annotations

import shutil
from pathlib import Path

from pathways.content_files import SHIPPED

RELEASE, VOCABULARY, EVIDENCE, SAFEGUARDS = "release.yaml", "vocabulary.yaml", "evidence.yaml", "safeguards.yaml"
DIAGNOSIS, SAFETY = "pathways/diagnosis.yaml", "pathways/safety.yaml"
INITIAL, BLEED = "pathways/initial-treatment.yaml", "pathways/intracranial-bleed.yaml"


def copied_content(folder: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, folder / "content"))


def break_file(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first `old` and return the number of the line where the change begins."""
    text = (folder / file).read_text("utf-8")
    before, found, after = text.partition(old)
    assert found, f"{old!r} does not stand in {file} any more"
    (folder / file).write_text(before + new + after, "utf-8")
    return before.count("\n") + 1
