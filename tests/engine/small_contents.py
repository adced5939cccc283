"""Hypothesis strategies for small random contents: asked-when chains, overtaking, derived findings, all stances."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.engine import documents
from tests.engine.documents import Document

STANCES = ("contraindicate", "withhold", "avoid", "discuss", "recommend", "consider", "note")
NAMES = ("alpha", "bravo", "charlie", "delta", "echo")
OPTIONS = ("red", "amber", "green")
UNITS = [{"code": "mg/dL", "factor": 1}, {"code": "g/L", "factor": 100}, {"code": "mg/L", "factor": "0.1"}]
LIMITS = {None: ("30", "70"), "mg/dL": ("30", "70"), "g/L": ("0.3", "0.7"), "mg/L": ("300", "700")}


@dataclass(slots=True)
class Draft:
    """What has been made so far; conditions may only look back, so there are no cycles."""

    findings: list[Document] = field(default_factory=list)
    derived: list[Document] = field(default_factory=list)

    @property
    def nodes(self) -> list[Document]:
        return self.findings + self.derived


def options_of(node: Document) -> list[str]:
    return [option["code"] for option in node["options"]] if node.get("options") else ["yes", "no"]


@st.composite
def terms(draw: st.DrawFn, node: Document) -> str:
    code = node["code"]
    if node.get("kind") == "number":
        unit = draw(st.sampled_from([one["code"] for one in node["units"]])) if node.get("units") else None
        limit = draw(st.sampled_from(LIMITS[unit]))
        return f"{code} {draw(st.sampled_from(('<', '<=', '>', '>=')))} {limit} {unit or ''}".strip()
    options = options_of(node)
    if len(options) > 2 and draw(st.booleans()):
        listed = draw(st.permutations(options))[:2]
        return f"{code} {draw(st.sampled_from(('is any of', 'is none of')))} {', '.join(listed)}"
    return f"{code} {draw(st.sampled_from(('is', 'is', 'is not')))} {draw(st.sampled_from(options))}"


@st.composite
def conditions(draw: st.DrawFn, pool: list[str]) -> str:
    """One or two alternatives of one to three terms out of a pool small enough for rules to cover each other."""
    alternatives = []
    for _ in range(draw(st.integers(1, 2))):
        chosen = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3, unique_by=lambda term: term.split()[0]))
        alternatives.append(" and ".join(chosen))
    return "\n".join(dict.fromkeys(alternatives))


def pools(nodes: list[Document], size: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(nodes).flatmap(terms), min_size=1, max_size=size, unique=True)


@st.composite
def findings(draw: st.DrawFn, code: str, earlier: Draft) -> Document:
    made = draw(
        st.sampled_from(
            [
                documents.finding(code),
                documents.finding(code, *OPTIONS),
                documents.finding(code, *OPTIONS[:2]),
                documents.number(code, maximum=100, step=10),
                documents.number(code, units=UNITS),
            ]
        )
    )
    if earlier.nodes and draw(st.booleans()):
        made = made | {"asked_when": draw(pools(earlier.nodes, 3).flatmap(conditions))}
    if draw(st.booleans()):
        made = made | {"valid_days": draw(st.sampled_from((1, 3, 14)))}
    return made


@st.composite
def vocabularies(draw: st.DrawFn) -> Draft:
    draft = Draft()
    for code in NAMES[: draw(st.integers(2, len(NAMES)))]:
        draft.findings.append(draw(findings(code, draft)))
        if len(draft.derived) < 2 and draw(st.integers(0, 3)) == 0:
            when = draw(pools(draft.nodes, 3).flatmap(conditions))
            draft.derived.append(documents.derived(f"derived_{code}", when, "high", "low"))
    draft.findings = [draw(with_overturners(finding, draft.findings)) for finding in draft.findings]
    return draft


@st.composite
def with_overturners(draw: st.DrawFn, finding: Document, others: list[Document]) -> Document:
    """Overturners may stand anywhere in the vocabulary: overtaking looks at what was recorded only."""
    possible = [other for other in others if other["code"] != finding["code"]]
    if not possible or draw(st.booleans()):
        return finding
    chosen = draw(st.lists(st.sampled_from(possible), min_size=1, max_size=2, unique_by=lambda one: one["code"]))
    return finding | {"overtaken_by": [draw(terms(one)) for one in chosen]}


@st.composite
def rules(draw: st.DrawFn, key: str, pool: list[str], draft: Draft, interventions: tuple[str, ...]) -> Document:
    made = documents.rule(
        key,
        draw(st.sampled_from(STANCES)),
        "always" if draw(st.integers(0, 7)) == 0 else draw(conditions(pool)),
        draw(st.sampled_from(interventions)),
    )
    if made["stance"] in ("recommend", "consider") and draw(st.booleans()):
        made = made | {"answers": draw(st.sampled_from(draft.findings))["code"]}
    if made["stance"] == "withhold":
        made = made | {"lifted_by": "Time lifts it."}
    return made


@st.composite
def accompanying_note(draw: st.DrawFn, followed: list[Document]) -> Document:
    """A note that goes with one or two rules on the same intervention."""
    intervention = draw(st.sampled_from(followed))["intervention"]
    keys = [rule["key"] for rule in followed if rule["intervention"] == intervention]
    chosen = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True))
    return documents.rule("note-along", "note", None, intervention, accompanies=chosen)


@st.composite
def small_contents(draw: st.DrawFn) -> Document:
    draft = draw(vocabularies())
    interventions = ("drug", "device")[: draw(st.integers(1, 2))]
    pool = draw(pools(draft.nodes, 6))
    pathways = []
    for number in range(draw(st.integers(1, 2))):
        scope = "always" if draw(st.booleans()) else draw(conditions(pool))
        keys = [f"rule-{number}-{index}" for index in range(draw(st.integers(1, 4)))]
        made = [draw(rules(key, pool, draft, interventions)) for key in keys]
        pathways.append(documents.pathway(f"pathway-{number}", made, scope))
    followed = [rule for pathway in pathways for rule in pathway["rules"] if rule["stance"] != "note"]
    if followed and draw(st.booleans()):
        pathways[-1]["rules"].append(draw(accompanying_note(followed)))
    return documents.release(draft.findings, pathways, derived=draft.derived, interventions=interventions)
