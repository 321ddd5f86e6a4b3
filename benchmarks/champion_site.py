"""The crowd of ``benchmarks.champion``: run with the site's settings, beside a really started site.

``python -m benchmarks.champion_site JOBS`` makes projects and people and prints ``ready``; after a
line of input the projects grow and people start so many runs; then one JSON object is printed.
"""

import json
import random
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from accounts.models import User  # noqa: E402
from crowdcontrolled.seeding.files import fields_of, records  # noqa: E402
from datasets import services as datasets  # noqa: E402
from datasets.models import Contribution  # noqa: E402
from datasets.queries import typed_fields  # noqa: E402
from datasets.records import read_record  # noqa: E402
from jobs.models import Job  # noqa: E402
from jobs.states import State  # noqa: E402
from projects.models import Project  # noqa: E402
from training.models import Run  # noqa: E402
from training.services import start_run  # noqa: E402

#: Projects that grow, from a few rows below what a champion needs; rows of the one people train on.
PROJECTS, ROWS_BEFORE, ROWS_OF_PEOPLE = 16, 18, 400
#: Rows of one contribution, and seconds between two, each to the next project.
ROWS_AT_ONCE, GROW_EVERY = 2, 0.2
#: So long after the last of people's runs ended, in the middle (seconds, at random), one or two
#: others come: the worker has begun with a champion's again, however slow the machine is.
GAP, MOST_AT_ONCE = 1.5, 2
PEOPLE = 12
SAMPLE_EVERY = 0.02
#: A machine that is so slow gets no more runs.
LONGEST = 90.0
SETTINGS = {"epochs": 20, "layers": [{"units": 128, "activation": "relu"}], "refit": "no"}


def main(count: int) -> dict[str, Any]:
    """Make the site, wait for the word, and measure."""
    people, crowd, growing = made()
    print("ready", flush=True)
    sys.stdin.readline()
    over = threading.Event()
    threads = [
        threading.Thread(target=grow, args=(growing, over)),
        threading.Thread(target=come, args=(crowd, people, count, over)),
    ]
    for thread in threads:
        thread.start()
    jobs = watched(over)
    for thread in threads:
        thread.join()
    done = Run.objects.filter(origin=Run.Origin.CHAMPION, state=Run.State.DONE).count()
    yields = sum(Job.objects.filter(kind="champion").values_list("yields", flat=True))
    return {"jobs": jobs, "champions": done, "yields": yields}


def made() -> tuple[list[User], Project, list[Project]]:
    """People, the project that they train on, and those that grow."""
    for database in django.conf.settings.DATABASES:
        call_command("migrate", database=database, verbosity=0)
        call_command("createcachetable", database=database, verbosity=0)
    people = User.objects.bulk_create(
        User(username=f"person{number}", email=f"person{number}@example.org", password="!")
        for number in range(PEOPLE)
    )
    crowd = opened(people[0], "Crowd", ROWS_OF_PEOPLE)
    # What people train on has trained by itself already.
    Job.objects.all().delete()
    Run.objects.all().update(state=Run.State.CANCELLED)
    names = [f"Growing {number}" for number in range(PROJECTS)]
    return (
        people,
        crowd,
        [opened(people[n % PEOPLE], name, ROWS_BEFORE) for n, name in enumerate(names)],
    )


def opened(owner: User, name: str, rows: int) -> Project:
    """A published project of handwritten digits."""
    basics: dict[str, Any] = {
        "name": name,
        "pitch": "Measured things",
        "description": "",
        "goal": None,
        "task": Project.Task.CLASSIFICATION,
        "licence": "CC0-1.0",
        "visibility": Project.Visibility.UNLISTED,
    }
    project = datasets.open_project(
        creator=owner, basics=basics, fields=fields_of("digits.parquet")
    )
    project = datasets.publish_project(project, owner)
    add(project, islice(cycle(records("digits.parquet")), rows))
    return project


def add(project: Project, rows: Iterator[Any]) -> None:
    """One contribution of the project's creator."""
    fields = typed_fields(project)
    datasets.contribute(
        project=project,
        user=project.creator,
        rows=[read_record(fields, record) for record in rows],
        source=Contribution.Source.SEED,
    )


def grow(projects: list[Project], over: threading.Event) -> None:
    """Contribute to one project after the other until it is over."""
    rows = cycle(records("digits.parquet"))
    for project in cycle(projects):
        if over.wait(GROW_EVERY):
            break
        add(project, islice(rows, ROWS_AT_ONCE))
    connections.close_all()


def come(project: Project, people: list[User], count: int, over: threading.Event) -> None:
    """Start one or two runs, wait for their end and a while longer, until there were so many.

    Each is somebody else's.
    """
    draw = random.Random(7)
    crowd = cycle(people)
    theirs = Job.objects.filter(kind="train", state__in=(State.QUEUED, State.RUNNING))
    end = time.monotonic() + LONGEST
    while count > 0 and time.monotonic() < end:
        time.sleep(draw.expovariate(1 / GAP))
        for user in islice(crowd, draw.randint(1, MOST_AT_ONCE)):
            start_run(project=project, user=user, architecture="dense", settings=SETTINGS)
            count -= 1
        while theirs.exists():
            time.sleep(10 * SAMPLE_EVERY)
    over.set()
    connections.close_all()


def watched(over: threading.Event) -> list[tuple[float, float]]:
    """Of each of people's jobs: the seconds it waited for a champion's, and all its seconds."""
    delayed: defaultdict[int, float] = defaultdict(float)
    whole: defaultdict[int, float] = defaultdict(float)
    active = Job.objects.filter(slot="training", state__in=(State.QUEUED, State.RUNNING))
    last = time.monotonic()
    while not over.is_set():
        found = list(active.values_list("pk", "kind", "state"))
        now = time.monotonic()
        passed, last = now - last, now
        held = any(kind == "champion" and state == State.RUNNING for _pk, kind, state in found)
        theirs = [(pk, state) for pk, kind, state in found if kind == "train"]
        for pk, state in theirs:
            whole[pk] += passed
            if held and state == State.QUEUED:
                delayed[pk] += passed
        time.sleep(SAMPLE_EVERY)
    return [(delayed[pk], whole[pk]) for pk in whole]


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))), flush=True)
