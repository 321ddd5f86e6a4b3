"""Closing an account: nothing personal stays, what was given is credited or withdrawn."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts import following, leaving, tokens
from accounts.models import ApiToken, Follow, User
from accounts.moderation import moderate
from accounts.queries import person_named
from datasets.models import Contribution
from datasets.queries import Purpose, rows
from jobs.errors import Retry
from projects.members import invite
from projects.models import Invitation, Membership, Project
from tests.cast import PASSWORD, client_of, person
from tests.jobs_turning import TurnQueue
from tests.projects_in_use import add_records, seed_records

pytestmark = pytest.mark.django_db

CLOSE = "/settings/close/"


@pytest.fixture
def full_alice(alice: User, dave: User) -> User:
    """alice, with one of everything that is personal."""
    User.objects.filter(pk=alice.pk).update(about="Likes snails", language="en")
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True)
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=alice, provider="github", uid="77")
    tokens.issue(alice, name="laptop", scopes=["read"], days=None)
    following.follow(alice, dave)
    following.follow(dave, alice)
    return User.objects.get(pk=alice.pk)


def close(client: Client, rows_are: str = "keep", name: str = "alice"):
    return client.post(CLOSE, {"rows": rows_are, "username": name})


def test_nothing_personal_stays(full_alice: User):
    client, other = client_of(full_alice), client_of(full_alice)
    other.get("/settings/")
    response = close(client)
    assert response["Location"] == "/"
    gone = User.objects.get(pk=full_alice.pk)
    assert gone.username.startswith("former-contributor-")
    kept = json.dumps(User.objects.filter(pk=gone.pk).values().get(), default=str)
    for personal in ("alice", "snails", "example.org"):
        assert personal not in kept
    assert not gone.is_active
    assert not gone.has_usable_password()
    for model in (EmailAddress, Authenticator, SocialAccount, ApiToken, Follow, UserSession):
        assert not model.objects.exists(), model
    for each in (client, other):
        assert each.get("/settings/")["Location"].startswith("/accounts/login/")


def test_nobody_gets_in_any_more(full_alice: User):
    secret = tokens.issue(full_alice, name="x", scopes=["read"], days=None).secret
    close(client_of(full_alice))
    client = Client()
    for login in ("alice", "alice@example.org", User.objects.get(pk=full_alice.pk).username):
        client.post("/accounts/login/", {"login": login, "password": PASSWORD})
        assert "_auth_user_id" not in client.session
    assert tokens.user_of(secret, "read") is None


def test_the_credits_lead_somewhere(full_alice: User, dave: User):
    name = leaving.close_account(full_alice, withdraw=False)
    client = client_of(dave)
    assert client.get("/u/alice/").status_code == 404
    page = client.get(f"/u/{name}/")
    assert page.status_code == 200
    assert "This account is closed" in page.text
    assert client.post(f"/u/{name}/follow/").status_code == 404
    assert person_named(name) is None


def test_the_name_may_be_taken_again_and_the_new_one_by_nobody(full_alice: User):
    name = leaving.close_account(full_alice, withdraw=False)
    sent = {"email": "new@example.org", "password1": PASSWORD}
    refused = Client().post("/accounts/signup/", {**sent, "username": name})
    assert refused.status_code == 200
    Client().post("/accounts/signup/", {**sent, "username": "alice"})
    assert User.objects.get(username="alice").pk != full_alice.pk


def test_rows_stay_when_that_was_chosen(digits: Project, turn_queue: TurnQueue):
    given = Contribution.objects.first()
    assert given
    before = rows(digits, Purpose.TABLE).count()
    close(client_of(given.user), name=given.user.username)
    turn_queue()
    assert rows(digits, Purpose.TABLE).count() == before


def test_rows_are_withdrawn_when_that_was_chosen(
    digits: Project, penguins: Project, turn_queue: TurnQueue
):
    given = Contribution.objects.first()
    assert given
    close(client_of(given.user), "withdraw", name=given.user.username)
    turn_queue()
    states = Contribution.objects.filter(user=given.user).values_list("state", flat=True)
    assert set(states) == {Contribution.State.WITHDRAWN}
    for project in (digits, penguins):
        left = rows(project, Purpose.TABLE).values_list("contribution", flat=True)
        assert not set(left) & set(
            Contribution.objects.filter(user=given.user).values_list("pk", flat=True)
        )


def test_withdrawing_goes_on_after_a_stop(
    penguins: Project, dave: User, turn_queue: TurnQueue, monkeypatch: pytest.MonkeyPatch
):
    from datasets import leaving as step

    for record in seed_records("penguins", 3):
        add_records(penguins, dave, [record])
    leaving.close_account(dave, withdraw=True)
    real, seen = step.withdraw, []  # type: ignore[attr-defined]

    def stopped_at_the_second(contribution: Contribution, user: User) -> Contribution:
        seen.append(contribution)
        if len(seen) == 2:
            raise Retry("stopped")
        return real(contribution, user)

    monkeypatch.setattr(step, "withdraw", stopped_at_the_second)
    turn_queue(raising=False)
    states = Contribution.objects.filter(user=dave).values_list("state", flat=True)
    assert list(states) == 3 * [Contribution.State.WITHDRAWN]
    # What was withdrawn before the stop was not touched again.
    assert len(seen) == 4


def test_a_project_goes_to_the_next_in_rank(digits: Project, alice: User, bob: User):
    invite(digits, actor=alice)
    page = client_of(alice).get(CLOSE).text
    assert f"“{digits.name}” will belong to bob." in page
    leaving.close_account(alice, withdraw=False)
    roles = dict(Membership.objects.filter(project=digits).values_list("user__username", "role"))
    assert roles["bob"] == Membership.Role.OWNER
    assert not Membership.objects.filter(user=alice).exists()
    assert not Invitation.objects.filter(created_by=alice, revoked=False).exists()


def test_a_project_without_others_keeps_its_owner_on_record(digits: Project, alice: User):
    Membership.objects.filter(project=digits).exclude(user=alice).delete()
    assert "nobody will look after it" in client_of(alice).get(CLOSE).text
    leaving.close_account(alice, withdraw=False)
    assert Membership.objects.get(project=digits).user_id == alice.pk


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"rows": "keep", "username": "Alice"},
        {"rows": "keep", "username": ""},
        {"rows": "burn", "username": "alice"},
        {"username": "alice"},
    ],
)
def test_a_form_that_is_not_filled_in_closes_nothing(alice: User, sent: dict[str, str]):
    client = client_of(alice)
    response = client.post(CLOSE, sent)
    assert response.status_code == 422
    assert "errorlist" in response.text
    alice.refresh_from_db()
    assert alice.is_active


def test_the_only_administrator_stays(mona: User):
    response = close(client_of(mona), name="mona")
    assert response.status_code == 409
    assert "only administrator" in response.text
    person("max", is_superuser=True)
    assert close(client_of(mona), name="mona").status_code == 302
    mona.refresh_from_db()
    assert (mona.is_staff, mona.is_superuser) == (False, False)


def test_no_moderator_opens_it_again(alice: User, mona: User):
    from common.errors import Refused

    leaving.close_account(alice, withdraw=False)
    with pytest.raises(Refused, match="nothing can open it"):
        moderate(actor=mona, target=alice, action="reinstate", reason="mistake")
    with pytest.raises(Refused, match="closed already"):
        leaving.close_account(alice, withdraw=False)


def test_a_step_that_fails_leaves_everything_as_it_was(
    full_alice: User, monkeypatch: pytest.MonkeyPatch
):
    def broken(user: User, withdraw: bool) -> None:
        raise RuntimeError

    monkeypatch.setitem(leaving._steps, "broken", leaving.Step("broken", broken, None))
    with pytest.raises(RuntimeError):
        leaving.close_account(full_alice, withdraw=True)
    full_alice.refresh_from_db()
    assert (full_alice.username, full_alice.is_active) == ("alice", True)
    assert ApiToken.objects.exists()
