"""The card of a draft for a test patient: the real card, the patient's text and the printed line, without a record."""

import re
from datetime import date

import pytest

from pathways.clinic import the_clinic
from pathways.engine.evaluation import evaluate
from pathways.engine.observations import Observation, read_observation
from pathways.engine.stances import Stance
from tests import factories
from tests.shipped import shipped_content

RELEASE = shipped_content().release
DAY = date(2026, 11, 22)
EVENTS = dict.fromkeys(("intracranial_bleed", "ventricular_device"), "none")


def observed(**answers: str) -> dict[str, Observation]:
    number = RELEASE.vocabulary.findings["kps"]
    return {
        code: read_observation(number, int(value), None, DAY, DAY) if code == "kps" else Observation(value, DAY, value)
        for code, value in answers.items()
    }


SETTLED = observed(**factories.FAVOURABLE | EVENTS)


def preview(intervention: str, observations: dict[str, Observation] | None = None) -> str:
    shown = SETTLED if observations is None else observations
    return str(the_clinic().preview(RELEASE, shown, DAY, intervention=intervention))


def of_stance(stance: Stance) -> str:
    verdicts = evaluate(RELEASE, SETTLED, DAY).verdicts
    return next(code for code, one in verdicts.items() if one.stance is stance and one.settled and not one.satisfied)


def test_it_is_a_whole_page_with_the_real_card() -> None:
    code = of_stance(Stance.RECOMMEND)
    page = preview(code)
    assert page.lstrip().startswith("<!DOCTYPE html>")
    assert page.rstrip().endswith("</html>")
    assert f'id="card-{code}"' in page
    (rule, *_) = evaluate(RELEASE, SETTLED, DAY).verdicts[code].governing
    assert rule.professional.split(".")[0][:40] in page
    assert "For the patient" in page
    assert "On the care plan" in page
    assert "Not answered" in page
    assert "draft, not in force" in page
    assert "Answers offered: Will do, Not doing." in page


def test_the_patients_text_is_that_of_the_governing_rules() -> None:
    told = 0
    for code, verdict in evaluate(RELEASE, SETTLED, DAY).verdicts.items():
        page = re.sub(r"\s+", " ", preview(code))
        for rule in verdict.governing:
            for text in (rule.patient, rule.patient_omitted):
                if text:
                    told += 1
                    assert text[:40].replace("'", "&#x27;") in page, rule.key
    assert told > 3


@pytest.mark.parametrize("code", list(RELEASE.vocabulary.interventions))
@pytest.mark.parametrize("observations", [SETTLED, {}], ids=["favourable", "nothing recorded"])
def test_every_intervention_has_a_page(code: str, observations: dict[str, Observation]) -> None:
    page = preview(code, observations)
    verdict = evaluate(RELEASE, observations, DAY).verdicts[code]
    if verdict.stance is None:
        assert f'id="card-{code}"' not in page
        assert ("Not addressed: no rule speaks" if verdict.settled else "No advice yet, not settled.") in page
    elif not verdict.satisfied:
        assert f'id="card-{code}"' in page


def test_an_unsettled_permission_is_shown_as_not_settled() -> None:
    few = observed(lm_diagnosis="established", kps="80", life_expectancy="at_least_1_month")
    verdict = evaluate(RELEASE, few, DAY).verdicts["systemic_therapy"]
    assert (verdict.stance, verdict.settled) == (Stance.RECOMMEND, False)
    page = preview("systemic_therapy", few)
    assert "Not settled" in page
    assert "Not advice yet" in page


def test_nothing_can_be_sent_from_it() -> None:
    for code in RELEASE.vocabulary.interventions:
        page = preview(code)
        assert not re.search(r"<form|<button|<script|hx-|csrf", page)
        assert "patients/" not in page


def test_the_notes_that_stand_on_no_card() -> None:
    assert "The guidance knows no intervention" in preview("no_such_thing")
    page = preview("")
    assert "Notes" in page
    assert "knows no intervention" not in page


def test_content_is_shown_as_text() -> None:
    page = preview("<script>alert(1)</script>")
    assert "<script>" not in page


def test_training_says_so(settings: object) -> None:
    code = of_stance(Stance.RECOMMEND)
    assert "TRAINING." in preview(code)
    settings.LM_MODE = "live"  # type: ignore[attr-defined]
    assert "TRAINING." not in preview(code)
