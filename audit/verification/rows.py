"""Goes through the leaves and payloads of one part of the log: the bulk of a verification, and it may run in parallel.

The tree is computed over the leaves as they are stored, 256 at a time; every payload is hashed and compared with its
leaf. A batch in which everything agrees is passed in a few list operations; anything else is looked at row by row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from audit.merkle import INNER, LEAF, full_subtrees
from audit.verification.findings import Findings, Kind

LEVEL = 8
CHUNK = 1 << LEVEL
SLICE = 32 * CHUNK
HASH_BYTES = 32
NO_HASH = bytes(HASH_BYTES)  # in the place of a leaf that is missing; no payload has this hash


# Position, leaf, payload, whether the columns agree with the payload, whether the clocks agree: a plain tuple, because
# there are millions. A leaf or payload that is no bytes is None, as is a payload that is too long to be read with
# thousands of others; the last two are None where there is no event.
Row = tuple[int, bytes | None, bytes | None, bool | None, bool | None]


class Rows(Protocol):
    """Where the leaves and events come from: the database, or an exported copy."""

    def read(self, first: int, end: int, findings: Findings) -> Sequence[Row]:
        """In the order of positions; what cannot be read is left out, and found."""

    def payload(self, position: int, findings: Findings) -> bytes | None:
        """Of this one event, if it is bytes."""

    def explain(self, row: Row, findings: Findings) -> None:
        """Find whatever is wrong with this row besides its hash."""

    def check_batch(self, first: int, end: int, rows: Sequence[Row], findings: Findings) -> None:
        """What is compared for many rows at once."""


@dataclass(slots=True)
class Slice:
    """What one part of the log comes to. It begins at a multiple of 256."""

    first: int
    end: int
    chunks: list[bytes] = field(default_factory=list)  # roots of every full 256 leaves
    tails: dict[int, list[bytes]] = field(default_factory=dict)  # size → subtrees beyond the last full 256 leaves
    findings: Findings = field(default_factory=Findings)


def verify_slice(rows: Rows, first: int, end: int, sizes: Iterable[int], retired: Sequence[range]) -> Slice:
    """Of the leaves first … end - 1; `sizes`, in which the tree's root is wanted, lie between them or at the end."""
    result = Slice(first, end)
    read = rows.read(first, end, result.findings)
    leaves = _leaves(read, first, end, result.findings)
    _compare(rows, read, leaves, retired, result.findings)
    rows.check_batch(first, end, read, result.findings)
    wanted = sorted({*sizes, end})
    for start in range(first, end, CHUNK):
        levels = _levels(leaves[start - first : start - first + CHUNK])
        for size in (size for size in wanted if start <= size < start + CHUNK):
            parts = full_subtrees(0, size - start)
            result.tails[size] = [levels[level][at >> level] for level, at in parts]
        if len(levels) > LEVEL:
            result.chunks.append(levels[LEVEL][0])
    result.tails.setdefault(end, [])
    return result


def _leaves(read: Sequence[Row], first: int, end: int, findings: Findings) -> list[bytes]:
    leaves = [leaf for _, leaf, _, _, _ in read if leaf is not None]
    dense = [row[0] for row in read] == list(range(first, end))
    if dense and len(leaves) == len(read) and {len(leaf) for leaf in leaves} <= {HASH_BYTES}:
        return leaves
    stored: dict[int, bytes] = {}
    there = set()
    for position, leaf, _, _, _ in read:
        there.add(position)
        if leaf is None or len(leaf) != HASH_BYTES:
            findings.add(Kind.LEAF, f"What stands at position {position:,} of the tree is no hash.")
        else:
            stored[position] = leaf
    for position in range(first, end):
        if position not in there:
            findings.add(Kind.GAP, f"Position {position:,} of the tree is missing.")
    return [stored.get(position, NO_HASH) for position in range(first, end)]


def _compare(
    rows: Rows, read: Sequence[Row], leaves: list[bytes], retired: Sequence[range], findings: Findings
) -> None:
    if _all_agree(read, leaves):
        return
    for row in read:
        position, leaf, payload, columns_agree, clocks_agree = row
        if payload is None and columns_agree is not None:
            payload = rows.payload(position, findings)
        hashed = sha256(LEAF + payload).digest() if payload is not None else None
        if columns_agree and clocks_agree and hashed == leaf:
            continue
        if columns_agree is None and any(position in one for one in retired):
            continue
        if columns_agree is not None and hashed != leaf:
            findings.add(
                Kind.PAYLOAD, f"The payload of the event at position {position:,} is not the one that was sealed."
            )
        rows.explain((position, leaf, payload, columns_agree, clocks_agree), findings)


def _all_agree(read: Sequence[Row], leaves: list[bytes]) -> bool:
    if not all([agree and clocks for _, _, _, agree, clocks in read]):  # noqa: C419 -- quicker than a generator
        return False
    return [sha256(LEAF + payload).digest() for _, _, payload, _, _ in read if payload is not None] == leaves


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """The leaves, then the roots of two each, of four each …, as far as there are full ones."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        nodes = iter(levels[-1])
        levels.append([sha256(INNER + left + right).digest() for left, right in zip(nodes, nodes, strict=False)])
    return levels
