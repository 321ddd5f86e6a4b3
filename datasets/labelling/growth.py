"""When all labels of a project are looked at together again: with 50, then with each tenth more."""

from django.db.models import Sum

from datasets.models import Reviewer
from jobs.services import enqueue
from projects.models import Project

KIND = "consensus"
#: The first look, and the least number of labels between two.
FIRST = 50


def step_of(labels: int) -> int:
    """How many looks so many labels are worth: one from 50 on, then one with each tenth more."""
    step, due = 0, FIRST
    while labels >= due:
        step += 1
        due += max(FIRST, due // 10)
    return step


def wish_for_consensus(project: Project) -> None:
    """Have all labels looked at together, when there are enough new ones; at once or twice: once.

    Call it inside the transaction of a label.
    """
    given = Reviewer.objects.filter(project=project).aggregate(given=Sum("answers"))["given"] or 0
    step = step_of(given)
    if step and step != step_of(given - 1):
        enqueue(KIND, f"{KIND}:{project.pk}:{step}", payload={"project": project.pk})
