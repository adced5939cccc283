"""Who works during a drill: most as the form does, some in two harmful ways, which must show.

Whoever takes what is sent for saved loses what is sent during the fault; whoever repeats under new keys whenever an
answer is lost doubles saves, whatever has lost it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from drills.outcome import Check, Control, Figure, holds
from drills.rig.application import Application, Clinician
from drills.rig.clinicians import Manner, Noted, at_work, wait_for_saves
from drills.rig.sealing import make_key, whole_log
from drills.rig.verdict import Draft, Verdict, verdict_on

CAREFUL, BELIEVING, DOUBLING = slice(0, 8), slice(8, 10), slice(10, 12)


@dataclass(frozen=True, slots=True)
class Shift:
    careful: list[Noted]
    believing: list[Noted]
    doubling: list[Noted]

    def verdict(self, before: Mapping[str, Draft], after: Mapping[str, Draft]) -> Verdict:
        return verdict_on(self.careful, before, after)

    def controls(self, before: Mapping[str, Draft], after: Mapping[str, Draft]) -> tuple[Control, ...]:
        believed, repeated = verdict_on(self.believing, before, after), verdict_on(self.doubling, before, after)
        return (
            Control("Clinicians who take what is sent for saved", believed.lost > 0, {"lost": believed.lost}),
            Control(
                "Clinicians who send again under a new key",
                repeated.doubled > 0,
                {"saves with two effects": repeated.doubled},
            ),
        )

    def figures(self, verdict: Verdict) -> dict[str, Figure]:
        return {
            "repeated saves": verdict.repeats,
            "answers thrown away": sum(one.thrown_away for one in self.careful),
            "answers that said NOT NOW": sum(len(one.refusals) for one in self.careful),
        }

    @property
    def slowest_refusal(self) -> float:
        return max((seconds for one in self.careful for seconds in one.refusals), default=0.0)


@contextmanager
def shift(clinicians: Sequence[Clinician], port: int | Callable[[], int]) -> Iterator[Shift]:
    with (
        at_work(clinicians[CAREFUL], port) as careful,
        at_work(clinicians[BELIEVING], port, manner=Manner.BELIEVES_IT_IS_SAVED) as believing,
        at_work(clinicians[DOUBLING], port, manner=Manner.REPEATS_UNDER_A_NEW_KEY) as doubling,
    ):
        wait_for_saves(believing, len(believing))  # whoever has not begun loses nothing
        yield Shift(careful, believing, doubling)


def sealed_log(application: Application, *, quick: bool) -> tuple[Check, ...]:
    """Seals what waits and verifies everything; the short form leaves that to the drills of the sealer."""
    if quick:
        return ()
    make_key(application)
    sealing = application.manage("seal_audit", "--once")
    return (holds("everything was sealed afterwards", sealing.returncode == 0), whole_log(application))
