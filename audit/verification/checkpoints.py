"""Checks signed notes: checkpoints one after another against the roots of the tree, and retirements of events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from audit.notes import BadNote, CheckpointText, Verifier, note_hash, opened
from audit.retention import RetirementText
from audit.verification.findings import Findings, Kind, several

LARGEST_NOTE = 100_000  # bytes


@dataclass(frozen=True, slots=True)
class StoredNote:
    """As it was read; `name` says where it stands."""

    name: str
    note: str


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """One from outside of the database, its signature checked. The note itself is not kept in memory."""

    size: int
    root: bytes
    name: str


def read_checkpoint(stored: StoredNote, keys: Sequence[Verifier], findings: Findings) -> CheckpointText | None:
    """What the note says, or a finding why it says nothing."""
    try:
        said, _ = CheckpointText.opened(stored.note, keys)
    except (BadNote, ValueError) as problem:  # ValueError: text that is no text, such as half a character
        findings.add(Kind.SIGNATURE, f"{stored.name} is not genuine: {problem}")
        return None
    if said.origin != settings.AUDIT_ORIGIN:
        findings.add(Kind.SIGNATURE, f"{stored.name} is about another log, {said.origin[:80]!r}.")
        return None
    return said


class CheckpointChain:
    """The checkpoints of the log itself, in the order of their sizes."""

    def __init__(self, keys: Sequence[Verifier], findings: Findings, *, whole: bool) -> None:
        self._keys = keys
        self._findings = findings
        self._last: tuple[CheckpointText, bytes] | None = None
        self._from_the_beginning = whole
        self._roots_differ = 0
        self.size = 0  # of the last one, as the database has it

    @property
    def last(self) -> CheckpointText | None:
        return self._last[0] if self._last else None

    def take(self, size: int, note: str, root: bytes) -> None:
        self.size = size
        name = f"The checkpoint at {size:,} events"
        said = read_checkpoint(StoredNote(name, note), self._keys, self._findings)
        if said is None:
            self._last, self._from_the_beginning = None, False  # what came before it is unknown to the next one
            return
        if said.size != size:
            self._findings.add(Kind.COLUMN, f"{name} is signed for {said.size:,} events.")
        elif said.root != root:
            self._wrong_root(size)
        self._compare_with_last(name, said)
        self._last = (said, note_hash(note))

    def _wrong_root(self, size: int) -> None:
        """One event that was altered spoils every root after it; only the first one says where."""
        self._roots_differ += 1
        if self._roots_differ == 1:
            before = self.last.size if self.last else 0
            self._findings.add(
                Kind.ROOT,
                f"The tree of {size:,} events has not the root that was signed: "
                f"something before position {size:,} was altered{f', after {before:,}' if before else ''}.",
            )

    def _compare_with_last(self, name: str, said: CheckpointText) -> None:
        if self._last is None:
            if self._from_the_beginning and said.previous:
                self._findings.add(Kind.MISSING_CHECKPOINT, f"{name} names one before it, which is missing.")
        else:
            before, hashed = self._last
            if said.previous != hashed:
                self._findings.add(
                    Kind.MISSING_CHECKPOINT,
                    f"{name} does not name the one at {before.size:,} as the one before it: one between is missing.",
                )
            if said.time < before.time:
                self._findings.add(Kind.CLOCK, f"{name} is older than the one before it: the clock was set back.")
        self._from_the_beginning = False


def kept_checkpoints(folder: Path, keys: Sequence[Verifier], findings: Findings) -> Iterator[KeptCheckpoint]:
    """Of the folder that the sealer fills or a witness keeps: `00000000000000004711.txt`, `latest.txt`."""
    for path in sorted(folder.glob("*.txt")):
        if not path.stem.isdigit() and path.stem != "latest":
            continue
        name = f"The checkpoint kept in {path.name}"
        try:
            if path.stat().st_size > LARGEST_NOTE:
                raise ValueError("it is too long.")
            note = path.read_bytes().decode("utf-8")
        except (OSError, ValueError) as error:
            findings.add(Kind.SIGNATURE, f"{name} cannot be read: {error}")
            continue
        said = read_checkpoint(StoredNote(name, note), keys, findings)
        if said is not None:
            yield KeptCheckpoint(said.size, said.root, path.name)


def compare_kept(kept: KeptCheckpoint, root: bytes, findings: Findings) -> None:
    if kept.root != root:
        findings.add(
            Kind.FORK,
            f"The log differs from the checkpoint kept in {kept.name}: its first {kept.size:,} events are others "
            "than those that were signed then.",
        )


def report_shrunk(kept: Sequence[KeptCheckpoint], size: int, findings: Findings) -> None:
    names = [one.name for one in kept]
    if names:
        largest = max(one.size for one in kept)
        findings.add(
            Kind.SHRINK,
            f"The log has {size:,} events; {several(reversed(names), most=2)} say that it had {largest:,}.",
        )


def retired_ranges(notes: Sequence[tuple[int, int, str]], keys: Sequence[Verifier], findings: Findings) -> list[range]:
    """The positions whose events may be missing, merged where they touch; each row is (first, last, note)."""
    ranges: list[range] = []
    for first, last, note in notes:
        name = f"The retirement of positions {first:,} to {last:,}"
        try:
            text, _ = opened(note, keys)
            said = RetirementText.parse(text)
        except (BadNote, ValueError) as problem:
            findings.add(Kind.RETIREMENT, f"{name} is not genuine: {problem}")
            continue
        if (said.origin, said.first, said.last) != (settings.AUDIT_ORIGIN, first, last):
            findings.add(Kind.RETIREMENT, f"{name} is signed for positions {said.first:,} to {said.last:,}.")
            continue
        ranges.append(range(said.first, said.last + 1))
    merged: list[range] = []
    for one in sorted(ranges, key=lambda one: one.start):
        if merged and one.start <= merged[-1].stop:
            merged[-1] = range(merged[-1].start, max(one.stop, merged[-1].stop))
        else:
            merged.append(one)
    return merged
