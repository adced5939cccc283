"""The page that starts from a card: the rule in whole, and the form to ask or to report a problem."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.search.rule_shown import RuleShown, rule_shown
from pathways.selectors.releases import LoadedRelease
from pathways.selectors.statuses import status_of_pathways, status_of_release
from pathways.services.questions import Subject
from pathways.states import QuestionKind


@dataclass(frozen=True, slots=True)
class AskPage:
    """`suggestion` is what the search box begins with; `missing` says that a rule is not in force any more."""

    title: str
    is_problem: bool
    rule: RuleShown | None
    status: str
    missing: str
    suggestion: str


def ask_page(about: Subject, kind: QuestionKind, loaded: LoadedRelease | None) -> AskPage:
    is_problem = kind == QuestionKind.PROBLEM
    rule = loaded.engine.rules.get(about.rule) if loaded else None
    shown = rule_shown(loaded.engine, rule) if loaded and rule else None
    return AskPage(
        title="Report a problem with this guidance" if is_problem else "Ask about this guidance",
        is_problem=is_problem,
        rule=shown,
        status=status_of(rule.pathway, loaded) if loaded and rule else "",
        missing=missing_words(about, loaded) if rule is None else "",
        suggestion=intervention_label(about, loaded),
    )


def status_of(pathway: str, loaded: LoadedRelease) -> str:
    return status_of_pathways(loaded.record).get(pathway, status_of_release(loaded.record))


def missing_words(about: Subject, loaded: LoadedRelease | None) -> str:
    if not about.rule:
        return ""
    if loaded is None:
        return "No guidance is in force that may be used, so the rule is not shown."
    return "This rule is not in the guidance in force now; an earlier release had it. Your question goes with its name."


def intervention_label(about: Subject, loaded: LoadedRelease | None) -> str:
    """The search box begins with the name of the intervention, so that searching further starts from the card."""
    intervention = loaded.engine.vocabulary.interventions.get(about.intervention) if loaded else None
    return intervention.label if intervention else ""
