"""Two people in one draft: what only one of them changed stands, what both changed is shown to a person. HZ-64"""

import re
from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEvent
from patients.findings import Answer, FormContext
from patients.models import Assessment
from patients.services.assessments import FormMovedOn, Side, save_draft
from tests import factories
from tests.cast import Cast
from tests.patients.assessment_form import form_of
from tests.patients.pages import address

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
BLANK = {"kps": "", "vte": "", "intracranial_bleed": ""}


def held(draft: Assessment) -> dict[str, str | None]:
    draft.refresh_from_db()
    return {code: one["value"] for code, one in draft.findings.items()}


def test_a_blank_field_of_an_older_form_does_not_clear_a_newer_answer(cast: Cast, draft: Assessment) -> None:
    older = factories.submission(draft, cast.registrar, {**BLANK, "vte": "established"}, ceilings="Ward level")
    factories.save(draft, cast.consultant, {"kps": "80", "intracranial_bleed": Answer("present", observed_on="-3d")})
    saved = save_draft(draft, by=cast.registrar, submission=older)
    assert held(draft) == {"kps": "80", "vte": "established", "intracranial_bleed": "present"}
    assert (draft.ceilings, draft.revision) == ("Ward level", 3)
    assert saved.taken_over == {"kps", "intracranial_bleed"}
    assert saved.refusals == {}


def test_the_log_says_that_it_was_saved_beside_another_change(cast: Cast, draft: Assessment) -> None:
    older = factories.submission(draft, cast.registrar, {**BLANK, "vte": "established"})
    factories.save(draft, cast.consultant, {"kps": "80"})
    save_draft(draft, by=cast.registrar, submission=older)
    events = AuditEvent.objects.filter(action="patients.assessment_saved")
    latest = next(one for one in events if one.reason_given)
    assert latest.reason_given == "Saved beside what somebody else had changed meanwhile"
    assert set(latest.after) == {"vte"}


def test_one_answer_changed_by_both_is_refused_with_author_and_time(cast: Cast, draft: Assessment) -> None:
    older = factories.submission(draft, cast.registrar, {**BLANK, "kps": "50", "vte": "established"})
    factories.save(draft, cast.consultant, {"kps": "80", "intracranial_bleed": Answer("present", observed_on="-3d")})
    with pytest.raises(FormMovedOn) as moved:
        save_draft(draft, by=cast.registrar, submission=older)
    sides = {one.code: (one.side, one.saved_by) for one in moved.value.differences}
    assert sides == {
        "kps": (Side.BOTH, "Dr Jane Okafor"),
        "vte": (Side.MINE, ""),
        "intracranial_bleed": (Side.THEIRS, "Dr Jane Okafor"),
    }
    assert held(draft) == {"kps": "80", "intracranial_bleed": "present"}


def test_an_answer_cleared_by_one_and_changed_by_the_other_is_refused(cast: Cast, draft: Assessment) -> None:
    draft = factories.save(draft, cast.consultant, {"kps": "80"}).assessment
    older = factories.submission(draft, cast.registrar, {"kps": "50"})
    factories.save(draft, cast.consultant, {"kps": ""})
    with pytest.raises(FormMovedOn):
        save_draft(draft, by=cast.registrar, submission=older)


def test_the_same_answer_of_both_is_no_conflict(cast: Cast, draft: Assessment) -> None:
    older = factories.submission(draft, cast.registrar, {"kps": "80", "vte": "none"})
    factories.save(draft, cast.consultant, {"kps": "80"})
    save_draft(draft, by=cast.registrar, submission=older)
    assert held(draft) == {"kps": "80", "vte": "none"}
    assert draft.findings["kps"]["by"] == "Dr Jane Okafor"


def test_texts_are_compared_as_well(cast: Cast, draft: Assessment) -> None:
    older = factories.submission(draft, cast.registrar, {}, priorities="To be at home.")
    factories.save(draft, cast.consultant, {}, ceilings="Ward level")
    save_draft(draft, by=cast.registrar, submission=older)
    draft.refresh_from_db()
    assert (draft.priorities, draft.ceilings) == ("To be at home.", "Ward level")
    again = factories.submission(draft, cast.registrar, {}, priorities="At home.")
    factories.save(draft, cast.consultant, {}, priorities="In hospital.")
    with pytest.raises(FormMovedOn):
        save_draft(draft, by=cast.registrar, submission=again)


def test_a_form_that_does_not_know_what_it_was_filled_with_is_compared_whole(cast: Cast, draft: Assessment) -> None:
    context = FormContext.of(draft, user=cast.registrar, today=draft.day)
    older = factories.submission(
        draft, cast.registrar, {"vte": "none"}, context=FormContext.unsign(without_base(context))
    )
    factories.save(draft, cast.consultant, {"kps": "80"})
    with pytest.raises(FormMovedOn):
        save_draft(draft, by=cast.registrar, submission=older)


def without_base(context: FormContext) -> str:
    """As pages have it that were open while the application was updated."""
    fields = (context.user, context.patient, context.assessment, context.revision, context.release, context.day)
    return FormContext(*fields).sign()


def test_a_repeated_save_brings_its_form_up_to_date(cast: Cast, draft: Assessment) -> None:
    """Otherwise the next save of that form, with its old answers, would write over the newer ones."""
    sent = factories.submission(draft, cast.registrar, {**BLANK, "vte": "none"})
    save_draft(draft, by=cast.registrar, submission=sent)
    draft.refresh_from_db()
    factories.save(draft, cast.consultant, {"kps": "80"})
    repeated = save_draft(draft, by=cast.registrar, submission=sent)
    assert (repeated.replayed, repeated.taken_over) == (True, {"kps"})


def test_a_repeated_save_with_nothing_new_has_nothing_to_tell(cast: Cast, draft: Assessment) -> None:
    answers: dict[str, Any] = {"vte": "none", "kps": "65", "intracranial_bleed": Answer("present", observed_on="-3d")}
    sent = factories.submission(draft, cast.registrar, answers)
    save_draft(draft, by=cast.registrar, submission=sent)
    assert save_draft(draft, by=cast.registrar, submission=sent).taken_over == frozenset()


@pytest.fixture
def url(draft: Assessment) -> str:
    return address("assessment_edit", draft.pk)


def test_the_answer_to_a_save_brings_the_other_s_answers_into_the_form(
    cast: Cast, client_of: Any, url: str, draft: Assessment
) -> None:
    mine = form_of(client_of(cast.registrar).get(url), finding_vte="none")
    factories.save(draft, cast.consultant, {"kps": "80"})
    page = client_of(cast.registrar).post(url, mine, headers=HTMX).content.decode()
    assert '<input type="hidden" data-fill="finding-kps" value="80" />' in page
    assert '<input type="hidden" data-fill="finding-kps-date" value="22-Nov-2026" />' in page
    assert "1 answer was changed meanwhile, by somebody else or in another tab, and put into this form:" in page
    assert "Dr Jane Okafor is also editing (last saved 10:42)." in page
    # And without a script the page is loaded anew, and says so
    again = form_of(client_of(cast.registrar).get(url), finding_vte="established")
    factories.save(refreshed(draft), cast.consultant, {"kps": "70"})
    whole = client_of(cast.registrar).post(url, again, follow=True).content.decode()
    assert "1 answer was changed meanwhile, by somebody else or in another tab, and put into this form." in whole


def refreshed(draft: Assessment) -> Assessment:
    draft.refresh_from_db()
    return draft


def test_a_text_that_a_colleague_cleared_is_told_in_words(
    cast: Cast, client_of: Any, url: str, draft: Assessment
) -> None:
    factories.save(draft, cast.registrar, {}, ceilings="Ward level")
    mine = form_of(client_of(cast.registrar).get(url), finding_vte="none")
    factories.save(refreshed(draft), cast.consultant, {}, ceilings="")
    page = client_of(cast.registrar).post(url, mine, headers=HTMX).content.decode()
    assert '<a href="#id_ceilings">Ceilings of care</a>: Nothing recorded any more' in page


@pytest.mark.parametrize(("side", "kps"), [("mine", "50"), ("theirs", "80")])
def test_line_by_line_each_is_saved_as_chosen(
    cast: Cast, client_of: Any, url: str, draft: Assessment, side: str, kps: str
) -> None:
    client: Client = client_of(cast.registrar)
    mine = form_of(client.get(url), finding_kps="50", finding_vte="none")
    factories.save(draft, cast.consultant, {"kps": "80", "intracranial_bleed": Answer("present", observed_on="-3d")})
    refused = client.post(url, mine)
    page = refused.content.decode()
    assert refused.status_code == 409
    chosen = re.search(r'name="chosen" value="([^"]+)"', page)
    assert chosen
    form = form_of(refused) | {"chosen": chosen[1], "conflict": "kps", "taken": "intracranial_bleed"}
    # Given no choice, nothing is saved
    assert client.post(url, form).status_code == 409
    assert held(draft)["kps"] == "80"
    assert client.post(url, form | {"choose-kps": side}).status_code == 302
    assert held(draft) == {"kps": kps, "vte": "none", "intracranial_bleed": "present"}
    reasons = {one.reason_given for one in AuditEvent.objects.filter(action="patients.assessment_saved")}
    assert reasons == {"", "Chosen answer by answer after both versions were shown"}


def test_the_page_of_a_refusal_still_compares_when_it_is_sent_again(
    cast: Cast, client_of: Any, url: str, draft: Assessment
) -> None:
    """Without a script, the ordinary button under a refusal must not write over what was just shown."""
    client: Client = client_of(cast.registrar)
    mine = form_of(client.get(url), finding_kps="50")
    factories.save(draft, cast.consultant, {"kps": "80"})
    refused = client.post(url, mine)
    assert client.post(url, form_of(refused)).status_code == 409
    assert held(draft) == {"kps": "80"}
