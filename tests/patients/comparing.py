"""A plan of ten days ago, guidance that came after it, and how the tests read the page that compares."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from pathways.models import Release
from patients.findings import Answer
from patients.models import Assessment, Patient, SignedPlan
from patients.services.assessments import start_assessment
from tests import factories
from tests.cast import Cast
from tests.patients.conftest import NOW
from tests.patients.pages import ClientOf, address, text_of

THEN = NOW - timedelta(days=10)  # performance still counts, and does not four days from now
SETTLING = {"intracranial_bleed": "none", "ventricular_device": "none"}


def rule_changed(key: str, **changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for pathway in document["pathways"]:
            for rule in pathway["rules"]:
                if rule["key"] == key:
                    rule.update(changes)

    return change


MILDER = rule_changed("init-wbrt-routine", stance="discuss", professional="Take whole-brain radiotherapy to the team.")


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


@pytest.fixture
def plan(cast: Cast, patient: Patient, release: Release) -> SignedPlan:
    """Signed ten days ago."""
    with time_machine.travel(THEN, tick=False):
        return factories.make_plan(cast.consultant, patient, SETTLING)


def reassessed(cast: Cast, patient: Patient, answers: Mapping[str, str | Answer], **changed: Any) -> Assessment:
    draft = start_assessment(patient, by=cast.consultant)
    return factories.save(draft, cast.consultant, answers, **changed).assessment


def url_of(patient: Patient, view: str = "compare", **asked: object) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"{address(view, patient.pk)}?{query}"


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)).replace("&#x27;", "'")


def row(page: str, label: str) -> str:
    """The words of a table's row, without its marks."""
    found = [one for one in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if f'<th scope="row">{label}</th>' in one]
    assert len(found) == 1, (label, len(found))
    return words(found[0])


def heads(page: str) -> list[str]:
    """The two columns of the findings, or the verdicts, that are compared."""
    found = re.findall(r'<th scope="col">(.*?)</th>', page, re.DOTALL)
    return [words(one).strip().replace(" , ", ", ") for one in found[1:3]]


def show(client: Client, patient: Patient, view: str = "compare", **asked: object) -> str:
    response = client.get(url_of(patient, view, **asked))
    assert response.status_code == 200
    return text_of(response)
