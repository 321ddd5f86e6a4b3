"""Put the plans into the database, through the same services that pages use.

Every step looks first whether it was done: a second call adds nothing, and a call after one that
was killed half-way adds what is missing.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import cycle

from django.utils import timezone

from accounts.models import User
from chat.models import Message
from chat.services import post_message
from crowdcontrolled.seeding.files import Record, fields_of, records
from crowdcontrolled.seeding.guidance import guide
from crowdcontrolled.seeding.people import MODERATOR, settle
from crowdcontrolled.seeding.plans import PICKED, PLANS, WHY, Plan, Training
from datasets.models import Contribution
from datasets.queries import typed_fields
from datasets.records import read_record
from datasets.services import contribute, open_project, publish_project
from jobs.tasks import work_one
from projects.featuring import feature
from projects.models import Feature, Membership, Project
from training.models import Run
from training.queries.learning import active_run, lessons_of
from training.services import champion, start_run

People = dict[str, User]
Say = Callable[[str], object]
#: A prime that divides the length of no file: every row is met once.
STRIDE = 181


def plant(
    say: Say,
    plans: Sequence[Plan] = PLANS,
    more: Sequence[Callable[[People], str]] = (),
) -> None:
    """The whole demo: people, projects, rows, chat, and runs that are really trained.

    ``more`` plants other projects before the training begins, and says what it planted.
    """
    people = settle()
    for plan in plans:
        project = _project(plan, people)
        say(f"  {project.name}: {_contribute(plan, project, people)} datapoints")
        guide(project, people[plan.owner], plan.file)
        _chat(plan, project, people)
        if plan is PICKED:
            _pick(project, people[MODERATOR])
    for plant_more in more:
        say(f"  {plant_more(people)}")
    for plan in plans:
        project = _project(plan, people)
        for training in plan.trainings:
            say(f"  {project.name}: {_train(training, project, people)}")


def _project(plan: Plan, people: People) -> Project:
    owner = people[plan.owner]
    project = Project.objects.filter(creator=owner, name=plan.basics["name"]).first()
    if project is None:
        project = open_project(creator=owner, basics=plan.basics, fields=fields_of(plan.file))
    if not project.is_published:
        project = publish_project(project, owner)
    Membership.objects.get_or_create(
        project=project,
        user=people[plan.maintainer],
        defaults={"role": Membership.Role.MAINTAINER},
    )
    return project


def _contribute(plan: Plan, project: Project, people: People) -> int:
    """Add the acts that are not there yet; each is found again by its key."""
    fields = typed_fields(project)
    done = set(
        Contribution.objects.filter(project=project, source=Contribution.Source.SEED).values_list(
            "idempotency_key", flat=True
        )
    )
    total = 0
    lessons = deque(plan.lessons)
    for number, (name, batch) in enumerate(_acts(plan)):
        total += len(batch)
        key = f"seed-{project.pk}-{number}"
        if key not in done:
            rows = [read_record(fields, record) for record in batch]
            contribute(
                project=project,
                user=people[name],
                rows=rows,
                source=Contribution.Source.SEED,
                key=key,
            )
        while lessons and total >= lessons[0]:
            at_least = lessons.popleft()
            if key not in done:
                _learn(project, at_least)
    return total


def _learn(project: Project, at_least: int) -> None:
    """Let the project's champion train on what is there, unless it did so already."""
    if any(lesson.rows >= at_least for lesson in lessons_of(project)):
        return
    run = active_run(project) or champion.look(project.pk, rest=timedelta(0))
    while run is not None and not _over(run) and work_one("training") is not None:
        pass


def _acts(plan: Plan) -> Iterator[tuple[str, list[Record]]]:
    """Who contributes which rows; a file that is sorted by label comes mixed, always alike."""
    found = records(plan.file)
    rows = [found[place * STRIDE % len(found)] for place in range(len(found))]
    start = 0
    for name, size in cycle(plan.crowd):
        if start >= len(rows):
            return
        yield name, rows[start : start + size]
        start += size


def _chat(plan: Plan, project: Project, people: People) -> None:
    said = set(Message.objects.filter(project=project).values_list("author__username", "text"))
    for name, text in plan.chat:
        if (name, text) not in said:
            post_message(project=project, author=people[name], text=text)


def _pick(project: Project, moderator: User) -> None:
    """Feature the project, unless anything was featured ever before."""
    if not Feature.objects.exists():
        day = timezone.now().date()
        feature(project, day=day, sentence=WHY, picked_by=moderator)


def _train(training: Training, project: Project, people: People) -> str:
    """Train for real, with the job's own code in this process; wait for nobody else's job."""
    run = _run_of(training, project, people)
    while not _over(run):
        if work_one("training") is None:
            # A worker that runs beside us took it: the site is up already.
            return f"run {run.number} is waiting for a worker"
    return f"run {run.number} ({run.architecture}) {run.get_state_display()}"


def _run_of(training: Training, project: Project, people: People) -> Run:
    user = people[training.user]
    runs = Run.objects.filter(
        project=project,
        origin=Run.Origin.PERSON,
        user=user,
        architecture=training.architecture,
    )
    return runs.order_by("number").first() or start_run(
        project=project,
        user=user,
        architecture=training.architecture,
        settings=training.settings,
    )


def _over(run: Run) -> bool:
    run.refresh_from_db()
    return run.state in {Run.State.DONE, Run.State.FAILED, Run.State.CANCELLED}
