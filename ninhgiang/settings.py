"""Settings of the whole project, read from the environment (see docs/operations/settings.md).

Without any variable the program runs embedded: SQLite and the job broker live in var/.
With DATABASE_URL and REDIS_URL it runs on PostgreSQL and Redis.
"""

from pathlib import Path

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("NINHGIANG_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# Demo mode: a machine that tries the product out. It alone may create the demo accounts and may run
# with a generated secret key. Production sets NINHGIANG_DEMO=false.
DEMO = env.bool("NINHGIANG_DEMO", default=True)
DEBUG = env.bool("DEBUG", default=False)


def _secret_key() -> str:
    """Return the secret key: from the environment, or in demo mode one generated once into var/."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    if not DEMO:
        raise ImproperlyConfigured("SECRET_KEY phải được đặt khi NINHGIANG_DEMO=false.")
    from django.core.management.utils import get_random_secret_key  # only needed on this path

    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.write_text(get_random_secret_key(), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8")


SECRET_KEY = _secret_key()
# 127.0.0.1 for the health checks of Docker and bin/serve, which ask from the machine itself.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=["*"] if DEMO else []), "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "ninhgiang",
    "units",
    "reform_tasks",
    "emulation",
    "reports",
]

MIDDLEWARE = [
    "ninhgiang.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "units.middleware.SignInFirstMiddleware",
    "units.middleware.PasswordChangeMiddleware",
    "units.middleware.KeptPostMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ninhgiang.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "ninhgiang.urls"
WSGI_APPLICATION = "ninhgiang.wsgi.application"

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
                "units.context_processors.people",
            ],
            "builtins": ["ninhgiang.templatetags.vi"],
        },
    }
]

DATABASE_URL = env.str("DATABASE_URL", default="")
if DATABASE_URL:
    DATABASES = {"default": env.db_url("DATABASE_URL")}
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "ninhgiang.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 3600,
        "socket_timeout": 30,
        "health_check_interval": 25,
        "retry_on_timeout": True,
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    BROKER_DIR = VAR_DIR / "broker"
    for _name in ("messages", "control", "processed"):
        (BROKER_DIR / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "store_processed": False,
    }

# E-mail is off until a server is named (docs/operations/mail.md).
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
MAIL_HOST = env.str("MAIL_HOST", default="")
MAIL_ON = bool(MAIL_HOST)
MAIL_FROM = DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="")
MAIL_SECURITY = env.str("MAIL_SECURITY", default="starttls")
if MAIL_SECURITY not in {"starttls", "ssl", "none"}:
    raise ImproperlyConfigured("MAIL_SECURITY phải là starttls, ssl hoặc none.")
if MAIL_ON and "@" not in MAIL_FROM:
    raise ImproperlyConfigured("Đã đặt MAIL_HOST thì phải đặt MAIL_FROM, ví dụ cchc@ninhgiang.example.")
_smtp: dict[str, object] = {
    "host": MAIL_HOST,
    "port": env.int("MAIL_PORT", default={"starttls": 587, "ssl": 465, "none": 25}[MAIL_SECURITY]),
    "username": env.str("MAIL_USER", default=""),
    "password": env.str("MAIL_PASSWORD", default=""),
    "use_tls": MAIL_SECURITY == "starttls",
    "use_ssl": MAIL_SECURITY == "ssl",
    "timeout": 30,
}
MAILERS: dict[str, dict[str, object]] = {
    "default": {"OPTIONS": _smtp} if MAIL_ON else {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
}
# Without a server nothing is sent, on purpose; every page about letters says so.
SILENCED_SYSTEM_CHECKS = [] if MAIL_ON else ["mail.E001"]

CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_MAX_TASKS_PER_CHILD = 20
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # "expires": a backlog of missed minutes is worthless
    "redeliver-lost-jobs": {"task": "units.tasks.redeliver_jobs", "schedule": 60.0, "options": {"expires": 50}},
    "worker-heartbeat": {"task": "units.tasks.heartbeat", "schedule": 60.0, "options": {"expires": 50}},
    "redeliver-readings": {
        "task": "reform_tasks.tasks.redeliver_readings",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "clear-uploads": {"task": "reform_tasks.tasks.clear_uploads", "schedule": 3600.0, "options": {"expires": 3000}},
    "send-mail": {"task": "units.tasks.send_mail", "schedule": 60.0, "options": {"expires": 50}},
    # Looks every ten minutes whether the day's digests are out: after a stop they follow on the same day.
    "reorganise-units": {
        "task": "units.tasks.reorganise_units",
        "schedule": crontab(minute="1-59/10"),
        "options": {"expires": 500},
    },
    "close-due-rounds": {
        "task": "emulation.tasks.close_due_rounds",
        "schedule": crontab(minute="3-59/10"),
        "options": {"expires": 500},
    },
    "check-published-versions": {
        "task": "emulation.tasks.check_published_versions",
        "schedule": crontab(hour="2", minute="15"),
        "options": {"expires": 14_400},
    },
    "send-digests": {
        "task": "units.tasks.send_digests",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 500},
    },
}

AUTH_USER_MODEL = "units.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "units.backends.OfficeBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "units.password_rules.LongEnough", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "units.password_rules.NotLikeMe",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "units.password_rules.NotCommon"},
    {"NAME": "units.password_rules.NotOnlyDigits"},
]
LOGIN_URL = "units:sign-in"
LOGIN_REDIRECT_URL = "units:home"
# A commune sits behind one address: lock the pair, never the address alone.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "units/locked_out.html"
AXES_ENABLE_ADMIN = False

SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # shared PCs
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", default=8 * 3600)
SESSION_COOKIE_HTTPONLY = True
HTTPS = env.bool("HTTPS", default=not DEMO)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "ninhgiang.middleware.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # with it, "8.125" would be read as 8125
FORMAT_MODULE_PATH = ["ninhgiang.formats"]

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "files"  # never served directly: every file goes through a permission check
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
EVIDENCE_MAX_BYTES = 50 * 1024 * 1024
EVIDENCE_FORM_MAX_BYTES = 200 * 1024 * 1024  # all files of one plain form; deploy/nginx.conf lets this much through
WORKBOOK_MAX_BYTES = 5 * 1024 * 1024
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "WARNING"}},  # it greets each start
}
