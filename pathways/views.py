"""The pages that explain the application and its guidance; they show nothing of any patient."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.guide.about_application import latest_changes, used_software
from pathways.guide.help_page import help_page_content
from pathways.guide.running_parts import running_parts
from pathways.presenters import about_content, content_status_of
from pathways.safety import safety_file
from pathways.safety.page import safety_page
from pathways.selectors import release_in_force


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    in_force = release_in_force()
    shown = {
        "content": about_content(in_force),
        "status": content_status_of(in_force),
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
