"""A random walk over opening, editing, signing, amending, releases and changes of person.

The full walk is the drill random_walk; this is its short form, always the same one.
"""

import pytest

from pathways.models import Release
from tests.cast import Cast
from tests.patients.walking.mutants import MUTANTS, Mutant
from tests.patients.walking.running import walk

pytestmark = pytest.mark.django_db

SEED = 4
WALKS, STEPS = 4, 50
QUICKLY_SEEN = [one for one in MUTANTS if one.name != "overwritten"]  # which the drill waits for
WORK = ("saves", "saves refused", "user switches", "plans signed", "reassessments", "forms of another patient refused")


def test_whatever_happens_in_whatever_order_the_record_is_what_was_done(cast: Cast, release: Release) -> None:
    tally = walk(cast, release, walks=WALKS, steps=STEPS, seed=SEED)
    assert tally["steps"] > WALKS * STEPS // 2
    missing = [what for what in WORK if not tally[what]]
    assert not missing, f"{missing} in none of the walks: {tally}"


@pytest.mark.parametrize("mutant", QUICKLY_SEEN, ids=lambda mutant: mutant.name)
def test_the_walk_finds_a_fault_that_was_put_in(cast: Cast, release: Release, mutant: Mutant) -> None:
    with mutant.at_work(), pytest.raises(AssertionError):
        walk(cast, release, walks=10, steps=30, seed=SEED)
