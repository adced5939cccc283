"""The log of one record for the clinicians of the ward, who may see what was changed, and need nobody's address."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from audit.models import AuditEvent
from audit.viewer.filters import Filter, Position
from audit.viewer.lines import Line, Reader, log_lines
from audit.viewer.moments import EARLIEST, LATEST
from audit.viewer.reading import read_page

READER = Reader(with_clinical=True, with_links=False, names_patients=False)


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """Without the lists in which the patient stood: colleagues open the worklist all day."""

    patient_id: UUID

    def sources(self, *, with_rows: bool = False) -> tuple[QuerySet[AuditEvent], ...]:
        return (AuditEvent.objects.filter(patient_id=self.patient_id),)


@dataclass(frozen=True, slots=True)
class WardHistory:
    lines: tuple[Line, ...]
    newest_query: str
    older_query: str


def ward_history(patient_id: UUID, *, after: Position | None) -> WardHistory:
    """Raises AlteredRow."""
    found = read_page(OwnRecord(patient_id), Filter(EARLIEST, LATEST, after=after))
    return WardHistory(
        lines=log_lines(found.groups, READER),
        newest_query="?" if after else "",
        older_query=f"?after={found.next}" if found.next else "",
    )
