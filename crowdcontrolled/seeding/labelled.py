"""The demo's project that collects labels: digits without an answer, and what some say of them.

The answers are known, since the drawings are those of *Handwritten digits*; most people read most
of them right, and some digits look like others. What a person says of a drawing is always the
same, so a call after one that was killed goes on where it was.
"""

from random import Random

from accounts.models import User
from crowdcontrolled.seeding.files import Record, fields_of, records
from datasets.labelling.serving import serve
from datasets.models import Contribution, DataTable, Gold, Label
from datasets.queries import Purpose, rows, typed_fields
from datasets.records import read_record, with_free_target
from datasets.services import contribute, open_project, publish_project
from datasets.services.deciding import add_gold
from datasets.services.labelling import label
from projects.models import Membership, Project
from projects.services import update_project

FILE = "digits.parquet"
OWNER, MAINTAINER = "lena", "jonas"
BASICS = {
    "name": "What digit is this?",
    "pitch": "Say which digit somebody drew: three who agree settle it.",
    "description": (
        "Each item is **one drawing** of 8 × 8 cells, and nobody knows any more what it was meant "
        "to be. Say what you see; skip what you cannot tell.\n\n"
        "The drawings come from *Optical Recognition of Handwritten Digits* (E. Alpaydin and "
        "C. Kaynak, UCI Machine Learning Repository, CC BY 4.0)."
    ),
    "tags": "digits, labels, handwriting",
    "goal": 120,
    "task": "classification",
    "licence": "CC-BY-4.0",
    "visibility": "public",
    "collects": DataTable.Collects.LABELS.value,
}
GUIDELINES = (
    "- Say what you **see**, not what would be neat.\n"
    "- A 1 may have a foot, a 7 a bar, a 4 an open top.\n"
    "- Two loops are an 8, one above a tail is a 9, one below a head is a 6.\n"
    "- **Skip** what you cannot tell: a guess is worse than nothing."
)
ITEMS = 120
#: Every so-many-th record of the file, so that each digit is there.
STEP = 8
#: Who reads, and how often they are right.
READERS = {"mira": 0.97, "tomas": 0.96, "noor": 0.92, "samir": 0.9, "aiko": 0.94}
LABELS = 100
#: Which digit is taken for which.
LOOKS = dict(zip("0123456789", "8748951639", strict=True))
#: The first drawing of each of these digits is gold, and this is why it is that digit.
KNOWN = {
    "0": "The stroke goes all the way round.",
    "1": "A 1 may lean, and may have a foot.",
    "2": "The bar at its foot makes it a 2.",
    "3": "Open on the left twice: a 3.",
    "5": "Head, neck and a belly to the right.",
    "8": "Two loops, one above the other.",
}


def plant(people: dict[str, User]) -> str:
    """The project, its items, gold and labels; returns what stands there in a few words."""
    project = _project(people)
    truth = _items(project, people[OWNER])
    _gold(project, people[OWNER], truth)
    while Label.objects.filter(project=project).count() < LABELS:
        if not _round(project, people, truth):
            break
    given = Label.objects.filter(project=project).count()
    return f"{project.name}: {len(truth)} items, {given} labels"


def _project(people: dict[str, User]) -> Project:
    owner = people[OWNER]
    project = Project.objects.filter(creator=owner, name=BASICS["name"]).first()
    if project is None:
        project = open_project(creator=owner, basics=BASICS, fields=fields_of(FILE))
    if not project.is_published:
        project = publish_project(project, owner)
    Membership.objects.get_or_create(
        project=project, user=people[MAINTAINER], defaults={"role": Membership.Role.MAINTAINER}
    )
    if not project.guidelines:
        about = ("name", "pitch", "description", "goal", "licence", "visibility")
        update_project(
            project,
            actor=owner,
            guidelines=GUIDELINES,
            **{name: getattr(project, name) for name in about},
        )
    return project


def _items(project: Project, owner: User) -> dict[int, str]:
    """The drawings by row with what they are; they are added unless they are there."""
    picked: list[Record] = records(FILE)[::STEP][:ITEMS]
    key = f"seed-items-{project.pk}"
    if not Contribution.objects.filter(project=project, idempotency_key=key).exists():
        fields = with_free_target(typed_fields(project))
        bare = [read_record(fields, {"drawing": one["drawing"]}) for one in picked]
        contribute(
            project=project,
            user=owner,
            rows=bare,
            source=Contribution.Source.SEED,
            key=key,
        )
    listed = rows(project, Purpose.OWN).values_list("pk", flat=True)
    return {pk: str(one["label"]) for pk, one in zip(listed, picked, strict=True)}


def _gold(project: Project, owner: User, truth: dict[int, str]) -> None:
    known = set(Gold.objects.filter(project=project).values_list("row", flat=True))
    for digit, why in KNOWN.items():
        row = next(row for row, said in truth.items() if said == digit)
        if row not in known:
            add_gold(project, owner, row, digit, why)


def _round(project: Project, people: dict[str, User], truth: dict[int, str]) -> bool:
    """Everybody labels the next item; tells whether there was one for anybody."""
    any_ = False
    for name in READERS:
        row = serve(project, people[name]).row
        if row is not None:
            said = _read(name, row.pk, list(truth).index(row.pk), truth)
            label(project=project, user=people[name], row=row.pk, text=said)
            any_ = True
    return any_


def _read(name: str, row: int, place: int, truth: dict[int, str]) -> str:
    """What a person reads in the drawing at that place."""
    chance = Random(f"{name} {place}").random()  # noqa: S311 - no secret
    return truth[row] if chance < READERS[name] else LOOKS[truth[row]]
