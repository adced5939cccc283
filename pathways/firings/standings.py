"""Every rule of the guidance in force with how it stands: the same for the page, the desk and the command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pathways.engine.rules import Rule
from pathways.firings.rates import CHANGED, DayCount, Judgement, Standing, judged
from pathways.selectors.firings import day_counts
from pathways.selectors.parts import release_built_on
from pathways.selectors.releases import compiled_release


@dataclass(frozen=True, slots=True)
class RuleStanding:
    rule: str
    days: tuple[DayCount, ...]
    judgement: Judgement

    @property
    def standing(self) -> Standing:
        return self.judgement.standing


def rules_watched() -> dict[str, Rule]:
    """The rules of the release that was put in force last: one that is no part of it any more cannot apply."""
    release = release_built_on()
    return dict(compiled_release(release.sha256).rules) if release else {}


def standings(today: date, *, rule: str = "") -> tuple[RuleStanding, ...]:
    """In the order of the guidance."""
    counts = day_counts(today, rule=rule)
    wanted = [rule] if rule else list(rules_watched())
    return tuple(RuleStanding(key, counts.get(key, ()), judged(counts.get(key, ()), today)) for key in wanted)


def changed_rules(today: date) -> tuple[RuleStanding, ...]:
    return tuple(one for one in standings(today) if one.standing in CHANGED)
