"""What moderators may do with contributions."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.moderation import register, register_kind
from datasets import services
from datasets.models import Contribution
from projects.access import right_of


def install() -> None:
    """Register the actions; called once the apps are ready."""
    register(Contribution, "reject", _("reject"), services.reject)
    register(Contribution, "restore", _("restore"), services.restore)
    register_kind(Contribution, name=_name, visible=_visible)


def _name(contribution: Contribution) -> str:
    """Where and how much; never what was in it."""
    return f"{contribution.pk} ({contribution.rows}) · {contribution.project.name}"


def _visible(reader: User | AnonymousUser, ids: Iterable[int]) -> set[int]:
    found = Contribution.objects.filter(pk__in=ids).select_related("project")
    return {one.pk for one in found if right_of(reader, one.project) is not None}
