"""Whose advice would change: every stored record evaluated with the guidance in force and with a candidate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pathways.clinic import StoredRecord
from pathways.engine.evaluation import Evaluation, Verdict, evaluate
from pathways.engine.release import Release

MOST_LISTED = 5_000  # the counts go on; the list does not
NOT_ADDRESSED = Verdict("", None, True, (), False, (), (), ())

ReleaseOf = Callable[[str], Release]
Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict of one record that would change; ``rules`` are those that make the difference."""

    kind: str
    record: UUID
    intervention: str
    before: Verdict
    after: Verdict
    rules: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "id": str(self.record),
            "intervention": self.intervention,
            "from": in_short(self.before),
            "to": in_short(self.after),
            "rules": list(self.rules),
        }


@dataclass(slots=True)
class Impact:
    """Counts of everything, and a list that ends where it would grow too long."""

    records: Counter[str] = field(default_factory=Counter)
    changed_records: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, str | None, bool, str | None, bool]] = field(default_factory=Counter)
    listed: list[Change] = field(default_factory=list)

    def add(self, kind: str, changes: Iterable[Change]) -> None:
        self.records[kind] += 1
        changed = list(changes)
        self.changed_records[kind] += bool(changed)
        for change in changed:
            self.verdicts[
                (change.intervention, *in_short(change.before).values(), *in_short(change.after).values())
            ] += 1
            if len(self.listed) < MOST_LISTED:
                self.listed.append(change)

    def to_json(self) -> dict[str, Any]:
        total = self.verdicts.total()
        return {
            "records": dict(self.records),
            "changed_records": dict(self.changed_records),
            "changed_verdicts": total,
            "counts": [
                {
                    "intervention": intervention,
                    "from": {"stance": old, "settled": old_settled},
                    "to": {"stance": new, "settled": new_settled},
                    "count": count,
                }
                for (intervention, old, old_settled, new, new_settled), count in self.verdicts.most_common()
            ],
            "changes": [change.to_json() for change in self.listed],
            "not_listed": total - len(self.listed),
        }


def impact_of_candidate(
    records: Iterable[StoredRecord], *, before: Release | None, own: ReleaseOf, after: Release, tick: Tick
) -> Impact:
    """Compare with what is in force; with the record's own release where nothing is. Memory stays flat."""
    impact = Impact()
    for number, record in enumerate(records, 1):
        compared = before or own(record.release_sha256)
        old = evaluate(compared, record.observations(compared), record.as_of)
        new = evaluate(after, record.observations(after), record.as_of)
        impact.add(record.kind, changes_between(record, old, new))
        tick(number)
    return impact


def changes_between(record: StoredRecord, old: Evaluation, new: Evaluation) -> Iterator[Change]:
    for intervention in dict.fromkeys((*new.verdicts, *old.verdicts)):
        before = old.verdicts.get(intervention, NOT_ADDRESSED)
        after = new.verdicts.get(intervention, NOT_ADDRESSED)
        if told_apart(before) != told_apart(after):
            rules = tuple(rules_behind(intervention, old, new))
            yield Change(record.kind, record.id, intervention, before, after, rules)


def rules_behind(intervention: str, old: Evaluation, new: Evaluation) -> Iterator[str]:
    """Rules on the intervention that were added, removed, take another stance, or come out differently."""
    rules_before = {rule.key: rule for rule in old.release.rules_of.get(intervention, ())}
    rules_after = {rule.key: rule for rule in new.release.rules_of.get(intervention, ())}
    for key in dict.fromkeys((*rules_after, *rules_before)):
        one, other = rules_before.get(key), rules_after.get(key)
        same_stance = one is not None and other is not None and one.stance is other.stance
        if not same_stance or old.rules[key] is not new.rules[key]:
            yield key


def told_apart(verdict: Verdict) -> tuple[str | None, bool]:
    return (verdict.stance.value if verdict.stance else None), verdict.settled


def in_short(verdict: Verdict) -> dict[str, Any]:
    stance, settled = told_apart(verdict)
    return {"stance": stance, "settled": settled}
