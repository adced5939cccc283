"""The shown answer as a file, recorded before the first byte leaves."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from audit.viewer.csv_file import file_name, lines_of_file, rows_to_export
from audit.viewer.filters import BadFilter, read_filter
from audit.viewer.grants import is_granted
from audit.viewer.questions import EVERYTHING_DAYS, Kind, Question, question_for
from audit.viewer.services import record_export
from audit.viewer.views.guards import auditor, for_auditors


@require_POST
@for_auditors
def export(request: HttpRequest, kind: Kind, subject_id: UUID) -> HttpResponseBase:
    asked = question_for(kind, subject_id)
    if asked is None:
        raise Http404
    return as_file(request, asked)


@require_POST
@for_auditors
def export_everything(request: HttpRequest) -> HttpResponseBase:
    return as_file(request, Question(Kind.EVERYTHING), days=EVERYTHING_DAYS)


def as_file(request: HttpRequest, asked: Question, **period: int) -> HttpResponseBase:
    now = timezone.localtime()
    try:
        wanted = read_filter(request.POST, today=now.date(), **period)
    except BadFilter:
        return redirect(asked.address())  # the form on the page says what is wrong with a filter
    with_clinical = is_granted(request.session, asked)
    exported = rows_to_export(asked, wanted)
    record_export(asked, exported.filter, by=auditor(request), rows=exported.count, with_clinical=with_clinical)
    lines = lines_of_file(asked, exported, by=auditor(request), at=now, with_clinical=with_clinical)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(asked, now)}"'
    return response
