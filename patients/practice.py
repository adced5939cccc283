"""Practice patients of the tour: how they are called and numbered, and how many one person may have."""

from uuid import UUID

FAMILY_NAME = "Practice"
MOST_PER_PERSON = 5
WORDS = ("One", "Two", "Three", "Four", "Five")


def practice_number(person: UUID, ordinal: int) -> str:
    """The hospital number says whose practice patient it is, so that nothing else has to remember it."""
    return f"PRACTICE-{ordinal}-{person.hex[:8].upper()}"


def practice_numbers(person: UUID) -> tuple[str, ...]:
    """From the first to the last that this person may have."""
    return tuple(practice_number(person, ordinal) for ordinal in range(1, MOST_PER_PERSON + 1))
