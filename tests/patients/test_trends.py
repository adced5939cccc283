"""The trends of a patient's page: observations as they were made, gaps as gaps, and the table that says the same."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from pathways.models import Release
from pathways.selectors import loaded
from patients.findings import Answer
from patients.findings.past import past_of
from patients.models import Assessment, Patient
from patients.presenters.patient.trend_axis import LEFT, RIGHT, TimeAxis, plain, rounded_up, scale_of
from patients.presenters.patient.trends import Trend, Trends, letter, trends
from patients.selectors import assessments_of, plans_of
from patients.services.assessments import withdraw_finding
from patients.services.plans import withdraw_plan
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, address, text_of
from tests.patients.weeks import drafted_on, on, signed_on

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
DAYS = (date(2026, 9, 2), date(2026, 9, 20), date(2026, 10, 6), date(2026, 11, 10))
Shown = Callable[..., Trends]


@pytest.fixture
def shown(cast: Cast, patient: Patient, release: Release) -> Shown:
    def made(*, with_rules: bool = True) -> Trends:
        engine = loaded(release).engine
        plans = list(plans_of(patient, user=cast.consultant))
        past = past_of(assessments_of(patient, user=cast.consultant), plans, engine.vocabulary, today=TODAY)
        return trends(past, engine.vocabulary, in_force=engine if with_rules else None, today=TODAY)

    return made


def sign(cast: Cast, patient: Patient, day: date, **answers: str | Answer) -> None:
    signed_on(day, cast.consultant, patient, {**factories.FAVOURABLE, **answers} if day == DAYS[0] else answers)


def chart(shown: Trends, code: str) -> Trend:
    return next(one for one in shown.charts if one.code == code)


def rows(trend: Trend) -> list[str]:
    return [f"{row.day}: {row.value or row.note}" for row in trend.rows]


def labels(trend: Trend) -> list[str]:
    assert trend.drawing is not None
    return [point.label for point in trend.drawing.points]


def test_a_blank_record_has_no_charts(shown: Shown) -> None:
    assert shown().charts == ()


def test_each_observation_is_one_point_however_often_it_is_carried_forward(
    cast: Cast, patient: Patient, shown: Shown
) -> None:
    sign(cast, patient, DAYS[0], kps="90")
    sign(cast, patient, DAYS[1], raised_icp="no")
    sign(cast, patient, DAYS[2], raised_icp="no")
    assert labels(chart(shown(), "kps")) == ["90"]


def test_a_missing_value_is_a_gap(cast: Cast, patient: Patient, shown: Shown) -> None:
    for day, value in zip(DAYS, ("90", "80", None, "60"), strict=True):
        sign(cast, patient, day, **({"kps": value} if value else {"raised_icp": "no"}))
    trend = chart(shown(), "kps")
    assert trend.drawing is not None
    assert labels(trend) == ["90", "80", "60"]
    assert not any("broken" in sentence for sentence in chart(shown(), "csf_protein").about)
    assert [line.count(",") for line in trend.drawing.lines] == [2]  # 90 to 80; nothing leads from 80 to 60
    assert rows(trend)[2] == "06-Oct-2026: Not assessed again; 80 of 20-Sep-2026 carried forward"
    assert "The line is broken where it was not assessed in between." in trend.about


def test_what_was_never_assessed_is_said_in_words(cast: Cast, patient: Patient, shown: Shown) -> None:
    sign(cast, patient, DAYS[0], csf_protein=Answer(why_unknown="awaited"))
    drafted_on(DAYS[3], cast.consultant, patient, {"kps": "70"})
    trend = chart(shown(), "csf_protein")
    assert (trend.drawing, trend.about) == (None, ("No value is recorded.",))
    assert rows(trend) == ["02-Sep-2026: Result awaited", "10-Nov-2026: Not assessed"]


def test_one_value_is_a_point_and_no_trend(cast: Cast, patient: Patient, shown: Shown) -> None:
    sign(cast, patient, DAYS[0], kps="80")
    trend = chart(shown(), "kps")
    assert trend.drawing is not None
    assert (labels(trend), trend.drawing.lines) == (["80"], ())
    assert "One value: no trend yet." in trend.about
    assert trend.summary == "One value: 80 on 02-Sep-2026. The table below has it."


def test_units_are_converted_and_marked(cast: Cast, patient: Patient, shown: Shown) -> None:
    sign(cast, patient, DAYS[0], csf_protein="0.48 g/L")
    sign(cast, patient, DAYS[1], csf_protein="95 mg/dL")
    trend = chart(shown(), "csf_protein")
    assert trend.title == "CSF protein, mg/dL"
    assert labels(trend) == ["48*", "95"]
    assert [(row.value, row.note) for row in trend.rows] == [
        ("48\N{NO-BREAK SPACE}mg/dL", "Converted from 0.48\N{NO-BREAK SPACE}g/L"),
        ("95\N{NO-BREAK SPACE}mg/dL", ""),
    ]
    assert "* Converted from the unit it was reported in; the table has both." in trend.about


def test_withdrawn_answers_never_appear(cast: Cast, patient: Patient, shown: Shown) -> None:
    sign(cast, patient, DAYS[0], kps="90")
    sign(cast, patient, DAYS[1], kps="30")
    draft = drafted_on(DAYS[2], cast.consultant, patient, {"csf_protein": "95 mg/dL"})
    assert labels(chart(shown(), "kps")) == ["90", "30"]
    with on(DAYS[2]):
        withdraw_finding(draft, "kps", by=cast.consultant, reason="Another patient's")
    trend = chart(shown(), "kps")
    assert labels(trend) == ["90"]
    assert rows(trend)[1:] == ["20-Sep-2026: Withdrawn as an error", "06-Oct-2026: Not assessed"]
    assert not any("30" in f"{row.value} {row.note}" for row in trend.rows)


def test_what_cannot_be_read_or_was_not_accepted_is_not_called_an_error(
    cast: Cast, patient: Patient, shown: Shown
) -> None:
    sign(cast, patient, DAYS[0], kps="90", csf_protein="95 mg/dL")
    draft = drafted_on(DAYS[2], cast.consultant, patient, {"kps": "75"})
    assert rows(chart(shown(), "kps"))[1:] == ["06-Oct-2026: What was entered was not accepted"]
    draft.refresh_from_db()
    unreadable = draft.findings | {"csf_protein": draft.findings["csf_protein"] | {"value": "?"}}
    Assessment.objects.visible_to(cast.consultant).filter(pk=draft.pk).update(findings=unreadable)
    assert rows(chart(shown(), "csf_protein"))[1:] == ["06-Oct-2026: What is recorded cannot be read"]


def test_the_values_of_a_withdrawn_plan_never_appear(cast: Cast, patient: Patient, shown: Shown) -> None:
    sign(cast, patient, DAYS[0], kps="90")
    wrong = signed_on(DAYS[1], cast.consultant, patient, {"kps": "30"})
    withdraw_plan(wrong, by=cast.consultant, reason="Wrong patient")
    trend = chart(shown(), "kps")
    assert trend.drawing is not None
    assert (labels(trend), rows(trend)) == (["90"], ["02-Sep-2026: 90"])
    assert [mark.label for mark in trend.drawing.plans] == ["1"]


def test_of_two_values_of_one_day_the_later_counts_and_names_the_earlier(
    cast: Cast, patient: Patient, shown: Shown
) -> None:
    sign(cast, patient, DAYS[0], kps="90")
    with on(DAYS[0], hour=15):
        factories.make_draft(cast.consultant, patient, {"kps": "80"})
    trend = chart(shown(), "kps")
    assert labels(trend) == ["80"]
    assert [(row.value, row.note) for row in trend.rows[:1]] == [("80", "Replaces 90, entered before")]


def test_values_of_the_draft_are_hollow(cast: Cast, patient: Patient, shown: Shown) -> None:
    sign(cast, patient, DAYS[0], kps="90")
    draft = drafted_on(DAYS[1], cast.consultant, patient, {"kps": "70"})
    trend = chart(shown(), "kps")
    assert trend.drawing is not None
    assert [point.is_draft for point in trend.drawing.points] == [False, True]
    assert trend.rows[1].href == f"{address('assessment_edit', draft.pk)}#question-kps"
    assert trend.rows[1].source == "Draft, not signed; Dr Jane Okafor"


def test_the_lines_across_are_the_numbers_that_rules_in_force_look_at(
    cast: Cast, patient: Patient, shown: Shown
) -> None:
    sign(cast, patient, DAYS[0], kps="90", csf_protein="95 mg/dL")
    found = shown()
    for code, number in (("kps", "70"), ("csf_protein", "100")):
        drawing = chart(found, code).drawing
        assert drawing is not None
        assert [limit.label for limit in drawing.limits] == [f"rules look at {number}"]
    assert "Rules of the guidance in force look at: 70 or more; below 70." in chart(found, "kps").about
    protein = chart(found, "csf_protein").about
    assert "Rules of the guidance in force look at: below 100\N{NO-BREAK SPACE}mg/dL." in protein
    assert "The guidance gives no normal range." in chart(found, "kps").about


def test_without_guidance_in_force_no_rule_is_drawn(cast: Cast, patient: Patient, shown: Shown) -> None:
    sign(cast, patient, DAYS[0], kps="90")
    trend = chart(shown(with_rules=False), "kps")
    assert trend.drawing is not None
    assert trend.drawing.limits == ()
    assert not any("Rules" in sentence for sentence in trend.about)


def test_all_charts_share_one_axis_with_the_plans_and_the_events(cast: Cast, patient: Patient, shown: Shown) -> None:
    device = Answer("reservoir", observed_on="17-Sep-2026")
    sign(cast, patient, DAYS[0], kps="90", csf_protein="95 mg/dL")
    sign(cast, patient, DAYS[1], ventricular_device=device, kps="80")
    found = shown()
    one, other = (chart(found, code).drawing for code in ("kps", "csf_protein"))
    assert one is not None
    assert other is not None
    assert (one.days, one.plans, one.events) == (other.days, other.plans, other.events)
    assert [mark.label for mark in one.plans] == ["1", "2"]
    assert [(key.label, key.text) for key in found.key] == [
        ("A", "17-Sep-2026: Ventricular device: Reservoir (Ommaya)")
    ]


def test_the_day_of_a_treatment_that_nobody_asked_for_is_the_day_it_was_noted(
    cast: Cast, patient: Patient, shown: Shown
) -> None:
    sign(cast, patient, DAYS[0], kps="90", craniospinal_rt="given")
    (key,) = shown().key
    assert key.text == "02-Sep-2026: Craniospinal radiotherapy: Given (day on which it was noted)"


def test_the_page_has_the_drawing_with_its_words_and_the_table(
    cast: Cast, client_of: ClientOf, patient: Patient, release: Release
) -> None:
    sign(cast, patient, DAYS[0], kps="90", csf_protein="0.48 g/L")
    page = text_of(client_of(cast.registrar).get(address("patient_detail", patient.pk)))
    assert 'role="img" aria-labelledby="trend-kps-title trend-kps-summary"' in page
    assert '<title id="trend-kps-title">Karnofsky performance status (KPS) over time</title>' in page
    assert '<desc id="trend-kps-summary">One value: 90 on 02-Sep-2026. The table below has it.</desc>' in page
    assert "Converted from 0.48\N{NO-BREAK SPACE}g/L" in page
    assert " style=" not in page


def test_time_is_proportional_and_a_single_day_stands_in_the_middle() -> None:
    axis = TimeAxis(date(2026, 1, 1), date(2026, 1, 11))
    first, third, last = (axis.at(date(2026, 1, day)) for day in (1, 3, 11))
    assert third - first == pytest.approx((last - first) / 5)
    assert LEFT < first < last < RIGHT
    alone = TimeAxis(TODAY, TODAY)
    assert alone.at(TODAY) == (LEFT + RIGHT) / 2
    assert [tick.label for tick in alone.ticks()] == ["22-Nov-2026"]


@pytest.mark.parametrize(
    ("code", "values", "limits", "expected"),
    [
        ("kps", ["30"], ["70"], ("0", "100", False)),
        ("csf_protein", ["62"], ["100"], ("0", "200", False)),
        ("csf_protein", ["240"], ["100"], ("0", "500", True)),
        ("csf_protein", ["62"], [], ("0", "100", False)),
        ("csf_protein", ["0"], [], ("0", "1", False)),
    ],
    ids=["bounded", "usual", "enlarged", "no-rules", "zero"],
)
def test_the_scale_is_the_usual_one_unless_a_value_lies_above_it(
    release: Release, code: str, values: list[str], limits: list[str], expected: tuple[str, str, bool]
) -> None:
    finding = loaded(release).engine.vocabulary.findings[code]
    scale = scale_of(finding, [Decimal(one) for one in values], [Decimal(one) for one in limits])
    assert (plain(scale.low), plain(scale.high), scale.is_enlarged) == expected
    assert plain(list(scale.steps())[-1]) == expected[1]


@pytest.mark.parametrize(
    ("number", "expected"), [("1", "1"), ("3", "5"), ("20", "20"), ("51", "100"), ("0.3", "0.5")], ids=str
)
def test_round_numbers(number: str, expected: str) -> None:
    assert plain(rounded_up(Decimal(number))) == expected


def test_letters_go_on_after_z() -> None:
    assert [letter(position) for position in (0, 25, 26, 52)] == ["A", "Z", "A2", "A3"]
