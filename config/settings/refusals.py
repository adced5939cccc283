"""What a production server must not be started with, and the sentence that says so."""

import base64
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET_KEY = 50
FEWEST_DIFFERENT_CHARACTERS = 10
MASTER_KEY_BYTES = 32


def is_master_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == MASTER_KEY_BYTES
    except ValueError:
        return False


def refuse_insecure(
    *,
    debug: bool,
    secret_key: str,
    audit_master_key: str,
    allowed_hosts: Sequence[str],
    secure_cookies: bool,
    ssl_redirect: bool,
    hsts_seconds: int,
    live: bool,
) -> None:
    """Raise one error that names every insecure value, so that they can be mended in one go."""
    problems = list(
        insecure_values(
            debug=debug,
            secret_key=secret_key,
            audit_master_key=audit_master_key,
            allowed_hosts=allowed_hosts,
            secure_cookies=secure_cookies,
            ssl_redirect=ssl_redirect,
            hsts_seconds=hsts_seconds,
            live=live,
        )
    )
    if problems:
        raise ImproperlyConfigured("LM Pathways does not start with these settings:\n- " + "\n- ".join(problems))


def insecure_values(
    *,
    debug: bool,
    secret_key: str,
    audit_master_key: str,
    allowed_hosts: Sequence[str],
    secure_cookies: bool,
    ssl_redirect: bool,
    hsts_seconds: int,
    live: bool,
) -> list[str]:
    problems = []
    if debug:
        problems.append("LM_DEBUG is on: error pages would show patient data. Remove it.")
    problems += insecure_keys(secret_key, audit_master_key)
    if not allowed_hosts:
        problems.append("LM_ALLOWED_HOSTS is empty. Name the host that users type, for example lm.hospital.example.")
    elif any("*" in host or host.startswith(".") for host in allowed_hosts):
        problems.append("LM_ALLOWED_HOSTS contains a wildcard. Name each host in full.")
    if not secure_cookies:
        problems.append("LM_HTTP_COOKIES is on: session cookies would travel unencrypted. Remove it.")
    if not ssl_redirect and live:
        problems.append("LM_SSL_REDIRECT is off. Live mode needs HTTPS; remove it.")
    if hsts_seconds <= 0 and live:
        problems.append("LM_HSTS_SECONDS is 0. Live mode needs HTTPS to stay; remove it.")
    return problems


def insecure_keys(secret_key: str, audit_master_key: str) -> list[str]:
    problems = []
    if not secret_key:
        problems.append(
            "LM_SECRET_KEY (or LM_SECRET_KEY_FILE) is not set. Make one with `./dev manage new_secret_key`."
        )
    elif len(secret_key) < SHORTEST_SECRET_KEY or len(set(secret_key)) < FEWEST_DIFFERENT_CHARACTERS:
        problems.append(
            f"LM_SECRET_KEY is too short or too simple: at least {SHORTEST_SECRET_KEY} random characters. "
            "Make one with `./dev manage new_secret_key`."
        )
    elif "django-insecure" in secret_key or "only-for-tests" in secret_key:
        problems.append("LM_SECRET_KEY is an example. Make one with `./dev manage new_secret_key`.")
    if not is_master_key(audit_master_key):
        problems.append(
            "LM_AUDIT_MASTER_KEY (or LM_AUDIT_MASTER_KEY_FILE) is not set, or is not 32 bytes in Base64. "
            "Make one with `./dev manage new_audit_master_key`."
        )
    return problems
