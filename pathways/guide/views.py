"""The papers for the time in which the application does not run: the blank form, and the pathways in force."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import signed_in
from pathways.advice_classes import PANEL_ORDER
from pathways.guide.blank_form import NOT_KNOWN, blank_sections
from pathways.guide.printed_pathways import printed_pathways as pathways_on_paper
from pathways.guide.sheet import sheet_of
from pathways.selectors import release_in_force
from pathways.services.printing import Paper, record_printing


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
