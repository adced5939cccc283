"""The verdicts of two assessments beside one another, and because of what each of them changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pathways.advice_classes import OF_STANCE
from pathways.engine.attribution import VerdictChange, attribute
from pathways.engine.causes import Cause, Share
from pathways.engine.evaluation import Evaluation
from pathways.engine.explain import condition_in_words
from pathways.engine.rules import Rule
from pathways.engine.truth import TRUE, UNKNOWN
from patients.presenters.advice.arguments import pathway_title
from patients.presenters.advice.decisions import sentence_of
from patients.presenters.advice.verdict_words import VerdictWords, intervention_label, verdict_words
from patients.presenters.compare.findings import why_not_counting
from patients.presenters.compare.sides import Side
from patients.presenters.compare.text_difference import TextRun, text_difference

CHANGED, REASONS_CHANGED, UNCHANGED = "Changed", "Reasons changed", "Unchanged"
SHARES = {
    Share.TOGETHER: "Patient and guidance together: neither alone would have changed it.",
    Share.EITHER: "Patient and guidance: each alone would have led here.",
}


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule through which the guidance makes the difference: its words and its condition, then and now."""

    title: str
    how: str
    wording: tuple[TextRun, ...]
    condition: tuple[TextRun, ...]


@dataclass(frozen=True, slots=True)
class Because:
    """`who` is "the patient changed", "time passed" or "the guidance changed", as it stands after "Because"."""

    who: str
    sentence: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparedVerdict:
    """`shared` says it where patient and guidance cannot be told apart."""

    code: str
    label: str
    then: VerdictWords
    now: VerdictWords
    answer_then: str
    answer_now: str
    change: str
    shared: str
    because: tuple[Because, ...]
    rules: tuple[RuleChange, ...]
    is_changed: bool
    differs: bool


def compared_verdicts(earlier: Side, later: Side, facts: Mapping[str, str]) -> tuple[ComparedVerdict, ...]:
    """`facts` are the changes of the findings in words, by the codes of the later guidance."""
    changes = {change.intervention: change for change in attribute(earlier.snapshot, later.snapshot)}
    codes = dict.fromkeys((*later.evaluation.verdicts, *earlier.evaluation.verdicts))
    return tuple(compared_verdict(code, earlier, later, changes.get(code), facts) for code in codes)


def compared_verdict(
    code: str, earlier: Side, later: Side, change: VerdictChange | None, facts: Mapping[str, str]
) -> ComparedVerdict:
    answer_then, answer_now = answer_of(earlier, code), answer_of(later, code)
    other_answer = "" if later.is_hypothetical else answer_change(answer_then, answer_now)
    return ComparedVerdict(
        code=code,
        label=intervention_label(code, later.evaluation.release, earlier.evaluation.release),
        then=verdict_words(earlier.evaluation.verdicts.get(code)),
        now=verdict_words(later.evaluation.verdicts.get(code)),
        answer_then=answer_then,
        answer_now=answer_now,
        change=change_word(change) or other_answer or UNCHANGED,
        shared=SHARES.get(change.share, "") if change else "",
        because=tuple(becauses(change, earlier, later, facts)) if change else (),
        rules=tuple(rule_changes(change.rules, earlier, later)) if change else (),
        is_changed=change is not None,
        differs=change is not None or bool(other_answer),
    )


def change_word(change: VerdictChange | None) -> str:
    if change is None:
        return ""
    return REASONS_CHANGED if change.reasons_only else CHANGED


def answer_change(then: str, now: str) -> str:
    if then == now:
        return ""
    return "Another answer" if then and now else "Answered now" if now else "Not answered now"


def answer_of(side: Side, code: str) -> str:
    """Without who gave it and when: the care plan and the assessment say that."""
    decision, fits = side.decisions.get(code, (None, True))
    intervention = side.evaluation.release.vocabulary.interventions.get(code)
    if decision is None or intervention is None:
        return ""
    said = sentence_of(decision, intervention)
    return said if fits else f"{said} (to earlier advice)"


def becauses(change: VerdictChange, earlier: Side, later: Side, facts: Mapping[str, str]) -> Iterator[Because]:
    for cause in change.causes:
        match cause:
            case Cause.PATIENT:
                yield Because("the patient changed", "", tuple(facts[code] for code in change.findings))
            case Cause.TIME:
                yield Because("time passed", "", tuple(aged_in_words(later, code) for code in change.aged))
            case Cause.GUIDANCE:
                yield Because("the guidance changed", releases_in_words(change, earlier, later))


def releases_in_words(change: VerdictChange, earlier: Side, later: Side) -> str:
    """Where both have a part, also what the earlier guidance would say today."""
    moved = f"release {earlier.release.number} → {later.release.number}"
    if change.share is not Share.BOTH or change.reasons_only:
        return moved
    between = verdict_words(change.between)
    return f"{moved}. With release {earlier.release.number} it would be now: {between.word}"


def aged_in_words(side: Side, code: str) -> str:
    """ "CSF flow: older than 28 days"."""
    return f"{side.evaluation.release.vocabulary.findings[code].label}: {why_not_counting(side.evaluation, code)}"


def rule_changes(keys: tuple[str, ...], earlier: Side, later: Side) -> Iterator[RuleChange]:
    """Each release in its own words; whether a rule applies is said of the later side alone."""
    then, now = earlier.evaluation, later.evaluation
    for key in keys:
        old, new = then.release.rules.get(key), now.release.rules.get(key)
        condition = text_difference(*conditions_of(old, new, then, now))
        yield RuleChange(
            title=rule_title(new, now) if new else rule_title(old, then),
            how=how_in_words(old, new, now, has_other_condition=any(run.mark for run in condition)),
            wording=text_difference(old.professional if old else "", new.professional if new else ""),
            condition=condition,
        )


def rule_title(rule: Rule | None, evaluation: Evaluation) -> str:
    return f"{OF_STANCE[rule.stance].word}, {pathway_title(evaluation.release, rule)}" if rule else ""


def conditions_of(old: Rule | None, new: Rule | None, then: Evaluation, now: Evaluation) -> tuple[str, str]:
    """The rule's own conditions; where only the scope of its pathway differs, the whole ones."""
    before, after = then.release.vocabulary, now.release.vocabulary
    own = (
        condition_in_words(old.own_condition, before) if old else "",
        condition_in_words(new.own_condition, after) if new else "",
    )
    if old is None or new is None or own[0] != own[1]:
        return own
    return condition_in_words(old.condition, before), condition_in_words(new.condition, after)


def how_in_words(old: Rule | None, new: Rule | None, now: Evaluation, *, has_other_condition: bool) -> str:
    if new is None:
        return "Removed"
    truth = now.rules[new.key]
    standing = "applies" if truth is TRUE else "not known whether it applies" if truth is UNKNOWN else "does not apply"
    if old is None:
        return f"New rule, {standing}"
    said = []
    if old.stance is not new.stance:
        said.append(f"{OF_STANCE[new.stance].word} instead of {OF_STANCE[old.stance].word}")
    if old.professional != new.professional:
        said.append("reworded")
    if has_other_condition:
        said.append("other conditions")
    words = ", ".join([*said, standing])
    return f"{words[0].upper()}{words[1:]}"
