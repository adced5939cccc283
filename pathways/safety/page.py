"""The clinical safety file as a page of the application."""

from dataclasses import dataclass

from pathways.safety.hazards import Hazard, Kind, SafetyFile

KIND_IN_WORDS = {
    Kind.BUILT: "",
    Kind.ORGANISATIONAL: "For the hospital to give",
    Kind.OPEN: "Open: not there yet",
}


@dataclass(frozen=True, slots=True)
class ControlRow:
    text: str
    waiting: str
    proof: str


@dataclass(frozen=True, slots=True)
class HazardSection:
    number: str
    title: str
    causes: str
    effect: str
    without: str
    residual: str
    owner: str
    is_open: bool
    controls: tuple[ControlRow, ...]


@dataclass(frozen=True, slots=True)
class SafetyPage:
    intended_use: tuple[str, ...]
    scope: tuple[str, ...]
    estimates: str
    summary: str
    hazards: tuple[HazardSection, ...]


def safety_page(file: SafetyFile) -> SafetyPage:
    unfinished = sum(hazard.status == "open" for hazard in file.hazards)
    highest = max(hazard.residual.risk for hazard in file.hazards)
    return SafetyPage(
        intended_use=file.intended_use,
        scope=file.scope,
        estimates=file.estimates,
        summary=f"{len(file.hazards)} hazards, {unfinished} of them open; the highest residual risk is {highest} of 5",
        hazards=tuple(hazard_section(hazard) for hazard in file.hazards),
    )


def hazard_section(hazard: Hazard) -> HazardSection:
    return HazardSection(
        number=hazard.number,
        title=hazard.title,
        causes="; ".join(hazard.causes),
        effect=hazard.effect,
        without=hazard.initial.sentence,
        residual=hazard.residual.sentence,
        owner=hazard.owner,
        is_open=hazard.status == "open",
        controls=tuple(
            ControlRow(control.text, KIND_IN_WORDS[control.kind], ", ".join(control.proof))
            for control in hazard.controls
        ),
    )
