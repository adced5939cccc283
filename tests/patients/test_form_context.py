"""The signed note in the form."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.core import signing

from patients.findings import ForgedContext, FormContext

CONTEXT = FormContext(uuid4(), uuid4(), uuid4(), 41, uuid4(), date(2026, 11, 22))


def test_it_comes_back_as_it_was() -> None:
    assert FormContext.unsign(CONTEXT.sign()) == CONTEXT


@pytest.mark.parametrize("token", ["", "nonsense", "a:b:c", CONTEXT.sign()[:-1], CONTEXT.sign() + "x"])
def test_forged(token: str) -> None:
    with pytest.raises(ForgedContext):
        FormContext.unsign(token)


def test_the_content_of_one_with_the_signature_of_another() -> None:
    other = replace(CONTEXT, revision=42).sign()
    forged = ":".join([other.split(":")[0], *CONTEXT.sign().split(":")[1:]])
    with pytest.raises(ForgedContext):
        FormContext.unsign(forged)


@pytest.mark.parametrize(
    "content", [[], "text", {}, {"user": "x"}, dict.fromkeys(("user", "patient", "assessment", "day"), "1")]
)
def test_signed_for_another_purpose(content: object) -> None:
    with pytest.raises(ForgedContext):
        FormContext.unsign(signing.dumps(content, salt="patients.form-context"))
    with pytest.raises(ForgedContext):
        FormContext.unsign(signing.dumps(content))
