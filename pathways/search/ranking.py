"""Puts what was found in order, by one formula for every database: rare words count most, and where they stand."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass

from pathways.search.entries import EntryKind
from pathways.search.query import Asked, Query

WEIGHTS = (4.0, 4.0, 3.0, 1.0)  # what it is about, what it says, when it applies, what it rests on
TYPICAL_LENGTH = 45  # words of when a rule applies; one that applies in fewer circumstances is told by more of them
LENGTH_COUNTS = 0.4
SATURATION = 8.0  # a word that stands there often counts little more than one that stands there
OF_KIND = {EntryKind.RULE: 1.0, EntryKind.FINDING: 0.5, EntryKind.INTERVENTION: 0.5}
OF_OTHERS = 0.4
LEAST_SHARE = 0.4  # of the best result; what is further away only has a word in common

Fields = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry as the index holds it: four fields of stems."""

    position: int
    kind: str
    key: str
    pathway: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Ranked:
    candidate: Candidate
    score: float


def ranked(query: Query, candidates: Sequence[Candidate], number_of_entries: int) -> tuple[Ranked, ...]:
    """Best first; the same whatever order the candidates come in."""
    weights = [[weight_in(asked, one) for asked in query.asked] for one in candidates]
    rarity = [rarity_of(sum(row[at] > 0 for row in weights), number_of_entries) for at in range(len(query.asked))]
    scored = [
        Ranked(one, OF_KIND.get(EntryKind(one.kind), OF_OTHERS) * score_of(row, rarity))
        for one, row in zip(candidates, weights, strict=True)
    ]
    best = max((one.score for one in scored), default=0.0)
    found = [one for one in scored if one.score > 0 and one.score >= LEAST_SHARE * best]
    return tuple(sorted(found, key=lambda one: (-round(one.score, 6), one.candidate.position)))


def weight_in(asked: Asked, candidate: Candidate) -> float:
    """How much an entry has of one thing that is asked about."""
    about, says, applies, rests_on = (times(asked, field) for field in candidate.fields)
    shared = 1 - LENGTH_COUNTS + LENGTH_COUNTS * (candidate.fields[2].count(" ") + 1) / TYPICAL_LENGTH
    return sum(map(operator.mul, WEIGHTS, (about, says, applies / shared, rests_on)))


def times(asked: Asked, field: str) -> float:
    """How often one field speaks of it; saying it four times counts twice as much as saying it once."""
    padded = f" {field} "
    return max(counts * math.sqrt(padded.count(f" {phrase} ")) for phrase, counts in asked.phrases)


def score_of(row: Sequence[float], rarity: Sequence[float]) -> float:
    return sum(rare * weight / (weight + SATURATION) for weight, rare in zip(row, rarity, strict=True))


def rarity_of(holding: int, number_of_entries: int) -> float:
    return math.log(1 + (number_of_entries - holding + 0.5) / (holding + 0.5))
