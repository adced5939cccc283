"""Tells whoever asked the content team something that there is an answer to read."""

from typing import Any

from django import template

from accounts.models import User
from pathways.search.questions_page import new_answers_words
from pathways.selectors.questions import new_answers

register = template.Library()


@register.inclusion_tag("pathways/_new_answers.html", takes_context=True, name="new_answers")
def new_answers_line(context: dict[str, Any]) -> dict[str, str]:
    """One statement, over an index; nothing is shown where there is nothing to read."""
    user = getattr(context.get("request"), "user", None)
    return {"words": new_answers_words(new_answers(user)) if isinstance(user, User) else ""}
