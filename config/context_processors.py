"""What every page says about the installation: its mode and its version."""

from django.conf import settings
from django.http import HttpRequest


def installation(request: HttpRequest) -> dict[str, object]:
    return {"lm_mode": settings.LM_MODE, "lm_version": settings.VERSION}
