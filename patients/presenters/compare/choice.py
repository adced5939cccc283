"""Which two assessments are compared: those that were asked for, else the last signed one and what came after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from patients.models import Assessment
from patients.presenters.compare.sides import name_of

IN_FORCE = "in-force"  # as the later side: the same findings under the guidance in force
ONLY_ONE = (
    "There is only one assessment so far, so there is nothing to compare it with. "
    "A second one comes from “Start reassessment” on the patient's page."
)
NONE_YET = "There is no assessment yet, so there is nothing to compare."
SAME = "These two are the same assessment. Choose another one on one of the sides."
ONLY_WITHDRAWN = "All but one of the care plans are withdrawn as entered in error. Choose two to compare them anyway."


class NoSuchAssessment(LookupError):
    """The address names something that is not one of this patient's assessments, or a discarded one."""


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """`later` is None with `under_guidance`; both are None with a `problem`."""

    earlier: Assessment | None
    later: Assessment | None
    under_guidance: bool = False
    problem: str = ""


def choose(listed: Sequence[Assessment], asked: Mapping[str, str]) -> Chosen:
    """`listed` are the oldest first, and the older of two always stands on the left. Raises NoSuchAssessment."""
    of_id = {str(one.pk): one for one in listed}
    earlier = wanted(of_id, asked.get("earlier", ""))
    if asked.get("later") == IN_FORCE:
        started_from = earlier or last_signed(listed)
        return Chosen(started_from, None, under_guidance=True) if started_from else Chosen(None, None, problem=NONE_YET)
    later = wanted(of_id, asked.get("later", ""))
    if earlier is not None and later is not None:
        return in_order(listed, earlier, later)
    if earlier is None and later is None:
        return by_default(listed)
    known, other = (earlier, newest_besides(listed, earlier)) if earlier else (later, before(listed, later))
    return in_order(listed, known, other) if known and other else Chosen(None, None, problem=why_nothing(listed))


def wanted(of_id: Mapping[str, Assessment], text: str) -> Assessment | None:
    if not text:
        return None
    if text not in of_id:
        raise NoSuchAssessment(text)
    return of_id[text]


def in_order(listed: Sequence[Assessment], one: Assessment, other: Assessment) -> Chosen:
    if one.pk == other.pk:
        return Chosen(None, None, problem=SAME)
    first, second = sorted((one, other), key=listed.index)
    return Chosen(first, second)


def by_default(listed: Sequence[Assessment]) -> Chosen:
    """The last two that are not withdrawn: signed and draft, or signed and signed."""
    match [one for one in listed if is_standing(one)]:
        case [*_, earlier, later]:
            return Chosen(earlier, later)
        case _:
            return Chosen(None, None, problem=why_nothing(listed))


def newest_besides(listed: Sequence[Assessment], known: Assessment) -> Assessment | None:
    return next((one for one in reversed(listed) if is_standing(one) and one.pk != known.pk), None)


def before(listed: Sequence[Assessment], known: Assessment | None) -> Assessment | None:
    """The one before it; for the first one, the newest."""
    if known is None:
        return None
    earlier = [one for one in listed[: listed.index(known)] if is_standing(one)]
    return earlier[-1] if earlier else newest_besides(listed, known)


def last_signed(listed: Sequence[Assessment]) -> Assessment | None:
    return next((one for one in reversed(listed) if is_standing(one) and not one.is_draft), None)


def is_standing(assessment: Assessment) -> bool:
    return assessment.is_draft or not assessment.plan.is_withdrawn


def why_nothing(listed: Sequence[Assessment]) -> str:
    if not listed:
        return NONE_YET
    return ONLY_WITHDRAWN if len(listed) > 1 else ONLY_ONE


def options(listed: Sequence[Assessment], selected: str, *, in_force: str = "") -> tuple[Option, ...]:
    """The newest first; `in_force` is the label of the guidance in force where it can stand on this side."""
    named = [Option(str(one.pk), name_of(one), str(one.pk) == selected) for one in reversed(listed)]
    return (*named, Option(IN_FORCE, in_force, selected == IN_FORCE)) if in_force else tuple(named)
