"""What the about page says of the application itself: what changed last, and whose software it is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from django.conf import settings

CHANGES = Path(settings.BASE_DIR) / "CHANGELOG.md"
REQUIREMENTS = Path(settings.BASE_DIR) / "requirements.in"
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
CLASSIFIER = "License :: OSI Approved :: "
NOT_STATED = "Licence not stated by the package"


@dataclass(frozen=True, slots=True)
class LatestChanges:
    heading: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsedSoftware:
    name: str
    version: str
    licence: str


@cache
def latest_changes() -> LatestChanges:
    """The newest section of the list of changes, as it is written there."""
    text = CHANGES.read_text(encoding="utf-8")
    first, *later = HEADING.finditer(text)
    section = text[first.end() : later[0].start() if later else len(text)]
    changes = (
        " ".join(entry.split("\n\n")[0].split()).replace("`", "")
        for entry in re.split(r"^- ", section, flags=re.MULTILINE)[1:]
    )
    return LatestChanges(first.group(1), tuple(changes))


@cache
def used_software() -> tuple[UsedSoftware, ...]:
    """What the application asks for by name; what that brings along stands in the bill of materials."""
    names = re.findall(r"^[A-Za-z0-9][A-Za-z0-9._-]*", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)
    return tuple(found for name in names if (found := installed(name)))


def installed(name: str) -> UsedSoftware | None:
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return None
    classified = [one.removeprefix(CLASSIFIER) for one in about.get_all("Classifier", []) if one.startswith(CLASSIFIER)]
    stated = (*about.get_all("License-Expression", []), *about.get_all("License", []), ", ".join(classified))
    licence = next((one for one in stated if one.strip()), NOT_STATED)
    return UsedSoftware(about["Name"], about["Version"], licence.splitlines()[0])
