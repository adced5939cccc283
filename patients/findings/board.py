"""The board: everything that follows today from an assessment, with the hashes that bind signatures to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pathways.engine.currency import Reason
from pathways.engine.evaluation import Evaluation, evaluate
from pathways.engine.observations import BadFinding, Observation, read_observation
from pathways.engine.release import Release
from pathways.engine.vocabulary import Finding, Vocabulary
from pathways.models import Release as ReleaseRecord
from pathways.selectors import loaded, loaded_release, vocabulary_of
from patients.findings.bound import PARTS, advice_hash, bound_parts, sha256
from patients.findings.typed_values import engine_value
from patients.findings.unavailable import guarded_engine, refuse_own_difference
from patients.models import Assessment, Decision
from patients.models.assessments import StoredAnswer
from patients.states import AdviceAnswer

NEEDS_A_NEW_RESULT = (Reason.TOO_OLD, Reason.OVERTAKEN, Reason.OVERTURNER_UNRECORDED)


@dataclass(frozen=True, slots=True)
class StandingDecision:
    """The last answer to an intervention's verdict; `fits` is false when the advice has changed since."""

    decision: Decision
    fits: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What is shown beside the form, reviewed and signed. `decisions` leaves out answers that were taken back."""

    assessment: Assessment
    evaluation: Evaluation
    advice_hashes: dict[str, str]
    decisions: dict[str, StandingDecision]

    def fitting_decision(self, intervention: str) -> Decision | None:
        """The answer that counts: to the advice as it is now."""
        standing = self.decisions.get(intervention)
        return standing.decision if standing and standing.fits else None

    @property
    def sha256(self) -> str:
        """Binds a signature to this board; worked out when it is asked for, because most pages do not need it."""
        return sha256(bound_parts(self.assessment, self.evaluation, self.decisions))

    @property
    def seen(self) -> str:
        """For the page that is signed: the hash of the board, and one of each part, to tell later which has changed."""
        parts = bound_parts(self.assessment, self.evaluation, self.decisions)
        return ".".join([sha256(parts), *(sha256({name: parts[name]}) for name in PARTS)])

    def changed_parts(self, seen: str) -> list[str]:
        """In words, what differs from the board that was seen; empty where the note does not say."""
        _, *then = seen.split(".")
        _, *now = self.seen.split(".")
        if len(then) != len(now):
            return []
        return [words for words, one, other in zip(PARTS.values(), then, now, strict=True) if one != other]


def observations_of(assessment: Assessment, release: Release, *, as_of: date | None = None) -> dict[str, Observation]:
    return read_answers(assessment.findings, release, as_of=as_of or date.max)


def read_answers(answers: Mapping[str, StoredAnswer], release: Release, *, as_of: date) -> dict[str, Observation]:
    """The stored answers as the engine takes them; what it would not take (any more) is left out, and so unknown."""
    findings = release.vocabulary.findings
    readable = {
        code: read_stored(findings[code], stored, as_of) for code, stored in answers.items() if code in findings
    }
    return {code: observation for code, observation in readable.items() if observation is not None}


def read_stored(finding: Finding, stored: StoredAnswer, as_of: date) -> Observation | None:
    if stored["value"] is None or stored["observed_on"] is None:
        return None
    day = date.fromisoformat(stored["observed_on"])
    try:
        return read_observation(finding, engine_value(finding, stored["value"]), stored["unit"], day, as_of)
    except BadFinding:
        return None


def release_of(assessment: Assessment) -> Release:
    """The compiled content; without a query where the assessment was selected together with its release."""
    if Assessment.release.field.is_cached(assessment):
        return loaded(assessment.release).engine
    return loaded_release(assessment.release_id).engine


def vocabulary_for(assessment: Assessment) -> Vocabulary:
    """Enough to read and store answers, also where the rules of the content cannot be read."""
    return vocabulary_of(assessment.release.sha256)


def evaluation_of(assessment: Assessment, *, today: date) -> Evaluation:
    """The only evaluation of an assessment that anybody is advised by. Raises AdviceUnavailable."""
    with guarded_engine(assessment):
        release = release_of(assessment)
        refuse_own_difference(release, record_of(assessment))
        return evaluate(release, observations_of(assessment, release, as_of=today), today)


def record_of(assessment: Assessment) -> ReleaseRecord | None:
    return assessment.release if Assessment.release.field.is_cached(assessment) else None


def board_of(assessment: Assessment, *, today: date) -> Board:
    """Evaluates as of today, whatever day the assessment was last saved on. Raises AdviceUnavailable."""
    evaluation = evaluation_of(assessment, today=today)
    with guarded_engine(assessment):
        advice_hashes = {code: advice_hash(verdict, evaluation) for code, verdict in evaluation.verdicts.items()}
    return Board(
        assessment=assessment,
        evaluation=evaluation,
        advice_hashes=advice_hashes,
        decisions=standing_decisions(assessment, advice_hashes),
    )


def does_not_count(evaluation: Evaluation, code: str) -> bool:
    """Whether a recorded answer is too old, overtaken, or perhaps overtaken: looking again needs a new result."""
    recorded = evaluation.recorded[code]
    return recorded.observation is not None and recorded.fault in NEEDS_A_NEW_RESULT


def standing_decisions(assessment: Assessment, advice_hashes: Mapping[str, str]) -> dict[str, StandingDecision]:
    latest = {decision.intervention: decision for decision in assessment.decisions.order_by("number")}
    return {
        code: StandingDecision(decision, fits=decision.advice_hash == advice_hashes.get(code))
        for code, decision in latest.items()
        if decision.answer != AdviceAnswer.UNDONE
    }
