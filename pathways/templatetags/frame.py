"""What the frame of every page says about the guidance in force."""

from django import template

from pathways.presenters import ContentStatus, content_status_of
from pathways.selectors import release_in_force

register = template.Library()


@register.inclusion_tag("components/_content_status.html")
def content_status() -> dict[str, ContentStatus]:
    return {"status": content_status_of(release_in_force())}
