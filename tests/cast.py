"""The people of every test, made the way an administrator makes them."""

from dataclasses import dataclass

from accounts.models import User, Ward
from accounts.permissions import Role
from accounts.services import Person, add_person, add_ward

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True, slots=True)
class Cast:
    neuro_oncology: Ward
    cardiology: Ward
    consultant: User  # senior, neuro-oncology
    registrar: User  # clinician, neuro-oncology
    editor: User
    first_reviewer: User
    second_reviewer: User
    publisher: User
    auditor: User
    privacy_officer: User
    administrator: User
    outsider: User  # senior, cardiology: must never see anything of neuro-oncology

    def everybody(self) -> tuple[User, ...]:
        return (
            self.consultant,
            self.registrar,
            self.editor,
            self.first_reviewer,
            self.second_reviewer,
            self.publisher,
            self.auditor,
            self.privacy_officer,
            self.administrator,
            self.outsider,
        )


def make_cast() -> Cast:
    neuro_oncology = add_ward(code="NEURO", name="Neuro-oncology", by=None)
    cardiology = add_ward(code="CARD", name="Cardiology", by=None)
    return Cast(
        neuro_oncology=neuro_oncology,
        cardiology=cardiology,
        consultant=_person(
            "consultant", "Dr", "Jane", "Okafor", Role.SENIOR, "Consultant neuro-oncologist", neuro_oncology
        ),
        registrar=_person("registrar", "Dr", "Samir", "Haddad", Role.CLINICIAN, "Registrar", neuro_oncology),
        editor=_person("editor", "Dr", "Ruth", "Ellis", Role.EDITOR, "Content editor"),
        first_reviewer=_person("reviewer-1", "Dr", "Ines", "Castro", Role.REVIEWER, "Reviewer"),
        second_reviewer=_person("reviewer-2", "Dr", "Paul", "Meyer", Role.REVIEWER, "Reviewer"),
        publisher=_person("publisher", "Prof", "Anne", "Lindqvist", Role.PUBLISHER, "Head of guidance"),
        auditor=_person("auditor", "Mr", "Owen", "Price", Role.AUDITOR, "Records auditor"),
        privacy_officer=_person("privacy", "Mrs", "Mary", "Nolan", Role.PRIVACY_OFFICER, "Privacy officer"),
        administrator=_person("administrator", "Ms", "Kim", "Tran", Role.ADMINISTRATOR, "System administrator"),
        outsider=_person("outsider", "Dr", "Victor", "Brandt", Role.SENIOR, "Consultant cardiologist", cardiology),
    )


def _person(
    username: str, title: str, first_name: str, last_name: str, role: Role, role_title: str, *wards: Ward
) -> User:
    person = Person(
        username=username,
        title=title,
        first_name=first_name,
        last_name=last_name,
        role_title=role_title,
        registration_number=f"TEST-{username}",
        roles=frozenset({role}),
        is_staff=role not in {Role.SENIOR, Role.CLINICIAN},
    )
    return add_person(person, password=PASSWORD, wards=wards, by=None)
