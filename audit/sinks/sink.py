"""What every sink can do, and the sending of what it has not taken yet."""

from typing import Protocol

from audit.models import Checkpoint

MOST_AT_ONCE = 500


class SinkFailed(RuntimeError):
    """The checkpoint was not taken; the sentence says what to do about it."""


class Sink(Protocol):
    @property
    def name(self) -> str: ...

    def sent(self) -> int:
        """The size of the last checkpoint that was taken, 0 for none, also after a restart. Raises SinkFailed."""

    def send(self, size: int, note: str) -> None:
        """Raises SinkFailed."""


def send_unsent(sink: Sink, *, most: int = MOST_AT_ONCE) -> int:
    """Send what the sink has not taken yet, oldest first; returns how many. Raises SinkFailed at the first failure."""
    sent = sink.sent()
    newest = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    if newest < sent:
        raise SinkFailed(
            f"{sink.name} has a checkpoint of {sent} events, and the database only of {newest}: events were removed, "
            "or an older backup was restored. Find out which (docs/how-to/seal-the-audit-log.md)."
        )
    if newest == sent:
        return 0
    unsent = Checkpoint.objects.filter(size__gt=sent).order_by("size").values_list("size", "note")[:most]
    for size, note in unsent:
        sink.send(size, note)
    return len(unsent)
