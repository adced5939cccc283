"""/healthz, /readyz and /metrics: without a session, without an event of the log, without anything about patients."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from config.monitoring import gauges, measures
from config.monitoring.callers import may_ask
from config.monitoring.readiness import reasons

SECONDS_TO_WAIT = "10"
View = Callable[[HttpRequest], HttpResponse]


def for_monitoring(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if may_ask(request):
            return view(request)
        text = "For monitoring alone: set LM_MONITORING_NETWORKS or send the token of LM_MONITORING_TOKEN_FILE.\n"
        return HttpResponse(text, status=403, content_type="text/plain; charset=utf-8")

    return answer


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. Not a word about the database: starting the server again would not bring it back."""
    return JsonResponse({"alive": True})


@login_not_required
@require_safe
@for_monitoring
def readyz(request: HttpRequest) -> HttpResponse:
    found = reasons()
    told = [{"reason": one.trouble.value, "sentence": one.sentence} for one in found]
    answer = JsonResponse({"ready": not found, "reasons": told}, status=503 if found else 200)
    if found:
        answer["Retry-After"] = SECONDS_TO_WAIT
    return answer


@login_not_required
@require_safe
@for_monitoring
def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse(measures.exposition() + gauges.exposition(), content_type=CONTENT_TYPE_LATEST)
