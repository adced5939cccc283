"""The three questions, and finding whom or what they are about; posted, so that no name stands in an address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from audit import lookups
from audit.lookups import Found
from audit.viewer.page import entry_page
from audit.viewer.questions import Kind, Question
from audit.viewer.services import record_look_up
from audit.viewer.views.guards import auditor, for_auditors

LONGEST_TYPED = 200


@require_safe
@for_auditors
def entry(request: HttpRequest) -> HttpResponse:
    return render(request, "audit/entry.html", {"page": entry_page()})


@require_POST
@for_auditors
def find(request: HttpRequest) -> HttpResponse:
    kinds = {one.value: one for one in (Kind.PATIENT, Kind.PERSON, Kind.GUIDANCE)}
    kind = kinds.get(request.POST.get("question", ""), Kind.PATIENT)
    typed = request.POST.get("typed", "")[:LONGEST_TYPED]
    found = matches_of(kind, typed)
    shown = [subject.id for subject in found.subjects] if kind is Kind.PATIENT else []
    record_look_up(kind.value, by=auditor(request), matches=len(found.subjects), shown=shown)
    if len(found.subjects) == 1:
        return redirect(Question(kind, found.subjects[0]).address())
    return render(request, "audit/entry.html", {"page": entry_page(kind, typed, found)}, status=422)


def matches_of(kind: Kind, typed: str) -> Found:
    text = " ".join(typed.split())
    if not text.isprintable():
        return Found(problem="The text holds a character that cannot be seen. Type it again by hand.")
    match kind:
        case Kind.PERSON:
            return lookups.people().find(text)
        case Kind.GUIDANCE:
            return lookups.guidance().find(text)
        case _:
            return lookups.patients().find(text)
