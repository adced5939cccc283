"""The patient banner of every single-patient page, in the order and words of the NHS display standard."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from patients.dates import short_date, short_moment, short_time
from patients.models import Allergy, Patient
from patients.states import AllergyStatus

SHAPES = {
    AllergyStatus.KNOWN: "allergy-known",
    AllergyStatus.NONE_KNOWN: "allergy-none",
    AllergyStatus.NOT_RECORDED: "allergy-unknown",
    AllergyStatus.UNAVAILABLE: "allergy-unavailable",
}


@dataclass(frozen=True, slots=True)
class OpenedStrip:
    """The person sees this record through break-glass alone, until then."""

    until: str
    end_href: str


@dataclass(frozen=True, slots=True)
class PatientBanner:
    """`died` is empty for a living patient; then `born` carries the age. `short_name` is for page titles."""

    name: str
    short_name: str
    preferred: str
    born: str
    gender: str
    nhs_number: str
    hospital_number: str
    ward: str
    consultant: str
    died: str
    allergy_shape: str
    allergy_words: str
    allergies: tuple[str, ...]
    opened: OpenedStrip | None = None

    def as_document(self) -> dict[str, object]:
        """As it is kept in a signed plan: about the patient, and nothing about who is looking."""
        document = {**asdict(self), "allergies": list(self.allergies)}
        del document["opened"]
        return document

    @classmethod
    def from_document(cls, document: dict[str, object]) -> "PatientBanner":
        values = {**document, "allergies": tuple(document["allergies"])}  # type: ignore[arg-type]
        return cls(**values)  # type: ignore[arg-type]


def patient_banner(patient: Patient, *, today: date | None = None) -> PatientBanner:
    day = today or timezone.localdate()
    status = AllergyStatus(patient.allergy_status)
    short_name = f"{patient.family_name.upper()}, {patient.given_names}"
    age = "" if patient.has_died else f" ({patient.age_on(day)}y)"
    return PatientBanner(
        name=f"{short_name} ({patient.title})" if patient.title else short_name,
        short_name=short_name,
        preferred=patient.preferred_name,
        born=f"{short_date(patient.birth_date)}{age}",
        gender=patient.get_sex_display(),
        nhs_number=spaced(patient.nhs_number) or "Not Known",
        hospital_number=patient.hospital_number,
        ward=patient.ward.name,
        consultant=patient.consultant,
        died=f"{short_date(patient.died_on)}, age at death {patient.age_on(day)}y" if patient.died_on else "",
        allergy_shape=SHAPES[status],
        allergy_words=status.label,
        allergies=allergy_lines(patient) if status is AllergyStatus.KNOWN else (),
        opened=opened_strip(patient),
    )


def opened_strip(patient: Patient) -> OpenedStrip | None:
    if patient.opened_until is None or patient.opened_access is None:
        return None
    end_href = reverse("patients:break_glass_end", args=[patient.opened_access])
    return OpenedStrip(clock_time(patient.opened_until), end_href)


def clock_time(moment: datetime) -> str:
    """14:05, with the day where that is not today."""
    is_today = timezone.localdate(moment) == timezone.localdate()
    return short_time(moment) if is_today else short_moment(moment)


def allergy_lines(patient: Patient) -> tuple[str, ...]:
    return tuple(allergy_line(allergy) for allergy in patient.allergies.all())


def allergy_line(allergy: Allergy) -> str:
    """ "penicillin (rash, 03-Mar-2019)"."""
    known = (allergy.reaction, short_date(allergy.recorded_on))
    return f"{allergy.substance} ({', '.join(part for part in known if part)})"


def spaced(nhs_number: str) -> str:
    """999 000 0018, with spaces that do not break the line."""
    parts = (nhs_number[:3], nhs_number[3:6], nhs_number[6:])
    return "\N{NO-BREAK SPACE}".join(part for part in parts if part)
