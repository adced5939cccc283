"""What every installation shares; local, test and production add where they run and how strictly."""

import re
from pathlib import Path

from csp.constants import NONE, SELF

from config import env
from config.monitoring.allowed import networks, token

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

# The newest heading of the change log is the version, so that the two can never differ.
_heading = re.search(r"^## (\d+\.\d+\.\d+)", (BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
VERSION = _heading.group(1) if _heading else "0.0.0"

DEBUG = False
LM_MODE = "training"  # or "live": only approved content, no demo accounts
DEMO_SIGN_IN = False  # one-click sign-in for demo people; config.settings.local alone turns it on
TRUSTED_PROXIES = 0  # how many proxies of ours stand in front and append to X-Forwarded-For

INSTALLED_APPS = [
    "config.apps.ProjectAdminConfig",  # django.contrib.admin, signing in through our own page
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "js_lib_bootstrap5",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "allauth.account",  # needed by allauth.mfa; its pages and tables are not used
    "allauth.mfa",
    "accounts",
    "audit",
    "pathways",
    "patients",
    "config.apps.ProjectConfig",
]

MIDDLEWARE = [
    "config.middleware.PrivateResponseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.monitoring.middleware.MonitoringMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.overload.OverloadMiddleware",
    "config.middleware.AddressMiddleware",
    "config.middleware.RequestSizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "audit.middleware.AuditContextMiddleware",
    "config.rate_limits.RateLimitMiddleware",
    "audit.middleware.RequestGuardMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.SessionClockMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # allauth does not start without it
    "config.middleware.AlteredRecordMiddleware",  # last, so that it is asked first about what a page raised
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.installation",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "lm-pathways.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Wraps the keys of what the audit log says about patients; every place of installation sets its own.
AUDIT_MASTER_KEY = ""
AUDIT_MASTER_KEY_FALLBACKS: tuple[str, ...] = ()
AUDIT_ORIGIN = env.text("LM_AUDIT_ORIGIN", "lm-pathways.local/audit")  # the log's name in its checkpoints
AUDIT_GUARDED_TABLES = "config.coverage.guarded_tables"  # on which the database itself watches every row
AUDIT_DIR = Path(env.text("LM_AUDIT_DIR", str(VAR_DIR / "audit")))  # of the sealer: checkpoints sent out, public keys

# Who may ask for /readyz and /metrics, and whose room on the disk is looked at.
MONITORING_NETWORKS = networks("LM_MONITORING_NETWORKS")
MONITORING_TOKEN = token("LM_MONITORING_TOKEN")
MONITORED_FOLDERS = env.words("LM_MONITORED_FOLDERS", (str(AUDIT_DIR),))
LEAST_FREE_PERCENT = env.number("LM_LEAST_FREE_PERCENT", 10)

# Opening the record of another ward's patient: for how long, and how often in 24 hours until it is marked.
BREAK_GLASS_HOURS = 4
BREAK_GLASS_ALARM_ABOVE = 5
BREAK_GLASS_REVIEW_DAYS = 7

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LM_SECOND_FACTOR_ROLES = env.words("LM_SECOND_FACTOR_ROLES")  # names of roles that must have one
MFA_ADAPTER = "accounts.authenticators.AuthenticatorAdapter"
MFA_TOTP_ISSUER = "LM Pathways"
MFA_TOTP_TOLERANCE = 1  # a code of half a minute ago, or of a telephone whose clock is fast

# In the database and not cached: with several processes a cached session would outlive its sign-out.
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 60 * 60 * env.number("LM_SESSION_HOURS", 12)  # after that, however busy somebody is
SCREEN_COVER_SECONDS = 60 * env.number("LM_COVER_MINUTES", 5)  # without a key or a movement
SESSION_END_SECONDS = 60 * env.number("LM_SESSION_END_MINUTES", 15)
SHARED_COVER_SECONDS = 60 * env.number("LM_SHARED_COVER_MINUTES", 2)  # "This is a shared computer"
SHARED_END_SECONDS = 60 * env.number("LM_SHARED_END_MINUTES", 10)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "report-uri": "/csp-report/",
        "report-to": "csp",
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# Requests per second, and how many at once; a fast typist sends two or three. An address is often a whole ward.
REQUESTS_OF_A_PERSON = (30, 120)
REQUESTS_OF_AN_ADDRESS = (60, 300)

# Seconds that a request may wait for a thread of the server; beyond that it is refused, a save later than a page.
LONGEST_QUEUE, LONGEST_QUEUE_OF_A_SAVE = 0.3, 0.8

# Checks of the guidance run in `manage.py db_worker`, beside the server; the queue is a table.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "Europe/London"

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("LM_STATIC_DIR", str(VAR_DIR / "static")))  # of this version alone
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.StaticFiles"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # While the database is away each attempt would write ten lines, many times in a second.
    "filters": {
        "seldom": {"()": "config.log_lines.Seldom"},
        "seldom_where_away": {"()": "config.log_lines.SeldomWhereTheDatabaseIsAway"},
    },
    # Django's own handlers would mail the request, with everything in it, to the ADMINS.
    "loggers": {
        "psycopg.pool": {"filters": ["seldom"]},
        "django.request": {"filters": ["seldom_where_away"]},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Even when somebody looks for a fault with DEBUG: these would write out what a page or a statement holds.
        "django.template": {"level": "INFO"},
        "django.db.backends": {"level": "INFO"},
    },
}
