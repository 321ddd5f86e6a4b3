"""What moderators may do with people."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import User
from accounts.moderation import register, register_kind


def install() -> None:
    """Register the actions; called once the apps are ready."""
    register(User, "suspend", _("suspend"), services.suspend)
    register(User, "reinstate", _("reinstate"), services.reinstate)
    register_kind(User, name=str, visible=_everybody)


def _everybody(reader: User | AnonymousUser, ids: Iterable[int]) -> set[int]:
    return set(ids)
