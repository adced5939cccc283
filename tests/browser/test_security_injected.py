"""Every text that tries to be markup is stored wherever somebody types, and every page that shows it stays a page.

No dialog opens, no script runs, nothing is asked of anybody else, no htmx request is sent, and the policy has nothing
to stop: the texts are escaped before the policy would have to help.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from typing import Any

import pytest
from django.utils import timezone

from pathways.models import Version
from pathways.services.comments import add_comment
from pathways.services.versions import start_version
from patients.findings import board_of
from patients.models import Assessment, Patient, SignedPlan
from patients.services.assessments import discard_assessment, start_assessment, withdraw_finding
from patients.services.decisions import decide
from patients.services.patients import AllergyEntry, PatientFields, PatientRefused, add_patient, edit_patient
from patients.services.plans import sign_plan, withdraw_plan
from patients.signing import unanswered
from tests import factories
from tests.browser.clinic import Clinic
from tests.browser.crawl import LISTENER
from tests.cast import Cast
from tests.guidance import RULE, SAFETY, change
from tests.injection_corpus import KINDS, PAYLOADS, in_lots
from tests.pathways.admin.pages import address as studio
from tests.patients.pages import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FEWEST = 200
# Characters that nobody can see are refused at the entrance of the guidance.
HIDDEN = ("Cc", "Cf", "Zl", "Zp")
SEEN = tuple(text for text in PAYLOADS if not any(unicodedata.category(one) in HIDDEN for one in text))
ALLERGIES = 25  # a record may have fifty; each of these holds two texts
GUIDANCE_TEXTS = ("title", "summary", "professional", "patient", "label", "text", "problem", "strength")
DANGERS = """() => {
  const found = [];
  if (window.ran !== undefined) found.push("a script ran");
  for (const one of document.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      if (/^on/i.test(name)) found.push(`${one.tagName} ${name}`);
      if (/^(data-)?hx-on/i.test(name)) found.push(`${one.tagName} ${name}`);
      if (/^(src|href|action|formaction|data|(data-)?hx-(get|post))$/i.test(name) &&
          /^\\s*(javascript|vbscript|data|https?:)?\\/\\/elsewhere|^\\s*(java\\s*script|vbscript|data):/i.test(value)) {
        found.push(`${one.tagName} ${name}=${value}`);
      }
    }
  }
  for (const name of ["script:not([src])", "base", "object", "embed", "math", "template", "frameset", "style",
                      "marquee", "form[action*=elsewhere]", "meta[http-equiv]", "link[href*=elsewhere]"]) {
    if (document.querySelector(name)) found.push(name);
  }
  return found;
}"""


class Watched:
    """A page, and everything that must not happen on it."""

    def __init__(self, page: Any, server: str) -> None:
        self.page, self.server = page, server
        self.happened: list[str] = []
        self.path = ""
        context = page.context
        context.add_init_script(LISTENER)
        page.on("dialog", self._dialog)
        page.on("popup", lambda one: self.note(f"window {one.url}"))
        context.on("console", lambda one: self.note(one.text) if "POLICY" in one.text else None)
        context.on("weberror", lambda one: self.note(f"script error: {one.error}"))
        context.on("request", self._asked)

    def note(self, text: str) -> None:
        self.happened.append(f"{self.path}: {text}")

    def _dialog(self, dialog: Any) -> None:
        self.note(f"dialog {dialog.message}")
        dialog.dismiss()

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(f"{self.server}/"):
            self.note(f"asked {request.url}")
        if "hx-request" in request.headers:
            self.note(f"htmx asked {request.method} {request.url}")

    def shows(self, path: str, *texts: str) -> None:
        """Opens the page; each of the texts stands in it as it was typed, and nothing came of any."""
        self.path = path
        answer = self.page.goto(self.server + path, wait_until="load")
        assert answer.status == 200, f"{path}: {answer.status}"
        self.page.wait_for_timeout(30)  # for triggers on load
        for danger in self.page.evaluate(DANGERS):
            self.note(danger)
        content = squeezed(
            self.page.evaluate(
                "document.documentElement.textContent + fields()".replace(
                    "fields()", "[...document.querySelectorAll('input, textarea')].map((one) => one.value).join(' ')"
                )
            )
        )
        for text in texts:
            assert squeezed(text) in content, f"{path} does not show {text!r}"


def squeezed(text: str) -> str:
    return "".join(text.split()).upper()


@pytest.fixture
def watched(page: Any, live_server: Any) -> Iterator[Watched]:
    page.set_default_timeout(8000)
    found = Watched(page, live_server.url)
    yield found
    assert found.happened == []


def signed_in(watched: Watched, user: Any) -> None:
    Clinic(watched.page, watched.server).signs_in(user)


def test_the_corpus_is_large_enough() -> None:
    assert len(PAYLOADS) >= FEWEST
    assert all(len(texts) >= 10 for texts in KINDS.values())


def test_names_on_the_lists(cast: Cast, release: object, watched: Watched) -> None:
    """Every text as family name, given names or what the patient likes to be called."""
    named: list[str] = []
    for lot in in_lots(PAYLOADS, 3):
        names = dict(zip(("family_name", "given_names", "preferred_name"), (lot * 3)[:3], strict=True))
        try:
            factories.make_patient(cast.consultant, cast.neuro_oncology, **names)
        except PatientRefused:
            continue  # what cannot be seen is refused in a name
        named.extend(lot)
    assert len(named) >= FEWEST
    signed_in(watched, cast.consultant)
    shown, number = "", 1
    while True:
        watched.shows(f"/?page={number}")
        shown += squeezed(watched.page.locator("main").inner_text())
        number += 1
        if not watched.page.get_by_role("link", name="Next page").count():
            break
    assert [text for text in named if squeezed(text) not in shown] == []


@pytest.fixture
def lots() -> list[tuple[str, ...]]:
    return list(in_lots(PAYLOADS, 2 * ALLERGIES))


def patients_with_allergies(cast: Cast, lots: list[tuple[str, ...]]) -> list[Patient]:
    """Each of them has fifty of the texts in the banner, and had another name before."""
    made = []
    for lot in lots:
        pairs = [(lot[place], lot[place + 1] if place + 1 < len(lot) else "") for place in range(0, len(lot), 2)]
        entries = tuple(AllergyEntry(*pair, timezone.localdate()) for pair in pairs)
        details: PatientFields = factories.patient_fields(
            cast.neuro_oncology, family_name=lot[0], allergy_status="known", allergies=entries
        )
        patient = add_patient(details, by=cast.consultant, duplicates_confirmed=True)
        newer = replace(details, family_name=lot[-1], consultant=lot[1])
        made.append(edit_patient(patient, newer, by=cast.registrar, revision=patient.revision))
    return made


def test_the_record_of_a_patient(cast: Cast, release: object, watched: Watched, lots: list[tuple[str, ...]]) -> None:
    """Allergies, wishes, limits, reasons, decisions: on the form, at signing, in the plan, on paper, in the history."""
    signed_in(watched, cast.consultant)
    for patient, lot in zip(patients_with_allergies(cast, lots), lots, strict=True):
        all_of_it = "\n".join(lot)
        watched.shows(address("patient_detail", patient.pk), *lot)
        watched.shows(address("patient_edit", patient.pk), *lot)
        plan = signed_plan(cast, patient, all_of_it)
        watched.shows(address("plan_detail", plan.pk), *lot)
        watched.shows(address("plan_print", plan.pk), *lot)
        withdraw_plan(plan, by=cast.consultant, reason=all_of_it[:1000])
        draft = draft_with_texts(cast, patient, all_of_it)
        watched.shows(address("assessment_edit", draft.pk), *lot)
        watched.shows(address("plan_sign", draft.pk), *lot)
        discard_assessment(draft, by=cast.consultant, reason=all_of_it[:1000])
        watched.shows(address("assessment_edit", draft.pk), lot[0])
        watched.shows(address("patient_history", patient.pk), lot[0])


def signed_plan(cast: Cast, patient: Patient, text: str) -> SignedPlan:
    draft = draft_with_texts(cast, patient, text)
    return sign_plan(draft, by=cast.consultant, **factories.signing(draft, on_behalf_of=text[:200]))


def draft_with_texts(cast: Cast, patient: Patient, text: str) -> Assessment:
    draft = start_assessment(patient, by=cast.consultant)
    factories.save(draft, cast.consultant, factories.FAVOURABLE, priorities=text, ceilings=text)
    withdraw_finding(draft, "systemic_chemotherapy", by=cast.consultant, reason=text[:1000])
    draft.refresh_from_db()
    factories.save(draft, cast.consultant, {"systemic_chemotherapy": "none"}, priorities=text, ceilings=text)
    board = board_of(draft, today=timezone.localdate())
    for obstacle in unanswered(board):
        discuss = board.evaluation.verdicts[obstacle.intervention].stance
        is_discuss = discuss is not None and discuss.value == "discuss"
        decide(
            draft,
            by=cast.consultant,
            intervention=obstacle.intervention,
            advice_hash=board.advice_hashes[obstacle.intervention],
            answer="discuss" if is_discuss else "decline",
            reason_code="" if is_discuss else "other",
            reason_text="" if is_discuss else text[:2000],
            instead="" if is_discuss else text[:2000],
            discuss_at=text[:200] if is_discuss else "",
        )
    draft.refresh_from_db()
    return draft


def test_texts_of_the_guidance(cast: Cast, release: object, watched: Watched) -> None:
    """A release whose every text is one of these: as advice, in the plan, on the pages About and Clinical safety."""
    texts = cycle(SEEN)
    used: set[str] = set()

    def poison(node: Any) -> None:
        if isinstance(node, list):
            for one in node:
                poison(one)
        elif isinstance(node, dict):
            for name, value in node.items():
                if name in GUIDANCE_TEXTS and isinstance(value, str) and value:
                    payload = next(texts)
                    used.add(payload)
                    node[name] = f"{value} {payload}"
                else:
                    poison(value)

    factories.newer_release(poison)
    assert len(used) >= FEWEST
    signed_in(watched, cast.consultant)
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
    plan = factories.make_plan(cast.consultant, patient)
    draft = factories.make_draft(cast.consultant, patient)
    for path in (
        address("assessment_edit", draft.pk),
        address("plan_sign", draft.pk),
        address("patient_detail", patient.pk),
        address("plan_detail", plan.pk),
        address("plan_print", plan.pk),
        "/about/",
        "/help/",
    ):
        watched.shows(path)


def test_what_editors_and_reviewers_write(cast: Cast, release: object, watched: Watched) -> None:
    """Wordings and comments in the studio: in the form, the comparison, the preview and the list of parts."""
    version: Version = start_version(SAFETY, by=cast.editor)
    lots = list(in_lots(SEEN, 50))
    for lot in lots:
        add_comment(version, by=cast.first_reviewer, entry=f"rules/{RULE}", field="when", text="\n".join(lot))
    changed = change(version, cast.editor, {"professional": " ".join(SEEN[:40])})
    signed_in(watched, cast.editor)
    watched.shows(studio("entry", changed.pk, "rules", RULE), *SEEN)
    watched.shows(studio("differences", changed.pk), *SEEN[:40])
    watched.shows(studio("version", changed.pk))
