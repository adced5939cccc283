"""The assistant beneath a condition, as one types, and the names that it completes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from pathways.admin.desk import Desk, desk_of
from pathways.admin.editor import assistant_for, condition_in_force
from pathways.admin.forms.base import HEAD, form_for
from pathways.admin.forms.fields import ConditionText
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.assistant import Asked
from pathways.editing.entries import RULES
from pathways.editing.parts import PATHWAY_PREFIX
from pathways.engine.vocabulary import Derived, Finding, Kind


@require_POST
@content_page()
def condition_check(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Reads and answers; it saves nothing."""
    desk = desk_of(version_id, person(request))
    field, kind = request.GET.get("field", ""), request.GET.get("kind", "")
    form = form_for(desk.version.part, kind or HEAD)
    if not isinstance(form.base_fields.get(field), ConditionText):
        raise Http404("There is no such condition.")
    asked = asked_by(request, desk, field, kind)
    shown = {"assistant": assistant_for(desk, asked)}
    return render_content(request, "admin/pathways/_condition_assistant.html", shown)


def asked_by(request: HttpRequest, desk: Desk, field: str, kind: str) -> Asked:
    text = request.POST.get(field, "").replace("\r\n", "\n")
    if kind != RULES.name:
        return Asked(field, text)
    key = request.GET.get("identity", "")
    return Asked(
        field,
        text,
        key=key,
        pathway=desk.version.part.removeprefix(PATHWAY_PREFIX),
        stance=request.POST.get("stance", ""),
        intervention=request.POST.get("intervention", ""),
        in_force=condition_in_force(desk, key),
    )


@require_safe
@content_page()
def names(request: HttpRequest, version_id: UUID) -> JsonResponse:
    vocabulary = desk_of(version_id, person(request)).names.vocabulary
    return JsonResponse({"findings": [completion(variable) for variable in vocabulary.variables.values()]})


def completion(variable: Finding | Derived) -> dict[str, Any]:
    is_number = isinstance(variable, Finding) and variable.kind is Kind.NUMBER
    return {
        "code": variable.code,
        "label": variable.label,
        "number": is_number,
        "options": [{"code": option.code, "label": option.label} for option in variable.options],
        "units": [unit.code for unit in variable.units] if isinstance(variable, Finding) else [],
    }
