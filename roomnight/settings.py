"""Everything an installation can set, read from environment variables. See docs/operations.md."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("ROOMNIGHT_DATA_DIR", BASE_DIR / "var")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def secret_key() -> str:
    """The installation's own secret: from the environment, or made once and kept readable by its owner only."""
    if given := os.environ.get("ROOMNIGHT_SECRET_KEY"):
        return given
    kept = DATA_DIR / "secret-key"
    try:
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return kept.read_text()


SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
    "PRAGMA cache_size=-32000;PRAGMA journal_size_limit=67108864"
)


def database(url: str) -> dict[str, object]:
    """Django's settings for `sqlite:///relative`, `sqlite:////absolute` or `postgresql://user:password@host:port/name?option=value`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]) or ":memory:",
            "CONN_MAX_AGE": None,  # opening a file anew for every page would cost more than many a page asks of it
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
        }
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"ROOMNIGHT_DATABASE_URL: unknown kind of database {parts.scheme!r}")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 16, "timeout": 20}, **options},
    }


SECRET_KEY = secret_key()
DEBUG = os.environ.get("ROOMNIGHT_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("ROOMNIGHT_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ROOMNIGHT_TRUSTED_ORIGINS", "").split(",") if o]
DATABASE_URL = os.environ.get("ROOMNIGHT_DATABASE_URL", f"sqlite:///{DATA_DIR / 'roomnight.sqlite3'}")
DATABASES = {"default": database(DATABASE_URL)}

# Lowest floor first. tests/test_architecture.py holds imports, migrations and handlers to this order.
FLOORS = [
    "kernel", "ui", "organization", "procedures", "clients", "pms", "activities", "agreements", "credit", "orders",
    "reception", "service", "insight", "targets", "campaigns", "reports", "api", "web",
]  # fmt: skip
APPS = [floor for floor in FLOORS if (BASE_DIR / "roomnight" / floor / "apps.py").exists()]
INSTALLED_APPS = [
    *(f"roomnight.{app}" for app in APPS),  # first, so that our templates win over those of libraries
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "csp",
    "django_htmx",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "roomnight.organization.http.PreferredLanguage",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "roomnight.organization.http.AtTheDesk",
    "roomnight.organization.http.BehindTheDoor",
]
ROOT_URLCONF = "roomnight.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "roomnight.web.shell.shell",
            ],
            "builtins": ["roomnight.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
WSGI_APPLICATION = "roomnight.web.wsgi.application"

AUTH_USER_MODEL = "organization.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "name_en", "email", "phone"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "roomnight.organization.login.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/15m/key"}
ACCOUNT_FORMS = {
    "change_password": "roomnight.organization.door_forms.ChangePasswordForm",
    "reset_password": "roomnight.organization.door_forms.ResetPasswordForm",
    "reset_password_from_key": "roomnight.organization.door_forms.NewPasswordForm",
    "reauthenticate": "roomnight.organization.door_forms.ConfirmByPasswordForm",
}
PUBLIC_RATE_LIMITS = {"survey": "30/m/ip"}  # wrong links of a survey; right ones are never counted
MFA_ADAPTER = "roomnight.organization.login.StaffFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the hotel keeps the addresses of its staff; nobody signs up with a stranger's
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # a whole hotel comes in by one address
MFA_TOTP_ISSUER = "Roomnight"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "roomnight.organization.door_forms.SecondFactorForm",
    "reauthenticate": "roomnight.organization.door_forms.ConfirmByCodeForm",
    "activate_totp": "roomnight.organization.door_forms.AuthenticatorAppForm",
    "add_webauthn": "roomnight.organization.door_forms.NewPasskeyForm",
    "edit_webauthn": "roomnight.organization.door_forms.PasskeyNameForm",
}


def single_sign_on(environment: Mapping[str, str]) -> dict[str, str]:
    """The hotel's OpenID Connect provider as ROOMNIGHT_OIDC_… name it; empty without an issuer. Refuses what is not whole."""
    given = {name: environment.get(f"ROOMNIGHT_OIDC_{name.upper()}", "").strip() for name in OIDC_NAMES}
    if not given["issuer"]:
        return {}
    parts = urlsplit(given["issuer"])
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1"}:
        raise ValueError("ROOMNIGHT_OIDC_ISSUER must begin with https://")
    if not given["client_id"] or not given["client_secret"]:
        raise ValueError("ROOMNIGHT_OIDC_CLIENT_ID and ROOMNIGHT_OIDC_CLIENT_SECRET go with ROOMNIGHT_OIDC_ISSUER")
    given = {**given, "name": given["name"] or str(parts.hostname), "match": given["match"] or "email"}
    if given["match"] not in {"email", "username"}:
        raise ValueError("ROOMNIGHT_OIDC_MATCH is email or username")
    return given


OIDC_NAMES = ("issuer", "client_id", "client_secret", "name", "match", "origin")
SINGLE_SIGN_ON = single_sign_on(os.environ)
SOCIALACCOUNT_ADAPTER = "roomnight.organization.single_sign_on.StaffIdentityAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 8
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("ROOMNIGHT_PROXIES", "0"))
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 7 * 24 * 3600

# The database cache is shared by every process, which the sign-in rate limits need.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # beyond the maximum rows are thrown out, a lock-out among them
    },
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Mail goes out by `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`; without one nothing is sent.
MAIL = urlsplit(os.environ.get("ROOMNIGHT_MAIL_URL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL.hostname else 'dummy'}.EmailBackend"
EMAIL_HOST = MAIL.hostname or ""
EMAIL_USE_SSL = MAIL.scheme == "smtps"
EMAIL_USE_TLS = MAIL.scheme == "smtp" and MAIL.hostname not in {"localhost", "127.0.0.1"}
EMAIL_PORT = MAIL.port or (465 if EMAIL_USE_SSL else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(MAIL.username or ""), unquote(MAIL.password or "")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("ROOMNIGHT_MAIL_FROM", "roomnight@localhost")

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "roomnight_language"

STATIC_URL = "/static/"
# Built by set-up for this code, not data: a second installation from the same folder shares it.
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "attachments"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
INBOX_DIR = os.environ.get("ROOMNIGHT_INBOX_DIR") or DATA_DIR / "inbox"
MAX_IMPORT_BYTES = 512 * 1024 * 1024


def sign_on_origins(provider: dict[str, str]) -> list[str]:
    """Where the sign-in page may send the browser on to."""
    parts = urlsplit(provider.get("issuer", ""))
    found = [f"{parts.scheme}://{parts.netloc}" if parts.netloc else "", provider.get("origin", "")]
    return [origin for origin in found if origin]


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'", *sign_on_origins(SINGLE_SIGN_ON)],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_TLS = os.environ.get("ROOMNIGHT_TLS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SESSION_COOKIE_HTTPONLY = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
