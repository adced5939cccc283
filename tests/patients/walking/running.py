"""Takes the walk so and so often, with a seed that is told."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from pathways.models import Release
from tests.cast import Cast
from tests.patients.walking.machine import Walk

# Finding shorter steps to the same end takes minutes; the seed finds the same ones again.
PHASES = (Phase.generate,)
UNCHECKED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def walk(cast: Cast, release: Release, *, walks: int, steps: int, seed: int) -> Counter[str]:
    """How often what took place. Raises what an invariant raises, with the steps that led there."""

    class ThisWalk(Walk):
        pass

    ThisWalk.cast, ThisWalk.release, ThisWalk.tally = cast, release, Counter()
    chosen = settings(
        max_examples=walks,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=PHASES,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=UNCHECKED,
    )
    seeded(seed)(ThisWalk)
    run_state_machine_as_test(ThisWalk, settings=chosen)
    return ThisWalk.tally
