"""The never-events of the shipped content, tried on many patients; the exact proof stands elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from pathways.engine.currency import Status
from pathways.engine.evaluation import Evaluation
from pathways.engine.stances import Stance
from tests.content.shipped_cases import CASES, SHIPPED, json_record
from tests.engine.agreement import evaluation_of
from tests.engine.hypothesis_profiles import examples
from tests.engine.strategies import Record, answer, days_ago, patients, values

FINDINGS = {finding["code"]: finding for finding in SHIPPED.document["vocabulary"]["findings"]}

INTRATHECAL = "intrathecal_chemotherapy"
DANGERS = (("intracranial_bleed", "present"), ("raised_icp", "yes"), ("hydrocephalus", "symptomatic"))


@st.composite
def patients_near_the_cases(draw: st.DrawFn) -> Record:
    """A worked patient with a few findings changed, gone, or older: where permissive advice is not far."""
    record = json_record(draw(st.sampled_from(CASES)))
    findings = record["findings"]
    for code in draw(st.sets(st.sampled_from(list(FINDINGS)), max_size=5)):
        if draw(st.integers(0, 2)) == 0:
            findings.pop(code, None)
        else:
            value, unit = draw(st.sampled_from(values(SHIPPED.document, FINDINGS[code])))
            findings[code] = answer(value, unit, draw(st.sampled_from(days_ago(FINDINGS[code], [1, 10]))))
    return {**record, "findings": findings}


anybody = st.one_of(patients_near_the_cases(), patients_near_the_cases(), patients(SHIPPED.document))


def is_value(found: Evaluation, code: str, *options: str) -> bool:
    """Known to be one of these, not merely possible."""
    return found.findings[code].value in options


def is_known(found: Evaluation, code: str) -> bool:
    """Current, or not applicable."""
    return found.findings[code].status is not Status.UNKNOWN


def is_offered(found: Evaluation, intervention: str) -> bool:
    """Recommended or considered, settled or not."""
    stance = found.verdicts[intervention].stance
    return stance is not None and stance.is_permissive


def intrathecal_never_while_it_is_forbidden(found: Evaluation) -> bool:
    forbidden = (
        is_value(found, "intracranial_bleed", "present")
        or is_value(found, "csf_flow", "obstructed")
        or is_value(found, "craniospinal_rt", "planned", "given")
        or is_value(found, "ventricular_device", "shunt_without_on_off")
    )
    return not (forbidden and is_offered(found, INTRATHECAL))


def intrathecal_only_where_its_grounds_are_known(found: Evaluation) -> bool:
    grounds = (
        is_value(found, "lm_diagnosis", "established")
        and is_value(found, "prognosis", "favourable")
        and is_value(found, "deposits", "linear")
        and is_value(found, "csf_flow", "unobstructed")
    )
    return grounds or not is_offered(found, INTRATHECAL)


def settled_intrathecal_only_where_its_dangers_are_known(found: Evaluation) -> bool:
    if not is_offered(found, INTRATHECAL):
        return True
    looked = all(
        is_known(found, code) for code in ("raised_icp", "hydrocephalus", "ventricular_device", "craniospinal_rt")
    )
    return not is_value(found, "raised_icp", "yes") and (looked or not found.verdicts[INTRATHECAL].settled)


def intrathecal_only_without_a_bleed_or_after_a_stable_one(found: Evaluation) -> bool:
    safe = is_value(found, "intracranial_bleed", "none") or (
        is_value(found, "intracranial_bleed", "resolved") and is_value(found, "neuro_exam", "stable")
    )
    return safe or not is_offered(found, INTRATHECAL)


def craniospinal_radiotherapy_and_filters_never(found: Evaluation) -> bool:
    return not is_offered(found, "craniospinal_radiotherapy") and not is_offered(found, "ivc_filter")


def punctures_never_in_danger(found: Evaluation) -> bool:
    in_danger = any(is_value(found, code, option) for code, option in DANGERS)
    all_looked_at = all(is_known(found, code) for code, _ in DANGERS)
    for intervention in ("repeat_lumbar_puncture", "csf_flow_study"):
        if found.verdicts[intervention].stance is Stance.RECOMMEND and (
            in_danger or (found.verdicts[intervention].settled and not all_looked_at)
        ):
            return False
    return True


def systemic_therapy_never_against_its_limits(found: Evaluation) -> bool:
    poor = is_value(found, "prognosis", "poor") and is_value(found, "lm_diagnosis", "established")
    bleeding_melanoma = (
        is_value(found, "primary_tumour", "melanoma")
        and is_value(found, "braf", "mutated")
        and is_value(found, "intracranial_bleed", "present")
    )
    return not ((poor or bleeding_melanoma) and found.verdicts["systemic_therapy"].stance is Stance.RECOMMEND)


def somebody_established_is_never_left_without_advice(found: Evaluation) -> bool:
    if not is_value(found, "lm_diagnosis", "established"):
        return True
    scored = is_known(found, "kps") and is_known(found, "life_expectancy")
    if scored and found.verdicts["systemic_therapy"].stance is None:
        return False
    supported = found.verdicts["best_supportive_care"].stance is Stance.RECOMMEND
    return supported or not is_value(found, "prognosis", "poor")


PROMISES: list[Callable[[Evaluation], bool]] = [
    intrathecal_never_while_it_is_forbidden,
    intrathecal_only_where_its_grounds_are_known,
    settled_intrathecal_only_where_its_dangers_are_known,
    intrathecal_only_without_a_bleed_or_after_a_stable_one,
    craniospinal_radiotherapy_and_filters_never,
    punctures_never_in_danger,
    systemic_therapy_never_against_its_limits,
    somebody_established_is_never_left_without_advice,
]


@examples(2500)
@given(anybody)
def test_every_promise_is_kept(record: Record) -> None:
    found = evaluation_of(SHIPPED.release, record)
    assert [promise.__name__ for promise in PROMISES if not promise(found)] == []


REACHED: dict[str, Callable[[Evaluation], bool]] = {
    "intrathecal offered and settled": lambda f: is_offered(f, INTRATHECAL) and f.verdicts[INTRATHECAL].settled,
    "intrathecal offered and open": lambda f: is_offered(f, INTRATHECAL) and not f.verdicts[INTRATHECAL].settled,
    "intrathecal offered after a bleed": lambda f: (
        is_offered(f, INTRATHECAL) and is_value(f, "intracranial_bleed", "resolved")
    ),
    "flow study settled": lambda f: (
        f.verdicts["csf_flow_study"].stance is Stance.RECOMMEND and f.verdicts["csf_flow_study"].settled
    ),
    "flow study open": lambda f: (
        f.verdicts["csf_flow_study"].stance is Stance.RECOMMEND and not f.verdicts["csf_flow_study"].settled
    ),
    "lumbar puncture settled": lambda f: (
        f.verdicts["repeat_lumbar_puncture"].stance is Stance.RECOMMEND and f.verdicts["repeat_lumbar_puncture"].settled
    ),
    "poor prognosis": lambda f: (
        is_value(f, "prognosis", "poor") and is_value(f, "lm_diagnosis", "established")
    ),
    "bleeding melanoma": lambda f: (
        is_value(f, "braf", "mutated") and is_value(f, "intracranial_bleed", "present")
    ),
}  # fmt: skip


@pytest.mark.parametrize("situation", list(REACHED))
def test_the_patients_reach_what_the_promises_speak_of(situation: str) -> None:
    enough = settings(max_examples=3000, database=None, deadline=None)
    assert find(anybody, lambda record: REACHED[situation](evaluation_of(SHIPPED.release, record)), settings=enough)
