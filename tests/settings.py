"""Settings of the test run: the real ones, with a folder of its own and a fast hasher."""

import os
import tempfile

# Time tests run where clocks change twice a year.
os.environ.setdefault("TZ", "Europe/Berlin")
# Tests never touch the database that somebody's .env names.
os.environ["ENV_FILE"] = os.devnull
os.environ["VAR"] = os.environ.get("TEST_VAR") or tempfile.mkdtemp(prefix="cc-tests-")
os.environ.setdefault("SQLITE_SYNCHRONOUS", "NORMAL")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from crowdcontrolled.settings import *  # noqa: F403
from crowdcontrolled.settings import DATABASES, VAR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEMO = False
# Tests of living champions switch it on; in all others nothing trains that nobody started.
CHAMPIONS = False
# Files, not memory: threads and real processes must see the same database.
for _alias, _database in DATABASES.items():
    if "sqlite" in _database["ENGINE"]:
        _database["TEST"] = {"NAME": str(VAR / f"test_{_alias}.sqlite3")}
# Nobody collects static files for the tests; WhiteNoise warns when the folder is missing.
(VAR / "static").mkdir(exist_ok=True)
