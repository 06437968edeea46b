"""All settings, read from the environment; .env.example documents each variable."""

from email.utils import parseaddr
from os import environ
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from wijk.environment import PRODUCTION, clock_offset, local_secret, mailer, networks, required
from wijk.settings_libraries import *  # noqa: F403  settings are a flat list of names by Django's design
from wijk.settings_operator import operator

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environ.get("WIJK_VAR") or BASE_DIR / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)

# Environment ---------------------------------------------------------------------------------------------------------

WIJK_ENV = environ.get("WIJK_ENV", "demo")
if WIJK_ENV not in {"demo", "test", "production"}:
    raise ImproperlyConfigured(f"WIJK_ENV is {WIJK_ENV!r}; it must be demo, test or production.")


SECRET_KEY = required("WIJK_SECRET_KEY", "") or local_secret(VAR_DIR / "secret")
if PRODUCTION and len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("WIJK_SECRET_KEY is shorter than 40 characters.")
SECRET_KEY_FALLBACKS = [key for key in environ.get("WIJK_SECRET_KEY_FALLBACKS", "").split() if key]
CLOCK_OFFSET = clock_offset(environ.get("WIJK_CLOCK_OFFSET") or "+0h")
if PRODUCTION and CLOCK_OFFSET:
    raise ImproperlyConfigured("WIJK_CLOCK_OFFSET is for rehearsals; production runs on real time.")

DEBUG = False
BASE_URL = required("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
_base = urlsplit(BASE_URL)
HTTPS = _base.scheme == "https"
if PRODUCTION and not HTTPS:
    raise ImproperlyConfigured("BASE_URL must begin with https:// in production.")
ALLOWED_HOSTS = [_base.hostname or ""] if PRODUCTION else [_base.hostname or "", "127.0.0.1", "localhost", "testserver"]
WAGTAILADMIN_BASE_URL = BASE_URL

# Apps ----------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "wijk",
    "accounts",
    "neighbourhoods",
    "content",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.sites",
    "accounts.users.apps.CmsUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",  # Wagtail's search refuses PostgreSQL without it
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "wijk.pace.PaceMiddleware",
    "wijk.headers.CachePolicyMiddleware",
    "wijk.headers.ForgetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "content.statistics.counting.CountingMiddleware",
    "wijk.access.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "wijk.headers.AdminPolicyMiddleware",
]

ROOT_URLCONF = "wijk.urls"
WSGI_APPLICATION = "wijk.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Storage -------------------------------------------------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        required("DATABASE_URL", f"sqlite:///{VAR_DIR / 'wijk.sqlite3'}"), conn_max_age=None, conn_health_checks=True
    )
}
SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
# The wraps of sealed copies: a small database of its own, with short backups of its own (accounts/archive).
DATABASES["keyring"] = {
    **dj_database_url.parse(environ.get("KEYRING_URL") or f"sqlite:///{VAR_DIR / 'keyring.sqlite3'}"),
    "TEST": {"MIGRATE": False},
}
DATABASE_ROUTERS = ["wijk.databases.KeyringRouter"]
if DATABASES["keyring"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["keyring"]["OPTIONS"] = {
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA secure_delete=ON;",
    }
if SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue up instead of failing half-way; deleted text is overwritten in the file (promise 2).
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
    }

REDIS_URL = environ.get("REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    # Shared between workers, unlike the default in memory, so that allauth's limits hold for all of them together.
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "wijk_cache"}
}
# Allauth's limits have the sender's whole address in their names.
CACHES["default"]["KEY_FUNCTION"] = "wijk.limits.cache_key"

MEDIA_ROOT = Path(environ.get("MEDIA_STORE") or VAR_DIR / "media")
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Tests ask for no static files; looking for them anew in each would double their time.
WHITENOISE_USE_FINDERS = WIJK_ENV == "demo"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# Sealed copies and erasures (accounts/archive) ------------------------------------------------------------------------

SEALED_COPIES = environ.get("SEALED_COPIES") or "ask"
SEALED_YEARS = float(environ.get("SEALED_YEARS") or 5)
if SEALED_COPIES not in {"ask", "never"} or not 0 < SEALED_YEARS <= 5:
    raise ImproperlyConfigured("SEALED_COPIES must be ask or never, and SEALED_YEARS more than 0 and at most 5.")
# An account nobody logged in to for so many years closes, after two mails (accounts/closure/unused.py).
INACTIVE_YEARS = float(environ.get("INACTIVE_YEARS") or 1)
if not 0.5 <= INACTIVE_YEARS <= 3:
    raise ImproperlyConfigured("INACTIVE_YEARS must be at least 0.5 and at most 3.")
SEALED_RECIPIENT = environ.get("SEALED_RECIPIENT", "").strip()
BACKUP_RECIPIENT = environ.get("BACKUP_RECIPIENT", "").strip()
SEALED_STORE = Path(environ.get("SEALED_STORE") or VAR_DIR / "sealed")
ERASURE_LEDGER = Path(environ.get("ERASURE_LEDGER") or VAR_DIR / "erasures.log")

# Mail ----------------------------------------------------------------------------------------------------------------

MAIL_URL = required("MAIL_URL", "outbox:")
MAIL_FROM = environ.get("MAIL_FROM") or f"Wijk <wijk@{_base.hostname}>"
RELAY_DOMAIN = environ.get("RELAY_DOMAIN") or (_base.hostname or "localhost")
# Our receiving mail server, as it calls itself in the Authentication-Results it writes. Without it no mail comes in.
RECEIVING_SERVER = environ.get("RECEIVING_SERVER", "").strip()
MAILERS = {"default": mailer(MAIL_URL)}
DEFAULT_FROM_EMAIL = MAIL_FROM
SERVER_EMAIL = parseaddr(MAIL_FROM)[1]
# The mails that wait are readable on a page at /stijl/post/ when there is no mail server: never in production.
SHOW_OUTBOX = WIJK_ENV != "production"
if PRODUCTION and MAIL_URL == "outbox:":
    raise ImproperlyConfigured("MAIL_URL is outbox: that sends nothing. Production needs smtp or smtps.")

# The audit trail's signed days are also written to a file outside the database; best on another disk or machine.
AUDIT_HEADS = Path(environ.get("AUDIT_HEADS") or VAR_DIR / "audit-heads.jsonl")
# So many failed log-ins to one account within an hour show at the privacy desk (from one network: three times).
AUDIT_ALARM_FAILURES = int(environ.get("AUDIT_ALARM_FAILURES") or 10)

# Language and time ---------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / app / "locale" for app in ("wijk", "accounts", "neighbourhoods", "content")]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True
USE_I18N = True
WAGTAIL_USER_TIME_ZONES = ["Europe/Amsterdam", "Europe/Brussels"]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES

# Who someone is ------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if WIJK_ENV == "test":
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")  # tests make many accounts
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.signup.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.signup.passwords.GuessablePasswordValidator"},
    {"NAME": "accounts.signup.passwords.ContextPasswordValidator"},
]
# The beat on which answers leave that must not tell whether an address is known: above a password's hash and its mail.
PACE_SECONDS = 0.0 if WIJK_ENV == "test" else float(environ.get("WIJK_PACE_SECONDS") or 0.6)
COMMON_PASSWORDS = environ.get("COMMON_PASSWORDS", "")  # a file of the operator's own, added to what is built in
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/mijn/"
LOGOUT_REDIRECT_URL = "/"
ALLAUTH_TRUSTED_PROXY_COUNT = int(environ.get("TRUSTED_PROXIES") or 0)
# From where editors and the privacy desk may work; empty: from everywhere, with their second factor (C-35).
OFFICE_NETWORKS = networks(environ.get("OFFICE_NETWORKS", ""))

# Sessions, cookies, headers ------------------------------------------------------------------------------------------

SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LANGUAGE_COOKIE_NAME = "__Host-taal" if HTTPS else "taal"
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Not in a cookie of their own: the cookie page names every cookie there is.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "wijk.views.stale_form"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}

# Who runs this site: shown in the footer and on the legal pages (W-7) ------------------------------------------------

OPERATOR = operator()

# Logs hold no personal data: the register says what has to be taken out of them (wijk/redaction.py) -------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"personal": {"()": "wijk.redaction.PersonalDataFilter"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["personal"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Paths of pages that are not there can hold somebody's personal link.
    "loggers": {"wijk": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
