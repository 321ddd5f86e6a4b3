"""``python manage.py migrate_all``: every database at once."""

from typing import Any

from django.core.management.base import BaseCommand

from crowdcontrolled.supervisor.prepare import migrate_all


class Command(BaseCommand):
    help = "Brings every database up to date, the cache's table included."

    def handle(self, *_args: Any, verbosity: int, **_options: Any) -> None:
        migrate_all(verbosity=verbosity)
