"""Wording: its length, the sentences of patients, and what is known to be misread."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.gate.report import Level, Line
from pathways.gate.texts import Use
from pathways.gate.wording import LONGEST
from tests.engine.documents import Document
from tests.gate.contents import FORBIDS, GIVES, PART, document, lines_of, report_on


def with_wording(**wording: str) -> Document:
    return document(GIVES | wording, FORBIDS)


def with_evidence(name: str, text: str) -> Document:
    made = document()
    made["evidence"][name] = [{"key": "told", "text": text, "references": ["local"]}]
    return made


def unsafe(checked: Document) -> list[Line]:
    return lines_of(report_on(checked), "unsafe-abbreviation", Level.BLOCKING)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Give 50 µg daily.", "µg"),
        ("Give 50 μg daily.", "μg"),
        ("Give 50 mcg daily.", "mcg"),
        ("Give 5000 IU daily.", "IU"),
        ("Give 5000IU daily.", "IU"),
        ("Give 50mcg daily.", "mcg"),
        ("Give 10 U daily.", "U"),
        ("Give 10U daily.", "U"),
        ("Give 10 u daily.", "u"),
        ("Give 5 mg qd.", "qd"),
        ("Give 5 mg od.", "od"),
        ("Give 5 mg OD.", "OD"),
        ("Give 5 mg q.o.d. for a week.", "q.o.d"),
        ("Give 5 mg QOD.", "QOD"),
        ("Give 5 mg bd.", "bd"),
        ("Give 5 mg tds.", "tds"),
        ("Give MS for pain.", "MS"),
        ("Give MgSO4 first.", "MgSO4"),
        ("Methotrexate IT twice weekly.", "IT"),
        ("Methotrexate i.t. twice weekly.", "i.t."),
        ("Methotrexate 10mg twice weekly.", "10mg"),
        ("Rinse with 2.5mL first.", "2.5mL"),
        ("Give 30Gy in all.", "30Gy"),
        ("Give 1.0 mg once.", "1.0 mg"),
        ("Give 1.50\N{NO-BREAK SPACE}mL once.", "1.50\N{NO-BREAK SPACE}mL"),
        ("Give 2.0 mg/kg once.", "2.0 mg"),
        ("Give .5 mg once.", ".5"),
        ("Give it with KPS > 70.", ">"),
        ("Give it with KPS ≥ 70.", "≥"),
        ("Give it while platelets < 50.", "<"),
        ("Repeat it on 3/4/26.", "3/4/26"),
        ("Repeat it on 03.04.2026.", "03.04.2026"),
        ("Repeat it on 03-04-2026.", "03-04-2026"),
    ],
)
@pytest.mark.parametrize("field", ["professional", "patient"])
def test_what_can_be_misread_blocks(field: str, text: str, quoted: str) -> None:
    found = unsafe(with_wording(**{field: text}))
    assert [(line.part, line.entry) for line in found] == [(PART, "rules/gives")]
    assert f"“{quoted}”" in found[0].text
    assert "Write " in found[0].text


@pytest.mark.parametrize(
    "text",
    [
        "Methotrexate 15 mg intrathecal twice weekly for 4 weeks.",
        "Give 0.5 mg once and 10 mg daily after that.",
        "Give 10 units daily.",
        "A CSF protein below 100 mg/dL (1 g/L) counts; the report said 1.0 g/L or 5.50 mmol/L.",
        "Median survival was 4.0, 10 and 13.3 months in 66 % of them.",
        "In HER2-positive or EGFR T790M disease, grade 3 or 4.",
        "Repeat it on 22-Nov-2026 or 22 November 2026; see version 5.2020.",
        "The odds did it no good; put it to the board.",
        "US and UK patients, MSK included.",
        "Give 30 Gy in 10, 33 Gy in 11.",
        "A sum of 1000 and 20/40 of them.",
    ],
)
def test_plain_clinical_writing_passes(text: str) -> None:
    report = report_on(with_wording(professional=text, patient=text))
    assert lines_of(report, "unsafe-abbreviation", Level.BLOCKING) == []
    assert len(lines_of(report, "unsafe-abbreviation", Level.PASSED)) == 1


@pytest.mark.parametrize(("name", "entry"), [("cautions", "cautions/told"), ("evidence_notes", "evidence_notes/told")])
def test_cautions_and_notes_are_read_too(name: str, entry: str) -> None:
    assert [(line.part, line.entry) for line in unsafe(with_evidence(name, "Give 10mg."))] == [("evidence", entry)]


def test_a_sign_is_refused_where_somebody_acts_on_it_and_not_in_a_note() -> None:
    assert unsafe(with_evidence("evidence_notes", "The trial took KPS > 60.")) == []
    assert len(unsafe(with_evidence("cautions", "Not with KPS > 60."))) == 1


@pytest.mark.parametrize(
    ("field", "use"), [("professional", Use.PROFESSIONAL), ("patient", Use.PATIENT), ("lifted_by", Use.LIFTED_BY)]
)
def test_a_text_longer_than_its_room_blocks(field: str, use: Use) -> None:
    room = LONGEST[use]
    fits: dict[str, Any] = {field: "x" * room}
    assert lines_of(report_on(with_wording(**fits)), "wording-length", Level.BLOCKING) == []
    report = report_on(with_wording(**{field: "x" * (room + 1)}))
    line = lines_of(report, "wording-length")[0]
    assert line.level is Level.BLOCKING
    assert (line.part, line.entry) == (PART, "rules/gives")
    assert f"has {room + 1} characters; there is room for {room}" in line.text


def test_labels_have_their_room_too() -> None:
    made = document()
    made["vocabulary"]["findings"][0]["label"] = "x" * 61
    line = lines_of(report_on(made), "wording-length")[0]
    assert (line.level, line.part, line.entry) == (Level.BLOCKING, "vocabulary", "findings/fever")


def test_long_sentences_for_patients_are_only_advice() -> None:
    long = " ".join(["word"] * 26) + "."
    report = report_on(with_wording(patient=f"{long} A short one. {long}"))
    line = lines_of(report, "patient-sentence-length")[0]
    assert line.level is Level.WARNING
    assert "2 long sentences (26 words)" in line.text
    assert lines_of(report_on(with_wording(patient=" ".join(["word"] * 25) + ".")), line.check) == []
    assert lines_of(report_on(with_wording(professional=long)), line.check) == []
