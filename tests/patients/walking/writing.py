"""The part of the walk before a signature: who sits where, starting, opening, writing, and forms that arrive late."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from audit.events import Event
from tests.patients.pages import address
from tests.patients.walking.clinic import Computer, Tab
from tests.patients.walking.steps import Steps, any_tab, computers, has_tabs, patients

TYPED = {
    "kps": ("", "90", "60", "banana", "85"),
    "csf_cytology": ("", "positive", "not_done", "equivocal"),
    "cranial_neuropathy": ("", "yes", "no"),
    "vte": ("", "none", "established"),
}


answers = st.sampled_from([(code, value) for code, values in TYPED.items() for value in values])


class Writing(Steps):
    # People

    @rule(computer=computers, who=st.sampled_from(["consultant", "registrar", "registrar", "consultant", "outsider"]))
    def another_person_sits_down(self, computer: int, who: str) -> None:
        self.count("steps")
        self.count("user switches")
        self.clinic.computers[computer].switch_to(getattr(self.cast, who))

    # Starting and opening

    @rule(computer=computers, patient=patients)
    def start_or_open(self, computer: int, patient: int) -> None:
        at, chart = self.where(computer, patient)
        if self.clinic.is_outsider(at):
            assert self.clinic.post(at, chart, address("assessment_start", chart.patient.pk), {}).status_code == 404
            chart.did(Event.ACCESS_DENIED)
            at.switch_to(self.cast.consultant)
            return
        self.clinic.started(at, chart)
        assert chart.draft
        self.clinic.open_form(at, chart, chart.draft)
        self.count("forms opened")

    # Editing

    @precondition(has_tabs)
    @rule(computer=computers, number=any_tab, typed=st.lists(answers, min_size=1, max_size=4))
    def answer_questions(self, computer: int, number: int, typed: list[tuple[str, str]]) -> None:
        """One after the other, each saved for itself."""
        at, tab = self.at(computer, number)
        for code, value in typed:
            self.clinic.save(at, tab, {code: value})

    @rule(patient=patients, first=answers, second=answers, words=st.sampled_from(["", "no hospital"]))
    def two_write_at_the_same_time(
        self, patient: int, first: tuple[str, str], second: tuple[str, str], words: str
    ) -> None:
        """Both forms were filled with the same; whoever comes second may change only what the first left alone."""
        self.count("steps")
        chart = self.clinic.charts[patient]
        for computer, person in zip(self.clinic.computers, (self.cast.consultant, self.cast.registrar), strict=True):
            computer.switch_to(person)
            self.clinic.started(computer, chart)
        assert chart.draft
        forms = [(computer, self.clinic.open_form(computer, chart, chart.draft)) for computer in self.clinic.computers]
        for (computer, tab), (code, value) in zip(forms, (first, second), strict=True):
            self.clinic.save(
                computer, tab, {code: value}, f"{chart.patient.hospital_number}: {words}" if words else None
            )

    @precondition(has_tabs)
    @rule(computer=computers, number=any_tab, words=st.sampled_from(["", "wants to be at home", "line one\nline two"]))
    def write_what_matters(self, computer: int, number: int, words: str) -> None:
        at, tab = self.at(computer, number)
        self.clinic.save(at, tab, text=f"{tab.chart.patient.hospital_number}: {words}" if words else "")

    def at(self, computer: int, number: int) -> tuple[Computer, Tab]:
        """Mostly a form that this person has open and that still stands; otherwise any, and the newest ones most."""
        self.count("steps")
        at = self.clinic.computers[computer]
        fresh = [tab for tab in self.clinic.tabs if self.clinic.is_fresh(at, tab)]
        tabs = fresh if fresh and number % 4 else self.clinic.tabs[-6:]
        return at, tabs[-1 - number // 4 % len(tabs)]

    @precondition(has_tabs)
    @rule(number=any_tab)
    def the_same_save_arrives_again(self, number: int) -> None:
        at, tab = self.at(0, number)
        if tab.last is None or at.person != tab.user:
            return
        assert self.clinic.send_form(at, tab.sheet, tab.last).status_code == 200
        self.count("saves repeated")

    @precondition(has_tabs)
    @rule(computer=computers, number=any_tab)
    def a_form_arrives_at_the_other_patient(self, computer: int, number: int) -> None:
        at, tab = self.at(computer, number)
        chart = self.clinic.other(tab.chart)
        if chart.draft is None or self.clinic.is_outsider(at):
            return
        answer = self.clinic.send_form(at, chart.draft, {**tab.fields, "priorities": "not for this patient"})
        assert answer.status_code == 409, "a form of one patient was taken for another"
        self.count("forms of another patient refused")
