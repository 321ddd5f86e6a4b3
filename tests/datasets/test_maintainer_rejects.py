"""A maintainer rejects a contribution through the one door of moderation, and the log says so."""

from django.test import Client

from accounts.models import ModerationAction, User
from datasets.models import Contribution
from projects.models import Project


def judge(client: Client, contribution: Contribution, act: str) -> int:
    return client.post(f"/contributions/{contribution.pk}/{act}/").status_code


def test_the_log_names_it(bob_client: Client, digits: Project, carol: User) -> None:
    contribution = Contribution.objects.get(project=digits, user=carol)
    assert judge(bob_client, contribution, "reject") == 302
    contribution.refresh_from_db()
    assert contribution.state == Contribution.State.REJECTED
    assert judge(bob_client, contribution, "restore") == 302
    lines = ModerationAction.objects.order_by("id").values_list("action", "actor__username")
    assert list(lines) == [("reject", "bob"), ("restore", "bob")]


def test_rejecting_twice_is_refused_and_logged_once(
    bob_client: Client, digits: Project, carol: User
) -> None:
    contribution = Contribution.objects.get(project=digits, user=carol)
    assert judge(bob_client, contribution, "reject") == 302
    assert judge(bob_client, contribution, "reject") == 409
    assert ModerationAction.objects.count() == 1


def test_a_member_may_not(carol_client: Client, digits: Project, alice: User) -> None:
    contribution = Contribution.objects.get(project=digits, user=alice)
    assert judge(carol_client, contribution, "reject") == 403
    contribution.refresh_from_db()
    assert contribution.state == Contribution.State.VISIBLE
    assert not ModerationAction.objects.exists()
