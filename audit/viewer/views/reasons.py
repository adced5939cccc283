"""Clinical text is shown to an auditor who says why: about one patient or one person, for half an hour."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.viewer.grants import BadReason
from audit.viewer.page import filter_fields
from audit.viewer.questions import Kind, question_for
from audit.viewer.services import open_clinical_text, record_look_up
from audit.viewer.views.guards import auditor, for_auditors

LONGEST_TYPED = 2000


@require_http_methods(["GET", "HEAD", "POST"])
@for_auditors
def reason(request: HttpRequest, kind: Kind, subject_id: UUID) -> HttpResponse:
    asked = question_for(kind, subject_id)
    if asked is None:
        raise Http404
    back = filter_fields(request.POST if request.method == "POST" else request.GET)
    typed, problem = request.POST.get("reason", "")[:LONGEST_TYPED], ""
    if request.method == "POST":
        try:
            open_clinical_text(asked, request.session, by=auditor(request), reason=typed)
        except BadReason as error:
            problem = str(error)
        else:
            return redirect(f"{asked.address()}?{urlencode(back)}" if back else asked.address())
    if asked.patient_id:  # the page names the patient
        record_look_up("reason", by=auditor(request), matches=1, shown=[asked.patient_id])
    shown = {"question": asked, "typed": typed, "problem": problem, "back": tuple(back.items())}
    return render(request, "audit/reason.html", shown, status=422 if problem else 200)
