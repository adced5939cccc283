"""Small pieces of sentences that many pages are made of."""

SHOWN_OF_HASH = 12  # characters; enough to tell two texts apart by eye


def fingerprint(sha256: str) -> str:
    """The beginning of a hash, as people compare it."""
    return sha256[:SHOWN_OF_HASH]


def counted(number: int, noun: str) -> str:
    """ "1 warning", "3 warnings" """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def citation(title: str, source: str, year: str) -> str:
    """A reference as it is cited; many a title ends in a full stop of its own."""
    place = ", ".join(part for part in (source, year) if part)
    return f"{title.rstrip('.')}. {place}" if place else title.rstrip(".")
