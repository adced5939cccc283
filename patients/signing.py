"""What stands in the way of a signature, each obstacle in a sentence and with the place where it can be removed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from django.conf import settings

from pathways.engine.evaluation import Verdict
from pathways.models import Release
from pathways.selectors import may_advise
from patients.advice import must_be_answered
from patients.dates import short_date
from patients.findings import Board, board_of
from patients.models import Assessment, Decision, Patient
from patients.models.decisions import Person
from patients.planned import overdue
from patients.states import AdviceAnswer, SignatureMeaning, TumourKind

ADULT_AGE = 18  # the intended use: adults; stated on the page about the application
DAYS_LOOKED_BACK = 7


class SignObstacle(Enum):
    UNDER_AGE = "under_age"
    NOT_A_SOLID_TUMOUR = "not_a_solid_tumour"
    TUMOUR_KIND_NOT_RECORDED = "tumour_kind_not_recorded"
    NO_GUIDANCE = "no_guidance"
    OTHER_GUIDANCE = "other_guidance"
    ANSWER_REFUSED = "answer_refused"
    VERDICT_NOT_ANSWERED = "verdict_not_answered"
    UNSETTLED_NOT_ACKNOWLEDGED = "unsettled_not_acknowledged"
    NOT_DISCUSSED = "not_discussed"
    NO_MEANING = "no_meaning"
    ON_BEHALF_OF_WHOM = "on_behalf_of_whom"
    REASSESS_IN_THE_PAST = "reassess_in_the_past"
    DUE_IN_THE_PAST = "due_in_the_past"
    BOARD_CHANGED = "board_changed"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 (a name, no password)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`field` is the form's field or the finding's code; `intervention` the verdict that is concerned."""

    kind: SignObstacle
    message: str
    field: str = ""
    intervention: str = ""


@dataclass(frozen=True, slots=True)
class SignForm:
    """What the person who signs fills in; the password is checked apart."""

    board_hash: str
    meaning: str
    on_behalf_of: str
    reassess_by: date | None
    acknowledged_unsettled: bool
    discussed_with: str


def obstacles_of_record(board: Board, in_force: Release | None, *, today: date) -> tuple[Obstacle, ...]:
    """What the assessment lacks, whoever signs it. Missing findings are never an obstacle."""
    return (
        *intended_use(board.assessment.patient, today),
        *guidance(board.assessment, in_force),
        *refused_answers(board),
        *unanswered(board),
        *days_passed(board, today),
    )


def obstacles_of_form(board: Board, form: SignForm, *, today: date) -> tuple[Obstacle, ...]:
    found = []
    if unsettled(board) and not form.acknowledged_unsettled:
        found.append(
            Obstacle(
                SignObstacle.UNSETTLED_NOT_ACKNOWLEDGED,
                "Some advice is not settled. Confirm that you have seen which.",
                "acknowledged_unsettled",
            )
        )
    if overridden(board) and not form.discussed_with.strip():
        found.append(
            Obstacle(
                SignObstacle.NOT_DISCUSSED,
                "A “Do not” is given anyway. Write with whom this was discussed: name and role.",
                "discussed_with",
            )
        )
    if form.meaning not in SignatureMeaning.values:
        found.append(Obstacle(SignObstacle.NO_MEANING, "Choose what your signature means.", "meaning"))
    elif form.meaning == SignatureMeaning.ON_BEHALF and not form.on_behalf_of.strip():
        found.append(Obstacle(SignObstacle.ON_BEHALF_OF_WHOM, "Write who made the decisions.", "on_behalf_of"))
    if form.reassess_by and form.reassess_by < today:
        found.append(
            Obstacle(SignObstacle.REASSESS_IN_THE_PAST, "The day of reassessment has passed already.", "reassess_by")
        )
    if hash_seen(form) != board.sha256:
        found.append(Obstacle(SignObstacle.BOARD_CHANGED, changed_since(board, form, today=today)))
    return tuple(found)


def intended_use(patient: Patient, today: date) -> tuple[Obstacle, ...]:
    found = []
    if patient.age_on(today) < ADULT_AGE:
        found.append(
            Obstacle(
                SignObstacle.UNDER_AGE,
                "Outside the intended use: the guidance is for adults, and the patient is under 18. "
                "A care plan cannot be signed.",
            )
        )
    match TumourKind(patient.tumour_kind):
        case TumourKind.NOT_SOLID:
            found.append(
                Obstacle(
                    SignObstacle.NOT_A_SOLID_TUMOUR,
                    "Outside the intended use: the guidance is for metastases of solid tumours. "
                    "A care plan cannot be signed.",
                )
            )
        case TumourKind.NOT_RECORDED:
            found.append(
                Obstacle(
                    SignObstacle.TUMOUR_KIND_NOT_RECORDED,
                    "Record first whether the patient has a solid tumour: edit the patient's details.",
                )
            )
        case TumourKind.SOLID:
            pass
    return tuple(found)


def guidance(assessment: Assessment, in_force: Release | None) -> tuple[Obstacle, ...]:
    if in_force is None:
        approved = "approved " if settings.LM_MODE == "live" else ""
        sentence = f"No {approved}guidance is in force: a care plan cannot be signed."
        return (Obstacle(SignObstacle.NO_GUIDANCE, sentence),)
    if in_force.pk != assessment.release_id:
        which = "Newer guidance is" if in_force.number > assessment.release.number else "Earlier guidance is again"
        sentence = f"{which} in force. Move the assessment to it and look at what changes."
        return (Obstacle(SignObstacle.OTHER_GUIDANCE, sentence),)
    return ()


def refused_answers(board: Board) -> tuple[Obstacle, ...]:
    """Not a missing finding: somebody entered something, and it does not count."""
    findings = board.evaluation.release.vocabulary.findings
    return tuple(
        Obstacle(
            SignObstacle.ANSWER_REFUSED,
            f"{findings[code].label}: “{findings[code].label_of(stored['refused']['entered'])}” was not accepted. "
            f"{stored['refused']['message']}",
            code,
        )
        for code, stored in board.assessment.findings.items()
        if stored["refused"] and code in findings
    )


def unanswered(board: Board) -> tuple[Obstacle, ...]:
    if not may_advise(board.assessment.release):
        return ()
    interventions = board.evaluation.release.vocabulary.interventions
    found = []
    for code, verdict in board.evaluation.verdicts.items():
        if must_be_answered(verdict) and board.fitting_decision(code) is None:
            earlier = " Your earlier answer was to other advice." if code in board.decisions else ""
            message = f"{interventions[code].label}: answer the advice.{earlier}"
            found.append(Obstacle(SignObstacle.VERDICT_NOT_ANSWERED, message, intervention=code))
    return tuple(found)


def days_passed(board: Board, today: date) -> tuple[Obstacle, ...]:
    """A draft may lie for days: nobody signs that something is to be done by yesterday."""
    return tuple(
        Obstacle(
            SignObstacle.DUE_IN_THE_PAST,
            f"{one.label}: the day by which it is to be done, {short_date(one.due)}, has passed already.",
            one.field,
        )
        for one in overdue(board, today=today)
    )


def unsettled(board: Board) -> tuple[Verdict, ...]:
    """Shown on the page and acknowledged once; a missing finding never blocks. Nothing where nothing is advised."""
    if not may_advise(board.assessment.release):
        return ()
    return tuple(verdict for verdict in board.evaluation.verdicts.values() if not verdict.settled)


def overridden(board: Board) -> tuple[Decision, ...]:
    """Prohibitions that somebody decided against, with reason and alternative."""
    fitting = [board.fitting_decision(code) for code in board.evaluation.verdicts]
    return tuple(one for one in fitting if one is not None and one.answer == AdviceAnswer.GIVE_ANYWAY)


def hash_seen(form: SignForm) -> str:
    """Without the hashes of the parts."""
    return form.board_hash.partition(".")[0]


def changed_since(board: Board, form: SignForm, *, today: date) -> str:
    """If the page was opened before midnight we can say what the new day changed; else somebody else did."""
    for days in range(1, DAYS_LOOKED_BACK + 1):
        earlier = board_of(board.assessment, today=today - timedelta(days=days))
        if earlier.sha256 == hash_seen(form):
            return f"Since you opened this page a day has ended. Changed: {', '.join(changes(earlier, board))}."
    what = ", ".join(board.changed_parts(form.board_hash)) or "the advice, the answers or the texts"
    return f"Changed since you opened this page: {what}. Read it again, then sign."


def changes(earlier: Board, now: Board) -> list[str]:
    vocabulary = now.evaluation.release.vocabulary
    findings = [
        finding.label
        for code, finding in vocabulary.findings.items()
        if earlier.evaluation.findings[code].status is not now.evaluation.findings[code].status
    ]
    interventions = [
        intervention.label
        for code, intervention in vocabulary.interventions.items()
        if earlier.advice_hashes[code] != now.advice_hashes[code]
    ]
    return findings + interventions or ["the order of what is missing"]


@dataclass(frozen=True, slots=True)
class Signature:
    """What the signed body says about its signature; `number` counts the patient's plans."""

    number: int
    signed_at: datetime
    signed_by: Person
    meaning: SignatureMeaning
    on_behalf_of: str
    reassess_by: date | None
    discussed_with: str
