"""Answering a verdict. Answers are added, never changed; each is bound to the advice that was on the screen."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.engine.evaluation import Verdict
from pathways.selectors import may_advise
from patients.advice import allowed_answers, departs_from
from patients.findings import Board, board_of
from patients.models import Assessment, Decision
from patients.models.decisions import snapshot_of
from patients.permissions import Reason, check_can_change_locked, refuse_for
from patients.services.locking import lock_assessment
from patients.services.moments import moment_of
from patients.states import AdviceAnswer, AnswerReason

LONGEST_TEXT = 2000
LONGEST_PLACE = 200
LONGEST = {"reason_text": LONGEST_TEXT, "instead": LONGEST_TEXT, "discuss_at": LONGEST_PLACE}


class AdviceChanged(Exception):
    """The advice is not what was on the screen any more: nothing was recorded."""


class AnswerRefused(Exception):
    """The answer is incomplete or not one to this advice; `problems` holds a sentence per field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(problems.values()))


@transaction.atomic
def decide(
    assessment: Assessment,
    *,
    by: User,
    intervention: str,
    advice_hash: str,
    answer: str,
    reason_code: str = "",
    reason_text: str = "",
    instead: str = "",
    discuss_at: str = "",
    at: datetime | None = None,
) -> Decision:
    """Raises NotAllowed, AdviceChanged, AnswerRefused. The same answer sent twice has one effect.

    `at` is for demo patients: `moments`.
    """
    locked = lock_assessment(assessment.pk, by=by)
    check_can_change_locked(locked)
    refuse_for(None if may_advise(locked.release) else Reason.NO_ADVICE)
    now = moment_of(at)
    board = board_of(locked, today=timezone.localdate(now))
    verdict = board.evaluation.verdicts.get(intervention)
    if verdict is None:
        raise AnswerRefused({"answer": "The guidance knows no such intervention."})
    if board.advice_hashes[intervention] != advice_hash:
        raise AdviceChanged("The advice has changed since this page was shown. Read it again, then answer.")
    texts = {
        "answer": answer,
        "reason_code": reason_code,
        "reason_text": one_line_end(reason_text),
        "instead": one_line_end(instead),
        "discuss_at": one_line_end(discuss_at),
    }
    refuse_unstorable(texts)
    if repeated := same_answer(board, intervention, texts, by=by):
        return repeated
    check_answer(board, verdict, texts)
    previous = locked.decisions.order_by("-number").first()
    decision = Decision.objects.create(
        assessment=locked,
        number=previous.number + 1 if previous else 1,
        intervention=intervention,
        advice_hash=advice_hash,
        stance=verdict.stance.value if verdict.stance else "",
        made_by=snapshot_of(by),
        made_at=now,
        **texts,
    )
    record(
        Event.DECISION_RECORDED,
        by=by,
        patient=locked.patient_id,
        target=str(locked.pk),
        before=told(board, intervention),
        after={"intervention": intervention, "stance": decision.stance} | given(texts),
    )
    return decision


def one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def refuse_unstorable(texts: Mapping[str, str]) -> None:
    """Safety: a reason is never cut short or changed unseen; whoever wrote it shortens it."""
    problems = {}
    for name, longest in LONGEST.items():
        if len(texts[name]) > longest:
            problems[name] = (
                f"At most {longest} characters; this has {len(texts[name])}. Nothing was saved: shorten it."
            )
        elif not is_readable(texts[name]):
            problems[name] = "It holds a character that cannot be seen. Type it again by hand."
    if problems:
        raise AnswerRefused(problems)


def is_readable(text: str) -> bool:
    """Without control characters, above all NUL, which no database takes; zero-width joiners belong to some names."""
    return not any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t" for one in text)


def check_answer(board: Board, verdict: Verdict, texts: Mapping[str, str]) -> None:
    if texts["answer"] == AdviceAnswer.UNDONE:
        if verdict.intervention not in board.decisions:
            raise AnswerRefused({"answer": "There is no answer to take back."})
        return
    if texts["answer"] not in allowed_answers(verdict):
        raise AnswerRefused({"answer": "This is not an answer to the advice as it is now."})
    if problems := missing_parts(verdict, AdviceAnswer(texts["answer"]), texts):
        raise AnswerRefused(problems)


def missing_parts(verdict: Verdict, answer: AdviceAnswer, texts: Mapping[str, str]) -> dict[str, str]:
    problems = {}
    if texts["reason_code"] and texts["reason_code"] not in AnswerReason.values:
        problems["reason_code"] = "Choose one of the reasons."
    elif texts["reason_code"] == AnswerReason.OTHER and not texts["reason_text"]:
        problems["reason_text"] = "Write the other reason."
    elif departs_from(verdict, answer) and not (texts["reason_code"] or texts["reason_text"]):
        problems["reason_code"] = "Say why: choose or write a reason."
    if answer is AdviceAnswer.GIVE_ANYWAY and not texts["instead"]:
        problems["instead"] = "Say which alternative was considered, and why it is not used."
    if answer is AdviceAnswer.DECIDED and not texts["reason_text"]:
        problems["reason_text"] = "Write what was decided."
    if answer is AdviceAnswer.DISCUSS and not texts["discuss_at"]:
        problems["discuss_at"] = "Say where and when it will be discussed."
    return problems


def same_answer(board: Board, intervention: str, texts: Mapping[str, str], *, by: User) -> Decision | None:
    decision = board.fitting_decision(intervention)
    if decision is None or decision.made_by["id"] != str(by.pk):
        return None
    return decision if all(getattr(decision, name) == text for name, text in texts.items()) else None


def told(board: Board, intervention: str) -> dict[str, Any] | None:
    standing = board.decisions.get(intervention)
    if standing is None:
        return None
    names = ("answer", "reason_code", "reason_text", "instead", "discuss_at")
    return given({name: getattr(standing.decision, name) for name in names})


def given(texts: Mapping[str, str]) -> dict[str, Any]:
    return {name: text for name, text in texts.items() if text}
