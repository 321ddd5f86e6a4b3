"""Which database holds what: SQLite files by default, PostgreSQL by DATABASE_URL."""

from pathlib import Path
from typing import Any

import environ

# BEGIN IMMEDIATE: with the default a read-then-write transaction fails with "database is locked"
# however long the timeout is, because SQLite cannot upgrade a stale read snapshot.
PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;"
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000;"
)


def sqlite(path: Path, synchronous: str) -> dict[str, Any]:
    """Django's settings for one SQLite file, kept open by each thread of the fixed pool."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": PRAGMAS.format(synchronous=synchronous),
        },
    }


def postgresql(url: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL database given as a URL."""
    return {
        **environ.Env.db_url_config(url),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def databases(url: str, var: Path, synchronous: str) -> dict[str, dict[str, Any]]:
    """The ``DATABASES`` setting.

    Rows, events, jobs and idempotency keys share ``default``, so one transaction covers them.
    On SQLite the broker of django-q2 and the cache sit in files of their own: they hold nothing
    that may not be lost, and their writes must not wait for the disk.
    """
    if url.startswith(("postgres://", "postgresql://")):
        return {"default": postgresql(url)}
    return {
        "default": sqlite(var / "site.sqlite3", synchronous),
        "queue": sqlite(var / "queue.sqlite3", "NORMAL"),
        "cache": sqlite(var / "cache.sqlite3", "OFF"),
    }


class SideFilesRouter:
    """Sends django-q2's and the cache's tables to the SQLite files of their own, when there are."""

    sides = {"django_q": "queue", "django_cache": "cache"}

    def _alias(self, app_label: str) -> str:
        from django.conf import settings

        alias = self.sides.get(app_label, "default")
        return alias if alias in settings.DATABASES else "default"

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return self._alias(model._meta.app_label)

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return self._alias(model._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == self._alias(app_label)
