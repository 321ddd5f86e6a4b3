"""The one way in which moderators act: a reason, an effect and a line in a log that stays.

Apps register what can be done with their things in ``<app>/moderating.py``, called from
``AppConfig.ready``. The log is public (``/moderation-log/``); it names neither the moderator nor
who reported, and what is not public now is named by its number only.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeAlias, cast

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ModerationAction, User
from common.errors import Forbidden, Missing, Refused

#: What was true of the target, and what is true now; both go into the log.
Change: TypeAlias = tuple[dict[str, Any], dict[str, Any]]
Apply: TypeAlias = Callable[[Any, User], Change]
#: One that keeps the reason with its target.
ReasonedApply: TypeAlias = Callable[[Any, User, str], Change]
#: Whether somebody who is no moderator may do this to that target.
May: TypeAlias = Callable[[Any, User], bool]


class Reason(models.TextChoices):
    """Why: the code stays in the log, the words are shown."""

    SPAM = "spam", gettext_lazy("spam or advertising")
    ABUSE = "abuse", gettext_lazy("insults, threats or hate")
    PRIVACY = "privacy", gettext_lazy("somebody's private data")
    RIGHTS = "rights", gettext_lazy("somebody else's rights")
    ILLEGAL = "illegal", gettext_lazy("against the law")
    NONSENSE = "nonsense", gettext_lazy("made-up or careless data")
    CHEATING = "cheating", gettext_lazy("cheating or several accounts")
    APPEAL = "appeal", gettext_lazy("an appeal was right")
    MISTAKE = "mistake", gettext_lazy("the action before was a mistake")


class Act(NamedTuple):
    """One thing that moderators may do with one kind of target."""

    model: type[models.Model]
    action: str
    label: str | Promise
    apply: ReasonedApply
    may: May | None


class Kind(NamedTuple):
    """How the log speaks of one kind of target."""

    #: The name that the log keeps; never the content that was hidden.
    name: Callable[[Any], str]
    #: Which of these targets this reader may see now: only they are shown by name.
    visible: Callable[[User | AnonymousUser, Iterable[int]], set[int]]


_acts: dict[tuple[str, str], Act] = {}
_kinds: dict[str, Kind] = {}


def register(
    model: type[models.Model],
    action: str,
    label: str | Promise,
    apply: Apply | ReasonedApply,
    *,
    may: May | None = None,
    reasoned: bool = False,
) -> None:
    """Let moderators do something with one kind of target.

    Args:
        model: the kind of target.
        action: a word such as ``hide``, at most 32 letters.
        label: the same in the reader's language, such as ``_("hide")``.
        apply: ``(target, actor)`` → what was true before and is true after. It runs inside the
            transaction of the log's line, on a target that was just read (and locked where the
            database can); it raises ``Refused`` when there is nothing to do.
        may: ``(target, actor)`` → whether this person may do it without being a moderator, such
            as the maintainer of the target's project.
        reasoned: ``apply`` takes the reason's code as well.
    """
    told = cast(ReasonedApply, apply) if reasoned else _without_reason(cast(Apply, apply))
    _acts[model._meta.label_lower, action] = Act(model, action, label, told, may)


def _without_reason(apply: Apply) -> ReasonedApply:
    return lambda target, actor, _reason: apply(target, actor)


def register_kind(
    model: type[models.Model],
    *,
    name: Callable[[Any], str],
    visible: Callable[[User | AnonymousUser, Iterable[int]], set[int]],
) -> None:
    """Say how the log names a kind of target, and to whom. Without it, by number only."""
    _kinds[model._meta.label_lower] = Kind(name, visible)


def acts_on(model: type[models.Model]) -> list[Act]:
    """What moderators may do with that kind of target, in the order of registration."""
    return [act for act in _acts.values() if act.model is model]


def action_label(target_type: str, action: str) -> str:
    """The words for an action in the log, also when it is no longer on offer."""
    act = _acts.get((target_type, action))
    return str(act.label) if act else action


def visible_targets(reader: User | AnonymousUser, target_type: str, ids: Iterable[int]) -> set[int]:
    """Which of these targets the log may show by name to that reader."""
    kind = _kinds.get(target_type)
    return kind.visible(reader, ids) if kind else set()


def moderate(
    *, actor: User, target: models.Model, action: str, reason: str, note: str = ""
) -> ModerationAction:
    """Do it and write it down, both or neither.

    Args:
        actor: the moderator, or whom the act lets do it besides.
        target: a saved thing; it is read again, so an old copy does no harm.
        action: a word that the target's app registered.
        reason: a value of ``Reason``.
        note: for other moderators, at most 500 characters; never public.

    Raises:
        Forbidden: the actor is no moderator, nor somebody else who may.
        Missing: the target is gone.
        Refused: the action, reason or note does not fit, or there is nothing to do.
    """
    act = _acts.get((target._meta.label_lower, action))
    if not actor.is_moderator and not (act and act.may and act.may(target, actor)):
        raise Forbidden(_("Only moderators may do this."))
    if act is None:
        raise Refused(_("This cannot be done here. Choose one of the actions of the list."))
    _check(reason, note)
    with transaction.atomic():
        fresh = act.model._default_manager.select_for_update().filter(pk=target.pk).first()
        if fresh is None:
            raise Missing
        _guard(act, fresh, actor)
        before, after = act.apply(fresh, actor, reason)
        return ModerationAction.objects.create(
            actor=actor,
            action=action,
            target_type=fresh._meta.label_lower,
            target_id=fresh.pk,
            target_label=_name(fresh),
            reason=reason,
            note=note,
            before=before,
            after=after,
        )


def set_hidden(target: Any, *, hidden: bool) -> Change:
    """Hide or show a thing that has a column ``hidden``: what most ``apply`` functions do.

    Raises:
        Refused: it is so already.
    """
    if target.hidden == hidden:
        raise Refused(_("It is hidden already.") if hidden else _("It is not hidden."), status=409)
    target.hidden = hidden
    target.save(update_fields=["hidden"])
    return {"hidden": not hidden}, {"hidden": hidden}


def _guard(act: Act, target: models.Model, actor: User) -> None:
    if actor.is_moderator:
        return
    if not actor.is_active or act.may is None or not act.may(target, actor):
        raise Forbidden(_("Only moderators may do this."))


def _check(reason: str, note: str) -> None:
    if reason not in Reason.values:
        raise Refused(_("Choose a reason from the list."), field="reason")
    if len(note) > 500 or "\0" in note:
        raise Refused(
            _("The note has %(length)d characters; the most is 500.") % {"length": len(note)},
            field="note",
        )


def _name(target: models.Model) -> str:
    kind = _kinds.get(target._meta.label_lower)
    return (kind.name(target) if kind else str(target))[:200]
