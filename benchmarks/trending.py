"""What noting an event for a project's momentum costs, among 100,000 projects and among ten.

Both sides are the same function in a process of its own with a database of its own, in which every
project has its momentum, its parts of the last hours and the share of a person. Both get the same
stream of events: to ten projects that lie evenly among all, each committed by itself and added to
rows that are there, so that only the number of projects differs. (Events all over 100,000
projects take about twice as long, since a cache holds the pages of few of them.) Both wait for no
disk (``synchronous=NORMAL``), which would hide what is measured behind what is not.
"""

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.pairs import Figure, ratio_of_pairs
from benchmarks.web import ROOT, environment, expect, tell

FEW, MANY = 10, 100_000
PEOPLE = 50
PARTS = 3
EVENTS = 300
PAIRS = 15
NUMBERS = """
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < %(count)s)
"""
FILL = (
    f"""INSERT INTO projects_project (id, slug, name, pitch, description, description_html,
        guidelines, guidelines_html, task, licence, visibility, state, hidden, colour,
        schema_version, creator_id, created) {NUMBERS}
        SELECT n, 'project-' || n, 'Project ' || n, '', '', '', '', '', 'classification',
            'CC0-1.0', 'public', 'published', false, 0, 1, %(first)s, %(now)s FROM number""",
    f"""INSERT INTO projects_momentum (project_id, recent, month, at, rank, factor) {NUMBERS}
        SELECT n, 1, 2, %(now)s, %(rank)s + (n * 7919 %% 1000) / 1000.0, 1 FROM number""",
    f"""INSERT INTO projects_momentumshare (project_id, user_id, day, events) {NUMBERS}
        SELECT n, %(first)s + n %% %(people)s, %(day)s, 3 FROM number""",
)
FILL_PARTS = f"""INSERT INTO projects_momentumpart (project_id, hour, kind, events) {NUMBERS}
    SELECT n, %(hour)s, 'rows', 9 FROM number"""


def measure() -> list[Figure]:
    """One figure, in about a minute."""
    with (
        tempfile.TemporaryDirectory(prefix="cc-trending-") as folder,
        noting(Path(folder) / "many", MANY) as many,
        noting(Path(folder) / "few", FEW) as few,
    ):
        ratio = ratio_of_pairs(lambda: turn(many), lambda: turn(few), PAIRS)
    return [ratio.figure("trending_event_cost_ratio", "ms/event", "<= 1.5")]


@contextmanager
def noting(folder: Path, projects: int) -> "Iterator[subprocess.Popen[str]]":
    """A process with so many projects, which notes events when it is told to."""
    folder.mkdir()
    started = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.trending", str(projects)],
        cwd=ROOT,
        env={**environment(folder), "SQLITE_SYNCHRONOUS": "NORMAL"},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        expect(started, "ready")
        yield started
    finally:
        started.kill()
        started.communicate()


def turn(started: "subprocess.Popen[str]") -> float:
    """Milliseconds that one event took in one turn of that process."""
    tell(started, "turn")
    assert started.stdout is not None
    return float(started.stdout.readline())


def fill(projects: int) -> list[tuple[Any, Any]]:
    """A migrated database with so many projects that all move; ten of them, with a person each."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    from accounts.models import User
    from projects.models import Project
    from projects.momentum import Sums, rank

    call_command("migrate", verbosity=0)
    people = User.objects.bulk_create(
        User(username=f"person{number}", email=f"p{number}@example.org", password="!")
        for number in range(PEOPLE)
    )
    now = timezone.now()
    adapted = connection.ops.adapt_datetimefield_value
    values = {
        "count": projects,
        "people": PEOPLE,
        "first": people[0].pk,
        "now": adapted(now),
        "day": connection.ops.adapt_datefield_value(now.date()),
        "rank": rank(Sums(1, 2, now)),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, values)
        # This hour and the next, since the clock may strike while it is measured.
        for ahead in range(-PARTS, 2):
            hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=ahead)
            cursor.execute(FILL_PARTS, {**values, "hour": adapted(hour)})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    active = range(1, projects + 1, max(1, projects // FEW))
    return [(one, people[one.pk % PEOPLE]) for one in Project.objects.filter(pk__in=active)]


def noted(pairs: list[tuple[Any, Any]], chance: random.Random) -> float:
    """Milliseconds that one event took, each in a transaction: the mean without the slowest 5 %."""
    from django.db import transaction

    from projects.services import note_event

    waits = []
    for _event in range(EVENTS):
        project, person = chance.choice(pairs)
        began = perf_counter()
        with transaction.atomic():
            note_event(project, person, "rows")
        waits.append((perf_counter() - began) * 1000)
    kept = sorted(waits)[: int(0.95 * EVENTS)]
    return sum(kept) / len(kept)


def main(projects: int) -> None:
    """Fill, say ``ready``, then answer each line with the milliseconds of one turn."""
    import django

    django.setup()
    pairs = fill(projects)
    chance = random.Random(11)
    print("ready", flush=True)
    for _line in sys.stdin:
        print(json.dumps(noted(pairs, chance)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
