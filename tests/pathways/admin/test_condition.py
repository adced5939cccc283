"""The assistant beneath a condition: where it is wrong, how it reads, and which test patients it changes."""

from __future__ import annotations

import pytest
from django.test import Client

from pathways.editing.entries import FINDINGS
from pathways.models import Version
from pathways.services.versions import start_version
from tests.cast import Cast
from tests.guidance import RULE, change, document_of
from tests.pathways.admin.pages import HTMX, address

pytestmark = pytest.mark.django_db


def checked(client: Client, version: Version, text: str, **asked: str) -> str:
    sent = {"when": text, "stance": "avoid", "intervention": "intrathecal_chemotherapy"}
    query = {"field": "when", "kind": "rules", "identity": RULE, **asked}
    answer = client.post(address("condition_check", version.pk), sent, query_params=query, headers=HTMX)
    assert answer.status_code == 200
    return answer.text


def test_an_error_says_where_and_names_the_nearest(editor: Client, pathway: Version) -> None:
    text = checked(editor, pathway, "raised_icp is yes\nraised_ipc is yes")
    assert "Line 2, column 1" in text
    assert "Did you mean raised_icp?" in text
    assert "<mark>raised_ipc</mark> is yes" in text


def test_a_condition_reads_as_english(editor: Client, pathway: Version) -> None:
    text = checked(editor, pathway, "raised_icp is yes\nkps < 50")
    assert "Raised intracranial pressure is Yes" in text
    assert "<em>or</em>" in text
    assert "is below 50" in text


def test_the_table_holds_every_rule_on_the_intervention(editor: Client, pathway: Version) -> None:
    text = checked(editor, pathway, "raised_icp is yes")
    assert "init-it-selected" in text
    assert "bleed-it-withhold" in text
    assert "this rule" in text


def test_test_patients_that_newly_match_are_named(editor: Client, pathway: Version) -> None:
    assert "no change" in checked(editor, pathway, "raised_icp is yes")
    assert "Matches newly:" in checked(editor, pathway, "raised_icp is any of yes, no")
    assert "No more:" in checked(editor, pathway, "raised_icp is yes and kps > 100")


def test_what_is_wrong_with_the_rule_itself_takes_nothing_away(editor: Client, cast: Cast, pathway: Version) -> None:
    change(pathway, cast.editor, {"references": []})
    text = checked(editor, pathway, "raised_icp is any of yes, no")
    assert "Matches newly:" in text
    assert "bleed-it-withhold" in text
    assert "has no reference" not in text


def test_another_rule_with_a_fault_is_left_out_and_named(editor: Client, cast: Cast, pathway: Version) -> None:
    other = next(rule["key"] for rule in document_of(pathway)["rules"] if rule["key"] != RULE)
    change(pathway, cast.editor, {"references": ["no-such-reference"]}, identity=other)
    text = checked(editor, pathway, "raised_icp is yes")
    assert "Left out until what is wrong with it is solved" in text
    assert f"({other})" in text
    assert "Test patients, compared with" in text


def test_a_fault_elsewhere_is_named_in_words_and_the_condition_still_read(
    editor: Client, cast: Cast, pathway: Version
) -> None:
    vocabulary = start_version("vocabulary", by=cast.editor)
    change(vocabulary, cast.editor, {"asked_when": "nothing is right"}, kind=FINDINGS, identity="her2")
    text = checked(editor, pathway, "raised_icp is yes")
    assert "Raised intracranial pressure is Yes" in text
    assert "come back once this is solved: Findings and interventions, “HER2" in text
    assert "vocabulary/" not in text
    assert "line 1, column 1" in text


def test_the_row_of_this_rule_stands_first(editor: Client, pathway: Version) -> None:
    text = checked(editor, pathway, "raised_icp is yes")
    assert text.index("this rule") < text.index("init-it-selected")


def test_conditions_of_other_entries_are_read_too(editor: Client, cast: Cast, release: object) -> None:
    draft = start_version("vocabulary", by=cast.editor)
    query = {"field": "asked_when", "kind": "findings", "identity": "her2"}
    sent = {"asked_when": "primary_tumour is breast"}
    answer = editor.post(address("condition_check", draft.pk), sent, query_params=query)
    assert "Primary tumour is Breast" in answer.text


@pytest.mark.parametrize(
    "text", ["", " ", "x" * 9000, "always\nalways", "\x00\x01", "kps <", "))((", "kps < 9" * 400, "🙂 is yes"]
)
def test_no_text_is_a_fault_of_the_server(editor: Client, pathway: Version, text: str) -> None:
    assert "assistant-when" in checked(editor, pathway, text)


@pytest.mark.parametrize(
    "asked", [{"field": "professional"}, {"field": "nothing"}, {"kind": "nothing"}, {"kind": "findings"}]
)
def test_what_is_no_condition_is_not_found(editor: Client, pathway: Version, asked: dict[str, str]) -> None:
    query = {"field": "when", "kind": "rules", "identity": RULE, **asked}
    assert editor.post(address("condition_check", pathway.pk), {}, query_params=query).status_code == 404


def test_it_saves_nothing_and_refuses_outsiders(editor: Client, outsider: Client, pathway: Version) -> None:
    checked(editor, pathway, "always")
    assert Version.objects.get(pk=pathway.pk).revision == pathway.revision
    assert outsider.post(address("condition_check", pathway.pk)).status_code == 403
    assert editor.get(address("condition_check", pathway.pk)).status_code == 405


def test_the_names_are_those_of_the_vocabulary(editor: Client, pathway: Version) -> None:
    found = {one["code"]: one for one in editor.get(address("names", pathway.pk)).json()["findings"]}
    assert found["kps"]["number"] is True
    assert {"code": "linear", "label": "Linear"} in found["deposits"]["options"]
    assert found["csf_protein"]["units"] == ["mg/dL", "g/L", "mg/L"]
    assert "prognosis" in found
