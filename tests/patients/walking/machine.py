"""The whole walk: writing, and everything that closes, confirms, moves or adds to what was written."""

from __future__ import annotations

import re
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from audit.events import Event
from patients.models import Assessment, Decision, SignedPlan
from patients.states import AssessmentState
from tests import factories
from tests.cast import PASSWORD
from tests.patients.pages import address, text_of
from tests.patients.walking.charts import Chart, Plan, Sheet
from tests.patients.walking.clinic import Computer
from tests.patients.walking.steps import computers, has_draft, has_plans, patients
from tests.patients.walking.writing import TYPED, Writing

BOARD = re.compile(r'name="board_hash" value="([^"]+)"')
MOST_RELEASES = 1

any_plan = st.integers(0, 9)
codes = st.lists(st.sampled_from(sorted(TYPED)), min_size=1, max_size=3, unique=True)


class Walk(Writing):
    def with_draft(self, computer: int, patient: int) -> tuple[Computer, Chart, Sheet]:
        """The chosen patient, or the other one when only that one has an open draft."""
        at, chart = self.where(computer, patient)
        chart = chart if chart.draft else self.clinic.other(chart)
        assert chart.draft
        return at, chart, chart.draft

    def with_plan(self, computer: int, patient: int, number: int) -> tuple[Computer, Chart, Plan]:
        at, chart = self.where(computer, patient)
        chart = chart if chart.plans else self.clinic.other(chart)
        return at, chart, chart.plans[number % len(chart.plans)]

    # Signing

    @precondition(has_draft)
    @rule(computer=computers, patient=patients, is_complete=st.sampled_from([True, True, False]))
    def sign(self, computer: int, patient: int, is_complete: bool) -> None:
        at, chart, draft = self.with_draft(computer, patient)
        if self.refused(at, chart, "plan_sign", draft.pk):
            return
        if is_complete:
            self.everything_is_answered(at, chart, draft)
        found = BOARD.search(text_of(self.clinic.get(at, chart, "plan_sign", draft.pk)))
        assert found
        filled = {"board_hash": found[1], "meaning": "own_decisions", "password": PASSWORD}
        ticked = {"acknowledged_unsettled": "on", "discussed_with": "Dr Ines Castro"}
        answer = self.clinic.post(at, chart, address("plan_sign", draft.pk), filled | ticked)
        if answer.status_code != 302:
            assert answer.status_code == 422
            chart.did(Event.SIGN_REFUSED)
            self.count("signatures refused")
            return
        plan = SignedPlan.objects.get(pk=UUID(answer["Location"].strip("/").rpartition("/")[2]))
        draft.state, draft.revision = AssessmentState.SIGNED.value, draft.revision + 1
        chart.plans.append(Plan(plan.pk, draft, plan.body))
        chart.did(Event.PLAN_SIGNED)
        self.count("plans signed")

    def everything_is_answered(self, at: Computer, chart: Chart, draft: Sheet) -> None:
        tab = self.clinic.open_form(at, chart, draft)
        assert self.clinic.save(at, tab, factories.FAVOURABLE)
        before = Decision.objects.filter(assessment=draft.pk).count()
        factories.answer_what_is_required(Assessment.objects.get(pk=draft.pk), at.person)
        chart.acts[Event.DECISION_RECORDED.code] += Decision.objects.filter(assessment=draft.pk).count() - before

    # After the signature

    @precondition(has_plans)
    @rule(computer=computers, patient=patients, number=any_plan)
    def read_a_plan(self, computer: int, patient: int, number: int) -> None:
        at, chart, plan = self.with_plan(computer, patient, number)
        if not self.refused(at, chart, "plan_withdraw", plan.pk):
            assert self.clinic.get(at, chart, "plan_detail", plan.pk).status_code == 200

    @precondition(has_plans)
    @rule(computer=computers, patient=patients, number=any_plan, words=st.sampled_from(["a late result", "a call"]))
    def add_to_a_plan(self, computer: int, patient: int, number: int, words: str) -> None:
        at, chart, plan = self.with_plan(computer, patient, number)
        if self.refused(at, chart, "plan_addendum", plan.pk):
            return
        text = f"{at.person.username}: {words}"
        answer = self.clinic.post(at, chart, address("plan_addendum", plan.pk), {"text": text})
        assert answer.status_code == (409 if plan.is_withdrawn else 302)
        if not plan.is_withdrawn and text not in plan.addenda:  # the same text again is the same addendum
            plan.addenda.append(text)
            chart.did(Event.ADDENDUM_ADDED)
            self.count("addenda")

    @precondition(has_plans)
    @rule(computer=computers, patient=patients, number=any_plan)
    def withdraw_a_plan(self, computer: int, patient: int, number: int) -> None:
        at, chart, plan = self.with_plan(computer, patient, number)
        if self.refused(at, chart, "plan_withdraw", plan.pk):
            return
        reason = {"reason": "Signed for the wrong date"}
        answer = self.clinic.post(at, chart, address("plan_withdraw", plan.pk), reason)
        assert answer.status_code == (409 if plan.is_withdrawn else 302)
        if not plan.is_withdrawn:
            plan.is_withdrawn = True
            chart.did(Event.PLAN_WITHDRAWN)
            self.count("plans withdrawn")
            taken_from_draft(chart, plan)

    # What else becomes of a draft

    @precondition(has_draft)
    @rule(computer=computers, patient=patients, chosen=codes)
    def confirm(self, computer: int, patient: int, chosen: list[str]) -> None:
        at, chart, draft = self.with_draft(computer, patient)
        if self.refused(at, chart, "findings_confirm", draft.pk):
            return
        known = [code for code in chosen if code in draft.answers]
        answer = self.clinic.post(at, chart, address("findings_confirm", draft.pk), {"codes": chosen})
        assert answer.status_code == (302 if known else 422)
        if known:
            draft.revision += 1
            draft.carried = {code: source for code, source in draft.carried.items() if code not in known}
            chart.did(Event.FINDINGS_CONFIRMED)
            self.count("confirmations")

    @precondition(has_draft)
    @rule(computer=computers, patient=patients, code=st.sampled_from(sorted(TYPED)))
    def take_an_answer_out(self, computer: int, patient: int, code: str) -> None:
        at, chart, draft = self.with_draft(computer, patient)
        if self.clinic.is_outsider(at) or code not in draft.answers:
            return
        path = address("finding_withdraw", draft.pk, code)
        assert self.clinic.post(at, chart, path, {"reason": "Typed for somebody else"}).status_code == 302
        draft.revision += 1
        draft.answer(code, "")
        chart.did(Event.FINDING_WITHDRAWN)
        self.count("answers taken out")

    @precondition(has_draft)
    @rule(computer=computers, patient=patients, is_meant=st.sampled_from([False, False, True]))
    def discard(self, computer: int, patient: int, is_meant: bool) -> None:
        at, chart, draft = self.with_draft(computer, patient)
        if self.refused(at, chart, "assessment_discard", draft.pk):
            return
        reason = {"reason": "Opened by mistake" if is_meant else " "}
        answer = self.clinic.post(at, chart, address("assessment_discard", draft.pk), reason)
        assert answer.status_code == (302 if is_meant else 422)
        if is_meant:
            draft.revision += 1
            draft.state = AssessmentState.DISCARDED.value
            chart.did(Event.ASSESSMENT_DISCARDED)
            self.count("drafts discarded")

    # Guidance

    @precondition(lambda self: self.clinic.published < MOST_RELEASES)
    @rule()
    def a_release_is_published(self) -> None:
        self.count("steps")
        self.clinic.publish()
        self.count("releases")

    @precondition(has_draft)
    @rule(computer=computers, patient=patients)
    def move_to_the_guidance_in_force(self, computer: int, patient: int) -> None:
        at, chart, draft = self.with_draft(computer, patient)
        if self.clinic.is_outsider(at):
            return
        is_newer = draft.release != self.clinic.release.pk
        answer = self.clinic.post(at, chart, address("release_adopt", draft.pk), {})
        assert answer.status_code == (302 if is_newer else 409)
        if is_newer:
            draft.release = self.clinic.release.pk
            draft.revision += 1
            chart.did(Event.RELEASE_ADOPTED)
            self.count("drafts moved to newer guidance")


def taken_from_draft(chart: Chart, plan: Plan) -> None:
    """Safety: what an open draft took over from a plan that is withdrawn, and nobody confirmed, goes with the plan."""
    draft = chart.draft
    if draft is None:
        return
    resting = [code for code, source in draft.carried.items() if source == plan.sheet.pk]
    rests_on_text = bool(draft.text) and draft.text == plan.sheet.text
    if not resting and not rests_on_text:
        return
    draft.revision += 1
    for code in resting:
        draft.answer(code, "")
    if rests_on_text:
        draft.text = ""
