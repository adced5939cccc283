"""The hazard log and the safety case as pages of the documentation, written from the clinical safety file."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from pathways.safety.hazards import RISKS_IN_WORDS, Control, Hazard, Kind, SafetyFile, safety_file_path

GENERATED = "This page is generated from `hazards.yaml` by `./dev manage safety_case`; change that file instead."
WAITING = {Kind.ORGANISATIONAL: "*The hospital's to give.*", Kind.OPEN: "*Open.*"}
UNCONTROLLED = 3  # from here on a residual risk is named among the open items


def pages(file: SafetyFile) -> dict[Path, str]:
    """What stands where, relative to the root of the project."""
    folder = Path("docs") / "safety"
    return {folder / "hazard-log.md": hazard_log(file), folder / "safety-case.md": safety_case(file)}


def hazard_log(file: SafetyFile) -> str:
    lines = [
        "# Hazard log",
        "",
        "What could harm a patient, what prevents it, and what proves that it does. Code refers to the numbers as",
        "`Safety: HZ-3`. *Open* means that the control does not exist yet. Risks go from 1 to 5, without controls and",
        "with those that are built.",
        f"{GENERATED} The [safety case](safety-case.md) has causes, effects and estimates.",
        "",
        "| No. | Hazard | Risk | Controls | Proved by |",
        "|---|---|---|---|---|",
    ]
    for hazard in file.hazards:
        controls = "; ".join(cell(in_short(control)) for control in hazard.controls)
        proofs = [link for control in hazard.controls for link in control.proof]
        proved = ", ".join(f"`{link.removeprefix('tests/')}`" for link in dict.fromkeys(proofs)) or "–"
        risk = f"{hazard.initial.risk} → {hazard.residual.risk}"
        lines.append(f"| {hazard.number} | {cell(hazard.title)} | {risk} | {controls} | {proved} |")
    return "\n".join(lines) + "\n"


def in_short(control: Control) -> str:
    return " ".join([control.text, *([WAITING[control.kind]] if control.kind in WAITING else [])])


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def safety_case(file: SafetyFile) -> str:
    sections = [
        ["# Clinical safety case", "", GENERATED],
        ["## Intended use", *paragraphs(file.intended_use)],
        ["## Scope", *paragraphs(file.scope)],
        ["## What this page speaks of", "", *versions()],
        ["## How the controls are proved", "", *HOW_PROVED],
        ["## Estimates", "", file.estimates, "", *matrix()],
        ["## Residual risk", "", *residual_table(file)],
        ["## Open items", "", *open_items(file)],
        ["## Hazards", *(line for hazard in file.hazards for line in hazard_section(hazard))],
    ]
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


HOW_PROVED = [
    "Every control that is built names tests. `tests/safety/test_hazards.py` fails where such a test does not exist.",
    "The whole run of the tests (`./dev test`) ends as failed where one of them failed, was skipped or was not run,",
    "and names the hazard. Both databases, SQLite and PostgreSQL, are tested; journeys run in Chromium.",
]


def paragraphs(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield ""
        yield text.strip()


def versions() -> list[str]:
    """What can be told from the files alone, so that the page says the same on every computer."""
    requirements = (Path(settings.BASE_DIR) / "requirements.txt").read_text(encoding="utf-8")
    locked = hashlib.sha256(requirements.encode()).hexdigest()
    pinned = len(re.findall(r"^\S+==", requirements, re.MULTILINE))
    return [
        f"- LM Pathways {settings.VERSION}",
        f"- The clinical safety file `hazards.yaml`, SHA-256 `{digest(safety_file_path())}`",
        f"- {pinned} libraries, each pinned by its hash: `requirements.txt`, SHA-256 `{locked}`",
        "- `./dev sbom` lists these libraries, and what they bring into the browser, as CycloneDX",
        "- The guidance in force and its fingerprint: the page About of the running application",
    ]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def matrix() -> list[str]:
    words = [f"- Risk {risk}: {text}" for risk, text in sorted(RISKS_IN_WORDS.items(), reverse=True)]
    return ["The risk follows from the matrix of DCB0129:", "", *words]


def residual_table(file: SafetyFile) -> list[str]:
    rows = ["| Risk | Without the controls | With those that are built |", "|---|---|---|"]
    for risk in sorted(RISKS_IN_WORDS, reverse=True):
        before = sum(hazard.initial.risk == risk for hazard in file.hazards)
        after = sum(hazard.residual.risk == risk for hazard in file.hazards)
        rows.append(f"| {risk} | {before} | {after} |")
    return rows


def open_items(file: SafetyFile) -> list[str]:
    items = [
        f"- {hazard.number}: {control.text} ({'open' if control.kind is Kind.OPEN else 'the hospital’s to give'})"
        for hazard in file.hazards
        for control in hazard.open_controls
    ]
    items += [
        f"- {hazard.number}: the residual risk is {hazard.residual.risk}, {RISKS_IN_WORDS[hazard.residual.risk]}"
        for hazard in file.hazards
        if hazard.residual.risk >= UNCONTROLLED
    ]
    return [*items, "- All estimates: confirmation by a clinical safety officer"]


def hazard_section(hazard: Hazard) -> list[str]:
    return [
        "",
        f"### {hazard.number}: {hazard.title}",
        "",
        f"- **Causes:** {'; '.join(hazard.causes)}",
        f"- **Effect:** {hazard.effect}",
        f"- **Without the controls:** {hazard.initial.sentence}",
        f"- **With the controls:** {hazard.residual.sentence}",
        f"- **Owner:** {hazard.owner}. **Status:** {hazard.status}",
        "- **Controls:**",
        *(line for control in hazard.controls for line in control_lines(control)),
    ]


def control_lines(control: Control) -> list[str]:
    lines = [f"  - {in_short(control)}"]
    if control.proof:
        lines.append(f"    Proved by {', '.join(f'`{link}`' for link in control.proof)}")
    return lines
