"""The diagram as it is drawn and read out: words, marks and links for every question, answer and ending."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from pathways.flow.reading import Mark


class Show(Enum):
    MINE = "mine"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ShownEnding:
    """`tag` is short, for the box; `standing` says the same in full, for the list. `rule` is for who checks."""

    rule: str
    class_code: str
    word: str
    title: str
    tag: str
    standing: str
    mark: Mark
    is_overruled: bool
    href: str
    wording: str
    is_ending: bool = True

    @property
    def said(self) -> str:
        colon = "" if self.word in ("Do", "Do not") else ":"
        return f"{self.word}{colon} {self.title}"

    @property
    def name(self) -> str:
        return f"{self.said}. {self.standing}" if self.standing else self.said


@dataclass(frozen=True, slots=True)
class ShownBranch:
    answer: str
    sentence: str
    mark: Mark
    steps: tuple[ShownStep, ...]


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    label: str
    follows: str
    patient: str
    mark: Mark
    href: str
    branches: tuple[ShownBranch, ...]
    is_ending: bool = False

    @property
    def name(self) -> str:
        return ". ".join(part for part in (self.label, self.patient, self.follows) if part)


ShownStep = ShownQuestion | ShownEnding


@dataclass(frozen=True, slots=True)
class AdviceNow:
    """The verdict of all pathways together on a section's intervention."""

    class_code: str
    said: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownSection:
    code: str
    title: str
    advice: AdviceNow | None
    steps: tuple[ShownStep, ...]

    @property
    def wordings(self) -> tuple[ShownEnding, ...]:
        """One ending of each rule: what the rules say in full."""
        endings = (one for one in nodes_of(self.steps) if isinstance(one, ShownEnding))
        return tuple({ending.rule: ending for ending in endings}.values())

    @property
    def derivations(self) -> tuple[str, ...]:
        """What the derived questions follow from, each once."""
        asked = (step for step in nodes_of(self.steps) if isinstance(step, ShownQuestion) and step.follows)
        return tuple(dict.fromkeys(f"{step.label}: {step.follows}" for step in asked))

    @property
    def nodes(self) -> int:
        return sum(1 for _ in nodes_of(self.steps))

    def endings(self, mark: Mark) -> tuple[ShownEnding, ...]:
        return tuple(one for one in nodes_of(self.steps) if isinstance(one, ShownEnding) and one.mark is mark)


@dataclass(frozen=True, slots=True)
class Start:
    """For whom the pathway is, and whether that is this patient."""

    label: str
    patient: str
    mark: Mark
    href: str

    @property
    def name(self) -> str:
        return f"{self.label}. {self.patient}" if self.patient else self.label


@dataclass(frozen=True, slots=True)
class ShownFlow:
    pathway: str
    title: str
    summary: str
    start: Start
    sections: tuple[ShownSection, ...]

    @property
    def nodes(self) -> int:
        return sum(section.nodes for section in self.sections)

    def endings(self, mark: Mark) -> tuple[ShownEnding, ...]:
        return tuple(ending for section in self.sections for ending in section.endings(mark))


def nodes_of(steps: tuple[ShownStep, ...]) -> Iterator[ShownStep]:
    for step in steps:
        yield step
        if isinstance(step, ShownQuestion):
            for branch in step.branches:
                yield from nodes_of(branch.steps)
