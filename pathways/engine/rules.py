"""Rules and pathways as they stand in a release, with their conditions read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pathways.engine.conditions import Condition
from pathways.engine.stances import Stance


@dataclass(frozen=True, slots=True)
class Rule:
    """One stance on one intervention. ``condition`` includes the pathway's scope; ``own_condition`` does not.

    An accompanying note has the condition of the rules it accompanies and is shown where one of them governs.
    ``places`` says at which page or section of a reference the rule stands.
    """

    key: str
    pathway: str
    intervention: str | None
    stance: Stance
    condition: Condition
    own_condition: Condition
    urgent: bool = False
    accompanies: tuple[str, ...] = ()
    answers: str | None = None
    statements: tuple[str, ...] = ()
    origin: str = "source"
    references: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict, hash=False)
    professional: str = ""
    patient: str | None = None
    patient_omitted: str | None = None
    strength: str = "not graded"
    certainty: str = "not graded"
    cautions: tuple[str, ...] = ()
    contested: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    lifted_by: str = ""

    @property
    def takes_part(self) -> bool:
        """Whether the rule has a say in the verdict on its intervention."""
        return self.intervention is not None and self.stance is not Stance.NOTE


@dataclass(frozen=True, slots=True)
class Pathway:
    """``review_by`` is the day by which the owner looks at the pathway again."""

    code: str
    title: str
    summary: str
    scope: Condition
    rules: tuple[Rule, ...]
    owner: str = ""
    review_by: date | None = None
