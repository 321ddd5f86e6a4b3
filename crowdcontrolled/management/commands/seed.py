"""``python manage.py seed``: fill the site with the demo; the second time it adds nothing."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from crowdcontrolled.seeding import labelled, mark, planting
from crowdcontrolled.supervisor import prepare


class Command(BaseCommand):
    help = "Adds the demo's people, projects, datapoints, chat and trained runs."

    def handle(self, *_args: Any, **_options: Any) -> None:
        start = time.monotonic()
        prepare.migrate_all(verbosity=0)
        with mark.standing():
            planting.plant(self.stdout.write, more=[labelled.plant])
        self.stdout.write(f"The demo is complete ({time.monotonic() - start:.0f} s).")
