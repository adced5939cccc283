"""The studio in a browser: what editors, reviewers and publishers do and see, in their words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import expect

from accounts.models import User
from accounts.permissions import Role
from accounts.services import Person, add_person
from pathways.editing.entries import RULES
from pathways.models import Version
from pathways.selectors.versions import open_version
from tests.browser.clinic import Clinic
from tests.cast import PASSWORD
from tests.guidance import entry_of
from tests.pathways.admin.pages import address

BLEEDING = "Intracranial bleeding"
BLEED_PART = "pathways/intracranial-bleed"
RESUME = "bleed-it-resume"
SIZES = ((1440, 900), (820, 1180))
SAVED = re.compile(r"^Saved")


@dataclass
class Studio(Clinic):
    """A browser at a desk where the guidance is written."""

    def opens(self, view: str, *ids: Any) -> None:
        self.page.goto(self.server + address(view, *ids))

    def opens_rule(self, version: Version, key: str) -> None:
        self.opens("entry", version.pk, RULES.name, key)

    # The form

    def field(self, label: str) -> Any:
        return self.page.locator("#entry-form").get_by_label(label, exact=True)

    def condition(self) -> Any:
        return self.field("Applies when")

    def assistant(self) -> Any:
        return self.page.locator("#row-field-when")

    def picks(self, label: str, name: str) -> None:
        """One of a list of names to tick, opened and filtered as a person does it."""
        group = self.page.get_by_role("group", name=label, exact=True)
        group.locator("summary").click()
        group.get_by_role("searchbox", name="Filter the list").fill(name)
        group.get_by_role("checkbox", name=name).first.check()

    def save_line(self) -> Any:
        return self.page.locator("#entry-saved")

    def alarm(self) -> Any:
        return self.page.locator("#studio-alarm")

    def conflict(self) -> Any:
        return self.page.locator(".conflict")

    @contextmanager
    def saves(self) -> Iterator[None]:
        """What is done inside leads to one successful save; afterwards the page says so."""
        with self.page.expect_response(lambda answer: is_a_save(answer) and answer.ok):
            yield
        expect(self.save_line()).to_have_text(SAVED)

    # How it looks

    def looks_sound(self, name: str) -> None:
        """Noted, not raised: a journey goes on, and fails at its end with every page that has a fault."""
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            for look in (self.fits, self.is_accessible):
                try:
                    look()
                except AssertionError as fault:
                    self.complaints.append(f"{name} at {width}: {fault}")
        self.page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})

    def has_no_complaints(self) -> None:
        assert not self.complaints, "\n".join(self.complaints)


def desk(page: Any, server: str, user: User | None = None) -> Iterator[Studio]:
    """For a fixture: a browser at a desk, where afterwards nothing may have complained."""
    page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    page.set_default_timeout(20_000)
    studio = Studio(page, server)
    if user is not None:
        studio.signs_in(user)
    yield studio
    studio.has_no_complaints()


def another_editor() -> User:
    person = Person(
        username="editor-2",
        title="Dr",
        first_name="Lea",
        last_name="Novak",
        role_title="Content editor",
        registration_number="TEST-editor-2",
        roles=frozenset({Role.EDITOR}),
        is_staff=True,
    )
    return add_person(person, password=PASSWORD, wards=(), by=None)


def is_a_save(response: Any) -> bool:
    return bool(response.request.method == "POST" and re.search(r"/(entries|head)/", response.url))


def stored_rule(version: Version, key: str = RESUME) -> dict[str, Any]:
    version.refresh_from_db()
    return entry_of(version, RULES, key)


def draft_of(part: str) -> Version:
    version = open_version(part)
    assert version is not None
    return version
