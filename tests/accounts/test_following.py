"""Who follows whom."""

import pytest
from django.test import Client

from accounts import following
from accounts.models import Follow, User
from accounts.services import suspend
from common.limits import FOLLOWS_PER_MINUTE
from tests.cast import client_of

pytestmark = pytest.mark.django_db


def test_following_twice_is_following_once(dave_client: Client, dave: User, alice: User):
    for _ in range(2):
        response = dave_client.post("/u/alice/follow/")
        assert (response.status_code, response["Location"]) == (302, "/u/alice/")
    assert Follow.objects.count() == 1
    page = dave_client.get("/u/alice/").text
    assert "1 follower" in page
    assert "/u/alice/unfollow/" in page
    for _ in range(2):
        dave_client.post("/u/alice/unfollow/")
    assert not Follow.objects.exists()
    assert "/u/alice/follow/" in dave_client.get("/u/alice/").text


def test_nobody_follows_themselves(alice_client: Client, alice: User):
    response = alice_client.post("/u/alice/follow/")
    assert response.status_code == 409
    assert "yourself" in response.text
    assert "/follow/" not in alice_client.get("/u/alice/").text


def test_who_is_suspended_is_neither_followed_nor_counted(
    alice: User, bob: User, dave: User, mona: User
):
    following.follow(dave, alice)
    following.follow(bob, dave)
    suspend(alice, mona)
    client = client_of(dave)
    assert client.post("/u/alice/follow/").status_code == 404
    assert following.counts_of(dave) == (1, 0)
    assert "alice" not in client.get("/settings/following/").text
    suspend(bob, mona)
    assert following.counts_of(dave) == (0, 0)


def test_the_list_stands_in_the_settings(dave_client: Client, dave: User, alice: User, bob: User):
    assert "You follow nobody yet" in dave_client.get("/settings/following/").text
    following.follow(dave, alice)
    following.follow(dave, bob)
    page = dave_client.get("/settings/following/").text
    assert page.index("/u/bob/") < page.index("/u/alice/")
    response = dave_client.post("/u/bob/unfollow/", {"back": "settings"})
    assert response["Location"] == "/settings/following/"


def test_a_long_list_has_pages(dave: User):
    people = User.objects.bulk_create(
        [User(username=f"person-{n}x", email=f"{n}@example.org") for n in range(52)]
    )
    Follow.objects.bulk_create([Follow(follower=dave, followed=one) for one in people])
    client = client_of(dave)
    first = client.get("/settings/following/").text
    assert first.count("/unfollow/") == 50
    assert 'href="?page=2"' in first
    assert client.get("/settings/following/?page=2").text.count("/unfollow/") == 2
    assert client.get("/settings/following/?page=x").status_code == 200


def test_haste_is_slowed_down(dave_client: Client, alice: User):
    for _ in range(FOLLOWS_PER_MINUTE):
        dave_client.post("/u/alice/follow/")
    assert dave_client.post("/u/alice/follow/").status_code == 429


def test_it_takes_a_post_of_somebody(erin_client: Client, dave_client: Client, alice: User):
    assert erin_client.post("/u/alice/follow/")["Location"].startswith("/accounts/login/")
    for act in ("follow", "unfollow"):
        assert dave_client.get(f"/u/alice/{act}/").status_code == 405
        assert dave_client.post(f"/u/nobody/{act}/").status_code == 404
