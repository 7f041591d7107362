"""Settings, all from the environment. README.md holds the table of variables."""

from datetime import timedelta
from typing import Any

from crm import recordings
from crm.cookies import allow_partitioned_cookies
from crm.environment import BASE_DIR, VAR_DIR, commas, env, secret, secret_key, words

allow_partitioned_cookies()

SECRET_KEY = secret_key()
DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = commas("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
PORT = env.int("PORT", 8443)
LOCAL_RUN = env.bool("LOCAL_RUN", False)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "axes",
    "crm",
    "customers",
    "screenpop",
]

MIDDLEWARE = [
    # First, so that even an answer made by a middleware below it carries the right headers.
    "crm.surfaces.HeadersMiddleware",
    "crm.proxies.TrustedProxiesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Below WhiteNoise, whose files are compressed already. It pads at random against guessing by length (BREACH).
    "crm.compression.PageGZipMiddleware",
    "crm.surfaces.SurfaceSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "screenpop.bearer.BearerMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "screenpop.bearer.BearerUserMiddleware",
    "crm.preferences.PreferencesMiddleware",
    "crm.sign_in.OneTimePasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"
APPEND_SLASH = False

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.navigation.navigation",
                "crm.appearance.appearance",
            ],
        },
    },
]

# --- data ---------------------------------------------------------------------------------------------------------

DATABASES: dict[str, Any] = {
    "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # SQLite has no row locks: taking the write lock at BEGIN is what makes select_for_update unnecessary there.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "crm.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "crm.roles.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# A password kept in an older way is kept anew at its next sign-in.
PASSWORD_HASHERS = [
    "crm.passwords.CentrePasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# A whole centre sits behind one address: the lock is on the pair, so one agent's typing never locks 200 colleagues.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "crm.proxies.client_address"
AXES_RESET_ON_SUCCESS = True
# Trying on does not lengthen the lock: the message says fifteen minutes.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "crm.sign_in.locked_out"
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True

# --- surfaces -----------------------------------------------------------------------------------------------------

SESSION_ENGINE = "crm.sessions"
SESSION_COOKIE_NAME = "__Host-sessionid"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_AGE = 60 * 60 * env.int("SESSION_HOURS", 12)
POP_SESSION_AGE = 60 * 60 * 24 * env.int("POP_SESSION_DAYS", 14)
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "crm.errors.stale_token"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 0 if LOCAL_RUN else env.int("HSTS_SECONDS", 3600)
SECURE_SSL_REDIRECT = False

SIMULATOR = env.bool("SIMULATOR", False)
SIMULATOR_ORIGINS = words("SIMULATOR_ORIGINS", f"https://127.0.0.1:{PORT} https://localhost:{PORT}")
TCCC_FRAME_ANCESTORS = words(
    "TCCC_FRAME_ANCESTORS", "https://tccc.qcloud.com https://connect.tencentcloud.com"
)
TCCC_SDK_APP_ID = commas("TCCC_SDK_APP_ID")
# The cloud API. Without a key, whatever needs it says so in its place.
TCCC_SECRET_ID = env.str("TCCC_SECRET_ID", "").strip()
TCCC_SECRET_KEY = env.str("TCCC_SECRET_KEY", "").strip()
TCCC_ENDPOINT = env.str("TCCC_ENDPOINT", "")
# How often the worker asks for call records, and for seats, skill groups and lines; 0: never.
SYNC_RECORDS_MINUTES = env.int("SYNC_RECORDS_MINUTES", 15)
SYNC_LISTS_MINUTES = env.int("SYNC_LISTS_MINUTES", 60)
TRUSTED_PROXIES = commas("TRUSTED_PROXIES")
# The certificate that is served, for the self-test to look at; the server itself gets it on its command line.
TLS_CERT = env.str("TLS_CERT", "")

SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # surfaces.py sets X-Frame-Options by path
    "security.W005",  # whether all subdomains speak HTTPS is their owner's to say
    "security.W008",  # nothing of ours listens without TLS
    "security.W021",  # so is the browsers' preload list
]

# --- what the platform calls here ---------------------------------------------------------------------------------

TCCC_PUSH_USERNAME = secret("TCCC_PUSH_USERNAME")
TCCC_PUSH_PASSWORD = secret("TCCC_PUSH_PASSWORD")
TCCC_PUSH_CLIENT_ID = secret("TCCC_PUSH_CLIENT_ID")
TCCC_PUSH_CLIENT_SECRET = secret("TCCC_PUSH_CLIENT_SECRET")
# Takes pushes and questions about routing from anybody; never questions about numbers.
TCCC_PUSH_OPEN = env.bool("TCCC_PUSH_OPEN", False)
# Of a larger body only the beginning is kept; bytes.
TCCC_PUSH_MAX_BYTES = env.int("TCCC_PUSH_MAX_BYTES", 1024 * 1024)
# The platform's id of the group that takes whoever is nobody's; 0 for none.
TCCC_ROUTING_SKILL_GROUP = env.int("TCCC_ROUTING_SKILL_GROUP", 0)

# --- recordings ---------------------------------------------------------------------------------------------------

# Whom recordings may be fetched from: hosts, or *.domain for every host below it; separated by spaces.
RECORDING_HOSTS = words(
    "RECORDING_HOSTS",
    "*.myqcloud.com *.tencentcos.cn *.tencentcos.com *.qcloud.com *.tencentcloud.com",
)
# host:port pairs that may have a private address all the same: a store inside one's own network.
RECORDING_ALLOW_PRIVATE = words("RECORDING_ALLOW_PRIVATE")
# A larger recording is neither played nor copied; megabytes.
RECORDING_MAX_MB = env.int("RECORDING_MAX_MB", 300)
# Which recordings the worker copies into STORAGES["recordings"]: "off", "expiring" or "all"; pinned ones unless off.
RECORDING_COPY = recordings.copy_mode()
# "expiring" means: the cloud's copy goes within so many days.
RECORDING_COPY_DAYS = env.int("RECORDING_COPY_DAYS", 14)
# Whether the worker fetches the transcripts of new recordings.
TRANSCRIPTS = env.bool("TRANSCRIPTS", False)

# --- numbers ------------------------------------------------------------------------------------------------------

DEFAULT_REGION = env.str("DEFAULT_REGION", "CN")
HOME_AREA_CODE = env.str("HOME_AREA_CODE", "")
OWN_LINES = commas("OWN_LINES")
# None: as soon as the platform's number mapping is used.
MASK_NUMBERS = env.bool("MASK_NUMBERS", None)

# How long a process keeps what administrators set up for every page and card (name, logo, business fields, gate).
SETUP_KEPT_SECONDS = env.float("SETUP_KEPT_SECONDS", 5.0)
# Names this release for open pages: an idle one is made anew when it changes. Empty: the served files tell.
RELEASE = env.str("RELEASE", "")

# --- the life of a leg, in seconds --------------------------------------------------------------------------------

RING_SILENCE_SECONDS = env.int("RING_SILENCE_SECONDS", 60)
# A pop whose record has not come for so many minutes stands on the supervisors' board.
RECORD_OVERDUE_MINUTES = env.int("RECORD_OVERDUE_MINUTES", 30)
# A call that spoke longer must say how it ended; 0 asks it of every connected call.
WRAP_UP_REQUIRED_SECONDS = env.int("WRAP_UP_REQUIRED_SECONDS", 10)
# Where a ticket is looked up: an https address that holds {ticket}.
TICKET_URL = env.str("TICKET_URL", "")
# After-call work turns amber past this.
AFTER_CALL_SECONDS = env.int("AFTER_CALL_SECONDS", 60)

# --- languages, time, files ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # A local run serves the files as they lie; production serves hashed, compressed copies (collectstatic).
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL_RUN or DEBUG
        else "crm.static_files.HashedFilesStorage"
    },
    "recordings": recordings.storage(),
}
WHITENOISE_USE_FINDERS = LOCAL_RUN or DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Files of customers lie here while they are imported.
IMPORT_DIR = env.path("IMPORT_DIR", VAR_DIR / "imports")

REST_FRAMEWORK: dict[str, Any] = {
    # A view that names no authentication lets nobody in.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    # Counted in each process's memory: a bound on a machine that runs wild, not an exact quota.
    "DEFAULT_THROTTLE_RATES": {"api": env.str("API_RATE", "600/min")},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Screen-pop CRM",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"axes": {"level": "ERROR"}, "django.request": {"level": "ERROR"}},
}
