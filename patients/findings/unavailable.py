"""The one guard around the engine: while advice is stopped nobody is evaluated, and no fault breaks a page."""

import logging
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseFault
from django.http import Http404

from pathways.decision_support import ANSWERS_SAVED, USE_PAPER, own_stop_sentence, stop_sentence
from pathways.engine.release import Release as EngineRelease
from pathways.known_patients import own_outcome
from pathways.models import Release
from pathways.selectors import LoadedRelease, TamperedRelease
from pathways.selectors.canaries import stopped_since
from patients.models import Assessment
from patients.models.assessments import STOPPED_SINCE
from patients.models.plans import AlteredPlan
from patients.permissions import NotAllowed

logger = logging.getLogger(__name__)


class AlteredRecord(RuntimeError):
    """What is stored of an assessment is not what was written there."""


# Not faults of the engine: each has an answer of its own.
OTHERS = (TamperedRelease, AlteredPlan, AlteredRecord, NotAllowed, PermissionDenied, Http404, DatabaseFault)


class AdviceUnavailable(Exception):
    """There is no evaluation, and the sentence says why. Nothing that was saved is touched by it."""

    def __init__(self, sentence: str, *, patient: UUID | None = None, assessment: UUID | None = None) -> None:
        self.sentence = sentence
        self.patient = patient
        self.assessment = assessment
        super().__init__(sentence)


class AdviceStopped(AdviceUnavailable):
    """Known patients are advised otherwise. `own` is the release for which this process itself found it. HZ-65"""

    def __init__(self, sentence: str, *, own: Release | None = None) -> None:
        self.own = own
        super().__init__(sentence)


class EngineFailed(AdviceUnavailable):
    """The engine could not evaluate; `incident` stands on the page and in the log. HZ-66"""

    def __init__(self, incident: str, *, patient: UUID | None, assessment: UUID | None) -> None:
        self.incident = incident
        super().__init__(
            f"Recommendations are unavailable. {ANSWERS_SAVED} {USE_PAPER} Incident {incident}.",
            patient=patient,
            assessment=assessment,
        )


@contextmanager
def guarded_engine(assessment: Assessment | None = None, *, in_force: LoadedRelease | None = None) -> Iterator[None]:
    """Around everything that evaluates or reads an evaluation. Raises AdviceUnavailable, and nothing of the engine's.

    What the database, a permission or an altered record raises goes on as it is. Whether advice is stopped stands
    beside the assessment, or beside the release in force; else it is asked for.
    """
    if in_force is None:
        refuse_while_stopped(assessment)
    else:
        refuse_since(in_force.stopped_since)
    try:
        yield
    except (AdviceUnavailable, *OTHERS):
        raise
    except Exception as fault:  # noqa: BLE001 (a fault of any kind takes the advice away, and nothing else)
        incident = new_incident()
        log_fault(incident, fault)
        raise failed(incident, assessment) from None  # what the fault says may hold answers of the patient


def failed(incident: str, assessment: Assessment | None) -> EngineFailed:
    if assessment is None:
        return EngineFailed(incident, patient=None, assessment=None)
    return EngineFailed(incident, patient=assessment.patient_id, assessment=assessment.pk)


def refuse_while_stopped(assessment: Assessment | None) -> None:
    """Costs no statement where the assessment was selected `with_patient_and_release`."""
    known = {} if assessment is None else assessment.__dict__
    refuse_since(known[STOPPED_SINCE] if STOPPED_SINCE in known else stopped_since())


def refuse_since(since: datetime | None) -> None:
    if since is not None:
        raise AdviceStopped(f"{stop_sentence(since)} {ANSWERS_SAVED}")


def refuse_own_difference(engine: EngineRelease, record: Release | None = None) -> None:
    """Safety: a process whose own engine is wrong advises nobody, whatever the timer's process found. HZ-65"""
    if not own_outcome(engine).passed:
        raise AdviceStopped(f"{own_stop_sentence()} {ANSWERS_SAVED}", own=record)


def new_incident() -> str:
    return f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()


def log_fault(incident: str, fault: BaseException) -> None:
    """Safety: where it happened and of what kind, never the words of the fault, which may hold a patient's answers."""
    logger.critical("Incident %s: the engine could not evaluate.\n%s", incident, where(fault))


def where(fault: BaseException) -> str:
    lines = []
    cause: BaseException | None = fault
    while cause is not None:
        lines += [type(cause).__name__, *(line.rstrip() for line in traceback.format_tb(cause.__traceback__))]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines)
