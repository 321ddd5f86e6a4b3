"""What moderators do has a reason, an effect and a line that stays."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import ModerationAction, User
from accounts.moderation import moderate
from common.errors import Forbidden, Missing, Refused
from live.models import Event
from tests.cast import client_of, person

pytestmark = pytest.mark.django_db


def suspend(mona: User, dave: User, **changed: object) -> ModerationAction:
    asked: dict[str, Any] = {
        "actor": mona,
        "target": dave,
        "action": "suspend",
        "reason": "spam",
        **changed,
    }
    return moderate(**asked)


def test_it_does_it_and_writes_it_down(mona: User, dave: User):
    line = suspend(mona, dave, note="three times")
    dave.refresh_from_db()
    assert not dave.is_active
    assert (line.target_type, line.target_id, line.target_label) == (
        "accounts.user",
        dave.pk,
        "dave",
    )
    assert (line.before, line.after) == ({"is_active": True}, {"is_active": False})
    assert (line.actor, line.reason, line.note) == (mona, "spam", "three times")


def test_only_moderators_may(alice: User, dave: User):
    with pytest.raises(Forbidden):
        suspend(alice, dave)
    dave.refresh_from_db()
    assert dave.is_active
    assert not ModerationAction.objects.exists()


def test_a_suspended_moderator_may_not(mona: User, dave: User):
    mona.is_active = False
    with pytest.raises(Forbidden):
        suspend(mona, dave)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": "because"}, "reason"),
        ({"reason": ""}, "reason"),
        ({"note": "x" * 501}, "note"),
        ({"note": "a\0b"}, "note"),
        ({"action": "explode"}, None),
    ],
)
def test_what_does_not_fit_is_refused(
    mona: User, dave: User, changed: dict[str, Any], field: str | None
):
    with pytest.raises(Refused) as refused:
        suspend(mona, dave, **changed)
    assert refused.value.field == field
    assert User.objects.get(pk=dave.pk).is_active
    assert not ModerationAction.objects.exists()


def test_twice_is_refused_and_logged_once(mona: User, dave: User):
    suspend(mona, dave)
    with pytest.raises(Refused) as refused:
        suspend(mona, dave)
    assert refused.value.status == 409
    assert ModerationAction.objects.count() == 1


def test_a_target_that_is_gone_is_missing(mona: User):
    with pytest.raises(Missing):
        suspend(mona, User(pk=987_654))


def test_moderators_are_suspended_by_administrators_only(mona: User, dave: User):
    plain = person("milo", is_staff=True)
    with pytest.raises(Forbidden):
        suspend(plain, mona)
    with pytest.raises(Refused):
        suspend(mona, mona)
    suspend(mona, plain)
    suspend(mona, dave)


def test_suspending_ends_every_session_for_good(mona: User, dave: User):
    browsers = [client_of(dave), client_of(dave)]
    suspend(mona, dave)
    assert not any(signed_in(browser) for browser in browsers)
    moderate(actor=mona, target=dave, action="reinstate", reason="appeal")
    assert not any(signed_in(browser) for browser in browsers)
    assert signed_in(client_of(User.objects.get(pk=dave.pk)))


def test_suspending_has_the_sockets_checked(
    mona: User, dave: User, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        suspend(mona, dave)
    assert Event.objects.filter(topic="rights:0", payload__user=dave.pk).exists()


def test_the_database_refuses_to_change_or_delete_a_line(mona: User, dave: User):
    line = suspend(mona, dave)
    for forbidden in (
        lambda: ModerationAction.objects.update(note="nothing happened"),
        lambda: ModerationAction.objects.all().delete(),
        lambda: ModerationAction.objects.filter(pk=line.pk)._raw_delete("default"),
        line.save,
    ):
        with pytest.raises(DatabaseError, match="can only grow"), transaction.atomic():
            forbidden()
    assert ModerationAction.objects.get().note == ""


def signed_in(browser: Client) -> bool:
    """Whether the site takes the browser for somebody."""
    return bool(browser.get("/moderation-log/").context["user"].is_authenticated)
