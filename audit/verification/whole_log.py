"""Verifies the log: every payload against its leaf, every leaf against the signed roots, and nothing missing.

Works on the database and on an exported copy alike, and never fails on what somebody has altered: that is a finding.
"""

import multiprocessing
import signal
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, connections

from audit.merkle import CompactRange, folded
from audit.notes import CheckpointText, Verifier
from audit.verification.checkpoints import (
    CheckpointChain,
    KeptCheckpoint,
    compare_kept,
    kept_checkpoints,
    report_shrunk,
    retired_ranges,
)
from audit.verification.findings import Findings, Kind
from audit.verification.log import Extent, Log
from audit.verification.rows import CHUNK, LEVEL, SLICE, Slice, verify_slice

MANY = 200_000  # events; from there on, more than one process is worth its start
MOST_MISSING = 100_000  # leaves in a row; beyond, they are counted no more
NOT_SEEN = (
    "Without checkpoints kept elsewhere a log cut off at its end, an old backup, or a log rewritten with the signing "
    "key would not be noticed."
)


@dataclass(frozen=True, slots=True)
class Verified:
    """How far an earlier verification came: enough to go on from there."""

    size: int
    root: bytes
    roots: tuple[bytes, ...]  # of the full subtrees up to the last full 256 leaves

    @property
    def begin(self) -> int:
        return self.size // CHUNK * CHUNK


@dataclass(slots=True)
class Result:
    size: int
    first: int  # 0 for a full verification
    findings: Findings
    kept: int | None  # how many checkpoints kept elsewhere were compared; None without any
    reached: Verified | None = None
    last: CheckpointText | None = None

    @property
    def intact(self) -> bool:
        return not self.findings.tampering


@dataclass(slots=True)
class Verification:
    log: Log
    keys: Sequence[Verifier]
    kept: Path | None = None
    since: Verified | None = None
    whole: bool = False  # read everything, and still compare with what was verified last
    processes: int = 1
    findings: Findings = field(default_factory=Findings)
    _kept: dict[int, list[KeptCheckpoint]] = field(default_factory=lambda: defaultdict(list))
    _kept_sizes: list[int] = field(default_factory=list)
    _retired: list[range] = field(default_factory=list)

    def run(self) -> Result:
        if not self.keys:
            self.findings.add(Kind.SIGNATURE, "There is no public key to verify the checkpoints with.")
        kept = None if self.kept is None else list(kept_checkpoints(self.kept, self.keys, self.findings))
        extent = self._plausible(self.log.extent())  # after what was kept: a sealer at work only makes it larger
        self._compare_extent(extent, kept or [])
        since = self._beginning(extent)
        whole = self.whole or kept is not None  # what was kept is compared from the beginning
        result = Result(
            extent.size, since.begin if since and not whole else 0, self.findings, None if kept is None else len(kept)
        )
        self._retired = retired_ranges(self.log.retirements(), self.keys, self.findings)
        self._walk(result, since)
        return result

    def _plausible(self, extent: Extent) -> Extent:
        """A single leaf far beyond all others must not make the verification endless."""
        if extent.leaves > extent.size:
            self.findings.add(Kind.GAP, f"The tree has {extent.leaves:,} leaves for {extent.size:,} positions.")
        if extent.size > 2 * extent.leaves + MOST_MISSING:
            self.findings.add(
                Kind.GAP, f"The tree has {extent.leaves:,} leaves, and one of them stands at {extent.size - 1:,}."
            )
            return extent._replace(size=extent.leaves)
        return extent

    def _compare_extent(self, extent: Extent, kept: list[KeptCheckpoint]) -> None:
        if extent.signed > extent.size:
            self.findings.add(
                Kind.SHRINK, f"The tree has {extent.size:,} events, its own last checkpoint {extent.signed:,}."
            )
        elif extent.signed < extent.size:
            self.findings.add(
                Kind.MISSING_CHECKPOINT,
                f"The tree has {extent.size:,} events, its last checkpoint {extent.signed:,}: the last one is missing.",
            )
        for one in kept:
            self._kept[one.size].append(one)
        self._kept_sizes = sorted(size for size in self._kept if 0 < size <= extent.size)
        report_shrunk([one for one in kept if one.size > extent.size], extent.size, self.findings)

    def _beginning(self, extent: Extent) -> Verified | None:
        if self.since and self.since.size > extent.size:
            self.findings.add(
                Kind.SHRINK,
                f"The log has {extent.size:,} events; when it was verified last, it had {self.since.size:,}. "
                "Only if a backup was restored on purpose, delete the file verified.json.",
            )
            return None
        return self.since

    def _walk(self, result: Result, since: Verified | None) -> None:
        begin = result.first
        tree = CompactRange(begin // CHUNK, since.roots if since and begin else ())
        chain = CheckpointChain(self.keys, self.findings, whole=begin == 0)
        places = [(first, min(first + SLICE, result.size)) for first in range(begin, result.size, SLICE)]
        for part in self._parts(places):
            self.findings.merge(part.findings)
            roots = self._merge(tree, part)
            if since and part.first <= since.size <= part.end and roots.get(since.size, since.root) != since.root:
                self.findings.add(
                    Kind.FORK, f"The first {since.size:,} events are others than those that were verified last time."
                )
            for size, note in self.log.checkpoints(part.first, part.end):
                chain.take(size, note, roots.get(size, b""))
            for size in self._kept_between(part.first, part.end):
                for one in self._kept[size]:
                    compare_kept(one, roots.get(size, b""), self.findings)
            if part.end == result.size:
                result.reached = Verified(result.size, roots[part.end], tuple(tree.roots))
        result.last = chain.last

    def _parts(self, places: list[tuple[int, int]]) -> Iterator[Slice]:
        alone = self.processes <= 1 or connection.in_atomic_block or len(places) * SLICE < MANY
        if alone:
            yield from map(self._part, places)
            return
        for one in connections.all(initialized_only=True):
            one.close()  # a connection must not be shared with a fork
            if hasattr(one, "close_pool"):
                one.close_pool()
        _forked.append(self)
        try:
            with multiprocessing.get_context("fork").Pool(self.processes, initializer=_can_be_ended) as pool:
                yield from pool.imap(_part_in_fork, places)
        finally:
            _forked.clear()

    def _part(self, place: tuple[int, int]) -> Slice:
        first, end = place
        sizes = [*self.log.checkpoint_sizes(first, end), *self._kept_between(first, end)]
        if self.since and first < self.since.size <= end:
            sizes.append(self.since.size)
        return verify_slice(self.log.rows, first, end, sizes, self._retired)

    def _kept_between(self, first: int, end: int) -> list[int]:
        return self._kept_sizes[bisect_right(self._kept_sizes, first) : bisect_right(self._kept_sizes, end)]

    def _merge(self, tree: CompactRange, part: Slice) -> dict[int, bytes]:
        """Append the part's subtrees to the tree, compare them with the stored nodes; the roots at the wanted sizes."""
        roots: dict[int, bytes] = {}
        chunks = iter(part.chunks)
        nodes: dict[int, dict[int, bytes]] = defaultdict(dict)
        for size in sorted(part.tails):
            while tree.size < size // CHUNK:
                chunk = next(chunks)
                nodes[LEVEL][tree.size] = chunk
                for level, place, root in tree.append(chunk):
                    if level % LEVEL == 0:
                        nodes[LEVEL + level][place] = root
            roots[size] = folded([*tree.roots, *part.tails[size]])
        self._compare_nodes(nodes)
        return roots

    def _compare_nodes(self, nodes: dict[int, dict[int, bytes]]) -> None:
        for level, computed in nodes.items():
            stored = self.log.nodes(level, min(computed), max(computed) + 1)
            if stored is None:
                return
            for place, root in computed.items():
                if stored.get(place) != root:
                    what = "is missing" if place not in stored else "does not fit them"
                    first = place << level
                    self.findings.add(
                        Kind.NODE, f"The root of positions {first:,} to {first + (1 << level) - 1:,} {what}."
                    )


_forked: list[Verification] = []  # filled right before the fork, which inherits it


def _can_be_ended() -> None:
    """A handler inherited from the parent would only note the signal, and the parent would wait for ever."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _part_in_fork(place: tuple[int, int]) -> Slice:
    return _forked[0]._part(place)  # noqa: SLF001 -- our own, one line above
