"""A worker in a process of its own that says each portion of a backfill: ``python -m …``."""

import sys
from typing import Any

import django


def main() -> None:
    """Do one light job; a line after each portion."""
    django.setup()
    from datasets.services import backfilling
    from jobs.tasks import work_one

    backfilling.FIRST = backfilling.MOST = 20
    portion = backfilling.Backfill.portion

    def told(self: backfilling.Backfill, finish: Any) -> bool:
        last = portion(self, finish)
        sys.stdout.write("portion\n")
        sys.stdout.flush()
        return last

    backfilling.Backfill.portion = told  # type: ignore[method-assign]
    work_one("light", raising=True)


if __name__ == "__main__":
    main()
