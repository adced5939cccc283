"""The stances that a rule can take on an intervention, from strictest to mildest."""

from __future__ import annotations

from enum import Enum


class Stance(Enum):
    CONTRAINDICATE = "contraindicate"
    WITHHOLD = "withhold"
    AVOID = "avoid"
    DISCUSS = "discuss"
    RECOMMEND = "recommend"
    CONSIDER = "consider"
    NOTE = "note"

    @property
    def strictness(self) -> int:
        """6 for the strictest; 0 for a note, which takes no part in a verdict."""
        return STRICTNESS[self]

    @property
    def is_permissive(self) -> bool:
        return self in (Stance.RECOMMEND, Stance.CONSIDER)

    @property
    def is_prohibition(self) -> bool:
        return self in (Stance.CONTRAINDICATE, Stance.WITHHOLD)


STRICTNESS = {
    Stance.CONTRAINDICATE: 6,
    Stance.WITHHOLD: 5,
    Stance.AVOID: 4,
    Stance.DISCUSS: 3,
    Stance.RECOMMEND: 2,
    Stance.CONSIDER: 1,
    Stance.NOTE: 0,
}
