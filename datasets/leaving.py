"""Withdrawing everything that a person gave, when they close their account and want it so."""

from django.db import transaction

from accounts import leaving
from accounts.models import User
from datasets.models import Contribution
from datasets.services.taking_back import withdraw
from jobs.kinds import Kind, register
from jobs.models import Job
from jobs.services import enqueue, finish

KIND = "withdraw_all"


def install() -> None:
    """Register the step and its job; called once the apps are ready."""
    register(Kind(KIND, "light", "datasets.leaving.withdraw_all", time_limit=780))
    leaving.add_step("datapoints", wish)


def wish(user: User, wants_withdrawal: bool) -> None:
    """Have everything withdrawn in the background, if the person wants it so."""
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
