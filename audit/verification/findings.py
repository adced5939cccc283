"""What a verification of the log can find, each in a sentence that names the event or the place in the tree."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

MOST_LISTED = 20  # of one kind; all are counted


class Kind(Enum):
    """The value is (code, what it means); codes stand in exit reports and in the log itself."""

    PAYLOAD = ("payload", "the bytes of an event are not those that were sealed")
    COLUMN = ("column", "a column does not say what the event's payload says")
    MISSING_EVENT = ("missing event", "a sealed event is gone, and no signed retirement covers it")
    GAP = ("gap", "a place in the tree is missing")
    LEAF = ("leaf", "what stands in the tree is no hash")
    NODE = ("node", "a stored root of a part of the tree does not fit the leaves")
    ROOT = ("root", "the tree does not lead to the root that was signed")
    SIGNATURE = ("signature", "a signed note is not genuine")
    MISSING_CHECKPOINT = ("missing checkpoint", "a checkpoint is gone")
    SHRINK = ("shrink", "the log has fewer events than were sealed")
    FORK = ("fork", "the log is another one than was signed at the same size")
    UNSEALED = ("unsealed too long", "an event has waited for the sealer for more than 30 seconds")
    NOT_IN_TREE = ("not in tree", "an event is neither sealed nor waiting to be")
    PENDING_TRIGGER = ("pending trigger", "the database no longer hands new events to the sealer")
    SHOWN = ("shown patients", "the patients of a list are not those that the payload names")
    RETIREMENT = ("retirement", "a retirement of events is not genuine")
    UNREADABLE = ("unreadable", "a part of the log cannot be read")
    CLOCK = ("clock", "the clocks of application and database differed")
    UNEXPLAINED_WRITE = ("unexplained write", "rows were written, and no act says why")

    def __init__(self, code: str, meaning: str) -> None:
        self.code = code
        self.meaning = meaning

    @property
    def is_warning(self) -> bool:
        """Worth looking into, and no sign that the log itself was altered."""
        return self in {Kind.CLOCK, Kind.UNEXPLAINED_WRITE}


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    sentence: str


@dataclass(slots=True)
class Findings:
    """Everything is counted, and the first of each kind are kept: a log that is altered throughout fits in memory."""

    counts: Counter[Kind] = field(default_factory=Counter)
    listed: list[Finding] = field(default_factory=list)

    def add(self, kind: Kind, sentence: str) -> None:
        self.counts[kind] += 1
        if self.counts[kind] <= MOST_LISTED:
            self.listed.append(Finding(kind, sentence))

    def merge(self, other: "Findings") -> None:
        for finding in other.listed:
            self.add(finding.kind, finding.sentence)
        for kind, count in (other.counts - Counter(finding.kind for finding in other.listed)).items():
            self.counts[kind] += count

    @property
    def tampering(self) -> int:
        return sum(count for kind, count in self.counts.items() if not kind.is_warning)

    @property
    def kinds(self) -> set[Kind]:
        return {kind for kind, count in self.counts.items() if count}

    def lines(self) -> Iterator[str]:
        for kind in Kind:
            count = self.counts[kind]
            if count:
                label = "warning, " if kind.is_warning else ""
                yield f"{label}{kind.code} ({count:,}): {kind.meaning}"
                yield from (f"  {finding.sentence}" for finding in self.listed if finding.kind is kind)
                if count > MOST_LISTED:
                    yield f"  … and {count - MOST_LISTED:,} more"


def several(names: Iterable[str], *, most: int = 5) -> str:
    """A few names, and how many more there are."""
    given = list(names)
    return ", ".join(given[:most]) + (f" and {len(given) - most:,} more" if len(given) > most else "")
