"""The log for auditors: to be read, never to be written; reading it is itself an event."""

import json
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit.events import Event
from audit.models import AuditEvent
from audit.services import record

READ_AUDIT = "accounts.read_audit"


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    list_display = ("when", "sentence", "actor_name", "actor_role", "outcome", "patient_id", "target")
    list_filter = ("action", "outcome")
    search_fields = ("actor_name", "=patient_id", "=target")
    ordering = ("-at_us", "id")
    list_per_page = 50
    show_full_result_count = False
    fields = (
        ("when", "db_at"),
        "sentence",
        ("actor_name", "actor_role", "actor_id"),
        ("outcome", "reason"),
        ("patient_id", "target"),
        ("ip", "device", "session_hash"),
        "content",
    )
    readonly_fields = ("when", "sentence", "content")

    @admin.display(description="When", ordering="at_us")
    def when(self, event: AuditEvent) -> str:
        return timezone.localtime(event.at).strftime("%d-%b-%Y %H:%M:%S")

    @admin.display(description="What changed")
    def content(self, event: AuditEvent) -> str:
        """Names of the changed fields only: an auditor sees that something was changed, not what a record says."""
        stored = json.loads(bytes(event.payload))
        names = sorted({*(stored.get("before") or {}), *(stored.get("after") or {})})
        return ", ".join(names) or "Nothing"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(READ_AUDIT)

    def has_view_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return request.user.has_perm(READ_AUDIT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        with transaction.atomic():
            response = super().changelist_view(request, extra_context)
            record(Event.AUDIT_READ, by=request.user, after={"filter": request.GET.dict()})  # type: ignore[arg-type]
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        with transaction.atomic():
            response = super().change_view(request, object_id, form_url, extra_context)
            record(Event.AUDIT_READ, by=request.user, target=object_id)  # type: ignore[arg-type]
        return response
