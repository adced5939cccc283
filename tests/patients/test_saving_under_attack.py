"""What two open forms must not do to each other's answers, however they were opened, refused and sent again. HZ-64"""

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from patients.findings import Answer
from patients.forms.assessment import LONGEST_TEXT
from patients.models import Assessment
from patients.services.assessments import FormMovedOn, Side, confirm_unchanged, save_draft
from tests import factories
from tests.cast import Cast
from tests.patients.assessment_form import form_of
from tests.patients.pages import address

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
BLED = Answer("present", observed_on="-3d")


@pytest.fixture
def url(draft: Assessment) -> str:
    return address("assessment_edit", draft.pk)


def held(draft: Assessment) -> dict[str, str | None]:
    draft.refresh_from_db()
    return {code: one["value"] for code, one in draft.findings.items()}


def test_an_entry_that_was_refused_for_one_is_not_wiped_by_the_untouched_form_of_the_other(
    cast: Cast, draft: Assessment
) -> None:
    """A bleed goes on counting while somebody types something else over it: both stand, until a person decides."""
    draft = factories.save(draft, cast.consultant, {"intracranial_bleed": BLED}).assessment
    older = factories.submission(draft, cast.registrar, {"intracranial_bleed": BLED, "vte": "none"})
    factories.save(draft, cast.consultant, {"intracranial_bleed": "none"})
    saved = save_draft(draft, by=cast.registrar, submission=older)
    assert held(draft) == {"intracranial_bleed": "present", "vte": "none"}
    refused = draft.findings["intracranial_bleed"]["refused"]
    assert refused is not None
    assert refused["entered"] == "none"
    assert saved.taken_over == {"intracranial_bleed"}


def test_a_refused_entry_that_nobody_touched_is_no_news_and_stays_its_writer_s(cast: Cast, draft: Assessment) -> None:
    draft = factories.save(draft, cast.consultant, {"kps": "0,9"}).assessment
    older = factories.submission(draft, cast.registrar, {"kps": "0,9", "vte": "none"})
    factories.save(draft, cast.consultant, {"kps": "0,9", "antithrombotic": "none"})
    saved = save_draft(draft, by=cast.registrar, submission=older)
    draft.refresh_from_db()
    assert saved.taken_over == set()
    assert draft.findings["kps"]["by"] == "Dr Jane Okafor"


def test_a_confirmation_is_an_answer_and_is_not_written_over_unseen(cast: Cast, draft: Assessment) -> None:
    """A bleed that "still holds" keeps its day: nothing else of it is another than before."""
    draft = with_carried_bleed(draft, cast)
    changed = factories.submission(draft, cast.registrar, {"intracranial_bleed": Answer("resolved", observed_on="-1d")})
    untouched = factories.submission(draft, cast.registrar, {"intracranial_bleed": BLED, "vte": "none"})
    confirm_unchanged(draft, ["intracranial_bleed"], by=cast.consultant)
    with pytest.raises(FormMovedOn) as moved:
        save_draft(draft, by=cast.registrar, submission=changed)
    assert [(one.code, one.side, one.saved_by) for one in moved.value.differences] == [
        ("intracranial_bleed", Side.BOTH, "Dr Jane Okafor")
    ]
    # And a form in which it was not touched leaves it confirmed
    save_draft(draft, by=cast.registrar, submission=untouched)
    assert held(draft) == {"intracranial_bleed": "present", "vte": "none"}
    assert draft.findings["intracranial_bleed"]["confirmed"] is True


def with_carried_bleed(draft: Assessment, cast: Cast) -> Assessment:
    draft = factories.save(draft, cast.consultant, {"intracranial_bleed": BLED}).assessment
    carried = draft.findings["intracranial_bleed"] | {"origin": "carried_forward", "confirmed": False}
    draft.findings = {**draft.findings, "intracranial_bleed": carried}
    Assessment._base_manager.filter(pk=draft.pk).update(findings=draft.findings)
    return draft


def test_without_a_script_an_answer_typed_after_the_comparison_is_compared_as_well(
    cast: Cast, client_of: Any, url: str, draft: Assessment
) -> None:
    """It stood in the list of what only the other one had changed; typed over, it is changed by both."""
    client: Any = client_of(cast.registrar)
    mine = form_of(client.get(url), finding_kps="50")
    factories.save(draft, cast.consultant, {"kps": "80", "vte": "none"})
    refused = client.post(url, mine)
    keep = re.search(r'name="resolve" value="([^"]+)"', refused.content.decode())
    assert keep
    again = form_of(refused, finding_vte="established") | {"resolve": keep[1], "taken": "vte", "conflict": "kps"}
    answer = client.post(url, again)
    assert answer.status_code == 409
    assert '<input type="hidden" form="assessment-form" name="conflict" value="vte" />' in answer.content.decode()
    assert held(draft) == {"kps": "80", "vte": "none"}


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without one"])
def test_a_form_of_yesterday_is_drawn_anew_once_it_is_saved(
    cast: Cast, client_of: Any, url: str, draft: Assessment, clock: Any, script: bool
) -> None:
    """Its "Still so today" says yesterday's date."""
    opened = form_of(client_of(cast.registrar).get(url), finding_kps="50")
    clock.move_to("2026-11-23T00:01:00+00:00")
    client: Any = client_of(cast.registrar)
    headers = HTMX if script else {}
    keep = re.search(r'name="resolve" value="([^"]+)"', client.post(url, opened, headers=headers).content.decode())
    assert keep
    answer = client.post(url, opened | {"resolve": keep[1]}, headers=headers)
    assert answer["HX-Redirect" if script else "Location"] == url
    assert held(draft) == {"kps": "50"}
    assert "The form was opened anew" in client.get(url).content.decode()


def test_whoever_saves_and_closes_is_told_what_a_colleague_changed(
    cast: Cast, client_of: Any, url: str, draft: Assessment
) -> None:
    client: Any = client_of(cast.consultant)
    mine = form_of(client.get(url), finding_vte="none")
    factories.save(draft, cast.registrar, {"kps": "30"})
    page = client.post(url, mine | {"next": "sign"}, follow=True).content.decode()
    assert "1 answer was changed meanwhile, by somebody else or in another tab" in page


def test_every_acknowledgement_names_the_save_that_it_is_for(
    cast: Cast, client_of: Any, url: str, draft: Assessment
) -> None:
    client: Any = client_of(cast.registrar)
    form = form_of(client.get(url), finding_vte="none")
    for _ in range(2):
        assert client.post(url, form, headers=HTMX)["Saved"] == form["key"]
    closed = form_of(client.get(url), finding_vte="established") | {"next": "close"}
    assert client.post(url, closed, headers=HTMX)["Saved"] == closed["key"]
    assert "Saved" not in client.get(url, headers=HTMX)


def test_what_was_typed_on_while_a_save_was_on_its_way_stands_when_the_page_is_left(
    cast: Cast, draft: Assessment
) -> None:
    """A closing page sends both: otherwise half a number stays, and nobody is there to compare."""
    half = factories.submission(draft, cast.registrar, {"kps": "10"})
    rest = factories.submission(draft, cast.registrar, {"kps": "100", "vte": "none"}, follows=half.key)
    save_draft(draft, by=cast.registrar, submission=half)
    save_draft(draft, by=cast.registrar, submission=rest)
    assert held(draft) == {"kps": "100", "vte": "none"}


def test_it_stands_as_well_when_it_arrives_first(cast: Cast, draft: Assessment) -> None:
    half = factories.submission(draft, cast.registrar, {"kps": "10"})
    rest = factories.submission(draft, cast.registrar, {"kps": "100"}, follows=half.key)
    save_draft(draft, by=cast.registrar, submission=rest)
    with pytest.raises(FormMovedOn):
        save_draft(draft, by=cast.registrar, submission=half)
    assert held(draft) == {"kps": "100"}


def test_and_it_writes_over_nothing_that_a_colleague_saved_in_between(
    cast: Cast, draft: Assessment, clock: Any
) -> None:
    half = factories.submission(draft, cast.registrar, {"kps": "10"})
    rest = factories.submission(draft, cast.registrar, {"kps": "100"}, follows=half.key)
    save_draft(draft, by=cast.registrar, submission=half)
    clock.shift(1)
    factories.save(refreshed(draft), cast.consultant, {"kps": "30"})
    with pytest.raises(FormMovedOn):
        save_draft(draft, by=cast.registrar, submission=rest)
    assert held(draft) == {"kps": "30"}


def test_a_text_typed_on_stands_as_well(cast: Cast, draft: Assessment) -> None:
    """Of a text nobody keeps who wrote it last; and the other answers of the last save came with it."""
    half = factories.submission(draft, cast.registrar, {}, priorities="To be at")
    rest = factories.submission(draft, cast.registrar, {"vte": "none"}, priorities="To be at home", follows=half.key)
    save_draft(draft, by=cast.registrar, submission=half)
    save_draft(draft, by=cast.registrar, submission=rest)
    assert held(draft) == {"vte": "none"}
    assert draft.priorities == "To be at home"


@pytest.mark.parametrize("again", ["70", "80"], ids=["another", "the same"])
def test_an_answer_cleared_and_entered_again_stands_as_well(cast: Cast, draft: Assessment, again: str) -> None:
    draft = factories.save(draft, cast.registrar, {"kps": "80"}, ceilings="Ward level").assessment
    half = factories.submission(draft, cast.registrar, {"kps": ""}, ceilings="")
    rest = factories.submission(draft, cast.registrar, {"kps": again, "vte": "none"}, follows=half.key)
    save_draft(draft, by=cast.registrar, submission=half)
    save_draft(draft, by=cast.registrar, submission=rest)
    assert held(draft) == {"kps": again, "vte": "none"}
    assert draft.ceilings == "Ward level"


def test_but_a_colleague_s_answer_from_before_it_is_not_written_over(cast: Cast, draft: Assessment) -> None:
    """The earlier one was saved beside it, in a form that has not shown it yet."""
    half = factories.submission(draft, cast.registrar, {"kps": "", "vte": "none"})
    rest = factories.submission(draft, cast.registrar, {"kps": "50", "vte": "none"}, follows=half.key)
    untouched = factories.submission(draft, cast.registrar, {"kps": "", "vte": "established"}, follows=half.key)
    factories.save(draft, cast.consultant, {"kps": "30"})
    save_draft(draft, by=cast.registrar, submission=half)
    with pytest.raises(FormMovedOn):
        save_draft(draft, by=cast.registrar, submission=rest)
    save_draft(draft, by=cast.registrar, submission=untouched)
    assert held(draft) == {"kps": "30", "vte": "established"}


def test_what_was_put_back_is_not_changed_by_the_save_before_when_that_arrives_last(
    cast: Cast, draft: Assessment
) -> None:
    draft = factories.save(draft, cast.registrar, {"kps": "80"}).assessment
    half = factories.submission(draft, cast.registrar, {"kps": "8"})
    rest = factories.submission(draft, cast.registrar, {"kps": "80"}, follows=half.key)
    save_draft(draft, by=cast.registrar, submission=rest)
    with pytest.raises(FormMovedOn):
        save_draft(draft, by=cast.registrar, submission=half)
    assert held(draft) == {"kps": "80"}


def test_a_closing_page_may_send_its_form_in_parts(cast: Cast, client_of: Any, url: str, draft: Assessment) -> None:
    """Letters of many bytes are too long for it otherwise; line ends come as two characters then."""
    client: Any = client_of(cast.registrar)
    form = form_of(client.get(url), priorities="At home.\r\nWith the dog.")
    assert client.post(url, form, headers=HTMX).status_code == 200  # the test client sends parts
    encoded = urlencode(form | {"priorities": "At home.\nWith the dog."})
    again = client.post(url, encoded, content_type="application/x-www-form-urlencoded", headers=HTMX)
    assert again["Saved"] == form["key"]
    draft.refresh_from_db()
    assert (draft.priorities, draft.revision) == ("At home.\nWith the dog.", 2)


def test_a_line_break_is_one_character_as_it_is_in_the_browser(
    cast: Cast, client_of: Any, url: str, draft: Assessment
) -> None:
    client: Any = client_of(cast.registrar)
    line = "a" * (LONGEST_TEXT // 2 - 1)
    form = form_of(client.get(url), ceilings=f"{line}\r\n\r\n{line}")
    assert client.post(url, form, headers=HTMX).status_code == 200
    draft.refresh_from_db()
    assert draft.ceilings == f"{line}\n\n{line}"
    longer = form_of(client.get(url), ceilings=f"{line}\r\n\r\n\r\n{line}")
    assert client.post(url, longer, headers=HTMX).status_code == 422


def refreshed(draft: Assessment) -> Assessment:
    draft.refresh_from_db()
    return draft
