"""Which answers a verdict allows, and which verdicts must be answered before signing."""

from pathways.engine.evaluation import Verdict
from pathways.engine.stances import Stance
from patients.states import AdviceAnswer

ALLOWED: dict[Stance, tuple[AdviceAnswer, ...]] = {
    Stance.CONTRAINDICATE: (AdviceAnswer.FOLLOW, AdviceAnswer.GIVE_ANYWAY),
    Stance.WITHHOLD: (AdviceAnswer.FOLLOW, AdviceAnswer.GIVE_ANYWAY),
    Stance.AVOID: (AdviceAnswer.FOLLOW, AdviceAnswer.USE),
    Stance.DISCUSS: (AdviceAnswer.DECIDED, AdviceAnswer.DISCUSS),
    Stance.RECOMMEND: (AdviceAnswer.FOLLOW, AdviceAnswer.DECLINE),
    Stance.CONSIDER: (AdviceAnswer.USE, AdviceAnswer.NOT_USE, AdviceAnswer.DISCUSS),
}


def allowed_answers(verdict: Verdict) -> tuple[AdviceAnswer, ...]:
    """None without a stance, none to an unsettled permission: nobody says "will do" to what may yet be forbidden."""
    if verdict.stance is None or (verdict.stance.is_permissive and not verdict.settled):
        return ()
    return ALLOWED[verdict.stance]


def must_be_answered(verdict: Verdict) -> bool:
    """Every Discuss, and every settled Do that is not satisfied already."""
    if verdict.stance is Stance.DISCUSS:
        return True
    return verdict.stance is Stance.RECOMMEND and verdict.settled and not verdict.satisfied


def departs_from(verdict: Verdict, answer: AdviceAnswer) -> bool:
    """Whether the answer goes against the advice, so that a reason is owed."""
    if answer in (AdviceAnswer.DECLINE, AdviceAnswer.GIVE_ANYWAY):
        return True
    return answer is AdviceAnswer.USE and verdict.stance is Stance.AVOID
