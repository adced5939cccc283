"""Ways to break the shipped files, each with where the fault is reported and in which words."""

from __future__ import annotations

from dataclasses import dataclass

from tests.content.folders import BLEED, DIAGNOSIS, EVIDENCE, INITIAL, RELEASE, SAFETY, VOCABULARY


@dataclass(frozen=True, slots=True)
class Breakage:
    """One change to one file; the fault is reported so many lines below it (or above: where its part begins)."""

    name: str
    file: str
    old: str
    new: str
    words: tuple[str, ...]
    below: int = 0


BREAKAGES = [
    Breakage(
        "finding unknown", INITIAL, "csf_flow is obstructed\n", "csf_flo is obstructed\n", ("csf_flo", "csf_flow")
    ),
    Breakage(
        "option unknown", INITIAL, "deposits is nodular\n", "deposits is nodula\n", ("nodula", "Did you mean nodular?")
    ),
    Breakage("scope unknown", DIAGNOSIS, "scope: lm_diagnosis", "scope: lm_diagnos", ("lm_diagnos", "lm_diagnosis")),
    Breakage(
        "condition empty", DIAGNOSIS, "    when: |\n      csf_cytology is equivocal\n", '    when: ""\n', ("when",)
    ),
    Breakage("condition gone", DIAGNOSIS, "    when: |\n      csf_cytology is equivocal\n", "", ("when",), below=-3),
    Breakage("unit unknown", INITIAL, "csf_protein < 100 mg/dL", "csf_protein < 100 mg/dl", ("mg/dl", "mg/dL")),
    Breakage("unit missing", INITIAL, "csf_protein < 100 mg/dL", "csf_protein < 100", ("unit", "mg/dL")),
    Breakage("unit needless", INITIAL, "kps >= 70\n", "kps >= 70 %\n", ("kps", "unit")),
    Breakage("number on a choice", INITIAL, "csf_flow is obstructed\n", "csf_flow > 3\n", ("csf_flow", "number")),
    Breakage("factor of a unit not a number", VOCABULARY, 'factor: "0.1"', 'factor: "NaN"', ("factor",)),
    Breakage("step not a number", VOCABULARY, "step: 10", "step: NaN", ("step",)),
    Breakage("maximum not a number", VOCABULARY, "maximum: 100", "maximum: NaN", ("maximum",)),
    Breakage("maximum below the minimum", VOCABULARY, "maximum: 100", "maximum: -1", ("maximum", "minimum")),
    Breakage("days not whole", VOCABULARY, "valid_days: 14", "valid_days: 14.5", ("whole number",)),
    Breakage("factor of a unit", VOCABULARY, 'factor: "0.1"', 'factor: "a tenth"', ("factor",)),
    Breakage(
        "key twice in a rule",
        SAFETY,
        "    stance: withhold\n",
        "    stance: withhold\n    stance: avoid\n",
        ("stance", "twice"),
        below=1,
    ),
    Breakage(
        "rule twice in a file", INITIAL, "key: init-systemic-her2", "key: init-systemic", ("init-systemic", "twice")
    ),
    Breakage(
        "rule twice in two files", BLEED, "key: bleed-it-withhold", "key: init-bsc", ("init-bsc", "initial-treatment")
    ),
    Breakage("finding twice", VOCABULARY, "code: csf_cytology", "code: lm_diagnosis", ("lm_diagnosis", "twice")),
    Breakage("derived named like a finding", VOCABULARY, "code: symptomatic_site", "code: kps", ("kps",)),
    Breakage("code badly formed", VOCABULARY, "code: csf_cytology", "code: CSF-cytology", ("CSF-cytology",)),
    Breakage("option named like an operator", VOCABULARY, "{code: none_visible,", "{code: any,", ("any",)),
    Breakage("kind unknown", VOCABULARY, "kind: choice", "kind: chioce", ("kind",)),
    Breakage(
        "a finding overtaken by itself",
        VOCABULARY,
        "- radiotherapy_to_block is yes",
        "- csf_flow is obstructed",
        ("overtake",),
    ),
    Breakage(
        "overtaken by an unknown finding",
        VOCABULARY,
        "- radiotherapy_to_block is yes",
        "- radiotherapy_to_blok is yes",
        ("radiotherapy_to_blok", "radiotherapy_to_block"),
    ),
    Breakage(
        "overtaken by two terms at once",
        VOCABULARY,
        "- radiotherapy_to_block is yes",
        "- radiotherapy_to_block is yes and raised_icp is yes",
        ("one term",),
    ),
    Breakage(
        "a circle of questions",
        VOCABULARY,
        "asked_when: lm_diagnosis is suspected",
        "asked_when: clinical_suspicion is high",
        ("circle", "clinical_suspicion"),
        below=-8,
    ),
    Breakage(
        "a circle through a derived finding",
        VOCABULARY,
        "      cord_compression is yes\n",
        "      symptomatic_site is yes\n",
        ("circle", "symptomatic_site"),
        below=-8,
    ),
    Breakage(
        "intervention unknown",
        SAFETY,
        "intervention: csf_flow_study",
        "intervention: csf_flow_studies",
        ("csf_flow_studies", "csf_flow_study"),
    ),
    Breakage("stance unknown", SAFETY, "stance: discuss", "stance: discus", ("discus",)),
    Breakage(
        "reference missing",
        SAFETY,
        "references: [flow-compartments,",
        "references: [flow-compartment,",
        ("flow-compartment", "flow-compartments"),
    ),
    Breakage("statement missing", INITIAL, "statements: [B6]", "statements: [B99]", ("B99",)),
    Breakage("question missing", SAFETY, "questions: [puncture-thresholds]", "questions: [puncture]", ("puncture",)),
    Breakage(
        "accompanied rule missing",
        INITIAL,
        "accompanies: [init-rt-symptomatic]",
        "accompanies: [init-rt]",
        ("init-rt",),
    ),
    Breakage("answered finding missing", INITIAL, "answers: csf_flow", "answers: csf_flows", ("csf_flows", "csf_flow")),
    Breakage("carrier missing", EVIDENCE, '"finding:kps"', '"finding:karnofsky"', ("finding:karnofsky",)),
    Breakage("field unknown", SAFETY, "    origin: own\n", "    orgin: own\n", ("orgin",), below=-8),
    Breakage("status approved by a file", RELEASE, "status: under review", "status: perfect", ("status",)),
    Breakage("not YAML", SAFETY, "rules:\n", "rules: [\n", ("YAML",), below=1),
]
