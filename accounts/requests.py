"""What a view may rely on: the middleware has let only signed-in people through, and htmx's headers are read."""

from typing import cast

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class SignedInRequest(HttpRequest):
    """For annotations only; requests are Django's own."""

    user: User
    htmx: HtmxDetails


def signed_in(request: HttpRequest) -> User:
    return cast("User", request.user)
