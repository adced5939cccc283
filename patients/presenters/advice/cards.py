"""One card per intervention: what the guidance says, because of what, what speaks against, and the answer given."""

from dataclasses import dataclass

from accounts.models import Wording
from pathways.advice_classes import CONSIDER, DISCUSS, DO, NOT_SETTLED, OF_STANCE, AdviceClass, class_of
from pathways.engine.evaluation import Evaluation, Verdict
from pathways.engine.evidence import Caution
from pathways.engine.rules import Rule
from pathways.engine.stances import Stance
from pathways.engine.truth import FALSE, TRUE
from pathways.engine.vocabulary import Intervention
from patients.presenters.advice.arguments import Argument, arguments_of, note_of
from patients.presenters.advice.decisions import CardDecision
from patients.presenters.advice.facts import Fact, Link, finding_link, own_facts_of_rules

# Where something may be done the cautions stand open; where nothing is to be done they are one click away.
NEEDS_CAUTION = (DO, CONSIDER, DISCUSS, NOT_SETTLED)


@dataclass(frozen=True, slots=True)
class Card:
    """`so_far` is what an unsettled permission would be; `change` is "New" or "Changed" or nothing.

    `changes_href` leads to what would change the advice; empty on a card that is only shown.
    """

    intervention: str
    label: str
    class_code: str
    word: str
    title: str
    so_far: str
    change: str
    facts: tuple[Fact, ...]
    governing: tuple[Argument, ...]
    overruled: tuple[Argument, ...]
    notes: tuple[Argument, ...]
    cautions: tuple[str, ...]
    folded_cautions: tuple[str, ...]
    lifted_by: tuple[str, ...]
    provisional: str
    needs: tuple[Link, ...]
    is_contested: bool
    grading: str
    review: str
    decision: CardDecision
    changes_href: str


def card_of(
    evaluation: Evaluation,
    verdict: Verdict,
    *,
    decision: CardDecision,
    review: str,
    seen: str | None,
    wording: str = Wording.PROFESSIONAL,
    changes_href: str = "",
) -> Card:
    """`seen` is the class that the reader was last shown for this intervention, None where nothing was shown yet."""
    intervention = evaluation.release.vocabulary.interventions[verdict.intervention]
    advice = class_of(verdict)
    governing = arguments_of(evaluation, verdict.governing, wording=wording)
    notes = notes_of(evaluation, verdict)
    cautions = cautions_of(evaluation, verdict, notes)
    is_open = advice in NEEDS_CAUTION
    return Card(
        intervention=intervention.code,
        label=intervention.label,
        class_code=advice.code,
        word=advice.word,
        title=title_of(advice, intervention),
        so_far=so_far(advice, verdict, intervention),
        change=change_of(advice, seen),
        facts=own_facts_of_rules(evaluation, verdict.governing),
        governing=governing,
        overruled=arguments_of(evaluation, verdict.overruled, wording=wording),
        notes=arguments_of(evaluation, notes, wording=wording),
        cautions=cautions if is_open else (),
        folded_cautions=() if is_open else cautions,
        lifted_by=tuple(dict.fromkeys(argument.lifted_by for argument in governing if argument.lifted_by)),
        provisional=provisional(advice, verdict),
        needs=tuple(finding_link(evaluation, code) for code in verdict.needs),
        is_contested=any(argument.contested for argument in governing),
        grading=gradings(governing),
        review=review,
        decision=decision,
        changes_href=changes_href,
    )


def title_of(advice: AdviceClass, intervention: Intervention) -> str:
    """ "Do" and "Do not" are followed by what to do; the milder words by the name of the intervention."""
    return intervention.action if advice.word in ("Do", "Do not") else intervention.label


def so_far(advice: AdviceClass, verdict: Verdict, intervention: Intervention) -> str:
    if advice is not NOT_SETTLED or verdict.stance is None:
        return ""
    word = OF_STANCE[verdict.stance].word
    named = intervention.action if verdict.stance is Stance.RECOMMEND else intervention.label
    return f"So far: {word.lower()} {named[0].lower() + named[1:] if word == 'Do' else named}"


def change_of(advice: AdviceClass, seen: str | None) -> str:
    if seen is None or seen == advice.code:
        return ""
    return "Changed" if seen else "New"


def provisional(advice: AdviceClass, verdict: Verdict) -> str:
    if verdict.settled:
        return ""
    findings = "1 missing finding" if len(verdict.needs) == 1 else f"{len(verdict.needs)} missing findings"
    if advice is NOT_SETTLED:
        return f"Not advice yet: {findings} could still rule it out. It would be settled by"
    if verdict.stance is not None and verdict.stance.is_prohibition:
        return f"Holds as it is. {findings[0].upper() + findings[1:]} could only make it stricter"
    return f"Provisional: {findings} could make it stricter"


def notes_of(evaluation: Evaluation, verdict: Verdict) -> tuple[Rule, ...]:
    """Notes on this intervention that apply; an accompanying one only where its rule governs."""
    governing = {rule.key for rule in verdict.governing}
    return tuple(
        rule
        for rule in evaluation.release.rules.values()
        if rule.intervention == verdict.intervention
        and rule.stance is Stance.NOTE
        and evaluation.rules[rule.key] is TRUE
        and (not rule.accompanies or governing & set(rule.accompanies))
    )


def cautions_of(evaluation: Evaluation, verdict: Verdict, notes: tuple[Rule, ...]) -> tuple[str, ...]:
    """Those of the rules that speak here, and those that stand on every card of the intervention."""
    cautions = evaluation.release.evidence.cautions
    named = [key for rule in (*verdict.governing, *notes, *verdict.overruled) for key in rule.cautions]
    standing = [key for key, caution in cautions.items() if stands_on(evaluation, caution, verdict.intervention)]
    return tuple(cautions[key].text for key in dict.fromkeys((*named, *standing)))


def stands_on(evaluation: Evaluation, caution: Caution, intervention: str) -> bool:
    """Safety: a caution stays while its condition is unknown; only a condition that is false removes it."""
    if intervention not in caution.interventions:
        return False
    return caution.when is None or evaluation.truth_of(caution.when) is not FALSE


def gradings(arguments: tuple[Argument, ...]) -> str:
    return "; ".join(dict.fromkeys(argument.grading for argument in arguments))


def unattached_notes(
    evaluation: Evaluation, shown: frozenset[str], *, wording: str = Wording.PROFESSIONAL
) -> tuple[Argument, ...]:
    """Notes about nothing in particular, or about an intervention that has no card."""
    return tuple(
        note_of(evaluation, rule, wording=wording)
        for rule in evaluation.release.rules.values()
        if rule.stance is Stance.NOTE
        and not rule.urgent
        and not rule.accompanies
        and (rule.intervention is None or rule.intervention not in shown)
        and evaluation.rules[rule.key] is TRUE
    )
