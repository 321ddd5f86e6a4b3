"""All settings, read once from the environment. ``docs/settings.md`` explains each variable."""

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from crowdcontrolled import env
from crowdcontrolled.databases import databases
from crowdcontrolled.secret import secret_key_in
from crowdcontrolled.signing_in import by_mail, github, google, openid

# So that ModelForm[Project] and its like, which the type checker wants, exist at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_file(BASE_DIR / env.text("ENV_FILE", ".env"))
#: Everything that this installation writes: databases, files, the made-up secret key.
VAR = env.folder("VAR", BASE_DIR / "var")

DEBUG = env.boolean("DEBUG", default=True)
#: The demo shows one-time sign-in links and seeds data; never outside DEBUG.
DEMO = DEBUG and env.boolean("DEMO", default=True)
SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY is not set: outside DEBUG it must be.")
    SECRET_KEY = secret_key_in(VAR / "secret_key")

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]") if DEBUG else ())
if "*" in ALLOWED_HOSTS and not DEBUG:
    raise ImproperlyConfigured("ALLOWED_HOSTS is '*': name the hosts, or any Origin may connect.")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
HTTPS = env.boolean("HTTPS", default=False)

#: Other sites whose accounts open the door here: only those that the environment names.
PROVIDERS = [
    found
    for found in (
        github(env.text("GITHUB_CLIENT_ID"), env.text("GITHUB_CLIENT_SECRET")),
        google(env.text("GOOGLE_CLIENT_ID"), env.text("GOOGLE_CLIENT_SECRET")),
        openid(
            env.text("OPENID_CLIENT_ID"),
            env.text("OPENID_CLIENT_SECRET"),
            env.text("OPENID_SERVER"),
            env.text("OPENID_NAME", "OpenID"),
        ),
    )
    if found
]

INSTALLED_APPS = [
    "daphne",
    "crowdcontrolled.apps.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    *(found.app for found in PROVIDERS),
    "channels",
    "django_htmx",
    "django_q",
    "ninja",
    "common",
    "live",
    "jobs",
    "search",
    "accounts",
    "projects",
    "datasets",
    "training",
    "chat",
    "api",
    "crowdcontrolled.admin_site.ModerationAdminConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "api.middleware.ApiMiddleware",
    "common.middleware.KnownHostMiddleware",
    "common.bodies.ReadableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PersonMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.middleware.RefusedMiddleware",
]

ROOT_URLCONF = "crowdcontrolled.urls"
ASGI_APPLICATION = "crowdcontrolled.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "common.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "common.forms.Renderer"

#: FULL survives power loss ("saved" means saved); NORMAL survives a killed process only.
SQLITE_SYNCHRONOUS = env.choice("SQLITE_SYNCHRONOUS", "FULL", ("FULL", "NORMAL"))
DATABASES = databases(env.text("DATABASE_URL"), VAR, SQLITE_SYNCHRONOUS)
DATABASE_ROUTERS = ["crowdcontrolled.databases.SideFilesRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
#: Threads that serve pages. Each keeps one connection per database open.
WEB_THREADS = env.integer("WEB_THREADS", 8, minimum=1)

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "site_cache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    ),
    # django-q2 writes its statistics twice a second; nobody reads them.
    "django_q": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_SESSION_REMEMBER = True
# For five minutes after a password or key was given, dangerous steps need no other one.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USERNAME_VALIDATORS = "accounts.names.USERNAME_VALIDATORS"
ACCOUNT_USERNAME_BLACKLIST = ["admin", "administrator", "moderator", "system", "former", "you"]
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "CrowdControlled"
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts.key_forms.AddKeyForm",
    "edit_webauthn": "accounts.key_forms.RenameKeyForm",
    "login_webauthn": "accounts.key_forms.SignInByKeyForm",
    "authenticate_webauthn": "accounts.key_forms.KeyForm",
    "reauthenticate_webauthn": "accounts.key_forms.ConfirmByKeyForm",
}
# A browser treats http://localhost as safe, and passkeys are tried there.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
#: Whether moderators must have a second factor before they get to their desk.
MODERATORS_NEED_SECOND_FACTOR = not DEMO
USERSESSIONS_TRACK_ACTIVITY = True
USERSESSIONS_ADAPTER = "accounts.adapter.SessionsAdapter"
SOCIALACCOUNT_PROVIDERS = {found.name: found.settings for found in PROVIDERS}
# Names are public here, so people choose theirs; accounts are never joined by an address alone.
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0, minimum=0)

EMAIL_URL = env.text("EMAIL_URL")
vars().update(by_mail(has_mail=bool(EMAIL_URL)))
if EMAIL_URL:
    import environ

    vars().update(environ.Env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR / "outbox")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "CrowdControlled <noreply@localhost>")

LANGUAGE_CODE = "en"
# Each in its own words: whoever looks for a language cannot read the others.
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if not DEBUG
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG

SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "common.failures.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        # A form that leads on to a provider counts as sent there.
        "form-action": [SELF, *(found.origin for found in PROVIDERS)],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
#: A form that describes 512 fields sends about seven inputs of each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8_000

#: Whether projects train their standing recipe by themselves while their data grow.
CHAMPIONS = env.boolean("CHAMPIONS", default=True)

# django-q2 is only the bell and the clock: see docs/decisions/0002-jobs.md for each of these.
Q_CLUSTER = {
    "name": "light",
    "workers": 1,
    "timeout": 900,
    "retry": 3600,
    "queue_limit": 1,
    "bulk": 1,
    "poll": 0.2,
    "guard_cycle": 0.5,
    "ack_failures": True,
    "max_attempts": 1,
    "catch_up": False,
    "save_limit": -1,
    "scheduler": False,
    "cache": "django_q",
    "recycle": 200,
    "orm": "queue" if "queue" in DATABASES else "default",
    "ALT_CLUSTERS": {"training": {"workers": 1, "timeout": 900, "retry": 3600}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        # Without handlers of its own each of its lines stands in the log once.
        "django": {"level": "INFO", "handlers": []},
        "django.server": {"level": "WARNING"},
        # Everybody who scans the net sends a wrong Host: answered with 400, worth no line here.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "daphne": {"level": "WARNING"},
        "django-q": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
    },
}
