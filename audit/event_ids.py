"""Ids of events, ordered by time (the layout of UUID version 7), so that rows written together lie together.

With random ids, a log of millions of events is verified with one visit to a random page for each. Nothing relies on
the order: what counts is the position in the tree.
"""

import uuid

MILLISECOND = 1000  # microseconds
FRACTION_BITS = 12


def new_event_id(at_us: int) -> uuid.UUID:
    """`at_us` is in microseconds since 1970, UTC; the last 62 bits are random."""
    milliseconds, rest = divmod(at_us, MILLISECOND)
    fraction = (rest << FRACTION_BITS) // MILLISECOND
    random_half = uuid.uuid4().int & ((1 << 64) - 1)  # with the variant bits of every UUID
    return uuid.UUID(int=(milliseconds & ((1 << 48) - 1)) << 80 | 7 << 76 | fraction << 64 | random_half)
