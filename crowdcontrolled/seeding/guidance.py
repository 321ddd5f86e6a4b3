"""What the demo's projects tell contributors: guidelines, and a good example of each class."""

from django.db.models import Min

from accounts.models import User
from common.limits import EXAMPLES_PER_PROJECT, LISTING_EXAMPLES
from datasets.queries import Purpose, example_ids, fields_of, rows, target_of
from datasets.services import add_example
from projects.models import Project
from projects.services import update_project

#: By the file that the project's rows come from.
GUIDELINES = {
    "digits.parquet": (
        "- **One digit**, as large as the grid: it may touch all four edges.\n"
        "- The label is what you **meant**, not what it looks like.\n"
        "- Quick is better than neat. Bars, hooks and feet stay.\n"
        "- Leave out: letters, two digits, an empty grid."
    ),
    "penguins.csv": (
        "- Lengths in **millimetres**, weight in **grams**, as you read them: do not round.\n"
        "- The bill is measured along its upper edge, the flipper from its joint to its tip.\n"
        "- What you could not measure stays **empty**. A guess is worse than nothing.\n"
        "- One bird, one datapoint: if you measured it twice, take the second one."
    ),
    "strokes.parquet": (
        "- Write as you do every day, **in the order of your hand**: that is what it learns.\n"
        "- One digit a datapoint; several strokes of one digit are fine.\n"
        "- Left-handed, clockwise, bottom up: all welcome.\n"
        "- Leave out: a digit drawn to look odd on purpose."
    ),
}


def guide(project: Project, owner: User, file: str) -> None:
    """Write the guidelines and pick the examples, unless there are some."""
    if not project.guidelines:
        update_project(
            project,
            actor=owner,
            name=project.name,
            pitch=project.pitch,
            description=project.description,
            goal=project.goal,
            licence=project.licence,
            visibility=project.visibility,
            guidelines=GUIDELINES[file],
        )
    if not example_ids(project):
        for row in _one_of_each(project):
            add_example(project, owner, row)


def _one_of_each(project: Project) -> list[int]:
    """The first accepted row of each class, and the first rows while there is room for them."""
    target = target_of(fields_of(project))
    assert target is not None
    found = rows(project, Purpose.TABLE).order_by()
    firsts = found.values(target.column).annotate(first=Min("pk")).order_by("first")
    picked = [entry["first"] for entry in firsts][:EXAMPLES_PER_PROJECT]
    others = found.exclude(pk__in=picked).order_by("pk").values_list("pk", flat=True)
    return [*picked, *others[: max(0, LISTING_EXAMPLES - len(picked))]]
