"""What moderators may do with contributions."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.moderation import register, register_kind
from datasets import services
from datasets.models import Contribution, Snapshot
from datasets.services.snapshot_files import destroy
from projects.access import Right, listed_for, right_of


def install() -> None:
    """Register the actions; called once the apps are ready."""
    register(Contribution, "reject", _("reject"), services.reject, may=_maintains)
    register(Contribution, "restore", _("restore"), services.restore, may=_maintains)
    register_kind(Contribution, name=_name, visible=_visible)
    register(Snapshot, "destroy", _("destroy the files of"), destroy, reasoned=True)
    register_kind(Snapshot, name=_version_name, visible=_visible_versions)


def _maintains(contribution: Contribution, actor: User) -> bool:
    """Whether the actor maintains the project that the contribution belongs to."""
    right = right_of(actor, contribution.project)
    return right is not None and right >= Right.MAINTAIN


def _name(contribution: Contribution) -> str:
    """Where and how much; never what was in it."""
    return f"{contribution.pk} ({contribution.rows}) · {contribution.project.name}"


def _visible(reader: User | AnonymousUser, ids: Iterable[int]) -> set[int]:
    # Listed, not merely readable: the log is public, and an unlisted project's name is not.
    listed = listed_for(reader).order_by().values("pk")
    found = Contribution.objects.filter(pk__in=list(ids), project__in=listed)
    return set(found.values_list("pk", flat=True))


def _version_name(snapshot: Snapshot) -> str:
    return f"v{snapshot.number} · {snapshot.project.name}"


def _visible_versions(reader: User | AnonymousUser, ids: Iterable[int]) -> set[int]:
    listed = listed_for(reader).order_by().values("pk")
    found = Snapshot.objects.filter(pk__in=list(ids), project__in=listed)
    return set(found.values_list("pk", flat=True))
