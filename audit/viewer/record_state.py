"""The line on every page of the log that says whether the record is intact, and how much waits to be sealed."""

from dataclasses import dataclass

from django.db.models import Min
from django.utils import timezone

from audit.models import AuditEvent, PendingEvent
from audit.values import UnreadableValues
from audit.verification import LastVerification, last_verification
from audit.viewer.moments import day_in_words

LATE_SECONDS = 30
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class RecordState:
    sentence: str
    is_good: bool
    waiting: str
    is_late: bool


def record_state() -> RecordState:
    waiting, is_late = sealing_state()
    try:
        last = last_verification()
    except (UnreadableValues, ValueError, TypeError, AttributeError, KeyError):
        return RecordState("Problems were found: the last result was altered.", False, waiting, True)
    return RecordState(verified(last), last is None or last.intact, waiting, is_late)


def verified(last: LastVerification | None) -> str:
    if last is None:
        return "Not verified yet."
    at = timezone.localtime(last.at)
    moment = f"{at:%H:%M} ({day_in_words(at.date())})"
    if last.intact:
        return f"Record intact, verified {moment}, up to event {last.size:,}{since_when(last)}."
    return f"Problems were found when the record was verified, {moment}. Tell the people who run this system."


def since_when(last: LastVerification) -> str:
    """Between two verifications of everything, only what is new is looked at."""
    if last.whole_at is None:
        return "; what is older has never been verified from the beginning"
    if last.whole_at >= last.at:
        return ""
    whole = timezone.localtime(last.whole_at)
    return f"; everything before was last verified {whole:%H:%M} ({day_in_words(whole.date())})"


def sealing_state() -> tuple[str, bool]:
    """How many events the sealer has not taken up, and whether it is behind."""
    pending = list(PendingEvent.objects.values_list("event_id", flat=True)[: MOST_COUNTED + 1])
    if not pending:
        return "All events are sealed.", False
    oldest = AuditEvent.everything.filter(pk__in=pending).aggregate(oldest=Min("at_us"))["oldest"]
    is_late = oldest is not None and timezone.now().timestamp() * 1_000_000 - oldest > LATE_SECONDS * 1_000_000
    number = f"More than {MOST_COUNTED:,} events wait" if len(pending) > MOST_COUNTED else waiting_words(len(pending))
    if is_late:
        return f"{number} to be sealed, some for longer than {LATE_SECONDS} seconds: is the sealer running?", True
    return f"{number} to be sealed.", False


def waiting_words(number: int) -> str:
    return "1 event waits" if number == 1 else f"{number:,} events wait"
