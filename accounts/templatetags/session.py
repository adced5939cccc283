"""The covered screen and the dialog in which somebody goes on: part of every page of somebody who is signed in."""

from typing import Any

from django import template

from accounts import clock
from accounts.loopback import demo_password
from accounts.models import User
from accounts.presenters import session_state

register = template.Library()


@register.inclusion_tag("accounts/_session.html", takes_context=True)
def session_dialog(context: dict[str, Any]) -> dict[str, Any]:
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or not isinstance(user, User):
        return {}
    return {
        "person": str(user.pk),
        "name": user.display_name,
        "username": user.username,
        "shared": clock.read(request.session).shared,
        "state": session_state(request),
        "demo_password": demo_password(request),
    }
