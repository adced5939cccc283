"""Run as a program: fills an empty database with guidance, clinicians and a draft for each; prints them as JSON."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- needs the loaded applications
from django.db import transaction  # noqa: E402

from accounts.permissions import Role  # noqa: E402
from accounts.services import Person, add_person, add_ward  # noqa: E402
from audit.context import Program, set_process_actor  # noqa: E402
from config.prepare import collect_static  # noqa: E402
from tests import factories  # noqa: E402

PASSWORD = "a long password of drills"  # noqa: S105 -- of a database that is thrown away


def main(number: int) -> None:
    set_process_actor(Program(audit_id="drills", audit_name="The drills"))
    call_command("migrate", verbosity=0)
    call_command("new_audit_signing_key", if_missing=True, verbosity=0)
    call_command("load_content", stdout=sys.stderr)
    collect_static()
    ward = add_ward(code="NEURO", name="Neuro-oncology", by=None)
    made = []
    for one in range(1, number + 1):
        person = add_person(
            Person(
                username=f"clinician-{one}",
                title="Dr",
                first_name="Writer",
                last_name=f"Number{one}",
                role_title="Consultant",
                registration_number=f"TEST-{one}",
                roles=frozenset({Role.SENIOR}),
                is_staff=False,
            ),
            password=PASSWORD,
            wards=[ward],
            by=None,
        )
        with transaction.atomic():
            patient = factories.make_patient(person, ward)
            draft = factories.make_draft(person, patient, factories.FAVOURABLE)
        made.append(
            {
                "username": person.username,
                "password": PASSWORD,
                "person": str(person.pk),
                "patient": str(patient.pk),
                "assessment": str(draft.pk),
            }
        )
    print(json.dumps(made))


if __name__ == "__main__":
    main(int(sys.argv[1]))
