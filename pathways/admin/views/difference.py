"""What a version changes: words, rules and references, against the text in force or another version."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pathways.admin.bases import base_in_force, base_of_version, chosen_version, version_found
from pathways.admin.frame import content_page, render_content
from pathways.admin.presenters.differences import differences_page
from pathways.selectors.candidates import working_candidate
from pathways.selectors.versions import comments_of, versions_of


@require_safe
@content_page()
def differences(request: HttpRequest, version_id: UUID) -> HttpResponse:
    version = version_found(version_id)
    chosen = chosen_version(request.GET.get("against", ""), version.part)
    page = differences_page(
        version,
        base_of_version(chosen) if chosen else base_in_force(version.part),
        working_candidate(version).document,
        tab=request.GET.get("tab", ""),
        versions=versions_of(version.part),
        comments=list(comments_of(version.part)),
        chosen=chosen,
    )
    title = f"Differences: {page.title}"
    return render_content(request, "admin/pathways/differences.html", {"page": page}, title=title)
