"""What somebody chose after both versions of an assessment were shown."""

from dataclasses import dataclass

from django.http import QueryDict

KEEP_MINE = "resolve"
AS_CHOSEN = "chosen"
ONLY_THEIRS = "taken"  # changed by others, and not touched in this form
BY_BOTH = "conflict"


@dataclass(frozen=True, slots=True)
class Choice:
    """`context` is the signed note under which is saved; `theirs` stays as it is saved.

    `taken` of them were not touched in this form when both versions were shown: nobody chose, there was no need to.
    """

    context: str
    resolves: bool = False
    theirs: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()

    @classmethod
    def of(cls, posted: QueryDict) -> "Choice":
        """Where a line is left without a choice, nothing is resolved: both versions are shown again."""
        taken = frozenset(posted.getlist(ONLY_THEIRS))
        if KEEP_MINE in posted:
            return cls(posted.get(KEEP_MINE, ""), True, taken, taken)
        chosen = {code: posted.get(choice_name(code), "") for code in posted.getlist(BY_BOTH)}
        if AS_CHOSEN in posted and all(chosen.values()):
            theirs = {code for code, side in chosen.items() if side != "mine"}
            return cls(posted.get(AS_CHOSEN, ""), True, taken | theirs, taken)
        return cls(posted.get("context", ""))


def choice_name(code: str) -> str:
    return f"choose-{code}"
