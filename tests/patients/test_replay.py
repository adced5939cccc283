"""Replaying signed plans: identical, what differs in words, or why not; on the page and with `replay`."""

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from pathways.engine.release import canonical_json, content_hash
from pathways.engine.stances import STRICTNESS, Stance
from pathways.models import Release
from pathways.selectors import compiled_release
from patients.findings import Answer, board_of
from patients.models import Patient, SignedPlan
from patients.presenters.plan.body import evaluated
from patients.presenters.plan.replay_words import difference_sentence, replay_sentence
from patients.replay import Difference, Replay, Unreplayable, outcome_of, replay_body, replay_plan
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, address, events_of, text_of
from tests.replay_corpus import kept

pytestmark = pytest.mark.django_db

Body = dict[str, Any]


@pytest.fixture
def plan(cast: Cast, patient: Patient, release: Release) -> SignedPlan:
    answers = {"kps": Answer("80", observed_on="-2d"), "csf_protein": Answer("0.90", unit="g/L")}
    return factories.make_plan(cast.consultant, patient, answers)


def replayed(plan: SignedPlan, change: Callable[[Body], object]) -> Replay:
    """As if the plan had been signed with the changed body: its fingerprint fits."""
    body = json.loads(plan.body)
    change(body)
    text = json.dumps(body)
    return replay_body(text, hashlib.sha256(text.encode()).hexdigest())


def sentences(replay: Replay) -> list[str]:
    return [difference_sentence(difference, replay.release) for difference in replay.differences]


def test_a_plan_comes_out_as_it_was_signed(plan: SignedPlan) -> None:
    replay = replay_plan(plan)
    assert (replay.outcome, replay.differences, replay.problem) == ("identical", (), None)


def test_the_body_keeps_exactly_what_is_compared(cast: Cast, plan: SignedPlan) -> None:
    kept_part = json.loads(plan.body)["evaluated"]
    board = board_of(factories.make_draft(cast.consultant, plan.patient), today=plan.assessment.day)
    assert set(outcome_of(board.evaluation)) < set(evaluated(board)) == set(kept_part)


def test_what_differs_is_told_field_by_field_in_words(plan: SignedPlan) -> None:
    def change(body: Body) -> None:
        verdicts = body["evaluated"]["verdicts"]
        verdicts["systemic_therapy"] |= {"stance": "contraindicate", "settled": False, "needs": ["kps", "braf"]}
        body["evaluated"]["rules"]["init-systemic"] = "unknown"
        body["evaluated"]["not_counting"] = {"kps": "too old"}

    assert sentences(replayed(plan, change)) == [
        "Systemic therapy, needs: signed as Karnofsky performance status (KPS), BRAF status, now nothing",
        "Systemic therapy, settled: signed as no, now yes",
        "Systemic therapy, advice: signed as “Do not”, now “Do”",
        "Rule init-systemic: signed as unknown, now applies",
        "Karnofsky performance status (KPS), why it does not count: signed as too old, now not there",
    ]


def test_what_only_one_side_knows_is_a_difference(plan: SignedPlan) -> None:
    def change(body: Body) -> None:
        verdicts = body["evaluated"]["verdicts"]
        verdicts["leeches"] = verdicts.pop("systemic_therapy") | {"stance": "old_stance"}

    replay = replayed(plan, change)
    assert {(one.part, one.subject) for one in replay.differences} == {
        ("verdicts", "leeches"),
        ("verdicts", "systemic_therapy"),
    }
    assert any(line.startswith("leeches: signed as") and line.endswith("now not there") for line in sentences(replay))


@pytest.mark.parametrize("part", ["rules", "not_counting"])
def test_a_plan_that_lacks_a_part_of_its_evaluation_is_not_identical(plan: SignedPlan, part: str) -> None:
    assert replayed(plan, without("evaluated", part)).problem is Unreplayable.PART_MISSING


def test_what_reads_alike_and_is_not_the_same_is_a_difference(plan: SignedPlan) -> None:
    def one_for_true(body: Body) -> None:
        body["evaluated"]["verdicts"]["systemic_therapy"]["settled"] = 1

    replay = replayed(plan, one_for_true)
    assert replay.outcome == "different"
    assert sentences(replay) == [
        "The stored evaluation: signed as written differently, now in the form that is kept",
    ]


def without(*names: str) -> Callable[[Body], object]:
    def change(body: Body) -> None:
        part = body
        for name in names[:-1]:
            part = part[name]
        del part[names[-1]]

    return change


def first_answer(**changed: object) -> Callable[[Body], object]:
    return lambda body: body["evaluated"]["findings"]["kps"].update(changed)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (without("evaluated"), Unreplayable.NOTHING_STORED),
        (without("evaluated", "verdicts"), Unreplayable.NOTHING_STORED),
        (without("content"), Unreplayable.NOTHING_STORED),
        (lambda body: body["content"].update(sha256="0" * 64), Unreplayable.RELEASE_MISSING),
        (without("evaluated", "as_of"), Unreplayable.FINDINGS_UNREADABLE),
        (without("evaluated", "findings"), Unreplayable.FINDINGS_UNREADABLE),
        (lambda body: body["evaluated"].update(findings=[1]), Unreplayable.FINDINGS_UNREADABLE),
        (first_answer(observed_on="yesterday"), Unreplayable.FINDINGS_UNREADABLE),
        (first_answer(observed_on=20261122), Unreplayable.FINDINGS_UNREADABLE),
        (without("evaluated", "findings", "kps", "unit"), Unreplayable.FINDINGS_UNREADABLE),
    ],
    ids=[
        "no evaluation", "no verdicts", "no content", "release not stored", "no day", "no findings",
        "findings are a list", "a day in words", "a day as a number", "an answer without its unit",
    ],
)  # fmt: skip
def test_why_a_plan_cannot_be_replayed(
    plan: SignedPlan, change: Callable[[Body], object], problem: Unreplayable
) -> None:
    replay = replayed(plan, change)
    assert (replay.problem, replay.outcome, replay.differences) == (problem, "cannot_replay", ())
    assert replay_sentence(replay, "1.0") == f"Cannot be replayed. {problem.sentence}"


def test_an_altered_body_is_not_replayed(plan: SignedPlan) -> None:
    altered = plan.body.replace("Testcase", "Somebody")
    assert replay_body(altered + " ", plan.body_sha256).problem is Unreplayable.BODY_ALTERED


def stored_beside(document: dict[str, Any], sha256: str) -> None:
    Release.objects.create(
        number=7,
        sha256=sha256,
        title="Stored",
        status="under_review",
        document=canonical_json(document),
        created_by_name="test",
    )


@pytest.mark.parametrize(
    ("document", "sha256", "problem"),
    [
        ({"format": 1}, "1" * 64, Unreplayable.RELEASE_ALTERED),
        ({"format": 99}, content_hash({"format": 99}), Unreplayable.RELEASE_UNREADABLE),
    ],
    ids=["another document than was hashed", "content of a format that is not known"],
)
def test_guidance_that_cannot_be_used(
    plan: SignedPlan, document: dict[str, Any], sha256: str, problem: Unreplayable
) -> None:
    stored_beside(document, sha256)
    assert replayed(plan, lambda body: body["content"].update(sha256=sha256)).problem is problem


def test_an_answer_that_was_left_out_on_the_day_is_left_out_again(plan: SignedPlan) -> None:
    """An answer in a unit that the guidance does not know never counted, and does not now."""
    with_unit = replayed(plan, first_answer(unit="mg"))
    assert any("signed as" in line for line in sentences(with_unit))
    without_value = replayed(plan, lambda body: body["evaluated"]["findings"].update(gone={"value": None}))
    assert without_value.outcome == "identical"


@pytest.mark.parametrize(
    ("number", "record"),
    [(number, one) for number in (1, 2) for one in kept.records(kept.FOLDER / f"bodies-format-{number}.jsonl")],
    ids=lambda one: one["id"] if isinstance(one, dict) else f"format-{one}",
)
def test_whole_plans_of_every_format_are_replayed(number: int, record: dict[str, Any], db: None) -> None:
    document = kept.release_document(record["release"])
    assert json.loads(record["body"])["format"] == number
    stored_beside(document, record["release"])
    compiled_release.cache_clear()
    assert replay_body(record["body"], record["body_sha256"]).outcome == "identical"


# On the page of the plan


def test_the_page_says_that_the_plan_comes_out_again(cast: Cast, client_of: ClientOf, plan: SignedPlan) -> None:
    page = text_of(client_of(cast.registrar).get(address("plan_detail", plan.pk)))
    assert "Replayed by version" in page
    assert ": identical." in page


def test_the_page_says_what_the_running_engine_makes_of_it_now(
    cast: Cast, client_of: ClientOf, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STRICTNESS, Stance.RECOMMEND, 0)
    compiled_release.cache_clear()
    page = text_of(client_of(cast.registrar).get(address("plan_detail", plan.pk)))
    compiled_release.cache_clear()
    assert "The plan stands as signed" in page
    assert "Best supportive care, needs: signed as Intracranial bleeding, now nothing" in page


def test_a_difference_of_nothing_known_is_still_told() -> None:
    assert difference_sentence(Difference("verdicts", "", "", [], {}), None) == ": signed as nothing, now {}"


# The command


def run(*arguments: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("replay", *arguments, stdout=out, stderr=io.StringIO())
    except SystemExit as ended:
        return out.getvalue(), int(str(ended.code))
    return out.getvalue(), 0


def only(codes: list[str]) -> AuditEvent:
    assert codes == ["patients.plans_replayed"]
    return AuditEvent.objects.filter(action="patients.plans_replayed").latest("at_us")


def test_every_plan_is_replayed_and_the_log_has_one_line_of_it(cast: Cast, plan: SignedPlan) -> None:
    second = factories.make_plan(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    told: list[tuple[str, int]] = []
    event = only(events_of(lambda: told.append(run("--all"))))
    [(output, code)] = told
    assert code == 0
    assert output.startswith("2 plans replayed by version ")
    assert output.endswith(": 2 identical, 0 different, 0 cannot be replayed.\n")
    assert (event.patient_id, event.actor_id == str(cast.consultant.pk)) == (None, False)
    assert json.loads(event.payload)["values"]["after"]["identical"] == 2
    assert second.pk != plan.pk


def wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled_release.cache_clear()
    monkeypatch.setitem(STRICTNESS, Stance.RECOMMEND, 0)


@pytest.fixture
def wrong_engine(plan: SignedPlan, monkeypatch: pytest.MonkeyPatch) -> Any:
    wrongly(monkeypatch)
    yield
    compiled_release.cache_clear()


@pytest.mark.usefixtures("wrong_engine")
def test_a_difference_has_a_line_and_an_exit_code_and_names_no_patient(plan: SignedPlan) -> None:
    output, code = run("--all")
    assert code == 1
    assert f"{plan.pk}: Best supportive care, needs: signed as Intracranial bleeding, now nothing" in output
    assert "1 plan replayed by version " in output
    assert plan.patient.family_name.lower() not in output.lower()
    assert plan.patient.nhs_number not in output.replace("\N{NO-BREAK SPACE}", "")


@pytest.mark.usefixtures("wrong_engine")
def test_for_programs_there_is_a_line_per_plan_and_a_summary(plan: SignedPlan) -> None:
    output, code = run("--all", "--json")
    *lines, last = map(json.loads, output.splitlines())
    assert code == 1
    assert last["summary"] == {"replayed": 1, "identical": 0, "different": 1, "cannot_replay": 0}
    assert [(one["plan"], one["outcome"], one["problem"]) for one in lines] == [(str(plan.pk), "different", None)]
    needs = {"part": "verdicts", "field": "needs", "stored": ["intracranial_bleed"], "now": []}
    assert {**needs, "subject": "best_supportive_care"} in lines[0]["differences"]


def test_named_plans_alone(cast: Cast, plan: SignedPlan) -> None:
    factories.make_plan(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    event = only(events_of(lambda: run(str(plan.pk))))
    after = json.loads(event.payload)["values"]["after"]
    assert (after["replayed"], after["plans"]) == (1, [str(plan.pk)])


def test_what_cannot_be_replayed_is_a_finding_too(plan: SignedPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patients.replay.compiled_release", missing)
    output, code = run("--all")
    assert code == 1
    assert f"{plan.pk}: cannot be replayed. {Unreplayable.RELEASE_MISSING.sentence}" in output


def missing(sha256: str) -> None:
    raise Release.DoesNotExist


@pytest.mark.parametrize("arguments", [(), ("--all", str(UUID(int=1)))], ids=["nothing named", "both"])
def test_it_has_to_be_said_which_plans(db: None, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="say --all"):
        run(*arguments)


def test_a_plan_that_is_not_stored(db: None) -> None:
    with pytest.raises(CommandError, match="is stored"):
        run(str(uuid4()))


def test_the_number_of_statements_does_not_grow_with_the_plans(cast: Cast, plan: SignedPlan) -> None:
    run("--all")
    with CaptureQueriesContext(connection) as for_one:
        run("--all")
    for _ in range(2):
        factories.make_plan(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    with CaptureQueriesContext(connection) as for_three:
        run("--all")
    assert len(for_three) == len(for_one)


def test_the_client_of_an_outsider_sees_no_replay(cast: Cast, client_of: ClientOf, plan: SignedPlan) -> None:
    client: Client = client_of(cast.outsider)
    assert client.get(address("plan_detail", plan.pk)).status_code == 404
