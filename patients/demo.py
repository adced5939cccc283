"""The invented patients of a training installation: numbers of the 999 range, names that nobody bears."""

from dataclasses import dataclass, field
from datetime import date

BASE = {
    "lm_diagnosis": "established",
    "csf_cytology": "positive",
    "life_expectancy": "at_least_1_month",
    "cranial_neuropathy": "no",
    "cord_compression": "no",
    "other_symptomatic_site": "no",
    "raised_icp": "no",
    "hydrocephalus": "none",
    "vte": "none",
    "antithrombotic": "none",
    "intrathecal_therapy": "none",
    "systemic_chemotherapy": "none",
    "craniospinal_rt": "none",
}
NO_EVENTS = {"intracranial_bleed": "none", "ventricular_device": "none", "radiotherapy_to_block": "no"}
GOOD = BASE | NO_EVENTS | {"kps": "80", "deposits": "linear", "csf_flow": "unobstructed"}
FRAIL = BASE | NO_EVENTS | {"kps": "50", "deposits": "nodular", "cranial_neuropathy": "yes", "wbrt_benefit": "no"}
BLEEDING = GOOD | {"intracranial_bleed": "present", "bleed_effect": "asymptomatic_microbleeds"}


@dataclass(frozen=True, slots=True)
class DemoAssessment:
    """`days_ago` dates single answers, counted from the day of the assessment; the others are of that day itself.

    Unsigned unless `reassess_in` gives the days; of today unless `weeks_ago` dates it back.
    """

    answers: dict[str, str]
    days_ago: dict[str, int] = field(default_factory=dict)
    weeks_ago: int = 0
    reassess_in: int | None = None
    priorities: str = ""
    ceilings: str = ""


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """`number` makes both the hospital number and the NHS number."""

    number: int
    by: str
    family_name: str
    given_names: str
    title: str
    birth_date: date
    sex: str
    assessments: tuple[DemoAssessment, ...] = ()
    preferred_name: str = ""
    tumour_kind: str = "solid"
    allergy_status: str = "none_known"
    allergies: tuple[tuple[str, str, date], ...] = ()
    died_days_ago: int | None = None


PATIENTS = (
    DemoPatient(
        number=1,
        by="consultant",
        family_name="Testcase",
        given_names="Anna",
        title="Ms",
        birth_date=date(1961, 7, 14),
        sex="female",
        allergy_status="known",
        allergies=(("penicillin", "rash", date(2019, 3, 3)),),
        assessments=(
            DemoAssessment(
                GOOD | {"primary_tumour": "lung", "egfr": "mutated", "csf_protein": "0.62 g/L"},
                days_ago={"csf_flow": 6, "kps": 3, "intracranial_bleed": 9, "deposits": 9},
                reassess_in=7,
                priorities="To walk her dog. To be at home for her daughter's birthday.",
                ceilings="For ward-level care; would accept a short stay in intensive care after an operation.",
            ),
            DemoAssessment(
                {"intracranial_bleed": "present", "bleed_effect": "asymptomatic_microbleeds", "neuro_exam": "stable"},
                days_ago={"intracranial_bleed": 1},
            ),
        ),
    ),
    DemoPatient(
        number=2,
        by="registrar",
        family_name="Sample",
        given_names="Owen",
        title="Mr",
        birth_date=date(1970, 2, 3),
        sex="male",
        allergy_status="not_recorded",
        assessments=(DemoAssessment({"lm_diagnosis": "established", "kps": "70", "primary_tumour": "melanoma"}),),
    ),
    DemoPatient(
        number=3,
        by="registrar",
        family_name="Sampel",
        given_names="Owen",
        title="Mr",
        birth_date=date(1968, 11, 30),
        sex="male",
        allergy_status="unavailable",
        tumour_kind="not_recorded",
    ),
    DemoPatient(
        number=4,
        by="consultant",
        family_name="Placeholder",
        given_names="Beatrice",
        preferred_name="Bea",
        title="Mrs",
        birth_date=date(1955, 5, 21),
        sex="female",
        assessments=(
            DemoAssessment(
                GOOD | {"primary_tumour": "breast", "her2": "positive", "kps": "90"},
                days_ago={"csf_flow": 4, "intracranial_bleed": 4, "deposits": 4},
                reassess_in=0,
                priorities="To go on working part-time.",
            ),
        ),
    ),
    DemoPatient(
        number=5,
        by="consultant",
        family_name="Example",
        given_names="Dmitri",
        title="Mr",
        birth_date=date(1979, 12, 8),
        sex="male",
        assessments=(
            DemoAssessment(
                BLEEDING
                | {
                    "primary_tumour": "melanoma",
                    "braf": "mutated",
                    "vte": "established",
                    "antithrombotic": "therapeutic",
                    "neuro_exam": "stable",
                },
                days_ago={"intracranial_bleed": 2},
                reassess_in=2,
            ),
        ),
    ),
    DemoPatient(
        number=6,
        by="registrar",
        family_name="Specimen",
        given_names="Fatima",
        title="Dr",
        birth_date=date(1984, 4, 17),
        sex="female",
    ),
    DemoPatient(
        number=7,
        by="consultant",
        family_name="Featherstonehaugh-Exampleton",
        given_names="Maximiliana Theodora Josephine",
        preferred_name="Maxie",
        title="Prof",
        birth_date=date(1949, 1, 29),
        sex="female",
        allergy_status="known",
        allergies=(
            ("iodinated contrast medium", "collapse; needed adrenaline", date(2011, 8, 19)),
            ("latex", "", date(2015, 2, 2)),
            ("trimethoprim", "widespread rash with blisters", date(2021, 6, 30)),
        ),
        assessments=(DemoAssessment({"lm_diagnosis": "suspected", "csf_cytology": "single_negative"}),),
    ),
    DemoPatient(
        number=8,
        by="consultant",
        family_name="Mockup",
        given_names="Henry",
        title="Mr",
        birth_date=date(1938, 9, 2),
        sex="male",
        assessments=(DemoAssessment(FRAIL | {"primary_tumour": "lung", "egfr": "wild_type"}, reassess_in=7),),
        died_days_ago=0,
    ),
    DemoPatient(
        number=9,
        by="oncologist",
        family_name="Trial",
        given_names="Grace",
        title="Ms",
        birth_date=date(1966, 6, 6),
        sex="female",
        assessments=(DemoAssessment(FRAIL | {"primary_tumour": "other"}, reassess_in=5, priorities="Comfort."),),
    ),
    DemoPatient(
        number=10,
        by="oncologist",
        family_name="Prototype",
        given_names="Ivan",
        title="Mr",
        birth_date=date(1972, 3, 25),
        sex="male",
        tumour_kind="not_solid",
        assessments=(DemoAssessment({"lm_diagnosis": "suspected", "kps": "60"}),),
    ),
    DemoPatient(
        number=11,
        by="oncologist",
        family_name="Draft",
        given_names="Noor",
        title="Mx",
        birth_date=date(1990, 10, 10),
        sex="indeterminate",
        assessments=(DemoAssessment(BASE | {"kps": "80", "primary_tumour": "breast"}),),
    ),
)
