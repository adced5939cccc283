"""The address of the page where one asks about a rule: codes of the guidance in it, and nothing of any patient."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse


def ask_href(rule: str, intervention: str = "") -> str:
    return f"{reverse('pathways:ask')}?{urlencode({'rule': rule, 'intervention': intervention})}"
