"""A form that is not accepted is shown again with the record around it, and that showing is logged like any other."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from patients.services.reading import record_refused_form

View = Callable[..., HttpResponse]


def refusals_are_logged(view: View) -> View:
    @wraps(view)
    def logged(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponse:
        answer = view(request, *args, **ids)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            target = next((str(ids[name]) for name in ids if name.endswith("_id")), "")
            record_refused_form(by=cast("User", request.user), target=target)
        return answer

    return logged
