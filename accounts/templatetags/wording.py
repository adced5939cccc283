"""The choice of wording as the frame of every page and the own account offer it."""

from dataclasses import dataclass
from typing import Any

from django import template

from accounts.models import User, Wording

register = template.Library()

TOP, FOOT = "top", "foot"


@dataclass(frozen=True, slots=True)
class WordingChoice:
    """`back` is empty on a page that was posted: pressing would lose what was typed, so only the sentence stands."""

    sentence: str
    button: str
    asks_for: str
    back: str
    place: str


def wording_choice_of(user: User, *, back: str, place: str) -> WordingChoice:
    is_plain = user.wording == Wording.PLAIN
    return WordingChoice(
        sentence="Plain wording is shown." if is_plain else "Wording for professionals is shown.",
        button="Switch to professional wording" if is_plain else "Switch to plain wording",
        asks_for=Wording.PROFESSIONAL.value if is_plain else Wording.PLAIN.value,
        back=back,
        place=place,
    )


def belongs(user: User, place: str) -> bool:
    """Plain wording is said at the top of every page, because plans are signed in the professional one."""
    return user.is_clinical() and (user.wording == Wording.PLAIN) == (place == TOP)


@register.inclusion_tag("accounts/_wording.html", takes_context=True)
def wording_choice(context: dict[str, Any], place: str) -> dict[str, Any]:
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or not isinstance(user, User) or not belongs(user, place):
        return {}
    back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    return {"choice": wording_choice_of(user, back=back, place=place), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("accounts/_wording.html", takes_context=True)
def own_wording(context: dict[str, Any]) -> dict[str, Any]:
    """On the own account, whatever the role."""
    request = context["request"]
    choice = wording_choice_of(request.user, back=request.get_full_path(), place="own")
    return {"choice": choice, "csrf_token": context.get("csrf_token")}
