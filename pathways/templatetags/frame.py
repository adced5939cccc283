"""What the frame of every page says about the guidance in force, and whether decision support runs."""

from django import template

from pathways.decision_support import DecisionSupport, decision_support_of
from pathways.presenters import ALTERED, ContentStatus, content_status_of
from pathways.selectors import LoadedRelease, TamperedRelease, UnusableRelease, release_in_force

register = template.Library()

ASKED = "release_in_force"


@register.inclusion_tag("components/_content_status.html", takes_context=True)
def content_status(context: template.Context) -> dict[str, ContentStatus | DecisionSupport]:
    """Also where the guidance is not what was published: its pages refuse it, and every other page still works."""
    in_force = asked_once(context)
    return {"status": status_of(in_force), "support": decision_support_of(in_force)}


@register.inclusion_tag("components/_stopped.html", takes_context=True)
def decision_support_banner(context: template.Context) -> dict[str, str]:
    return {"banner": decision_support_of(asked_once(context)).banner}


def asked_once(context: template.Context) -> LoadedRelease | None:
    """One statement for a page, however often it is asked."""
    kept = context.render_context
    if ASKED not in kept:
        kept[ASKED] = release_in_force()
    in_force: LoadedRelease | None = kept[ASKED]
    return in_force


def status_of(in_force: LoadedRelease | None) -> ContentStatus:
    try:
        if in_force is not None:
            _ = in_force.engine
    except TamperedRelease:
        return ContentStatus(ALTERED, in_force=False)
    except UnusableRelease:
        pass  # it is what was published, and the line about decision support says that it cannot be read
    return content_status_of(in_force)
