"""The diagram of a pathway as it is in force, for whoever is signed in; it shows nothing of any patient."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.flow.whole import pathway_flow_page
from pathways.presenters import content_status_of
from pathways.selectors import release_in_force


@require_safe
def flow(request: HttpRequest, pathway: str) -> HttpResponse:
    in_force = release_in_force()
    page = pathway_flow_page(in_force, pathway, request.GET.dict()) if in_force else None
    if in_force and page is None:
        raise Http404("There is no such pathway in the guidance in force.")
    return render(request, "pathways/flow.html", {"page": page, "status": content_status_of(in_force)})
