"""The table of all cases: for each invented patient what is expected, what is given in force, and what by the draft."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from pathways.advice_classes import NOT_ADDRESSED, OF_STANCE
from pathways.engine.cases import NOT_LISTED, CaseResult, evaluate_case, run_cases
from pathways.engine.evaluation import Evaluation
from pathways.engine.observations import BadFinding
from pathways.engine.release import Release
from pathways.engine.safeguards import Case, ExpectedVerdict
from pathways.engine.stances import Stance
from pathways.models import Version

NOT_RUN = "Cannot be run"
UNKNOWN_THERE = "No such intervention"


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One intervention of one case, three times in words."""

    label: str
    expected: str
    in_force: str
    draft: str
    is_wrong: bool
    is_changed: bool


@dataclass(frozen=True, slots=True)
class CaseRow:
    """``lines`` are the verdicts that are not as expected, or not as they are in force; ``others`` counts the rest."""

    id: str
    title: str
    href: str
    state: str
    is_wrong: bool
    fault: str
    lines: tuple[VerdictLine, ...]
    rules: tuple[str, ...]
    others: int


@dataclass(frozen=True, slots=True)
class CasesPage:
    """``rows`` are what has to be read; ``settled`` are as expected and as they are in force."""

    rows: tuple[CaseRow, ...]
    settled: tuple[CaseRow, ...]
    summary: str
    in_force: str


def cases_page(draft: Release, in_force: Release | None, safeguards: Version | None, release_words: str) -> CasesPage:
    """Cases that are not as expected first, then those that change, then the rest."""
    rows = [row_of(result, draft, in_force, safeguards) for result in run_cases(draft)]
    rows.sort(key=lambda row: not row.is_wrong)
    shown = tuple(row for row in rows if row.is_wrong or row.lines)
    settled = tuple(row for row in rows if not row.is_wrong and not row.lines)
    return CasesPage(shown, settled, summary_of(rows), release_words)


def summary_of(rows: Sequence[CaseRow]) -> str:
    wrong = sum(row.is_wrong for row in rows)
    changed = sum(not row.is_wrong and bool(row.lines) for row in rows)
    every = f"{len(rows) - wrong} of {len(rows)} cases as expected"
    others = [f"{wrong} not as expected"] if wrong else []
    others += [f"{changed} of them other than in force"] if changed else []
    return f"{'; '.join([every, *others])}."


def row_of(result: CaseResult, draft: Release, in_force: Release | None, safeguards: Version | None) -> CaseRow:
    case = result.case
    every = tuple(lines_of(case, draft, in_force)) if not result.fault else ()
    lines = tuple(line for line in every if line.is_wrong or line.is_changed)
    rules = tuple(one.text for one in result.differences if one.subject in case.expect_rules)
    return CaseRow(
        id=case.id,
        title=case.title,
        href=reverse("admin:pathways_entry", args=[safeguards.pk, "cases", case.id]) if safeguards else "",
        state=state_of(result, lines),
        is_wrong=not result.passed,
        fault=result.fault,
        lines=lines,
        rules=rules,
        others=len(every) - len(lines),
    )


def state_of(result: CaseResult, lines: tuple[VerdictLine, ...]) -> str:
    if result.fault:
        return NOT_RUN
    if not result.passed:
        return "Not as expected"
    return "As expected, other than in force" if lines else "As expected"


def lines_of(case: Case, draft: Release, in_force: Release | None) -> Iterator[VerdictLine]:
    now, before = evaluated(draft, case), evaluated(in_force, case)
    for code, intervention in draft.vocabulary.interventions.items():
        expected = case.expect.get(code, NOT_LISTED)
        given = verdict_in(now, code)
        earlier = verdict_in(before, code)
        yield VerdictLine(
            label=intervention.label,
            expected=verdict_words(expected),
            in_force=verdict_words(earlier) if earlier else NOT_RUN if before is None else UNKNOWN_THERE,
            draft=verdict_words(given) if given else NOT_RUN,
            is_wrong=given != expected,
            is_changed=before is not None and given != earlier,
        )


def evaluated(release: Release | None, case: Case) -> Evaluation | None:
    """None where nothing is in force, or where the vocabulary in force does not know what the case records."""
    if release is None:
        return None
    try:
        return evaluate_case(release, case)
    except BadFinding:
        return None


def verdict_in(evaluation: Evaluation | None, code: str) -> ExpectedVerdict | None:
    verdict = evaluation.verdicts.get(code) if evaluation else None
    if verdict is None:
        return None
    return ExpectedVerdict(verdict.stance.value if verdict.stance else None, verdict.settled)


def verdict_words(verdict: ExpectedVerdict) -> str:
    """ "Do, not settled": the stance and whether it is settled, apart, since a case is about both."""
    known = {stance.value for stance in Stance}
    word = OF_STANCE[Stance(verdict.stance)].word if verdict.stance in known else NOT_ADDRESSED.word
    return word if verdict.settled else f"{word}, not settled"
