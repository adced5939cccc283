"""On random small contents the formulas, the second checker and the evaluator say the same of every patient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.engine.claims import Breaks
from pathways.engine.condition_language import parse
from pathways.engine.evaluation import Evaluation
from pathways.engine.logic import Formula, Logic
from pathways.engine.prove import CheckKind, prove
from pathways.engine.regions import every_term, regions_of, signature
from pathways.engine.release import Release, build_release
from pathways.engine.replay import Regions, Replay
from pathways.engine.safeguards import Promise, PromiseKind, Safeguards
from pathways.engine.search import AS_OF, OLDEST, Patient, record_of
from pathways.engine.stances import Stance
from pathways.engine.symbolic import Anybody, Encoding
from pathways.engine.truth import FALSE, TRUE, UNKNOWN, Truth
from tests.engine import documents as d
from tests.engine.agreement import evaluation_of
from tests.engine.documents import Document
from tests.engine.hypothesis_profiles import examples
from tests.engine.small_contents import conditions, pools, small_contents
from tests.engine.strategies import Record, answer, patients

STANCES = tuple(stance for stance in Stance if stance is not Stance.NOTE)


@st.composite
def contents_and_patients(draw: st.DrawFn) -> tuple[Release, Record]:
    document = draw(small_contents())
    return build_release(document), draw(patients(document))


@st.composite
def promises(draw: st.DrawFn, document: Document, release: Release) -> Promise:
    kind = draw(st.sampled_from(PromiseKind))
    nodes = document["vocabulary"]["findings"] + document["vocabulary"]["derived"]
    when = draw(pools(nodes, 3).flatmap(conditions))
    listed = draw(st.lists(st.sampled_from(STANCES), min_size=1, max_size=3, unique=True))
    return Promise(
        key="promise",
        kind=kind,
        text="A promise.",
        interventions=tuple(release.vocabulary.interventions),
        stances=() if kind is PromiseKind.ALWAYS and draw(st.booleans()) else tuple(listed),
        settled=draw(st.booleans()),
        when=None if kind is PromiseKind.KNOWN else parse(when, release.vocabulary.variables),
        known=tuple(draw(st.sets(st.sampled_from(sorted(release.vocabulary.variables)), min_size=1, max_size=2))),
    )


@st.composite
def promising_contents(draw: st.DrawFn) -> Release:
    document = draw(small_contents())
    release = build_release(document)
    promise = draw(promises(document, release))
    return replace(release, safeguards=Safeguards(promises={promise.key: promise}))


def region_of(release: Release, regions: Regions, found: Evaluation, code: str) -> int:
    """The region that an observed value lies in: the one that no term tells from it."""
    terms = [term for term in every_term(release) if term.finding == code]
    wanted = signature(terms, found.observations[code].value)
    return [signature(terms, region.value) for region in regions[code]].index(wanted)


class Fixed:
    """The formulas of a release, read for one patient."""

    def __init__(self, release: Release, found: Evaluation, *, dated: bool) -> None:
        self.logic, self.regions = Logic(), regions_of((release,))
        counting = [code for code in found.observations if dated or found.recorded[code].fault is None]
        self.anybody = Anybody(self.logic, self.regions, tuple(self.regions) if dated else (), OLDEST)
        self.encoding = Encoding(release, self.logic, self.anybody)
        self.solver = self.logic.z3.Solver(ctx=self.logic.context)
        self.solver.add(*self.anybody.background)
        positions = {code: region_of(release, self.regions, found, code) for code in counting}
        for code, holds in self.anybody.holds.items():
            for position, hold in enumerate(holds):
                self.solver.add(hold == (positions.get(code) == position))
        for code in counting if dated else ():
            self.solver.add(self.anybody.age[code] == (found.as_of - found.observations[code].observed_on).days)
        assert self.solver.check() == self.logic.z3.sat
        self.model = self.solver.model()

    def is_true(self, formula: Formula) -> bool:
        if isinstance(formula, bool):
            return formula
        return bool(self.logic.z3.is_true(self.model.eval(formula, model_completion=True)))

    def truth(self, key: str) -> Truth:
        rule = self.encoding.rule(key)
        is_true, is_false = self.is_true(rule.true), self.is_true(rule.false)
        assert not (is_true and is_false)
        return TRUE if is_true else FALSE if is_false else UNKNOWN


def disagreements(fixed: Fixed, found: Evaluation) -> Iterator[str]:
    for key, truth in found.rules.items():
        if fixed.truth(key) is not truth:
            yield f"{key}: {fixed.truth(key)}, not {truth}"
    for code, verdict in found.verdicts.items():
        given_stances = [stance for stance in (*STANCES, None) if fixed.is_true(fixed.encoding.gives(code, stance))]
        if given_stances != [verdict.stance]:
            yield f"{code}: {given_stances}, not {verdict.stance}"
        if fixed.is_true(fixed.encoding.settled(code)) is not verdict.settled:
            yield f"{code}: settled is not {verdict.settled}"


@examples(40)
@given(contents_and_patients())
def test_the_formulas_with_dates_say_what_the_evaluator_says(drawn: tuple[Release, Record]) -> None:
    release, record = drawn
    found = evaluation_of(release, record)
    assert list(disagreements(Fixed(release, found, dated=True), found)) == []


@examples(40)
@given(contents_and_patients())
def test_an_observation_that_does_not_count_reads_like_none(drawn: tuple[Release, Record]) -> None:
    """Why the proof may leave the days out: only whether an observation counts can be seen of them."""
    release, record = drawn
    found = evaluation_of(release, record)
    assert list(disagreements(Fixed(release, found, dated=False), found)) == []


AGEING = d.with_rules(
    [d.finding("flow", valid_days=7, overtaken_by=["device is yes"]), d.finding("device")],
    d.rule("give", "recommend", "flow is yes"),
)


@pytest.mark.parametrize("ago", [0, 1, 2, 7, 8])
@pytest.mark.parametrize("device", [None, "no", "yes"])
@pytest.mark.parametrize("device_ago", [0, 1, 2])
def test_the_formulas_count_days_as_the_evaluator_does(ago: int, device: str | None, device_ago: int) -> None:
    answers = {"flow": answer("yes", None, ago), "device": device and answer(device, None, device_ago)}
    release = build_release(AGEING)
    found = evaluation_of(release, {"id": "patient", "as_of": AS_OF.isoformat(), "findings": answers})
    assert list(disagreements(Fixed(release, found, dated=True), found)) == []


@examples(25)
@given(promising_contents())
def test_both_checkers_agree_on_everything(release: Release) -> None:
    """A disagreement is raised by the proof itself; here nothing is too large to be counted."""
    proof = prove(release)
    assert proof.agreed == len(proof.results)


def everybody(release: Release, regions: Regions) -> Iterator[Patient]:
    for positions in product(*([None, *range(len(cut))] for cut in regions.values())):
        yield Patient({code: at for code, at in zip(regions, positions, strict=True) if at is not None}, {})


@examples(15)
@given(promising_contents())
def test_a_promise_is_broken_exactly_where_a_patient_breaks_it_and_by_the_smallest(release: Release) -> None:
    """Every patient there is, through the evaluator alone."""
    (promise,) = release.safeguards.promises.values()
    regions = regions_of((release,))
    breaking = [
        len(patient.regions)
        for patient in everybody(release, regions)
        if Breaks(promise).stated(Replay.of(release, record_of(release, regions, patient), regions))
    ]
    (result,) = [result for result in prove(release).results if result.kind is CheckKind.PROMISE]
    assert result.proved is not bool(breaking)
    if result.witness is not None:
        assert len(result.witness.record["findings"]) == min(breaking)


@examples(25)
@given(small_contents())
def test_every_region_can_be_recorded_and_no_two_are_alike(document: Document) -> None:
    release = build_release(document)
    regions = regions_of((release,))
    for code, cut in regions.items():
        terms = [term for term in every_term(release) if term.finding == code]
        assert len({signature(terms, region.value) for region in cut}) == len(cut)
        for position in range(len(cut)):
            record = record_of(release, regions, Patient({code: position}, {}))
            assert evaluation_of(release, record).as_of == AS_OF
