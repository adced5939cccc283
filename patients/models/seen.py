"""Rows of patients' records say that they were loaded, so that no page with them leaves without an event."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models

from audit.guard import note_belonging, note_loaded


class NotedWhenLoaded(models.Model):
    """`patient_column` names the patient; where a row has none, `belongs_to` is the row that does."""

    patient_column: ClassVar[str] = "patient_id"
    belongs_to: ClassVar[str] = ""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **more: Any) -> Self:
        row = super().from_db(db, field_names, values, **more)
        loaded: dict[str, Any] = row.__dict__  # columns that were left out are not fetched for this
        if cls.belongs_to:
            owner: UUID = loaded.get(cls.belongs_to, row.pk)
            note_belonging(owner)
        else:
            note_loaded(loaded.get(cls.patient_column, row.pk), row=row.pk)
        return row
