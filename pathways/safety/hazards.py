"""Reads docs/safety/hazards.yaml, in the form that DCB0129 asks for, and says everything that is wrong with it."""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

LIKELIHOODS = ("very low", "low", "medium", "high", "very high")
SEVERITIES = ("minor", "significant", "considerable", "major", "catastrophic")
# DCB0129 and DCB0160, one row per likelihood in the order above, one column per severity.
RISKS = (
    (1, 1, 2, 2, 3),
    (1, 2, 2, 3, 4),
    (2, 2, 3, 3, 4),
    (2, 3, 3, 4, 5),
    (3, 4, 4, 5, 5),
)
RISKS_IN_WORDS = {
    1: "acceptable, no further action required",
    2: "acceptable where the cost of reducing it further outweighs the benefit",
    3: "undesirable; reduced unless further reduction is impractical",
    4: "to be removed, or more control is needed",
    5: "unacceptable",
}
STATUSES = ("controlled", "open")


class UnusableSafetyFile(ValueError):
    """Everything that is wrong, a sentence per line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


class Kind(Enum):
    """What a control is made of; only what is built can be proved by a test."""

    BUILT = "built"
    ORGANISATIONAL = "organisational"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Estimate:
    likelihood: str
    severity: str

    @property
    def risk(self) -> int:
        return RISKS[LIKELIHOODS.index(self.likelihood)][SEVERITIES.index(self.severity)]

    @property
    def sentence(self) -> str:
        return f"{self.likelihood} likelihood, {self.severity} severity: risk {self.risk} of 5"


@dataclass(frozen=True, slots=True)
class Control:
    """`proof` names files of tests, or tests in them as `path::name`."""

    text: str
    kind: Kind
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hazard:
    number: str
    title: str
    causes: tuple[str, ...]
    effect: str
    initial: Estimate
    controls: tuple[Control, ...]
    residual: Estimate
    owner: str
    status: str

    @property
    def open_controls(self) -> tuple[Control, ...]:
        return tuple(control for control in self.controls if control.kind is not Kind.BUILT)


@dataclass(frozen=True, slots=True)
class SafetyFile:
    intended_use: tuple[str, ...]
    scope: tuple[str, ...]
    estimates: str
    hazards: tuple[Hazard, ...]

    @property
    def proofs(self) -> tuple[str, ...]:
        """Every link, once."""
        links = [link for hazard in self.hazards for control in hazard.controls for link in control.proof]
        return tuple(dict.fromkeys(links))


def safety_file_path() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "safety" / "hazards.yaml"


@cache
def safety_file() -> SafetyFile:
    """The one that came with this version; it does not change while the application runs."""
    return read_safety_file(safety_file_path())


def read_safety_file(path: Path) -> SafetyFile:
    """Raises UnusableSafetyFile."""
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    problems = problems_of(written)
    if problems:
        raise UnusableSafetyFile(problems)
    return SafetyFile(
        intended_use=tuple(written["intended_use"]),
        scope=tuple(written["scope"]),
        estimates=written["estimates"],
        hazards=tuple(hazard_of(one) for one in written["hazards"]),
    )


def hazard_of(written: dict[str, Any]) -> Hazard:
    return Hazard(
        number=written["number"],
        title=written["title"],
        causes=tuple(written["causes"]),
        effect=written["effect"],
        initial=Estimate(**written["initial"]),
        controls=tuple(control_of(one) for one in written["controls"]),
        residual=Estimate(**written["residual"]),
        owner=written["owner"],
        status=written["status"],
    )


def control_of(written: dict[str, Any]) -> Control:
    kind = Kind(written.get("kind", Kind.BUILT.value))
    return Control(written["text"], kind, tuple(written.get("proof", ())))


# What is wrong


def problems_of(written: Any) -> list[str]:
    if not isinstance(written, dict) or set(written) != {"intended_use", "scope", "estimates", "hazards"}:
        return ["The file has intended_use, scope, estimates and hazards, and nothing else."]
    problems = [problem for one in written["hazards"] for problem in hazard_problems(one)]
    if problems:
        return problems
    numbers = [one["number"] for one in written["hazards"]]
    expected = [f"HZ-{place}" for place in range(1, len(numbers) + 1)]
    if numbers != expected:
        wrong = next(found for found, wanted in zip(numbers, expected, strict=True) if found != wanted)
        problems.append(
            f"{wrong} is out of order: hazards are numbered without gaps, and a number is never used again."
        )
    return problems


def hazard_problems(written: Any) -> list[str]:
    fields = {"number", "title", "causes", "effect", "initial", "controls", "residual", "owner", "status"}
    if not isinstance(written, dict) or set(written) != fields:
        name = written.get("number", "?") if isinstance(written, dict) else written
        return [f"{name}: a hazard has {', '.join(sorted(fields))}, and nothing else."]
    name = written["number"]
    problems = [f"{name}: {field} is empty." for field in sorted(fields) if not written[field]]
    if problems:
        return problems
    for field in ("initial", "residual"):
        problems += [f"{name}: {field}: {problem}" for problem in estimate_problems(written[field])]
    if not problems and Estimate(**written["residual"]).risk > Estimate(**written["initial"]).risk:
        problems.append(f"{name}: the residual risk is greater than the initial one.")
    if written["status"] not in STATUSES:
        problems.append(f"{name}: status is one of {', '.join(STATUSES)}.")
    for place, control in enumerate(written["controls"], start=1):
        problems += [f"{name}, control {place}: {problem}" for problem in control_problems(control)]
    return problems or state_problems(hazard_of(written))


def estimate_problems(written: Any) -> list[str]:
    if not isinstance(written, dict) or set(written) != {"likelihood", "severity"}:
        return ["an estimate has a likelihood and a severity."]
    problems = []
    if written["likelihood"] not in LIKELIHOODS:
        problems.append(f"likelihood is one of {', '.join(LIKELIHOODS)}.")
    if written["severity"] not in SEVERITIES:
        problems.append(f"severity is one of {', '.join(SEVERITIES)}.")
    return problems


def control_problems(written: Any) -> list[str]:
    if (
        not isinstance(written, dict)
        or not {"text"} <= set(written) <= {"text", "kind", "proof"}
        or not written["text"]
    ):
        return ["a control has a text, a kind, and a proof where it is built."]
    kinds = [kind.value for kind in Kind]
    if written.get("kind", Kind.BUILT.value) not in kinds:
        return [f"kind is one of {', '.join(kinds)}."]
    control = control_of(written)
    if control.kind is Kind.BUILT and not control.proof:
        return ["what is built is proved by at least one test."]
    if control.kind is not Kind.BUILT and control.proof:
        return [f"what is {control.kind.value} cannot be proved by a test."]
    return []


def state_problems(hazard: Hazard) -> list[str]:
    has_open = any(control.kind is Kind.OPEN for control in hazard.controls)
    if has_open is not (hazard.status == "open"):
        return [f"{hazard.number}: a hazard is open exactly while one of its controls is."]
    if not any(control.kind is Kind.BUILT for control in hazard.controls) and hazard.status != "open":
        return [f"{hazard.number}: without a control that is built, the hazard is open."]
    return []
