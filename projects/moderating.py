"""What moderators may do with a project."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.moderation import Change, register, register_kind
from common.errors import Refused
from projects import noting, services
from projects.access import Person, listed_for
from projects.models import Project

#: What momentum is multiplied by while a moderator holds a project back.
ABUSE, DUPLICATE = 0.5, 0.6


def hide(project: Project, actor: User) -> Change:
    """Take the project out of everybody's sight; its owners may still read it."""
    return _set_hidden(project, hidden=True)


def restore(project: Project, actor: User) -> Change:
    """Show the project again to whoever may see it."""
    return _set_hidden(project, hidden=False)


def halve(project: Project, actor: User) -> Change:
    """Halve its momentum: an open report of abuse was confirmed."""
    return _set_factor(project, ABUSE)


def lower(project: Project, actor: User) -> Change:
    """Lower its momentum: another project collects the same."""
    return _set_factor(project, DUPLICATE)


def release(project: Project, actor: User) -> Change:
    """Let its momentum count fully again."""
    return _set_factor(project, 1.0)


def visible(reader: Person, ids: Iterable[int]) -> set[int]:
    """The projects among these that lists show to the reader."""
    return set(
        listed_for(reader).filter(pk__in=list(ids), hidden=False).values_list("pk", flat=True)
    )


def install() -> None:
    """Register the actions; called once the apps are ready."""
    register(Project, "hide", _("hide"), hide)
    register(Project, "restore", _("restore"), restore)
    register(Project, "halve_momentum", _("halve momentum (abuse)"), halve)
    register(Project, "lower_momentum", _("lower momentum (duplicate)"), lower)
    register(Project, "release_momentum", _("let momentum count fully"), release)
    register_kind(Project, name=str, visible=visible)


def _set_hidden(project: Project, *, hidden: bool) -> Change:
    if project.hidden == hidden:
        said = _("This project is hidden already.") if hidden else _("This project is not hidden.")
        raise Refused(str(said), status=409)
    services.set_hidden(project, hidden=hidden)
    return {"hidden": not hidden}, {"hidden": hidden}


def _set_factor(project: Project, factor: float) -> Change:
    before = noting.set_factor(project, factor)
    if before == factor:
        raise Refused(str(_("Its momentum is multiplied by this already.")), status=409)
    return {"momentum_factor": before}, {"momentum_factor": factor}
