"""What waits for a moderator's eyes: the first page of the desk."""

from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from chat.models import Message
from datasets.models import Contribution
from projects.models import Project
from training.models import Run


class Queue(NamedTuple):
    """One count with the address of the list behind it."""

    title: str
    waiting: int
    url: str


def queues() -> list[Queue]:
    """Every queue: what is new first, what was taken away after it."""
    day, week = timezone.now() - timedelta(days=1), timezone.now() - timedelta(days=7)
    return [
        _since(_("New projects this week"), Project, "created", week),
        _since(_("Contributions of the last day"), Contribution, "created", day),
        _since(_("Messages of the last day"), Message, "created", day),
        _since(_("New people this week"), User, "date_joined", week),
        _since(_("Runs of the last day"), Run, "created", day),
        _where(_("Hidden projects"), Project, "hidden", True),
        _where(_("Rejected contributions"), Contribution, "state", Contribution.State.REJECTED),
        _where(_("Hidden runs"), Run, "hidden", True),
        _where(_("Hidden messages"), Message, "hidden", True),
        _where(_("Suspended people"), User, "is_active", False),
    ]


def _since(title: str, model: type[Model], column: str, moment: datetime) -> Queue:
    count = model._default_manager.filter(**{f"{column}__gte": moment}).count()
    # Django's own date filter of the list reads the same parameter.
    return Queue(title, count, _list_of(model, {f"{column}__gte": moment.isoformat()}))


def _where(title: str, model: type[Model], column: str, value: object) -> Queue:
    count = model._default_manager.filter(**{column: value}).count()
    shown = int(value) if isinstance(value, bool) else str(value)
    return Queue(title, count, _list_of(model, {f"{column}__exact": shown}))


def _list_of(model: type[Model], query: dict[str, object]) -> str:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(query)}"
