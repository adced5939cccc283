"""A small release in which everything occurs that the language of conditions and the vocabulary can say."""

from __future__ import annotations

from tests.engine.documents import Document, derived, finding, number, pathway, release, rule

UNITS = [{"code": "g/L", "factor": 1}, {"code": "mg/dL", "factor": "0.01"}, {"code": "mg/L", "factor": "0.001"}]
INTERVENTIONS = ("drug", "scan", "rays", "shunt", "pump")


def synthetic() -> Document:
    document = release(
        [
            finding("diagnosis", "certain", "probable", "doubtful"),
            number("score", maximum=100, step=10),
            number("protein", units=UNITS, maximum=50),
            number("count", maximum=1000, valid_days=7),
            finding("bleed", "none", "old", "fresh", event=True, valid_days=28),
            finding(
                "flow",
                "open",
                "blocked",
                valid_days=28,
                overtaken_by=["bleed is any of old, fresh", "rays_given is yes"],
            ),
            finding("rays_given", event=True, cannot_return={"from": ["yes"], "to": ["no"], "instead": "Withdraw it."}),
            finding("marker", "positive", "negative", "other", asked_when="diagnosis is certain"),
            finding("target", asked_when="marker is any of positive, other\nscore >= 70"),
            finding("wish", "treat", "comfort"),
            finding("today_only", valid_days=0),
        ],
        [
            pathway("first", first_rules(), scope="diagnosis is none of doubtful"),
            pathway("second", second_rules()),
        ],
        derived=[
            derived("outlook", "score >= 60 and wish is treat\ncount > 100", "good", "poor"),
            derived("obstacle", "flow is blocked\nprotein > 500 mg/dL\noutlook is not good"),
        ],
        interventions=INTERVENTIONS,
    )
    document["vocabulary"]["renamed"] = [
        {"key": "score-was-karnofsky", "finding": "karnofsky", "to": "score", "reason": "Shorter."},
        {"key": "old-was-resolved", "finding": "bleed", "option": "resolved", "to": "old", "reason": "Clearer."},
        {"key": "no-more-maybe", "finding": "wish", "option": "maybe", "reason": "Nobody knew what it meant."},
    ]
    return document


def first_rules() -> list[Document]:
    return [
        rule("drug-do", "recommend", "outlook is good and obstacle is no"),
        rule("drug-may", "consider", "score >= 50"),
        rule("drug-not", "contraindicate", "bleed is fresh\nprotein >= 10 g/L"),
        rule("drug-not-specific", "contraindicate", "bleed is fresh and score < 70"),
        rule("drug-wait", "withhold", "flow is blocked and bleed is not fresh", lifted_by="Open flow."),
        rule("drug-talk", "discuss", "target is yes and marker is not negative"),
        rule("drug-avoid", "avoid", "count <= 20\ncount > 900"),
        rule("drug-note", "note", "protein > 400 mg/L"),
        rule("scan-do", "recommend", "bleed is any of old, fresh", "scan", answers="flow"),
        rule("scan-may", "consider", "always", "scan", answers="today_only"),
    ]


def second_rules() -> list[Document]:
    return [
        rule("rays-do", "recommend", "obstacle is yes\nwish is comfort and score <= 40", "rays"),
        rule("rays-not", "withhold", "rays_given is yes", "rays", lifted_by="Nothing."),
        rule("shunt-do", "recommend", "flow is blocked and outlook is not poor", "shunt"),
        rule("shunt-not", "avoid", "wish is none of treat\nscore < 30", "shunt"),
        rule("pump-not", "contraindicate", "protein < 0.2 g/L and count >= 100\ntoday_only is yes", "pump"),
        rule("pump-talk", "discuss", "diagnosis is any of probable, doubtful\ntarget is no", "pump"),
        rule("general-note", "note", "diagnosis is certain", None),
    ]
