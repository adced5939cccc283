"""Two computers, the people who take turns at them, and the forms that stay open while others work."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse

from accounts.models import User
from audit.events import Event
from pathways.content_files import Content
from pathways.engine.release import build_release
from pathways.models import Release
from pathways.services.releases import activate_release, add_release
from tests import factories
from tests.cast import Cast, make_cast
from tests.fresh_forms import FreshForms
from tests.patients.assessment_form import FormReader
from tests.patients.pages import address, text_of
from tests.patients.walking.charts import UNREADABLE, Chart, Sheet
from tests.shipped import shipped_content, shipped_document

HIDDEN = re.compile(r'<input type="hidden" name="(?P<name>[a-z]+)" value="(?P<value>[^"]*)"')


@dataclass(slots=True)
class Tab:
    """The form of one assessment, opened by one person; `entries` and `text` are what stood when it was filled.

    `last` is what its last acknowledged save sent.
    """

    user: User
    chart: Chart
    sheet: Sheet
    fields: dict[str, str] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)
    text: str = ""
    revision: int = 0
    release: UUID | None = None
    last: dict[str, str] | None = None

    def shows_what_stands(self) -> None:
        sheet = self.sheet
        self.entries, self.text, self.revision, self.release = (
            dict(sheet.entries),
            sheet.text,
            sheet.revision,
            sheet.release,
        )


@dataclass(slots=True)
class Computer:
    person: User
    client: FreshForms = field(default_factory=FreshForms)

    def switch_to(self, person: User) -> None:
        self.person = person
        self.client.force_login(person)


@dataclass(slots=True)
class Clinic:
    cast: Cast
    charts: tuple[Chart, Chart]
    computers: tuple[Computer, Computer]
    release: Release
    tally: Counter[str]
    published: int = 0
    tabs: list[Tab] = field(default_factory=list)

    @classmethod
    def opened(cls, cast: Cast, release: Release, tally: Counter[str]) -> Clinic:
        names = ("Alderstone", "Birchmoor")
        charts = tuple(
            Chart(factories.make_patient(cast.consultant, cast.neuro_oncology, family_name=name)) for name in names
        )
        computers = (Computer(cast.consultant), Computer(cast.registrar))
        for computer in computers:
            computer.switch_to(computer.person)
        return cls(cast, (charts[0], charts[1]), computers, release, tally)

    def other(self, chart: Chart) -> Chart:
        return self.charts[1] if chart is self.charts[0] else self.charts[0]

    def is_outsider(self, computer: Computer) -> bool:
        return computer.person == self.cast.outsider

    def get(self, computer: Computer, chart: Chart, view: str, *ids: Any) -> Any:
        return self.looked_at(chart, computer.client.get(address(view, *ids)))

    def post(
        self, computer: Computer, chart: Chart, path: str, fields: Mapping[str, Any], **headers: str
    ) -> HttpResponse:
        return self.looked_at(chart, computer.client.post(path, dict(fields), headers=headers))

    def looked_at(self, chart: Chart, answer: Any) -> Any:
        """Nothing of the other patient ever stands on a page of this one."""
        self.tally[f"answers with {answer.status_code}"] += 1
        assert answer.status_code < 500, f"the application failed with {answer.status_code}"
        assert self.other(chart).patient.family_name not in text_of(answer), "another patient's name on this page"
        if chart.patient.family_name in text_of(answer):
            chart.was_read = True
        return answer

    def started(self, computer: Computer, chart: Chart) -> None:
        """Where a draft is open, pressing the button leads to it; otherwise what the last plan says is carried on."""
        answer = self.post(computer, chart, address("assessment_start", chart.patient.pk), {})
        assert answer.status_code == 302
        pk = UUID(answer["Location"].strip("/").rpartition("/")[2])
        if chart.draft:
            assert pk == chart.draft.pk, "a second draft beside an open one"
            return
        source = chart.last_plan
        chart.sheets[pk] = Sheet(
            pk,
            self.release.pk,
            entries=dict(source.sheet.answers) if source else {},
            text=source.sheet.text if source else "",
            carried=dict.fromkeys(source.sheet.answers, source.sheet.pk) if source else {},
        )
        chart.did(Event.ASSESSMENT_STARTED)
        self.tally["reassessments" if source else "assessments"] += 1

    def open_form(self, computer: Computer, chart: Chart, sheet: Sheet) -> Tab:
        """A form that is open already, and still what stands, is not opened a second time."""
        for tab in self.tabs:
            if tab.sheet is sheet and self.is_fresh(computer, tab):
                return tab
        tab = Tab(computer.person, chart, sheet)
        self.fill(computer, tab)
        self.tabs.append(tab)
        return tab

    def fill(self, computer: Computer, tab: Tab) -> None:
        page = self.get(computer, tab.chart, "assessment_edit", tab.sheet.pk)
        assert page.status_code == 200
        reader = FormReader("assessment-form")
        reader.feed(text_of(page))
        tab.fields = reader.fields
        tab.shows_what_stands()

    def send_form(self, computer: Computer, sheet: Sheet, fields: dict[str, str]) -> HttpResponse:
        """As the script of the page sends it; `sheet` is the one at whose address it arrives."""
        chart = next(one for one in self.charts if sheet.pk in one.sheets)
        path = address("assessment_edit", sheet.pk)
        return self.post(computer, chart, path, fields, **{"HX-Request": "true"})

    def save(
        self, computer: Computer, tab: Tab, answers: Mapping[str, str] | None = None, text: str | None = None
    ) -> bool:
        """One save with a key of its own. What it should come to is worked out first, from what was done so far."""
        mine = {code: value for code, value in (answers or {}).items() if value != tab.entries.get(code, "")}
        text = None if text == tab.text else text
        typed = {f"finding-{code}": value for code, value in mine.items()}
        undated = {name: "" for code in mine if (name := f"finding-{code}-date") in tab.fields}
        sent = {**tab.fields, "key": str(uuid4()), **typed, **undated}
        sent |= {} if text is None else {"priorities": text}
        expected = self.expected(computer, tab, mine, text)
        answer = self.send_form(computer, tab.sheet, sent)
        assert answer.status_code == expected, f"a save came to {answer.status_code}, and should to {expected}"
        if expected == 200:
            self.saved(computer, tab, mine, text)
            tab.last = sent
            tab.fields = sent | {found["name"]: found["value"] for found in HIDDEN.finditer(text_of(answer))}
            if tab.entries | mine != tab.sheet.entries or tab.sheet.text not in (tab.text, text):
                self.fill(computer, tab)  # as the script does with what others have written meanwhile
            tab.shows_what_stands()
        elif expected == 404:
            tab.chart.did(Event.ACCESS_DENIED)
        self.tally["saves" if expected == 200 else "saves refused"] += 1
        return expected == 200

    def saved(self, computer: Computer, tab: Tab, mine: Mapping[str, str], text: str | None) -> None:
        """Only what this person changed is written; everything else stays as others may have left it."""
        self.tally["saves beside another"] += tab.revision != tab.sheet.revision
        for code, value in mine.items():
            tab.sheet.answer(code, value)
        if text is not None:
            tab.sheet.text = text
        tab.sheet.revision += 1
        tab.sheet.saves += 1
        tab.chart.did(Event.ASSESSMENT_SAVED)

    def expected(self, computer: Computer, tab: Tab, mine: Mapping[str, str], text: str | None) -> int:
        if self.is_outsider(computer):
            return 404
        sheet = tab.sheet
        if computer.person != tab.user or sheet.state != "draft" or sheet.release != tab.release:
            return 409
        # The same answer from both is none to choose between; what nobody can read is always shown to somebody.
        both = any(
            sheet.entries.get(code, "") not in ({value} - UNREADABLE) | {tab.entries.get(code, "")}
            for code, value in mine.items()
        )
        return 409 if both or (text is not None and sheet.text not in (text, tab.text)) else 200

    def is_fresh(self, computer: Computer, tab: Tab) -> bool:
        stands = (tab.sheet.revision, tab.sheet.release, "draft")
        return computer.person == tab.user and (tab.revision, tab.release, tab.sheet.state) == stands

    def publish(self) -> None:
        """The same questions under another title: a release of its own, which no draft has adopted."""
        self.published += 1
        document = shipped_document()
        document["title"] = f"{document['title']}, edition {self.published + 1}"
        content = replace(shipped_content(), document=document, release=build_release(document))
        self.release = put_in_force(content)


def put_in_force(content: Content) -> Release:
    release = add_release(content, by=None)
    activate_release(release, by=None)
    return release


def made_clinic() -> tuple[Cast, Release]:
    """What every walk begins with, made once: people, and the shipped guidance in force."""
    return make_cast(), put_in_force(shipped_content())
