"""How a verdict can be answered, in words that differ per class, and how a given answer reads."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone

from pathways.advice_classes import CONSIDER, DISCUSS, DO, DO_NOT, NOT_ADVISED, NOT_NOW, class_of
from pathways.engine.evaluation import Verdict
from pathways.engine.vocabulary import Intervention
from patients.dates import short_date, short_time
from patients.findings import Board
from patients.models import Decision
from patients.states import AdviceAnswer, AnswerReason

DECLINING = tuple(AnswerReason)
OVERRIDING = (AnswerReason.DOES_NOT_FIT, AnswerReason.OTHER)


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Verb:
    """A button that answers at once."""

    answer: str
    label: str
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Editor:
    """An answer that needs more words; an empty label leaves the field out."""

    answer: str
    summary: str
    reasons: tuple[Choice, ...]
    text_label: str
    instead_label: str
    discuss_label: str
    submit: str


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """`earlier` says that the advice has changed since."""

    sentence: str
    signature: str
    earlier: bool


@dataclass(frozen=True, slots=True)
class CardDecision:
    """`required` is empty unless signing waits for an answer to this card."""

    href: str
    advice_hash: str
    given: GivenAnswer | None
    is_answered: bool
    required: str
    hint: str
    verbs: tuple[Verb, ...]
    editors: tuple[Editor, ...]


def choices(reasons: tuple[AnswerReason, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(reason.value, reason.label) for reason in reasons)


NOT_DOING = Editor(
    AdviceAnswer.DECLINE.value,
    "Not doing",
    choices(DECLINING),
    "In your words",
    "Instead, the plan is",
    "",
    "Save: not doing",
)
GIVE_ANYWAY = Editor(
    AdviceAnswer.GIVE_ANYWAY.value,
    "Give anyway",
    choices(OVERRIDING),
    "Why, in your words",
    "Alternative that was considered",
    "",
    "Save: give anyway",
)
USING_BECAUSE = Editor(AdviceAnswer.USE.value, "Using it because…", (), "Because", "", "", "Save: using it")
NOT_USING = Editor(
    AdviceAnswer.NOT_USE.value, "Not using", choices(DECLINING), "In your words", "", "", "Save: not using"
)
AT_THE_TEAM = Editor(AdviceAnswer.DISCUSS.value, "Discuss at MDT", (), "", "", "Where and when", "Save: discuss")
DECIDED = Editor(AdviceAnswer.DECIDED.value, "Decided…", (), "Decided", "", "", "Save the decision")
WILL_DISCUSS = Editor(
    AdviceAnswer.DISCUSS.value, "Will discuss at…", (), "", "", "Where and when", "Save: will discuss"
)

VERBS: dict[str, tuple[Verb, ...]] = {
    DO.code: (Verb(AdviceAnswer.FOLLOW.value, "Will do", is_main=True),),
    NOT_ADVISED.code: (Verb(AdviceAnswer.FOLLOW.value, "Agree"),),
    CONSIDER.code: (Verb(AdviceAnswer.USE.value, "Use"),),
}
EDITORS: dict[str, tuple[Editor, ...]] = {
    DO.code: (NOT_DOING,),
    DO_NOT.code: (GIVE_ANYWAY,),
    NOT_NOW.code: (GIVE_ANYWAY,),
    NOT_ADVISED.code: (USING_BECAUSE,),
    CONSIDER.code: (NOT_USING, AT_THE_TEAM),
    DISCUSS.code: (DECIDED, WILL_DISCUSS),
}
REQUIRED = {DO.code: "Answer before signing", DISCUSS.code: "Answer before signing"}
HINTS = {DO_NOT.code: "Your signature confirms this.", NOT_NOW.code: "Your signature confirms this."}


def card_decision(board: Board, verdict: Verdict) -> CardDecision:
    advice = class_of(verdict)
    intervention = board.evaluation.release.vocabulary.interventions[verdict.intervention]
    standing = board.decisions.get(verdict.intervention)
    answered = standing is not None and standing.fits
    return CardDecision(
        href=reverse("patients:decision_record", args=[board.assessment.pk, intervention.code]),
        advice_hash=board.advice_hashes[intervention.code],
        given=given_answer(standing.decision, intervention, fits=standing.fits) if standing else None,
        is_answered=answered,
        required="" if answered else REQUIRED.get(advice.code, ""),
        hint=HINTS.get(advice.code, ""),
        # What has been answered is changed by taking the answer back first: two opposite buttons would invite a slip.
        verbs=() if answered else VERBS.get(advice.code, ()),
        editors=() if answered else tuple(worded(editor, intervention) for editor in EDITORS.get(advice.code, ())),
    )


def decision_without_patient(verdict: Verdict, intervention: Intervention) -> CardDecision:
    """For a card that is only shown: the answers it would offer, in words and not as buttons."""
    advice = class_of(verdict)
    offered = [verb.label for verb in VERBS.get(advice.code, ())]
    offered += [worded(editor, intervention).summary for editor in EDITORS.get(advice.code, ())]
    answers = f"Answers offered: {', '.join(label.rstrip('…') for label in offered)}." if offered else ""
    return CardDecision(
        href="",
        advice_hash="",
        given=None,
        is_answered=False,
        required=REQUIRED.get(advice.code, ""),
        hint=" ".join(part for part in (HINTS.get(advice.code, ""), answers) if part),
        verbs=(),
        editors=(),
    )


def is_given(intervention: Intervention) -> bool:
    """Chemotherapy is given, a flow study is done: the words follow."""
    return intervention.action.startswith("give ")


def worded(editor: Editor, intervention: Intervention) -> Editor:
    if editor is not GIVE_ANYWAY or is_given(intervention):
        return editor
    return replace(editor, summary="Do it anyway", submit="Save: do it anyway")


def given_answer(decision: Decision, intervention: Intervention, *, fits: bool) -> GivenAnswer:
    moment = timezone.localtime(decision.made_at)
    signature = f"{decision.made_by['name']}, {short_date(moment.date())} {short_time(decision.made_at)}"
    return GivenAnswer(sentence_of(decision, intervention), signature, earlier=not fits)


def sentence_of(decision: Decision, intervention: Intervention) -> str:
    """ "Not doing: patient declines. Instead: …"."""
    reason = "" if decision.reason_code == AnswerReason.OTHER else reason_in_words(decision.reason_code)
    said = ". ".join(part for part in (reason, decision.reason_text) if part)
    words = answer_in_words(decision, intervention)
    parts = [f"{words}: {said}" if said else words]
    if decision.discuss_at:
        parts[0] = f"{words} at {decision.discuss_at}"
    if decision.instead:
        parts.append(f"{'Alternative considered' if is_override(decision) else 'Instead'}: {decision.instead}")
    return ". ".join(part.rstrip(". ") for part in parts) + "."


def reason_in_words(code: str) -> str:
    return AnswerReason(code).label.lower() if code in AnswerReason.values else code


def is_override(decision: Decision) -> bool:
    return decision.answer == AdviceAnswer.GIVE_ANYWAY


def answer_in_words(decision: Decision, intervention: Intervention) -> str:
    match decision.answer:
        case AdviceAnswer.FOLLOW:
            return "Will do" if decision.stance == "recommend" else "Agreed"
        case AdviceAnswer.USE:
            return "Will use" if decision.stance == "consider" else "Using it"
        case AdviceAnswer.GIVE_ANYWAY:
            return "Will be given anyway" if is_given(intervention) else "Will be done anyway"
        case _:
            return AdviceAnswer(decision.answer).label


@dataclass(frozen=True, slots=True)
class AnswerProblems:
    """Why an answer was not recorded; without an intervention it concerns the panel as a whole. The rest was typed."""

    intervention: str
    sentence: str
    answer: str = ""
    reason_code: str = ""
    reason_text: str = ""
    instead: str = ""
    discuss_at: str = ""
