"""What a changed condition does to the cases, and the decision table of an intervention."""

from __future__ import annotations

import pytest

from pathways.editing.matching import DraftRule, changed_matches, decision_table
from pathways.engine.condition_language import ConditionError, parse
from pathways.engine.release import Release, build_release
from tests.engine.documents import rule
from tests.gate.contents import BLEEDING, FORBIDS, GIVES, TREATED, case, document

OPEN = case("case-open", {"fever": "yes"}, {})
ODD = case("case-odd", {"fever": "perhaps"}, {})


@pytest.fixture
def release() -> Release:
    return build_release(document(cases=(TREATED, BLEEDING, OPEN, ODD)))


def test_cases_that_match_newly_or_no_more(release: Release) -> None:
    changed = changed_matches(release, "only", old="fever is yes and bleed is no", new="fever is yes and bleed is yes")
    assert [(match.case, match.before, match.after) for match in changed.matching_newly] == [
        ("case-bleeding", "does not apply", "applies")
    ]
    assert [(match.case, match.before, match.after) for match in changed.matching_no_more] == [
        ("case-treated", "applies", "does not apply")
    ]
    assert changed.unsettled == ()


def test_a_dropped_term_settles_who_was_open(release: Release) -> None:
    changed = changed_matches(release, "only", old="fever is yes and bleed is no", new="fever is yes")
    assert [(match.case, match.before) for match in changed.matching_newly] == [
        ("case-bleeding", "does not apply"),
        ("case-open", "not known yet"),
    ]


def test_a_match_that_is_only_less_certain_stands_apart(release: Release) -> None:
    changed = changed_matches(release, "only", old="fever is no", new="bleed is yes and fever is yes")
    assert [(match.case, match.before, match.after) for match in changed.unsettled] == [
        ("case-open", "does not apply", "not known yet")
    ]


def test_a_new_rule_matched_nobody_before(release: Release) -> None:
    changed = changed_matches(release, "only", old="", new="fever is yes")
    assert {match.case for match in changed.matching_newly} == {"case-treated", "case-bleeding", "case-open"}


def test_the_same_condition_changes_nothing(release: Release) -> None:
    changed = changed_matches(release, "only", old="fever is yes", new="fever is any of yes")
    assert (changed.matching_newly, changed.matching_no_more, changed.unsettled) == ((), (), ())


def test_a_new_condition_that_cannot_be_read_is_refused(release: Release) -> None:
    with pytest.raises(ConditionError):
        changed_matches(release, "only", old="fever is yes", new="fever is maybe")


def test_the_scope_of_the_pathway_counts() -> None:
    made = document(cases=(TREATED, BLEEDING))
    made["pathways"][0]["scope"] = "bleed is yes"
    changed = changed_matches(build_release(made), "only", old="fever is no", new="fever is yes")
    assert [match.case for match in changed.matching_newly] == ["case-bleeding"]


def test_a_table_has_a_row_per_alternative_and_a_column_per_finding() -> None:
    mixed = rule("mixed", "avoid", "weight >= 50 kg and weight < 70.5 kg\nfever is not yes")
    note = rule("told", "note", "fever is yes")
    table = decision_table(build_release(document(GIVES, FORBIDS, mixed, note)), "drug")
    assert [(column.finding, column.label) for column in table.columns] == [
        ("fever", "Fever"),
        ("bleed", "Bleed"),
        ("weight", "Weight"),
    ]
    assert [(row.rule, row.stance, row.cells) for row in table.rows] == [
        ("gives", "consider", ("Yes", "No", "any")),
        ("forbids", "contraindicate", ("any", "Yes", "any")),
        ("mixed", "avoid", ("any", "any", "at least 50\N{NO-BREAK SPACE}kg and below 70.5\N{NO-BREAK SPACE}kg")),
        ("mixed", "avoid", ("not Yes", "any", "any")),
    ]
    assert not any(row.is_draft for row in table.rows)


def test_a_draft_stands_in_the_place_of_its_rule(release: Release) -> None:
    condition = parse("weight < 50 kg", release.vocabulary.variables)
    table = decision_table(release, "drug", draft=DraftRule("gives", "only", "discuss", condition))
    assert [column.finding for column in table.columns] == ["bleed", "weight"]
    assert [(row.rule, row.stance, row.is_draft) for row in table.rows] == [
        ("gives", "discuss", True),
        ("forbids", "contraindicate", False),
    ]


def test_a_new_draft_stands_last(release: Release) -> None:
    condition = parse("always", release.vocabulary.variables)
    table = decision_table(release, "drug", draft=DraftRule("new", "only", "discuss", condition))
    assert [(row.rule, row.cells) for row in table.rows][-1] == ("new", ("any", "any"))


def test_an_intervention_that_nothing_speaks_of_has_an_empty_table(release: Release) -> None:
    table = decision_table(release, "herb")
    assert (table.columns, table.rows) == ((), ())
