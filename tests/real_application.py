"""Run as a program: a working day through the application of config.wsgi, with its connections guarded.

Prints as JSON what came of it. DATABASE_URL names an empty SQLite file.
"""

import json
import sys
from datetime import date

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- needs the loaded applications
from django.db import DatabaseError, connection, transaction  # noqa: E402

from audit.context import Program, set_process_actor  # noqa: E402

set_process_actor(Program(audit_id="tests", audit_name="The tests"))
call_command("migrate", verbosity=0)

from tests import factories  # noqa: E402
from tests.cast import PASSWORD, Cast, make_cast  # noqa: E402

with transaction.atomic():
    cast = make_cast()
    factories.shipped_release()
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
    ready = factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)
    factories.answer_what_is_required(ready, cast.consultant)

import config.wsgi  # noqa: E402 -- from here on, connections are those of the web server

sealing = [name for name in sys.modules if name.startswith("audit.sealing")]  # which alone reads the signing key

from audit.models import AuditEvent, PendingEvent  # noqa: E402
from patients.models import Allergy, Assessment, Patient, SignedPlan  # noqa: E402
from tests.fresh_forms import FreshForms  # noqa: E402
from tests.guidance import changed_draft  # noqa: E402
from tests.patients.assessment_form import form_of  # noqa: E402
from tests.patients.pages import address  # noqa: E402
from tests.patients.test_patient_form import ADD, typed  # noqa: E402
from tests.patients.test_plan_sign import sign  # noqa: E402


def signed_in(cast: Cast) -> FreshForms:
    """By name and password, through the very application that a server would call."""
    client = FreshForms()
    client.handler._middleware_chain = config.wsgi.application._middleware_chain
    answer = client.post("/accounts/sign-in/", {"username": cast.consultant.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def denied(statement: str) -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return str(error)
    return "done"


client = signed_in(cast)
somebody = typed(cast, nhs_number=factories.nhs_number(), hospital_number="X90001", family_name="Newcomer")
statuses = [client.post(ADD, somebody | {"given_names": "Bea", "birth_date": "02-Feb-1950"}).status_code]
added = Patient.objects.visible_to(cast.consultant).get(family_name="Newcomer")
statuses.append(client.post(address("assessment_start", added.pk)).status_code)
draft = Assessment.objects.get(patient=added)
page = client.get(address("assessment_edit", draft.pk))
statuses.append(client.post(address("assessment_edit", draft.pk), form_of(page, finding_kps="80")).status_code)
statuses.append(sign(client, address("plan_sign", ready.pk)).status_code)
with transaction.atomic():
    Allergy.objects.create(patient=added, substance="latex", reaction="", recorded_on=date(2026, 1, 5))
    Allergy.objects.filter(patient=added).update(reaction="rash")
    Allergy.objects.filter(patient=added).delete()
version = changed_draft(cast.editor)
written = {f"patients_patient/{added.pk}", f"patients_assessment/{draft.pk}", f"pathways_version/{version.pk}"}
seen = AuditEvent.everything.filter(action="row.changed", target__in=written).values_list("target", flat=True)
print(
    json.dumps(
        {
            "statuses": statuses,
            "sealing": sealing,
            "plans": SignedPlan.objects.count(),
            "rows not seen": sorted(written - set(seen)),
            "denied": [
                denied(f"DELETE FROM {table}") for table in ("audit_event", "audit_pending", "audit_patient_key")
            ],
            "waiting": PendingEvent.objects.count() == AuditEvent.everything.count(),
        }
    )
)
