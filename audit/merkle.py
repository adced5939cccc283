"""The tree of hashes of RFC 6962, section 2.1: leaves, roots, and proofs of inclusion and of consistency.

Pure functions. A proof reads roots of subtrees through `Subtrees`, so that a log of ten million events answers with a
few stored nodes. Hashes are 32 bytes, SHA-256.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

LEAF, INNER = b"\x00", b"\x01"
EMPTY_ROOT = hashlib.sha256(b"").digest()

# The root of the leaves first … first + 2**level - 1, where first is a multiple of 2**level.
Subtrees = Callable[[int, int], bytes]


class BadProof(ValueError):
    """The hashes of the proof do not lead from the one to the other."""


def leaf_hash(payload: bytes) -> bytes:
    return hashlib.sha256(LEAF + payload).digest()


def inner_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(INNER + left + right).digest()


class CompactRange:
    """The roots of the full subtrees that make up the first `size` leaves, largest first: enough to go on appending."""

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size = size
        self.roots = list(roots)
        if len(self.roots) != size.bit_count():
            raise ValueError(f"{size} leaves have {size.bit_count()} full subtrees, not {len(self.roots)}.")

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Returns the subtrees that are full now: (level, position among those of its level, root)."""
        full, level, root = [], 0, leaf
        while self.size >> level & 1:
            root = inner_hash(self.roots.pop(), root)
            level += 1
            full.append((level, self.size >> level, root))
        self.roots.append(root)
        self.size += 1
        return full

    def root(self) -> bytes:
        return folded(self.roots)


def folded(roots: Sequence[bytes]) -> bytes:
    """The root over full subtrees of falling size."""
    if not roots:
        return EMPTY_ROOT
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = inner_hash(left, root)
    return root


def full_subtrees(first: int, end: int) -> list[tuple[int, int]]:
    """The leaves first … end - 1 as full, aligned subtrees from left to right: (level, first leaf)."""
    parts = []
    while first < end:
        level = (end - first).bit_length() - 1
        if first:
            level = min(level, (first & -first).bit_length() - 1)
        parts.append((level, first))
        first += 1 << level
    return parts


def range_root(first: int, end: int, subtrees: Subtrees) -> bytes:
    """The root of leaves first … end - 1, where first is where a subtree of that many leaves may begin."""
    return folded([subtrees(level, start) for level, start in full_subtrees(first, end)])


def inclusion_proof(position: int, size: int, subtrees: Subtrees) -> list[bytes]:
    """RFC 6962, 2.1.1: from the leaf upwards."""
    if not 0 <= position < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {position}.")
    first, end, path = 0, size, []
    while end - first > 1:
        middle = first + _split(end - first)
        if position < middle:
            path.append(range_root(middle, end, subtrees))
            end = middle
        else:
            path.append(range_root(first, middle, subtrees))
            first = middle
    return path[::-1]


def consistency_proof(old: int, new: int, subtrees: Subtrees) -> list[bytes]:
    """RFC 6962, 2.1.2: that the first `old` leaves of the tree of `new` leaves are the tree of `old` leaves."""
    if not 0 < old <= new:
        raise ValueError(f"There is no proof from {old} to {new} leaves.")
    path: list[bytes] = []
    first, end, whole = 0, new, True
    while old != end:
        middle = first + _split(end - first)
        if old <= middle:
            path.append(range_root(middle, end, subtrees))
            end = middle
        else:
            path.append(range_root(first, middle, subtrees))
            first, whole = middle, False
    if not whole:
        path.append(range_root(first, end, subtrees))
    return path[::-1]


def check_inclusion(leaf: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162, 2.1.3.2. Raises BadProof."""
    if not 0 <= position < size:
        raise BadProof(f"A tree of {size} leaves has no leaf {position}.")
    found = leaf
    for sibling, on_the_left in _sides(position, size - 1, proof):
        found = inner_hash(sibling, found) if on_the_left else inner_hash(found, sibling)
    if found != root:
        raise BadProof("The proof does not lead to the root.")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """RFC 9162, 2.1.4.2. Raises BadProof."""
    if not 0 <= old <= new:
        raise BadProof(f"The log shrank from {old} to {new} events.")
    if old in (new, 0):
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise BadProof("Two different logs of the same size.")
        return
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        raise BadProof("The proof is empty.")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling, on_the_left in _sides(node, last, path[1:]):
        if on_the_left:
            found_old, found_new = inner_hash(sibling, found_old), inner_hash(sibling, found_new)
        else:
            found_new = inner_hash(found_new, sibling)
    if found_old != old_root or found_new != new_root:
        raise BadProof("The proof does not lead from the old root to the new one.")


def _sides(node: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """From `node` upwards to the root: each hash of the proof, and whether it stands on the left. Raises BadProof."""
    for sibling in proof:
        if last == 0:
            raise BadProof("The proof is too long.")
        on_the_left = bool(node & 1) or node == last
        yield sibling, on_the_left
        while on_the_left and not node & 1 and node:
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    if last != 0:
        raise BadProof("The proof is too short.")


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
