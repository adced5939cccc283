"""A clinic in a browser: what clinicians do and see, in their words."""

import re
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from accounts.models import User
from patients.models import Assessment, SignedPlan
from tests.patients.pages import address

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# axe itself writes an inline style that the policy refuses; nothing of ours may be refused.
AXE_ITSELF = ("Applying inline style", "Couldn't load preload assets")


@dataclass
class Clinic:
    page: Any
    server: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message: Any) -> None:
        if "Content Security Policy" in message.text and not message.text.startswith(AXE_ITSELF):
            self.complaints.append(message.text)

    # Who and where

    def signs_in(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.server}
        self.page.context.add_cookies([cookie])

    def opens(self, view: str, *ids: Any) -> None:
        self.page.goto(self.server + address(view, *ids))

    def opens_assessment(self, assessment: Assessment) -> None:
        self.opens("assessment_edit", assessment.pk)

    def opens_plan(self, plan: SignedPlan, view: str = "plan_detail") -> None:
        self.opens(view, plan.pk)

    # The form

    def question(self, code: str) -> Any:
        return self.page.locator(f"#question-{code}")

    def chooses(self, code: str, answer: str, *, on: str = "") -> None:
        self.question(code).get_by_label(answer, exact=True).check()
        if on:
            self.question(code).locator(".date-input").fill(on)

    def types(self, code: str, text: str) -> None:
        self.question(code).locator(".number-input").press_sequentially(text, delay=30)

    def note(self, code: str) -> str:
        return clean(self.page.locator(f"#note-{code}").inner_text())

    # The panel

    def card(self, intervention: str) -> Any:
        return self.page.locator(f"#card-{intervention}")

    def sees_card(self, intervention: str, words: str) -> None:
        self.card(intervention).locator(".advice-title", has_text=words).wait_for()

    def sees_no_card(self, intervention: str) -> None:
        self.card(intervention).wait_for(state="detached")

    def is_saved(self) -> None:
        self.page.locator("#save-line", has_text=re.compile(r"^Saved \d\d:\d\d:\d\d$")).wait_for()
        self.page.wait_for_load_state("networkidle")

    def focus(self) -> str:
        focused: str = self.page.evaluate("document.activeElement.id")
        return focused

    # How it looks

    def is_accessible(self) -> None:
        found = Axe().run(self.page, options={"runOnly": RULES, "preload": False}).response["violations"]
        assert not found, [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]

    def fits(self) -> None:
        assert not self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), "sideways scroll"

    def has_no_complaints(self) -> None:
        assert not self.complaints, self.complaints


def clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
