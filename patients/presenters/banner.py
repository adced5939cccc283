"""The patient banner of every single-patient page, in the order and words of the NHS display standard."""

from dataclasses import asdict, dataclass
from datetime import date

from django.utils import timezone

from patients.dates import short_date
from patients.models import Allergy, Patient
from patients.states import AllergyStatus

SHAPES = {
    AllergyStatus.KNOWN: "allergy-known",
    AllergyStatus.NONE_KNOWN: "allergy-none",
    AllergyStatus.NOT_RECORDED: "allergy-unknown",
    AllergyStatus.UNAVAILABLE: "allergy-unavailable",
}


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

    def as_document(self) -> dict[str, object]:
        """As it is kept in a signed plan."""
        return {**asdict(self), "allergies": list(self.allergies)}

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
    )


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
