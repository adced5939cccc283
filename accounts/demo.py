"""The demo people of a training installation, and where their passwords are kept."""

import json
import secrets
from pathlib import Path

from django.conf import settings

from accounts.permissions import Role
from accounts.services import Person

WARDS = {"NEURO": "Neuro-oncology", "MEDONC": "Medical oncology"}

PASSWORD_FILE = settings.VAR_DIR / "demo-passwords.json"

# In the order in which the sign-in page offers them.
PEOPLE: dict[Person, tuple[str, ...]] = {
    Person(
        username="consultant",
        title="Dr",
        first_name="Miriam",
        last_name="Adeyemi",
        role_title="Consultant neuro-oncologist",
        registration_number="DEMO-0001",
        roles=frozenset({Role.SENIOR}),
        is_demo=True,
    ): ("NEURO",),
    Person(
        username="registrar",
        title="Dr",
        first_name="Tom",
        last_name="Whitfield",
        role_title="Registrar in neuro-oncology",
        registration_number="DEMO-0002",
        roles=frozenset({Role.CLINICIAN}),
        is_demo=True,
    ): ("NEURO",),
    Person(
        username="oncologist",
        title="Dr",
        first_name="Lena",
        last_name="Fischer",
        role_title="Consultant medical oncologist",
        registration_number="DEMO-0003",
        roles=frozenset({Role.SENIOR}),
        is_demo=True,
    ): ("MEDONC",),
    Person(
        username="editor",
        title="Dr",
        first_name="Nadia",
        last_name="Brooks",
        role_title="Editor of the guidance",
        roles=frozenset({Role.EDITOR}),
        is_demo=True,
        is_staff=True,
    ): (),
    Person(
        username="reviewer1",
        title="Dr",
        first_name="Hugh",
        last_name="Lindsay",
        role_title="Reviewer, radiation oncology",
        roles=frozenset({Role.REVIEWER}),
        is_demo=True,
        is_staff=True,
    ): (),
    Person(
        username="reviewer2",
        title="Dr",
        first_name="Priya",
        last_name="Raman",
        role_title="Reviewer, neuro-oncology",
        roles=frozenset({Role.REVIEWER}),
        is_demo=True,
        is_staff=True,
    ): (),
    Person(
        username="publisher",
        title="Prof",
        first_name="Elena",
        last_name="Marsh",
        role_title="Chair of the guidance board",
        roles=frozenset({Role.PUBLISHER}),
        is_demo=True,
        is_staff=True,
    ): (),
    Person(
        username="auditor",
        title="Ms",
        first_name="Grace",
        last_name="Okoro",
        role_title="Records auditor",
        roles=frozenset({Role.AUDITOR}),
        is_demo=True,
        is_staff=True,
    ): (),
    Person(
        username="privacy",
        title="Mrs",
        first_name="Joan",
        last_name="Fletcher",
        role_title="Privacy officer",
        roles=frozenset({Role.PRIVACY_OFFICER}),
        is_demo=True,
        is_staff=True,
    ): (),
    Person(
        username="administrator",
        title="Mr",
        first_name="Daniel",
        last_name="Price",
        role_title="System administrator",
        roles=frozenset({Role.ADMINISTRATOR}),
        is_demo=True,
        is_staff=True,
    ): (),
}


def passwords(path: Path) -> dict[str, str]:
    """The passwords of this installation, made when they are missing, readable by their owner alone."""
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    wanted = {person.username: known.get(person.username) or secrets.token_urlsafe(9) for person in PEOPLE}
    if wanted != known:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")
    return wanted
