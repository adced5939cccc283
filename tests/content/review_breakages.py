"""Ways to break what was renamed, and the review dates, places and answers of the shipped files."""

from __future__ import annotations

from tests.content.breakages import Breakage
from tests.content.folders import EVIDENCE, SAFETY, VOCABULARY

ANSWER = "    answer: By 70.\n    answered_by: Dr A. Board\n"


def renamed(name: str, entries: str, *words: str, below: int = 0) -> Breakage:
    return Breakage(name, VOCABULARY, "interventions:\n", f"renamed:\n{entries}\ninterventions:\n", words, below)


def entry(finding: str, *, key: str = "one", **fields: str) -> str:
    others = "".join(f"    {name}: {value}\n" for name, value in fields.items())
    return f"  - key: {key}\n    finding: {finding}\n{others}    reason: Clearer.\n"


REVIEW_BREAKAGES = [
    renamed("renamed to nothing", entry("old_flow"), "Say in `to`", below=1),
    renamed(
        "renamed to an unknown finding", entry("old_flow", to="csf_flo"), "csf_flo", "Did you mean csf_flow?", below=3
    ),
    renamed("renamed although it exists", entry("kps", to="csf_flow"), "“kps” exists", below=2),
    renamed("renamed although it is derived", entry("prognosis", to="csf_flow"), "“prognosis” exists", below=2),
    renamed(
        "renamed twice",
        entry("old_flow", to="csf_flow") + entry("old_flow", key="two", to="kps"),
        "two",
        "further up already",
        below=5,
    ),
    renamed(
        "a chain that leads nowhere",
        entry("old_flow", to="new_flow") + entry("newer_flow", key="two", to="csf_flow"),
        "one",
        "new_flow",
        below=3,
    ),
    renamed(
        "option renamed to an unknown one",
        entry("vte", option="some", to="establishd"),
        "establishd",
        "Did you mean established?",
        below=4,
    ),
    renamed(
        "option renamed although it exists", entry("vte", option="none", to="established"), "“none” exists", below=3
    ),
    renamed("option of an unknown finding", entry("old_flow", option="open"), "old_flow", below=2),
    Breakage(
        "renamed without a reason",
        VOCABULARY,
        "interventions:\n",
        "renamed:\n  - key: one\n    finding: old\n    to: kps\n\ninterventions:\n",
        ("Say why",),
        below=1,
    ),
    # Heads, places and answers
    Breakage("review on no day", SAFETY, "scope: always", "review_by: next year\nscope: always", ("next year",)),
    Breakage(
        "place in a reference that the rule has not",
        SAFETY,
        "    references: [flow-compartments,",
        "    places:\n      quartz: page 2\n    references: [flow-compartments,",
        ("quartz", "references of the rule"),
        below=1,
    ),
    Breakage(
        "place that says nothing",
        SAFETY,
        "    references: [flow-compartments,",
        '    places:\n      flow-compartments: " "\n    references: [flow-compartments,',
        ("page or section",),
        below=1,
    ),
    Breakage(
        "answer without a day",
        EVIDENCE,
        "questions:\n  - key: kps-threshold\n",
        f"questions:\n  - key: prognosis-cut-off\n{ANSWER}",
        ("all three or none",),
        below=1,
    ),
    Breakage(
        "answered on no day",
        EVIDENCE,
        "questions:\n  - key: kps-threshold\n",
        f"questions:\n  - key: prognosis-cut-off\n{ANSWER}    answered_on: soon\n",
        ("soon",),
        below=4,
    ),
]
