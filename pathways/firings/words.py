"""What the page, the log and the desk say of a rule's counts: numbers first, and how likely they are by chance."""

from __future__ import annotations

from pathways.dates import short_date
from pathways.firings.rates import (
    LEAST_APPLIED,
    LEAST_PLANS,
    RARE,
    Judgement,
    Period,
    Standing,
)

WHOLE = 100
ROUND_TIMES = (1_000, 10_000, 100_000, 1_000_000)


def sentence_of(judgement: Judgement) -> str:
    earlier, recent = judgement.earlier, judgement.recent
    match judgement.standing:
        case Standing.STOPPED:
            last = short_date(judgement.last_applied)
            return (
                f"It applied in {of_plans(earlier)} of the year up to {last}, and in none of the {plans(recent)} "
                f"signed since. If nothing had changed, that would happen {chance_words(judgement.chance)}."
            )
        case Standing.FELL | Standing.ROSE:
            return f"{both(judgement)} If nothing had changed, that would happen {chance_words(judgement.chance)}."
        case Standing.NEVER:
            never_known = f"; it could not be decided in {earlier.unknown} of them" if earlier.unknown else ""
            return f"It applied in none of {plans(earlier)} since {short_date(earlier.first)}{never_known}."
        case Standing.TOO_FEW:
            return too_few(judgement)
        case Standing.STEADY:
            return both(judgement)


def both(judgement: Judgement) -> str:
    recent, earlier = of_plans(judgement.recent), of_plans(judgement.earlier)
    return f"It applied in {recent} of the last four weeks, and in {earlier} of the year before."


def too_few(judgement: Judgement) -> str:
    earlier, recent = judgement.earlier, judgement.recent
    if earlier.plans < LEAST_PLANS:
        return f"The earlier year has {plans(earlier)}; at least {LEAST_PLANS} are needed."
    if not recent.plans:
        return "No plan was signed in the last four weeks."
    return f"It applied in {of_plans(earlier)} of the earlier year; at least {LEAST_APPLIED} times are needed."


def plans(period: Period) -> str:
    return "1 plan" if period.plans == 1 else f"{period.plans:,} plans"


def of_plans(period: Period) -> str:
    share = "" if period.share is None else f" ({percent(period.share)})"
    return f"{period.applied:,} of {plans(period)}{share}"


def percent(share: float) -> str:
    """Never "0 %" or "100 %" where it is not exactly that."""
    rounded = round(share * 100)
    if rounded == 0 and share > 0:
        return "under 1 %"
    return "over 99 %" if rounded == WHOLE and share < 1 else f"{rounded} %"


def chance_words(chance: float | None) -> str:
    """In powers of ten: the counts are known exactly, the world that they come from is not."""
    if chance is None or chance >= RARE:
        return "more often than once in 1,000 times"
    rarer = [times for times in ROUND_TIMES if chance < 1 / times]
    return f"less often than once in {rarer[-1]:,} times"
