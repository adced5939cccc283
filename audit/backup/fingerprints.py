"""Names the master keys that a backup needs without telling anything about them."""

import base64
import hashlib
import hmac

from django.conf import settings

PURPOSE = b"LM Pathways: which master key a backup needs"
SHOWN = 16  # hexadecimal digits


def master_key_fingerprints() -> tuple[str, ...]:
    """Of the key that wraps today, and then of the former ones that are still named."""
    keys = [settings.AUDIT_MASTER_KEY, *settings.AUDIT_MASTER_KEY_FALLBACKS]
    return tuple(hmac.digest(base64.b64decode(key), PURPOSE, hashlib.sha256).hex()[:SHOWN] for key in keys if key)
