"""A hospital's server: everything comes from the environment, and nothing insecure starts."""

from config import env
from config.settings.base import *
from config.settings.base import DATABASES
from config.settings.refusals import refuse_insecure

LM_MODE = env.choice("LM_MODE", ("training", "live"))
DEBUG = env.flag("LM_DEBUG", default=False)
SECRET_KEY = env.secret("LM_SECRET_KEY", "LM_SECRET_KEY_FILE")
SECRET_KEY_FALLBACKS = env.words("LM_SECRET_KEY_FALLBACKS")
AUDIT_MASTER_KEY = env.secret("LM_AUDIT_MASTER_KEY", "LM_AUDIT_MASTER_KEY_FILE")
AUDIT_MASTER_KEY_FALLBACKS = tuple(env.words("LM_AUDIT_MASTER_KEY_FALLBACKS"))
ALLOWED_HOSTS = env.words("LM_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
TRUSTED_PROXIES = env.number("LM_TRUSTED_PROXIES", 1)

SESSION_COOKIE_SECURE = not env.flag("LM_HTTP_COOKIES", default=False)
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
SECURE_SSL_REDIRECT = env.flag("LM_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.number("LM_HSTS_SECONDS", 365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # browsers' preload lists are for public sites, this runs on an intranet
if TRUSTED_PROXIES > 0:
    # Only behind a proxy of ours, which has to overwrite this header (docs/handbook/https.md).
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

if DATABASES["default"]["ENGINE"] == "audit.database.postgresql":
    options = DATABASES["default"]["OPTIONS"]
    assert isinstance(options, dict)  # noqa: S101
    options["pool"] = {
        "min_size": 2,
        "max_size": env.number("LM_DATABASE_POOL", 10),
        "timeout": 5,  # seconds; commands are more patient than the web server, which limits it further
        # Of attempts to connect, each twice as late as the one before. Given up early, they begin anew with the next
        # request: after an outage of minutes, nobody waits for the last of long pauses.
        "reconnect_timeout": 2,
    }

refuse_insecure(
    debug=DEBUG,
    secret_key=SECRET_KEY,
    audit_master_key=AUDIT_MASTER_KEY,
    allowed_hosts=ALLOWED_HOSTS,
    secure_cookies=SESSION_COOKIE_SECURE,
    ssl_redirect=SECURE_SSL_REDIRECT,
    hsts_seconds=SECURE_HSTS_SECONDS,
    live=LM_MODE == "live",
)
