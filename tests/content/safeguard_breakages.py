"""Ways to break the promises, cases and intended gaps of the shipped files."""

from __future__ import annotations

from tests.content.breakages import Breakage
from tests.content.folders import SAFEGUARDS

NEVER = "    when: |\n      raised_icp is yes\n\n"
KNOWN = "    known: [raised_icp, hydrocephalus, ventricular_device, craniospinal_rt]\n"
EXPECTED = "systemic_therapy: {stance: recommend, settled: true}"

SAFEGUARD_BREAKAGES = [
    # Promises
    Breakage(
        "promise twice",
        SAFEGUARDS,
        "key: punctures-never-in-danger",
        "key: intrathecal-never-under-raised-pressure",
        ("twice",),
    ),
    Breakage("promise of no kind", SAFEGUARDS, "kind: only where", "kind: only there", ("no kind of promise",)),
    Breakage(
        "promise about an unknown intervention",
        SAFEGUARDS,
        "[systemic_therapy]",
        "[systemic_therapie]",
        ("systemic_therapie", "Did you mean systemic_therapy?"),
    ),
    Breakage(
        "promise about nothing", SAFEGUARDS, "[intrathecal_chemotherapy]", "[]", ("Name the interventions",), below=-5
    ),
    Breakage(
        "promise with an unknown stance", SAFEGUARDS, "[recommend, consider]", "[recommend, considr]", ("considr",)
    ),
    Breakage(
        "promise about notes",
        SAFEGUARDS,
        "[recommend, consider]",
        "[recommend, note]",
        ("note", "no stance of a verdict"),
    ),
    Breakage(
        "promise without stances",
        SAFEGUARDS,
        "    stances: [recommend, consider]\n",
        "",
        ("lists its stances",),
        below=-6,
    ),
    Breakage(
        "promise with an unknown finding",
        SAFEGUARDS,
        "lm_diagnosis is established and prognosis is poor",
        "lm_diagnosi is established",
        ("lm_diagnosi",),
    ),
    Breakage("never without when", SAFEGUARDS, NEVER, "\n", ("needs `when`",), below=-5),
    Breakage(
        "only where always",
        SAFEGUARDS,
        "      intracranial_bleed is none\n      intracranial_bleed is resolved and neuro_exam is stable\n",
        "      always\n",
        ("promises nothing",),
        below=-8,
    ),
    Breakage("known without findings", SAFEGUARDS, KNOWN, "", ("lists its findings",), below=-8),
    Breakage(
        "known with when", SAFEGUARDS, KNOWN, f"{KNOWN}    when: raised_icp is yes\n", ("takes no `when`",), below=-8
    ),
    Breakage(
        "never with known",
        SAFEGUARDS,
        NEVER,
        f"{NEVER.rstrip()}\n    known: [kps]\n\n",
        ("takes no `known`",),
        below=-5,
    ),
    Breakage(
        "known of an unknown finding",
        SAFEGUARDS,
        "known: [kps, life_expectancy]",
        "known: [kps, lifeexpectancy]",
        ("lifeexpectancy", "life_expectancy"),
    ),
    Breakage(
        "known of a derived finding", SAFEGUARDS, "known: [kps, life_expectancy]", "known: [prognosis]", ("prognosis",)
    ),
    # Cases
    Breakage("case twice", SAFEGUARDS, "id: case-03", "id: case-01", ("case-01", "twice")),
    Breakage("case on no day", SAFEGUARDS, 'as_of: "2026-11-22"', 'as_of: "2026-11-31"', ("2026-11-31",)),
    Breakage("case without a day", SAFEGUARDS, '    as_of: "2026-11-22"\n', "", ("as_of",), below=-2),
    Breakage("case with an unknown finding", SAFEGUARDS, "      kps: 90", "      kpz: 90", ("kpz", "kps")),
    Breakage("case without expectations", SAFEGUARDS, "    expect:\n", "    expct:\n", ("expct",), below=-24),
    Breakage(
        "case that expects an unknown intervention",
        SAFEGUARDS,
        EXPECTED,
        EXPECTED.replace("therapy", "therapie"),
        ("systemic_therapie",),
    ),
    Breakage(
        "case that expects an unknown stance",
        SAFEGUARDS,
        EXPECTED,
        EXPECTED.replace("recommend", "recomend"),
        ("recomend",),
    ),
    Breakage("case that expects a note", SAFEGUARDS, EXPECTED, EXPECTED.replace("recommend", "note"), ("note",)),
    Breakage(
        "case that does not say settled", SAFEGUARDS, EXPECTED, EXPECTED.replace(", settled: true", ""), ("settled",)
    ),
    Breakage("case that says settled in words", SAFEGUARDS, EXPECTED, EXPECTED.replace("true", "maybe"), ("settled",)),
    Breakage(
        "case that expects of an unknown rule",
        SAFEGUARDS,
        "\n  - id: case-03",
        "    expect_rules:\n      init-sytemic: applies\n\n  - id: case-03",
        ("init-sytemic", "init-systemic"),
        below=1,
    ),
    Breakage(
        "case that expects an unknown result",
        SAFEGUARDS,
        "\n  - id: case-03",
        "    expect_rules:\n      init-systemic: aplies\n\n  - id: case-03",
        ("aplies", "Did you mean applies?"),
        below=1,
    ),
    # Intended gaps
    Breakage(
        "gap without a reason", SAFEGUARDS, "cases:\n", "intended:\n  - subject: kps\n\ncases:\n", ("reason",), below=1
    ),
]
