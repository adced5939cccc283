"""What the frame of every page says about the guidance in force."""

from django import template

from pathways.presenters import ALTERED, ContentStatus, content_status_of
from pathways.selectors import TamperedRelease, release_in_force

register = template.Library()


@register.inclusion_tag("components/_content_status.html")
def content_status() -> dict[str, ContentStatus]:
    """Also where the guidance is not what was published: its pages refuse it, and every other page still works."""
    try:
        status = content_status_of(release_in_force())
    except TamperedRelease:
        status = ContentStatus(ALTERED, in_force=False)
    return {"status": status}
