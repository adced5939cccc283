"""The pages that explain the application, and the papers for the time in which it does not run; without a patient."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import signed_in
from pathways.advice_classes import PANEL_ORDER
from pathways.decision_support import decision_support_of
from pathways.guide.about_application import latest_changes, used_software
from pathways.guide.blank_form import NOT_KNOWN, blank_sections
from pathways.guide.help_page import help_page_content
from pathways.guide.printed_pathways import printed_pathways as pathways_on_paper
from pathways.guide.running_parts import running_parts
from pathways.guide.sheet import sheet_of
from pathways.presenters import about_content, content_status_of
from pathways.safety import safety_file
from pathways.safety.page import safety_page
from pathways.selectors import release_in_force
from pathways.services.printing import Paper, record_printing


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    in_force = release_in_force()
    shown = {
        "content": about_content(in_force),
        "status": content_status_of(in_force),
        "support": decision_support_of(in_force),
        "intended_use": safety_file().intended_use,
        "parts": running_parts(in_force),
        "latest": latest_changes(),
        "software": used_software(),
    }
    return render(request, "pathways/about.html", shown)


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    return render(request, "pathways/safety.html", {"page": safety_page(safety_file())})


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "pathways/help.html", {"page": help_page_content()})


@require_safe
def blank_form(request: HttpRequest) -> HttpResponse:
    user, in_force = signed_in(request), release_in_force()
    record_printing(Paper.BLANK_FORM, in_force.record if in_force else None, by=user)
    shown = {"sheet": sheet_of(in_force, by=user), "sections": blank_sections(in_force), "not_known": NOT_KNOWN}
    return render(request, "pathways/blank_form.html", shown)


@require_safe
def printed_pathways(request: HttpRequest) -> HttpResponse:
    user, in_force = signed_in(request), release_in_force()
    record_printing(Paper.PATHWAYS, in_force.record if in_force else None, by=user)
    shown = {"sheet": sheet_of(in_force, by=user), "paper": pathways_on_paper(in_force), "legend": PANEL_ORDER}
    return render(request, "pathways/printed_pathways.html", shown)
