"""Which test patients the live preview offers: first those to whom the rule applies."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode

from pathways.admin.desk import Desk
from pathways.admin.presenters.entry_page import CaseChoice, CaseGroup, PreviewChoice
from pathways.editing.entries import Entry
from pathways.engine.cases import evaluate_case
from pathways.engine.observations import BadFinding
from pathways.engine.release import Release
from pathways.engine.truth import TRUE, Truth

NO_CASES = "There is no test patient yet. Add a case to see the card."
GROUPS = ((True, "The rule applies"), (False, "The rule does not apply"))


def preview_choice(desk: Desk, entry: Entry, asked: str) -> PreviewChoice | None:
    """None for a rule without an intervention, which has no card."""
    intervention = str(entry.get("intervention") or "")
    if not intervention:
        return None
    choose_href = reverse("admin:pathways_preview_choose", args=[desk.version.pk])
    applies = cases_of(desk, str(entry.get("key") or ""))
    cases = desk.names.cases()
    shown = asked if asked in dict(cases) else next((case for case, _ in cases if applies.get(case)), "")
    shown = shown or (cases[0][0] if cases else "")
    if not shown:
        return PreviewChoice("", choose_href, intervention, (), NO_CASES)
    choices = [(applies.get(case, False), CaseChoice(case, title, case == shown)) for case, title in cases]
    groups = tuple(
        CaseGroup(label, tuple(choice for has_it, choice in choices if has_it is holds)) for holds, label in GROUPS
    )
    href = reverse("admin:pathways_preview", args=[desk.version.pk, shown])
    return PreviewChoice(
        href=f"{href}?{urlencode({'intervention': intervention})}",
        choose_href=choose_href,
        intervention=intervention,
        groups=tuple(group for group in groups if group.cases),
        why_not="",
    )


def cases_of(desk: Desk, rule: str) -> dict[str, bool]:
    """Whether the rule applies to the patient of each case, as far as the draft can be evaluated."""
    release = desk.release
    if not isinstance(release, Release):
        return {}
    found: dict[str, bool] = {}
    for case in release.safeguards.cases.values():
        try:
            found[case.id] = evaluate_case(release, case).rules.get(rule, Truth.FALSE) is TRUE
        except BadFinding:
            found[case.id] = False
    return found
