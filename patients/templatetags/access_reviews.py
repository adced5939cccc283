"""Tells privacy officers on every page how many accesses by break-glass wait for review."""

from typing import Any

from django import template

from accounts.models import User
from patients.permissions import can_review_accesses
from patients.selectors.break_glass import unreviewed_accesses

register = template.Library()


@register.inclusion_tag("components/_access_reviews_link.html", takes_context=True)
def access_reviews_link(context: dict[str, Any]) -> dict[str, Any]:
    """For everybody else nothing, and no statement."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not can_review_accesses(user):
        return {"is_officer": False}
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    return {
        "is_officer": True,
        "waiting": unreviewed_accesses(),
        "is_here": here == "patients:access_reviews",
        "is_within": here == "patients:access_review",
    }
