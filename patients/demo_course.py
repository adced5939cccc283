"""A demo patient with a course of ten weeks: four signed assessments, a treatment, a bleed, and trends to look at."""

from datetime import date

from patients.demo import GOOD, DemoAssessment, DemoPatient

SEEN_AGAIN = {"life_expectancy": "at_least_1_month", "raised_icp": "no", "hydrocephalus": "none"}

COURSE = DemoPatient(
    number=12,
    by="consultant",
    family_name="Longcourse",
    given_names="Helena",
    title="Mrs",
    birth_date=date(1964, 3, 18),
    sex="female",
    allergy_status="known",
    allergies=(("cotrimoxazole", "rash", date(2020, 5, 11)),),
    assessments=(
        DemoAssessment(
            GOOD | {"primary_tumour": "breast", "her2": "positive", "csf_protein": "0.94 g/L", "kps": "80"},
            days_ago={"csf_flow": 3, "deposits": 5, "intracranial_bleed": 5, "csf_protein": 4},
            weeks_ago=10,
            reassess_in=21,
            priorities="To be at her son's wedding in January.",
            ceilings="For full treatment, intensive care included.",
        ),
        DemoAssessment(
            SEEN_AGAIN
            | {
                "kps": "90",
                "csf_protein": "0.61 g/L",
                "csf_flow": "unobstructed",
                "intracranial_bleed": "none",
                "intrathecal_therapy": "ongoing",
            },
            days_ago={"csf_flow": 2, "intracranial_bleed": 2, "csf_protein": 1},
            weeks_ago=7,
            reassess_in=21,
        ),
        DemoAssessment(
            SEEN_AGAIN
            | {
                "kps": "70",
                "csf_protein": "0.78 g/L",
                "intracranial_bleed": "present",
                "bleed_effect": "asymptomatic_microbleeds",
                "neuro_exam": "stable",
                "intrathecal_therapy": "none",
                "deposits": "linear",
            },
            days_ago={"intracranial_bleed": 1, "deposits": 1, "csf_protein": 2},
            weeks_ago=4,
            reassess_in=14,
        ),
        DemoAssessment(
            SEEN_AGAIN
            | {
                "kps": "80",
                "csf_protein": "0.55 g/L",
                "intracranial_bleed": "resolved",
                "neuro_exam": "stable",
                "csf_flow": "unobstructed",
                "radiotherapy_to_block": "no",
            },
            days_ago={"intracranial_bleed": 4, "csf_flow": 2, "csf_protein": 2},
            weeks_ago=1,
            reassess_in=14,
        ),
    ),
)
