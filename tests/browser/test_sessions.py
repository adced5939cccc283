"""Leaving the computer, being signed out in the middle, somebody else at the same computer: in a browser."""

from typing import Any
from urllib.parse import parse_qs

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from patients.models import Assessment
from tests.browser.clinic import Clinic
from tests.browser.test_faults import saves_of
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quick(settings: Any) -> None:
    """The screen is covered after 6 seconds, and the session ends after a minute."""
    settings.SCREEN_COVER_SECONDS, settings.SESSION_END_SECONDS = 6, 60


def dialog(clinic: Clinic) -> Any:
    return clinic.page.get_by_role("dialog")


def is_covered(clinic: Clinic) -> None:
    dialog(clinic).get_by_role("heading", name="The screen is covered").wait_for(timeout=20000)


def enters(clinic: Clinic, password: str) -> None:
    dialog(clinic).get_by_label("Password of Dr Jane Okafor").fill(password)
    dialog(clinic).get_by_role("button", name="Go on").click()


def reaches_revision(clinic: Clinic, draft: Assessment, revision: int) -> None:
    """The line says "Saved" before as well."""
    for _ in range(80):
        draft.refresh_from_db()
        if draft.revision >= revision:
            return
        clinic.page.wait_for_timeout(100)
    raise AssertionError(f"revision {draft.revision}, and not {revision}")


def signs_in_elsewhere(clinic: Clinic, user: User) -> Any:
    """In another tab of the same browser, on the page, as people do."""
    tab = clinic.page.context.new_page()
    clinic.page.context.clear_cookies(name="sessionid")
    tab.goto(f"{clinic.server}/accounts/sign-in/")
    tab.get_by_label("User name").fill(user.username)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.wait_for_url(f"{clinic.server}/")
    return tab


def test_an_idle_screen_is_covered_and_the_password_uncovers_it(
    quick: None, cast: Cast, clinic: Clinic, draft: Assessment
) -> None:
    clinic.opens_assessment(draft)
    patient = clinic.page.title()
    assert "TESTCASE" in patient
    # Given somebody who types, and then leaves
    clinic.page.locator("#session-warning", has_text="The screen is covered in").wait_for(timeout=20000)
    clinic.is_accessible()
    is_covered(clinic)
    # Then nothing can be read, by eyes, by a screen reader or in the list of tabs
    assert clinic.page.title() == "Covered - LM Pathways"
    assert not clinic.page.locator("#patient-banner").is_visible()
    assert not clinic.page.locator("#assessment-form").is_visible()
    assert "TESTCASE" not in clinic.page.locator("body").aria_snapshot()
    clinic.is_accessible()
    # And Escape changes nothing
    for _ in range(3):
        clinic.page.keyboard.press("Escape")
    is_covered(clinic)
    # And loading the page anew does not help
    tab = clinic.page.context.new_page()
    tab.goto(clinic.page.url)
    assert "/accounts/unlock/" in tab.url
    assert AuditEvent.objects.filter(action="accounts.screen_covered").count() == 1
    # When a wrong and then the right password is entered
    enters(clinic, "wrong")
    dialog(clinic).get_by_text("The password is not right.").wait_for()
    enters(clinic, PASSWORD)
    # Then the page is there as it was, and goes on saving
    dialog(clinic).wait_for(state="detached")
    assert clinic.page.title() == patient
    clinic.chooses("vte", "Established")
    clinic.is_saved()


def test_whoever_works_is_not_covered(
    quick: None, settings: Any, cast: Cast, clinic: Clinic, draft: Assessment
) -> None:
    settings.SCREEN_COVER_SECONDS = 10  # more than a busy machine needs for a page
    clinic.opens_assessment(draft)
    for number in range(13):
        clinic.page.mouse.move(200 + number, 300)
        clinic.page.wait_for_timeout(1000)
        assert dialog(clinic).count() == 0
    # And a save that is sent again and again by itself is not work
    clinic.page.route("**/assessments/**", lambda route: route.fulfill(status=500, body=""))
    clinic.chooses("vte", "Established")
    is_covered(clinic)


def test_text_that_is_being_typed_survives_the_cover(
    quick: None, cast: Cast, clinic: Clinic, draft: Assessment
) -> None:
    clinic.opens_assessment(draft)
    clinic.question("kps").locator(".number-input").press_sequentially("50", delay=30)
    is_covered(clinic)
    # The server has it already: it was saved before the cover came
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "50"
    enters(clinic, PASSWORD)
    dialog(clinic).wait_for(state="detached")
    assert clinic.focus() == clinic.question("kps").locator(".number-input").get_attribute("id")
    clinic.page.keyboard.press("Backspace")
    clinic.page.keyboard.press("Backspace")
    clinic.types("kps", "70")
    reaches_revision(clinic, draft, draft.revision + 1)
    assert draft.findings["kps"]["value"] == "70"


def test_two_tabs_are_covered_and_uncovered_together(
    quick: None, cast: Cast, clinic: Clinic, draft: Assessment
) -> None:
    clinic.opens_assessment(draft)
    tab = clinic.page.context.new_page()
    tab.goto(f"{clinic.server}/help/")
    tab.get_by_role("dialog").wait_for(timeout=20000)
    is_covered(clinic)
    enters(clinic, PASSWORD)
    tab.get_by_role("dialog").wait_for(state="detached")
    # And what either of them sends then is taken
    clinic.chooses("vte", "Established")
    clinic.is_saved()


def test_signed_out_in_mid_sentence_and_on_again_in_place(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    clinic.is_saved()
    sent = saves_of(clinic.page, lambda route, _: route.continue_())
    # Given a session that has ended on the server
    Session.objects.all().delete()
    clinic.chooses("vte", "Established")
    dialog(clinic).get_by_role("heading", name="You are signed out").wait_for()
    clinic.is_accessible()
    # When the same person enters the password
    enters(clinic, PASSWORD)
    # Then the same save is sent once more, and has one effect
    clinic.is_saved()
    assert len({parse_qs(one)["key"][0] for one in sent}) == 1
    assert clinic.page.locator("#connection-banner").inner_text() == ""
    draft.refresh_from_db()
    assert (draft.revision, draft.findings["vte"]["value"]) == (2, "established")
    # And so is the next
    clinic.chooses("antithrombotic", "None")
    clinic.is_saved()


def test_signed_in_again_in_another_tab(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    """The forms of this page have an old token then, and it mends that without asking."""
    clinic.opens_assessment(draft)
    clinic.is_saved()
    signs_in_elsewhere(clinic, cast.consultant).close()
    clinic.chooses("vte", "Established")
    reaches_revision(clinic, draft, 2)
    clinic.is_saved()
    assert draft.findings["vte"]["value"] == "established"


def test_somebody_else_at_the_same_computer(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    clinic.is_saved()
    # Given a colleague who has signed in in another tab
    signs_in_elsewhere(clinic, cast.registrar).close()
    clinic.chooses("vte", "Established")
    # Then the page of the first is covered, and nothing was saved under either name
    dialog(clinic).get_by_text("Dr Samir Haddad is signed in on this computer now.").wait_for()
    draft.refresh_from_db()
    assert draft.revision == 1
    # When the colleague goes on
    dialog(clinic).get_by_role("button", name="Leave this page and sign in as yourself").click()
    # Then it is with a fresh start page, and still in the colleague's own name
    clinic.page.wait_for_url(f"{clinic.server}/")
    assert clinic.page.locator(".frame-user").inner_text().startswith("Dr Samir Haddad")
    draft.refresh_from_db()
    assert draft.revision == 1


def test_the_owner_of_the_page_takes_it_back(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    clinic.is_saved()
    other = signs_in_elsewhere(clinic, cast.registrar)
    clinic.chooses("vte", "Established")
    dialog(clinic).get_by_text("Dr Samir Haddad is signed in on this computer now.").wait_for()
    enters(clinic, PASSWORD)
    clinic.is_saved()
    draft.refresh_from_db()
    assert draft.findings["vte"]["value"] == "established"
    # And the colleague's page does not go on under a name that is not the colleague's
    other.get_by_text("Dr Jane Okafor is signed in on this computer now.").wait_for()


def test_a_covered_screen_is_left_to_a_colleague(quick: None, cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    is_covered(clinic)
    dialog(clinic).get_by_role("button", name="Leave this page and sign in as yourself").click()
    clinic.page.get_by_role("heading", name="Sign in", exact=True).wait_for()
    assert not Session.objects.exists()
    clinic.page.go_back()
    assert "TESTCASE" not in clinic.page.locator("body").inner_text()


@pytest.mark.parametrize("status", [403, 404])
def test_a_refused_save_says_that_nothing_was_saved(clinic: Clinic, draft: Assessment, status: int) -> None:
    clinic.opens_assessment(draft)
    saves_of(clinic.page, lambda route, _: route.fulfill(status=status, body=""))
    clinic.chooses("vte", "Established")
    alert = clinic.page.locator("#connection-banner")
    alert.get_by_text("NOT SAVED:").wait_for()
    assert "Note your last answers and ask who looks after people and wards." in alert.inner_text()
    assert clinic.page.locator("#save-line").inner_text() == "NOT SAVED"
    clinic.page.unroute_all()


def test_without_the_script_the_old_way_is_named(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    clinic.page.route("**/session.js", lambda route: route.abort())
    clinic.opens_assessment(draft)
    clinic.is_saved()
    Session.objects.all().delete()
    clinic.chooses("vte", "Established")
    alert = clinic.page.get_by_role("alert")
    alert.get_by_text("Sign in again in another tab, then press:").wait_for()
    clinic.signs_in(cast.consultant)
    alert.get_by_role("button", name="I have signed in again").click()
    clinic.is_saved()
    draft.refresh_from_db()
    assert draft.findings["vte"]["value"] == "established"


def test_the_pages_of_one_s_own_account(cast: Cast, clinic: Clinic, size: dict[str, int]) -> None:
    clinic.page.set_viewport_size(size)
    for path in ("", "password/", "second-factor/", "second-factor/set-up/"):
        clinic.page.goto(f"{clinic.server}/accounts/{path}")
        clinic.is_accessible()
        clinic.fits()
    picture = clinic.page.get_by_alt_text("Picture for the authenticator app.")
    assert picture.evaluate("picture => picture.naturalWidth > 0")


def test_uncovering_without_the_script(quick: None, browser: Any, live_server: Any, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.consultant)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/help/")
    page.wait_for_timeout(6500)
    page.goto(f"{live_server.url}/about/")
    page.get_by_role("heading", name="The screen is covered").wait_for()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"{live_server.url}/about/")
    context.close()
