"""From the stored answers to the board, and what its hashes depend on."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pathways.engine.currency import Reason, Status
from patients.findings import Answer, board_of, observations_of, release_of
from patients.models import Assessment
from patients.services.assessments import adopt_release
from patients.services.decisions import decide
from tests import factories
from tests.cast import Cast
from tests.patients.conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_a_blank_form_settles_nothing_that_needs_a_fact(draft: Assessment) -> None:
    board = board_of(draft, today=TODAY)
    assert observations_of(draft, release_of(draft)) == {}
    assert all(
        verdict.stance is None or not verdict.settled or verdict.stance.is_prohibition
        for verdict in board.evaluation.verdicts.values()
        if verdict.pending
    )
    assert board.evaluation.verdicts["systemic_therapy"].stance is None


def test_values_are_converted_and_keep_their_wording(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(draft, cast.consultant, {"csf_protein": Answer("0.90", "g/L")}).assessment
    observation = observations_of(saved, release_of(saved))["csf_protein"]
    assert (observation.value, observation.entered, observation.unit) == (Decimal("90.00"), "0.90", "g/L")


def test_evaluation_is_of_today_whatever_the_day_of_the_last_save(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(draft, cast.consultant, {"kps": "80"}).assessment
    assert board_of(saved, today=TODAY + timedelta(days=14)).evaluation.findings["kps"].status is Status.CURRENT
    later = board_of(saved, today=TODAY + timedelta(days=15)).evaluation.findings["kps"]
    assert (later.status, later.reason) == (Status.UNKNOWN, Reason.TOO_OLD)


def test_why_unknown_is_unknown(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(draft, cast.consultant, {"csf_flow": Answer(why_unknown="cannot_obtain")}).assessment
    assert board_of(saved, today=TODAY).evaluation.findings["csf_flow"].status is Status.UNKNOWN


def test_an_answer_the_vocabulary_does_not_have_any_more_is_left_out(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(draft, cast.consultant, {"kps": "80", "deposits": "linear"}).assessment
    saved.findings["deposits"]["value"] = "gone"
    saved.findings["gone"] = saved.findings["kps"]
    assert set(observations_of(saved, release_of(saved))) == {"kps"}


def test_the_hash_is_the_same_for_the_same_board_and_another_day(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(draft, cast.consultant, {"kps": "80"}).assessment
    board = board_of(saved, today=TODAY)
    assert board_of(saved, today=TODAY).sha256 == board.sha256
    assert board_of(saved, today=TODAY + timedelta(days=1)).sha256 == board.sha256
    assert board_of(saved, today=TODAY + timedelta(days=20)).sha256 != board.sha256


@pytest.mark.parametrize(
    "answers",
    [
        {"kps": "70"},
        {"kps": Answer("80", observed_on="21-Nov-2026")},
        {"kps": "85"},
        {"csf_protein": Answer("1", "g/L")},
        {"csf_flow": Answer(why_unknown="awaited")},
    ],
)
def test_the_hash_changes_with_every_answer(cast: Cast, draft: Assessment, answers: dict[str, str]) -> None:
    saved = factories.save(draft, cast.consultant, {"kps": "80"}).assessment
    before = board_of(saved, today=TODAY).sha256
    changed = factories.save(saved, cast.consultant, answers).assessment
    assert board_of(changed, today=TODAY).sha256 != before


def test_the_hash_changes_with_texts_and_decisions(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(draft, cast.consultant, {"lm_diagnosis": "established", "kps": "50"}).assessment
    hashes = [board_of(saved, today=TODAY).sha256]
    saved = factories.save(saved, cast.consultant, {}, ceilings="Ward care").assessment
    board = board_of(saved, today=TODAY)
    hashes.append(board.sha256)
    decide(
        saved,
        by=cast.consultant,
        intervention="best_supportive_care",
        advice_hash=board.advice_hashes["best_supportive_care"],
        answer="follow",
    )
    hashes.append(board_of(saved, today=TODAY).sha256)
    assert len(set(hashes)) == 3


def test_advice_hashes_change_with_stance_settledness_and_rules(cast: Cast, draft: Assessment) -> None:
    seen = []
    for answers in (
        {"lm_diagnosis": "established", "kps": "80", "life_expectancy": "at_least_1_month"},
        factories.FAVOURABLE | {"intracranial_bleed": "none"},
        {"primary_tumour": "breast", "her2": "positive"},
        {"kps": "50"},
    ):
        draft = factories.save(draft, cast.consultant, answers).assessment
        seen.append(board_of(draft, today=TODAY).advice_hashes["systemic_therapy"])
    assert len(set(seen)) == 4


def test_an_observation_of_the_future_is_left_out_of_an_earlier_board(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(draft, cast.consultant, {"kps": "80"}).assessment
    assert observations_of(saved, release_of(saved), as_of=date(2026, 11, 21)) == {}


def test_an_answer_does_not_fit_once_the_guidance_says_something_else(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(draft, cast.consultant, {"lm_diagnosis": "established", "kps": "50"}).assessment
    factories.answer_what_is_required(saved, cast.consultant)
    board = board_of(saved, today=TODAY)
    assert board.fitting_decision("best_supportive_care")
    (rule, *_) = board.evaluation.verdicts["best_supportive_care"].governing

    def reword(document: dict[str, Any]) -> None:
        for pathway in document["pathways"]:
            for one in pathway["rules"]:
                if one["key"] == rule.key:
                    one["professional"] = "Other words."

    factories.newer_release(reword)
    adopted = board_of(adopt_release(saved, by=cast.consultant), today=TODAY)
    assert adopted.evaluation.verdicts["best_supportive_care"].governing[0].key == rule.key
    assert adopted.fitting_decision("best_supportive_care") is None
    assert not adopted.decisions["best_supportive_care"].fits


def test_an_answer_still_fits_when_only_something_else_was_reworded(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(draft, cast.consultant, {"lm_diagnosis": "established", "kps": "50"}).assessment
    factories.answer_what_is_required(saved, cast.consultant)
    factories.newer_release(lambda document: document.update(title="Newer"))
    assert board_of(adopt_release(saved, by=cast.consultant), today=TODAY).fitting_decision("best_supportive_care")
