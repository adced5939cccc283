"""Every word of a patient's version, for every worked patient of the guidance and every way to answer the advice.

Each text on the page is a patient wording of the content, a clinician's own text, or one of the fixed phrases below.
"""

import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from django.template.loader import render_to_string

from accounts.models import Ward
from pathways.advice_classes import class_of
from pathways.engine.cases import evaluate_case
from pathways.engine.safeguards import Case
from pathways.models import Release
from patients.findings import Board
from patients.findings.board import StandingDecision
from patients.models import Assessment, Decision, Patient
from patients.presenters.advice.panel import recommendation_panel
from patients.presenters.plan.patient_copy import PARTS, patient_copy_document
from patients.signing import Signature
from patients.states import AdviceAnswer, SignatureMeaning
from tests.content.shipped_cases import CASES, SHIPPED

RULES = SHIPPED.release.rules
WORDINGS = frozenset(rule.patient for rule in RULES.values() if rule.patient)
NOW = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
CONTACT, OUTLOOK, TEXT = "Sister May Lane, 01632 960 001", "It cannot be cured.", "Chase the report"
DAY = "22\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026"
AGAIN = "29\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026"
OPENING = (
    "This page says in plain words what is planned for you. Please keep it, and show it to anybody who treats you. "
    "Please ask about whatever is not clear."
)
FIXED = frozenset(
    {
        "Your care plan",
        f"{DAY}. For Anna Testcase.",
        OPENING,
        "Call us straight away",
        "What we plan with you",
        "What your team will talk about",
        "What we will not do for now, and why",
        "The outlook, as we talked about it",
        "Talked through with you by Dr Jane Okafor.",
        "When we look at this plan again",
        f"By {AGAIN}, and sooner if anything changes.",
        "Your contact",
        "Your questions",
        "This plan was signed by Dr Jane Okafor, Consultant.",
        "Please tell us if you would like this in another language, in larger print, or read out to you.",
    }
)
OWN_WORDS = frozenset({CONTACT, OUTLOOK})
# The first answer that a class of advice offers, and the other one.
WILLING = {"do": "follow", "consider": "use", "discuss": "discuss", "not-advised": "follow"}
TALKING = WILLING | {"consider": "discuss"}
UNWILLING = {"do": "decline", "consider": "not_use", "discuss": "decided", "not-advised": "use"} | dict.fromkeys(
    ("do-not", "not-now"), "give_anyway"
)
WAYS = {"willing": WILLING, "talking": TALKING, "unwilling": UNWILLING, "nothing answered": {}}


def board_for(case: Case, way: str) -> Board:
    """Of somebody who is in no database: the evaluation of the worked patient, and answers to all of it."""
    answers, evaluation = WAYS[way], evaluate_case(SHIPPED.release, case)
    patient = Patient(
        family_name="Testcase",
        given_names="Anna",
        birth_date=date(1961, 7, 14),
        nhs_number="9990000018",
        hospital_number="X1",
        sex="female",
        allergy_status="none_known",
        ward=Ward(name="Neuro-oncology"),
    )
    details = {
        "additions": [{"id": "1", "text": TEXT, "owner": "Ward doctor", "due": None, "by": "Dr Okafor", "at": ""}],
        "contact": CONTACT,
        "outlook": {"text": OUTLOOK, "discussed_by": "Dr Jane Okafor"},
    }
    release = Release(number=1, status="under_review", title="Leptomeningeal metastasis")
    assessment = Assessment(patient=patient, release=release, day=date(2026, 11, 22), plan_details=details)
    decisions = {
        code: StandingDecision(decision_for(code, answers[class_of(verdict).code], verdict.stance), fits=True)
        for code, verdict in evaluation.verdicts.items()
        if class_of(verdict).code in answers and verdict.stance is not None
    }
    return Board(assessment, evaluation, dict.fromkeys(evaluation.verdicts, ""), decisions)


def decision_for(intervention: str, answer: str, stance: Any) -> Decision:
    assert answer in AdviceAnswer.values
    return Decision(
        number=1,
        intervention=intervention,
        answer=answer,
        stance=stance.value,
        reason_text="She does not want it",
        instead="Waiting",
        made_by={"id": "", "name": "Dr Jane Okafor", "role": "", "registration": ""},
        made_at=NOW,
    )


def copy_for(case: Case, way: str) -> dict[str, Any]:
    return copy_made(case.id, way)


@cache
def copy_made(case_id: str, way: str) -> dict[str, Any]:
    """Made once for all tests, which only read it."""
    board = board_for(next(case for case in CASES if case.id == case_id), way)
    signature = Signature(
        number=1,
        signed_at=NOW,
        signed_by={"id": "", "name": "Dr Jane Okafor", "role": "Consultant", "registration": ""},
        meaning=SignatureMeaning.OWN_DECISIONS,
        on_behalf_of="",
        reassess_by=date(2026, 11, 29),
        discussed_with="",
    )
    return patient_copy_document(board, recommendation_panel(board), signature)


def shown_texts(copy: dict[str, Any]) -> Iterator[str]:
    """Every text between two tags of the block elements, as it stands on paper with everything asked for."""
    page = {
        "options": {"large": True, "language": False},
        "contact": CONTACT,
        "outlook": {"text": OUTLOOK, "discussed_by": "Dr Jane Okafor"},
        "state_for_patient": "",
    }
    markup = render_to_string("patients/_patient_copy.html", {"page": page, "copy": copy, "level": 1})
    inline = re.sub(r"</?strong>", "", markup)
    for text in re.split(r"<[^>]+>", inline):
        if words := " ".join(html.unescape(text).split(" ")).strip():
            yield words


@pytest.mark.parametrize("way", WAYS)
def test_every_text_is_approved_wording_a_clinicians_own_or_a_fixed_phrase(way: str) -> None:
    assert len(CASES) >= 20
    for case in CASES:
        copy = copy_for(case, way)
        texts = list(shown_texts(copy))
        for text in texts:
            assert text in WORDINGS | FIXED | OWN_WORDS, (case.id, text)
        said = [one["text"] for part in PARTS for one in copy[part]]
        assert set(said) <= set(texts), "what is kept is what is shown"
        assert all(RULES[one["rule"]].patient == one["text"] for part in PARTS for one in copy[part])
        assert len(said) == len(set(said)), "nothing is said twice"


@pytest.mark.parametrize("way", WAYS)
def test_only_what_applies_is_said(way: str) -> None:
    """Safety: no wording of a rule that does not govern, or of a note that does not apply."""
    for case in CASES:
        board = board_for(case, way)
        copy = copy_for(case, way)
        applying = {key for key, truth in board.evaluation.rules.items() if truth.value == "true"}
        governing = {rule.key for verdict in board.evaluation.verdicts.values() for rule in verdict.governing}
        for part in PARTS:
            for one in copy[part]:
                rule = RULES[one["rule"]]
                assert rule.key in applying, (case.id, rule.key)
                assert rule.key in governing or rule.stance.value == "note", (case.id, rule.key)


def test_each_part_says_only_what_belongs_to_it() -> None:
    """Safety: what is not to be done never stands under what we plan."""
    allowed = {
        "urgent": {"note"},
        "will_do": {"recommend", "consider", "note"},
        "talk": {"discuss", "consider", "note"},
        "not_now": {"contraindicate", "withhold", "avoid"},
    }
    seen: set[str] = set()
    for case in CASES:
        for way in WAYS:
            copy = copy_for(case, way)
            for part in PARTS:
                stances = {RULES[one["rule"]].stance.value for one in copy[part]}
                assert stances <= allowed[part], (case.id, part)
                seen |= {part} if stances else set()
    assert seen == set(PARTS)


def test_what_is_declined_or_unanswered_is_not_there() -> None:
    for case in CASES:
        declined = copy_for(case, "unwilling")
        assert not declined["will_do"], case.id
        assert not declined["talk"], case.id
        assert not declined["not_now"], case.id
        unanswered = copy_for(case, "nothing answered")
        assert not unanswered["will_do"], case.id
        assert "She does not want it" not in str(declined) + str(unanswered)


def test_nothing_is_left_out_in_silence() -> None:
    """Every card of the plan is either said to the patient or listed for the clinician with the reason."""
    for case in CASES:
        for way in WAYS:
            board, copy = board_for(case, way), copy_for(case, way)
            said = {RULES[one["rule"]].intervention for part in PARTS for one in copy[part]}
            listed = {row["label"].removesuffix(", note") for row in copy["left_out"]}
            for group in recommendation_panel(board).groups:
                for card in group.cards:
                    repeated = any(
                        RULES[one.key].patient in {said["text"] for part in PARTS for said in copy[part]}
                        for one in card.governing
                    )
                    assert card.intervention in said or card.label in listed or repeated, (case.id, card.label)
            assert all(row["reason"] for row in copy["left_out"])


# The wordings themselves: a figure can never come into a patient's version, because none of them holds one.

NAMES_WITH_A_DIGIT = ("HER2",)
FORBIDDEN = re.compile(r"surviv|prognos|life expectancy|median|per cent|%|incurable|terminal", re.IGNORECASE)


@pytest.mark.parametrize("key", sorted(key for key, rule in RULES.items() if rule.patient))
def test_no_wording_holds_a_figure_or_speaks_of_survival(key: str) -> None:
    wording = RULES[key].patient or ""
    without_names = wording
    for name in NAMES_WITH_A_DIGIT:
        without_names = without_names.replace(name, "")
    assert not re.search(r"\d", without_names)
    assert not FORBIDDEN.search(wording)


def test_every_rule_has_a_wording_or_a_reason_for_none() -> None:
    assert not [key for key, rule in RULES.items() if not rule.patient and not rule.patient_omitted]
