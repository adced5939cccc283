"""The tree of hashes as it is stored: roots and proofs out of `audit_leaf` and `audit_node` with a few reads.

Roots of full subtrees of 256, 65,536 … leaves are kept as nodes. Whatever lies between two such levels is computed from
at most 256 hashes of the lower one, which are read with one query and remembered.
"""

from django.db.models import BinaryField, Max
from django.db.models.functions import Cast

from audit.merkle import (
    CompactRange,
    consistency_proof,
    folded,
    full_subtrees,
    inclusion_proof,
    inner_hash,
    range_root,
)
from audit.models import Leaf, Node

LEVELS = 8  # between two levels that are stored
BLOCK = 1 << LEVELS
HASH_BYTES = 32


class TreeDamaged(ValueError):
    """Hashes that have to be there are missing, or are no hashes: somebody has altered the tree."""


def sealed_size() -> int:
    """How many leaves the tree has, by the position of the last one."""
    last: int | None = Leaf.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def is_stored(level: int) -> bool:
    return level > 0 and level % LEVELS == 0


def in_bytes(column: str) -> Cast:
    """The bytes of a column, whatever is in it: SQLite keeps text that somebody put there."""
    return Cast(column, BinaryField())


class StoredTree:
    """The tree as of `size` leaves, and of every smaller size. The stored one only grows, so reads may be far apart."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._blocks: dict[tuple[int, int], list[bytes]] = {}

    def root(self, size: int | None = None) -> bytes:
        """Raises TreeDamaged, as the following ones do."""
        return range_root(0, self._within(size), self.subtree)

    def inclusion(self, position: int, size: int | None = None) -> list[bytes]:
        return inclusion_proof(position, self._within(size), self.subtree)

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        return consistency_proof(old, self._within(new), self.subtree)

    def leaf(self, position: int) -> bytes:
        return self.subtree(0, position)

    def compact(self, size: int | None = None) -> CompactRange:
        """What is needed to go on appending."""
        end = self._within(size)
        return CompactRange(end, [self.subtree(level, first) for level, first in full_subtrees(0, end)])

    def subtree(self, level: int, first: int) -> bytes:
        """The root of the 2**level leaves from `first`: what the functions of `audit.merkle` ask for."""
        stored = level // LEVELS * LEVELS
        begin, count = first >> stored, 1 << (level - stored)
        block = self._block(stored, begin // BLOCK)
        hashes = block[begin % BLOCK : begin % BLOCK + count]
        if len(hashes) < count:
            raise TreeDamaged(f"The tree of {self.size} leaves does not reach {first + (1 << level)}.")
        while len(hashes) > 1:
            hashes = [inner_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
        return folded(hashes)

    def _within(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ValueError(f"The tree has {self.size} leaves, not {size}.")
        return size

    def _block(self, level: int, number: int) -> list[bytes]:
        """Up to 256 neighbouring hashes of a stored level; fewer at the right edge of the tree."""
        if (level, number) not in self._blocks:
            first = number * BLOCK
            end = min(first + BLOCK, self.size >> level)
            rows = _leaves(first, end) if level == 0 else _nodes(level, first, end)
            if [position for position, _ in rows] != list(range(first, end)):
                raise TreeDamaged(
                    f"Hashes of level {level} are missing between {first} and {end - 1}: the tree has a gap."
                )
            self._blocks[level, number] = [_hash(value, level, position) for position, value in rows]
        return self._blocks[level, number]


def _leaves(first: int, end: int) -> list[tuple[int, bytes]]:
    found = Leaf.objects.filter(position__gte=first, position__lt=end).order_by("position")
    return list(found.values_list("position", in_bytes("hash")))


def _nodes(level: int, first: int, end: int) -> list[tuple[int, bytes]]:
    found = Node.objects.filter(level=level, position__gte=first, position__lt=end).order_by("position")
    return list(found.values_list("position", in_bytes("hash")))


def _hash(value: bytes, level: int, position: int) -> bytes:
    raw = bytes(value)
    if len(raw) != HASH_BYTES:
        raise TreeDamaged(f"What stands at {position} of level {level} is no hash.")
    return raw
