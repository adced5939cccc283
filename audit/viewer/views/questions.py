"""The answers: which events there are about a patient, a person or a part of the guidance."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.viewer.filters import BadFilter, read_filter
from audit.viewer.grants import is_granted
from audit.viewer.page import answer_page, filter_form, refused_filter
from audit.viewer.questions import EVERYTHING_DAYS, Kind, Question, question_for
from audit.viewer.reading import read_page
from audit.viewer.services import record_answer
from audit.viewer.views.guards import auditor, for_auditors


@require_safe
@for_auditors
def question(request: HttpRequest, kind: Kind, subject_id: UUID) -> HttpResponse:
    asked = question_for(kind, subject_id)
    if asked is None:
        raise Http404
    return answer(request, asked)


@require_safe
@for_auditors
def everything(request: HttpRequest) -> HttpResponse:
    return answer(request, Question(Kind.EVERYTHING), days=EVERYTHING_DAYS)


def answer(request: HttpRequest, asked: Question, **period: int) -> HttpResponse:
    today = timezone.localdate()
    try:
        wanted = read_filter(request.GET, today=today, **period)
    except BadFilter as error:
        wanted = read_filter({}, today=today, **period)
        record_answer(asked, wanted, by=auditor(request), shown=(), with_clinical=False)
        page = refused_filter(asked, request.GET, error)
        return render(request, "audit/answer.html", {"page": page}, status=422)
    with_clinical = is_granted(request.session, asked)
    found = read_page(asked, wanted)
    page = answer_page(asked, wanted, found, form=filter_form(wanted), with_clinical=with_clinical)
    shown = {event.patient_id for event in found.events if event.patient_id}
    record_answer(asked, wanted, by=auditor(request), shown=shown, with_clinical=with_clinical)
    return render(request, "audit/answer.html", {"page": page})
