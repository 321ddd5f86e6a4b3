"""What moderators, and the maintainers of a project, may do with a run and its model."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.moderation import Change, register, register_kind, set_hidden
from common.errors import Refused
from projects.access import Person, Right, listed_for, right_of
from training.finding import note_model
from training.models import Champion, Run
from training.services import champion as champions
from training.services import tell_board


def hide(run: Run, actor: User) -> Change:
    """Take the run and its model off every page and the board."""
    return _set_hidden(run, hidden=True)


def restore(run: Run, actor: User) -> Change:
    """Show the run again, at its place."""
    return _set_hidden(run, hidden=False)


def may_moderate(run: Run, actor: User) -> bool:
    """Whether the actor maintains the run's project."""
    right = right_of(actor, run.project)
    return right is not None and right >= Right.MAINTAIN


def name(run: Run) -> str:
    """How the log names a run: nothing in it was written by a person."""
    return _("run %(number)d of %(project)s") % {
        "number": run.number,
        "project": run.project.name,
    }


def visible(reader: Person, ids: Iterable[int]) -> set[int]:
    """The runs among these that the reader may see."""
    shown = Run.objects.filter(pk__in=list(ids), hidden=False)
    readable = listed_for(reader).order_by().values("pk")
    return set(shown.filter(project__in=readable).values_list("pk", flat=True))


def switch_off(champion: Champion, actor: User) -> Change:
    """End what the project trains by itself, and let it begin nothing more."""
    return _set_enabled(champion, on=False)


def switch_on(champion: Champion, actor: User) -> Change:
    """Let the project train by itself again."""
    return _set_enabled(champion, on=True)


def champion_name(champion: Champion) -> str:
    """How the log names a living champion."""
    return _("living champion of %(project)s") % {"project": champion.project.name}


def visible_champions(reader: Person, ids: Iterable[int]) -> set[int]:
    """The champions among these whose project the reader may see."""
    readable = listed_for(reader).filter(hidden=False).order_by().values("pk")
    found = Champion.objects.filter(pk__in=list(ids), project__in=readable)
    return set(found.values_list("pk", flat=True))


def install() -> None:
    """Register the actions; called once the apps are ready."""
    register(Run, "hide", gettext_lazy("hide"), hide, may=may_moderate)
    register(Run, "restore", gettext_lazy("restore"), restore, may=may_moderate)
    register_kind(Run, name=name, visible=visible)
    register(Champion, "switch_off", gettext_lazy("switch off"), switch_off)
    register(Champion, "switch_on", gettext_lazy("switch on"), switch_on)
    register_kind(Champion, name=champion_name, visible=visible_champions)


def _set_hidden(run: Run, *, hidden: bool) -> Change:
    change = set_hidden(run, hidden=hidden)
    note_model(run)
    tell_board(run.project)
    return change


def _set_enabled(champion: Champion, *, on: bool) -> Change:
    if champion.enabled == on:
        said = _("It is switched on already.") if on else _("It is switched off already.")
        raise Refused(said, status=409)
    champions.set_enabled(champion.project, on=on)
    return {"enabled": not on}, {"enabled": on}
