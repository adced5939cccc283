"""What a witness on another host asks for: the last checkpoint, and proofs that the log has only grown.

Answers hold hashes, sizes and times only, never events or people, so they need no sign-in and no event of their own;
with LM_AUDIT_WITNESS_TOKEN set, they need that token. They write nothing.
"""

import base64
import hmac
import os
import re
from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from audit.witness.selectors import NotGrownSo, consistency_between, last_note

TOKEN = "LM_AUDIT_WITNESS_TOKEN"  # noqa: S105 -- the variable's name
SIZE = re.compile(r"[1-9][0-9]{0,17}")


def for_witnesses(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        token = os.environ.get(TOKEN, "")
        given = request.headers.get("Authorization", "")
        if token and not hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode()):
            return _plain("A witness of this log needs its token.", 401)
        try:
            return view(request)
        except DatabaseError:
            return _plain("The log cannot be read now. Try again in a minute.", 503)

    return answer


@login_not_required
@require_GET
@for_witnesses
def checkpoint(request: HttpRequest) -> HttpResponse:
    note = last_note()
    return _plain("Nothing has been sealed yet.", 404) if note is None else _plain(note)


@login_not_required
@require_GET
@for_witnesses
def consistency(request: HttpRequest) -> HttpResponse:
    old, new = request.GET.get("from", ""), request.GET.get("to", "")
    if not SIZE.fullmatch(old) or not SIZE.fullmatch(new) or int(old) > int(new):
        return _plain("Write two sizes of the log, the smaller one first: ?from=100&to=200", 400)
    try:
        proof = consistency_between(int(old), int(new))
    except NotGrownSo as problem:
        return _plain(str(problem), 404)
    encoded = [base64.b64encode(one).decode("ascii") for one in proof]
    return JsonResponse({"from": int(old), "to": int(new), "proof": encoded})


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
