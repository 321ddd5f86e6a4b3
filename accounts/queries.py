"""Reading people and the moderation log."""

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Value
from django.utils.translation import gettext as _

from accounts.models import ModerationAction, User
from accounts.moderation import Reason, action_label, visible_targets
from accounts.names import CLOSED_PREFIX, skeleton

LOG_PAGE = 50


def person_named(name: str) -> User | None:
    """The person with that name in any case; suspended people are none."""
    return User.objects.filter(username__iexact=name, is_active=True).first()


def closed_account_named(name: str) -> User | None:
    """The account of that name whose person has closed it."""
    if not name.startswith(CLOSED_PREFIX):
        return None
    return User.objects.filter(username=name, is_active=False).first()


def is_confusable(name: str) -> bool:
    """Whether somebody has this name already, or one that looks the same."""
    people = User.objects.alias(look=skeleton("username"))
    return people.filter(look=skeleton(Value(name))).exists()


class LogLine:
    """One line of the log as a certain reader may see it."""

    def __init__(self, entry: ModerationAction, *, named: bool) -> None:
        self.when = entry.created
        self.action = action_label(entry.target_type, entry.action)
        self.kind = _kind_label(entry.target_type)
        self.label = entry.target_label if named else f"{self.kind} {entry.target_id}"
        self.named = named
        self.reason = _reason_label(entry.reason)


def moderation_log(
    reader: User | AnonymousUser, number: str | None
) -> tuple[Page[ModerationAction], list[LogLine]]:
    """One page of the log, newest first, with names only where this reader may see the target."""
    page = Paginator(ModerationAction.objects.all(), LOG_PAGE).get_page(number)
    entries = list(page.object_list)
    ids: dict[str, set[int]] = {}
    for entry in entries:
        ids.setdefault(entry.target_type, set()).add(entry.target_id)
    visible = {kind: visible_targets(reader, kind, found) for kind, found in ids.items()}
    return page, [LogLine(e, named=e.target_id in visible[e.target_type]) for e in entries]


def _kind_label(target_type: str) -> str:
    from django.apps import apps

    try:
        return str(apps.get_model(target_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return _("thing")


def _reason_label(code: str) -> str:
    return str(Reason(code).label) if code in Reason.values else code
