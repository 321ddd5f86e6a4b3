"""What moderators may do with a project."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.moderation import Change, register, register_kind
from common.errors import Refused
from projects import services
from projects.access import Person, listed_for
from projects.models import Project


def hide(project: Project, actor: User) -> Change:
    """Take the project out of everybody's sight; its owners may still read it."""
    return _set_hidden(project, hidden=True)


def restore(project: Project, actor: User) -> Change:
    """Show the project again to whoever may see it."""
    return _set_hidden(project, hidden=False)


def visible(reader: Person, ids: Iterable[int]) -> set[int]:
    """The projects among these that lists show to the reader."""
    return set(
        listed_for(reader).filter(pk__in=list(ids), hidden=False).values_list("pk", flat=True)
    )


def install() -> None:
    """Register the actions; called once the apps are ready."""
    register(Project, "hide", _("hide"), hide)
    register(Project, "restore", _("restore"), restore)
    register_kind(Project, name=str, visible=visible)


def _set_hidden(project: Project, *, hidden: bool) -> Change:
    if project.hidden == hidden:
        said = _("This project is hidden already.") if hidden else _("This project is not hidden.")
        raise Refused(str(said), status=409)
    services.set_hidden(project, hidden=hidden)
    return {"hidden": not hidden}, {"hidden": hidden}
