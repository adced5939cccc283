"""A promise read back as an English sentence, so that its author sees what will be proved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pathways.advice_classes import OF_STANCE
from pathways.engine.condition_language import ConditionError, parse
from pathways.engine.conditions import Condition
from pathways.engine.documents import text, texts
from pathways.engine.explain import condition_in_words
from pathways.engine.safeguards import PromiseKind
from pathways.engine.stances import Stance
from pathways.engine.vocabulary import Vocabulary

STANCES = {stance.value: f"“{advice.word}”" for stance, advice in OF_STANCE.items() if stance is not Stance.NOTE}
NOT_READABLE = "This cannot be read back yet: the condition has a fault."
NOT_FINISHED = "This cannot be read back yet: {missing}."


def promise_in_words(entry: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    """The sentence, or what is still missing for one."""
    try:
        kind = PromiseKind(text(entry, "kind"))
        when = parse(text(entry, "when"), vocabulary.variables) if text(entry, "when") else None
    except ConditionError:
        return NOT_READABLE
    except ValueError:
        return NOT_FINISHED.format(missing="choose the kind of promise")
    if missing := missing_in(kind, entry, when):
        return NOT_FINISHED.format(missing=missing)
    return sentence(kind, entry, when, vocabulary)


def missing_in(kind: PromiseKind, entry: Mapping[str, Any], when: Condition | None) -> str:
    if not texts(entry, "interventions"):
        return "tick the interventions"
    if not texts(entry, "stances") and kind is not PromiseKind.ALWAYS:
        return "tick the verdicts"
    if kind is PromiseKind.KNOWN:
        return "" if texts(entry, "known") else "tick the findings that must be known"
    return "" if when is not None else "write the condition"


def sentence(kind: PromiseKind, entry: Mapping[str, Any], when: Condition | None, vocabulary: Vocabulary) -> str:
    where = f"Where {condition_in_words(when, vocabulary)}" if when and not when.is_always else "For every patient"
    given = verdicts(entry, vocabulary)
    known = names(texts(entry, "known"), {code: one.label for code, one in vocabulary.findings.items()}, "and")
    settled = " as settled" if entry.get("settled") is True else ""
    match kind:
        case PromiseKind.NEVER:
            return f"{where}, the guidance never gives {given}{settled}."
        case PromiseKind.ONLY_WHERE:
            return f"The guidance gives {given}{settled} only {where[0].lower()}{where[1:]}: known, not just possible."
        case PromiseKind.KNOWN:
            return f"The guidance gives {given}{settled} only once these are known: {known}. Not applicable counts."
        case PromiseKind.ALWAYS:
            known_too = f", once these are known: {known}" if known else ""
            return f"{where}{known_too}, the guidance gives {given}{settled}."


def verdicts(entry: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    """ "“Do” or “Consider” for Intrathecal chemotherapy"."""
    labels = {code: one.label for code, one in vocabulary.interventions.items()}
    stances = names(texts(entry, "stances"), STANCES, "or") or "a verdict"
    is_always = text(entry, "kind") == PromiseKind.ALWAYS.value
    interventions = names(texts(entry, "interventions"), labels, "and" if is_always else "or")
    each = "each of " if is_always and len(texts(entry, "interventions")) > 1 else ""
    return f"{stances} for {each}{interventions}"


def names(codes: Iterable[str], labels: Mapping[str, str], joint: str) -> str:
    found = [labels.get(code, code) for code in codes]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {joint} {found[-1]}" if found else ""
