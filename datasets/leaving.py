"""Withdrawing everything that a person gave, when they close their account and want it so."""

from typing import Any

from django.db import transaction

from accounts import leaving, my_data
from accounts.models import User
from datasets.models import Claim, Contribution, Vote
from datasets.services.taking_back import withdraw
from jobs.kinds import Kind, register
from jobs.models import Job
from jobs.services import enqueue, finish

KIND = "withdraw_all"


def install() -> None:
    """Register the step and its job; called once the apps are ready."""
    register(Kind(KIND, "light", "datasets.leaving.withdraw_all", time_limit=780))
    leaving.add_step("datapoints", wish)
    my_data.add_part("checks", checks_of)


def checks_of(user: User) -> list[dict[str, Any]]:
    """What the person said of other people's rows, for them to take along."""
    said = Vote.objects.filter(user=user).order_by("pk")
    return [
        {
            "project": vote.project.name,
            "row": vote.row,
            "answer": vote.get_verdict_display(),
            "reason": vote.reason,
            "note": vote.note,
            "known_answer": vote.gold,
            "at": vote.created,
        }
        for vote in said.select_related("project").iterator()
    ]


def wish(user: User, wants_withdrawal: bool) -> None:
    """Have everything withdrawn in the background, if the person wants it so."""
    # Nothing is shown to somebody who is gone; what they wrote goes with their name.
    Claim.objects.filter(user=user).delete()
    Vote.objects.filter(user=user).exclude(note="").update(note="")
    if wants_withdrawal:
        enqueue(KIND, f"{KIND}:{user.pk}", user_id=user.pk, payload={"user": user.pk})


def withdraw_all(job: Job) -> None:
    """Empty every contribution of the person, each in a transaction of its own.

    Killed half-way it begins again where it was: what is withdrawn stays so.
    """
    user = User.objects.get(pk=job.payload["user"])
    left = Contribution.objects.filter(user=user).exclude(state=Contribution.State.WITHDRAWN)
    for number in list(left.order_by("pk").values_list("pk", flat=True)):
        withdraw(Contribution.objects.select_related("project").get(pk=number), user)
    if job.token is not None:
        with transaction.atomic():
            finish(job.pk, job.token)
