"""How often the rules apply: all of them, what stopped first, and the weeks of one of them."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways.admin.frame import content_page, render_content
from pathways.admin.presenters.firings import Around, firing_page, firing_row, week_rows
from pathways.admin.views.guidance import answers_given
from pathways.clinic import NoClinic, the_clinic
from pathways.firings.standings import standings
from pathways.selectors.firings import last_counted_day, releases_in_force
from pathways.selectors.parts import release_built_on
from pathways.selectors.releases import compiled_release

TEMPLATE = "admin/pathways/firings.html"


@require_safe
@content_page()
def firings(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    around, last_day = around_of(today), last_counted_day()
    page = None
    if around is not None:
        missing = not_counted(last_day, today)
        page = firing_page(standings(today), around, last_day=last_day, not_counted=missing)
    return render_content(request, TEMPLATE, {"page": page}, title="Firing rates")


@require_safe
@content_page()
def firing(request: HttpRequest, rule: str) -> HttpResponse:
    today = timezone.localdate()
    around = around_of(today)
    if around is None or rule not in around.release.rules:
        raise Http404("There is no such rule in force.")
    (found,) = standings(today, rule=rule)
    shown = {"row": firing_row(found, around), "weeks": week_rows(found, around)}
    return render_content(request, "admin/pathways/firing.html", shown, title=f"Firing rate of {rule}")


def around_of(today: date) -> Around | None:
    release = release_built_on()
    if release is None:
        return None
    return Around(compiled_release(release.sha256), answers_given() or (), releases_in_force(), today)


def not_counted(last_day: date | None, today: date) -> int:
    """Those of today may still come with the next count."""
    try:
        return the_clinic().plans_signed_after(last_day, before=today)
    except NoClinic:
        return 0
