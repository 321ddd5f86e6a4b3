"""What must be done before the site can serve: databases, static files, demo data."""

import hashlib
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from crowdcontrolled.seeding import mark


def is_migrated(alias: str) -> bool:
    """Whether every migration is applied in this database.

    Raises:
        OperationalError: the database cannot be reached.
    """
    executor = MigrationExecutor(connections[alias])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def migrate_all(*, verbosity: int = 1) -> None:
    """Bring every database up to date; the cache's table, which has no migration, too."""
    for alias in connections:
        if not is_migrated(alias):
            call_command("migrate", database=alias, interactive=False, verbosity=verbosity)
    cache = "cache" if "cache" in connections else DEFAULT_DB_ALIAS
    call_command("createcachetable", database=cache, verbosity=0)


def collect_static() -> bool:
    """Collect the static files, unless none has changed or DEBUG serves them as they lie.

    Returns:
        Whether they were collected.
    """
    if settings.DEBUG:
        return False
    stamp = Path(settings.STATIC_ROOT).parent / "static.stamp"
    state = _static_state()
    if stamp.exists() and stamp.read_text(encoding="ascii") == state:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state, encoding="ascii")
    return True


def _static_state() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(f"{name}\0{storage.size(name)}\0".encode())
            digest.update(str(storage.get_modified_time(name).timestamp()).encode())
    return digest.hexdigest()


def needs_seed() -> bool:
    """Whether this is a demo without a single project, or one whose filling in was killed."""
    if not settings.DEMO or "seed" not in get_commands():
        return False
    return mark.unfinished() or not apps.get_model("projects", "Project")._default_manager.exists()


def seed() -> bool:
    """Fill in the demo data, in a process of its own: it trains, and torch must not stay here.

    Returns:
        Whether that worked; its messages are on the terminal.
    """
    manage = settings.BASE_DIR / "manage.py"
    return subprocess.run([sys.executable, str(manage), "seed"], check=False).returncode == 0
