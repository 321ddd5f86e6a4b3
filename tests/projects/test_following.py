"""Following a project: the button, who may, twice, and what one follows."""

import pytest
from django.test import Client

from accounts.models import User
from common.errors import Forbidden, Missing, Refused
from common.limits import FOLLOWS_PER_MINUTE
from projects.following import follow, following_of, unfollow
from projects.models import Follow, Project
from projects.queries import followed_by

pytestmark = pytest.mark.django_db


def test_the_button_follows_and_leads_back_to_its_tab(digits: Project, dave_client: Client) -> None:
    page = dave_client.get(f"/p/{digits.slug}/data/").content.decode()
    assert f'action="/p/{digits.slug}/follow/"' in page
    answer = dave_client.post(f"/p/{digits.slug}/follow/", {"tab": "data"}, follow=True)
    assert answer.redirect_chain == [(f"/p/{digits.slug}/data/", 302)]
    text = answer.content.decode()
    assert f'action="/p/{digits.slug}/unfollow/"' in text
    assert "1 follower<" in text
    assert "You follow Digits." in text
    answer = dave_client.post(f"/p/{digits.slug}/unfollow/", {"tab": "//elsewhere"}, follow=True)
    assert answer.redirect_chain == [(f"/p/{digits.slug}/", 302)]
    assert not Follow.objects.exists()


def test_twice_is_as_once(digits: Project, dave_client: Client, dave: User) -> None:
    for _turn in range(2):
        assert dave_client.post(f"/p/{digits.slug}/follow/").status_code == 302
    assert following_of(digits, dave) == (1, True)
    for _turn in range(2):
        assert dave_client.post(f"/p/{digits.slug}/unfollow/").status_code == 302
    assert following_of(digits, dave) == (0, False)


def test_whoever_is_nobody_is_asked_to_sign_in(digits: Project, erin_client: Client) -> None:
    page = erin_client.get(f"/p/{digits.slug}/").content.decode()
    assert f'href="/accounts/login/?next=/p/{digits.slug}/"' in page
    answer = erin_client.post(f"/p/{digits.slug}/follow/")
    assert answer["Location"].startswith("/accounts/login/")
    assert erin_client.get(f"/p/{digits.slug}/follow/").status_code == 405
    assert not Follow.objects.exists()


def test_nobody_follows_what_they_may_not_see(digits: Project, dave: User) -> None:
    Project.objects.update(visibility=Project.Visibility.PRIVATE)
    digits.refresh_from_db()
    with pytest.raises(Missing):
        follow(digits, dave)
    Project.objects.update(visibility=Project.Visibility.PUBLIC, hidden=True)
    digits.refresh_from_db()
    with pytest.raises(Missing):
        follow(digits, dave)
    with pytest.raises(Forbidden):
        follow(digits, digits.creator)


def test_too_many_in_a_minute_are_refused(digits: Project, dave: User) -> None:
    for _turn in range(FOLLOWS_PER_MINUTE):
        follow(digits, dave)
    with pytest.raises(Refused) as refused:
        follow(digits, dave)
    assert refused.value.status == 429


def test_what_one_follows_is_listed_newest_first_and_only_while_one_sees_it(
    digits: Project, penguins: Project, dave: User, dave_client: Client
) -> None:
    follow(digits, dave)
    follow(penguins, dave)
    assert list(followed_by(dave)) == [penguins, digits]
    listed = dave_client.get("/projects/?show=followed").content.decode()
    assert digits.slug in listed
    Project.objects.filter(pk=penguins.pk).update(hidden=True)
    assert list(followed_by(dave)) == [digits]
    unfollow(digits, dave)
    assert list(followed_by(dave)) == []


def test_suspended_people_are_not_counted(digits: Project, dave: User, carol: User) -> None:
    follow(digits, dave)
    follow(digits, carol)
    User.objects.filter(pk=dave.pk).update(is_active=False)
    assert following_of(digits, carol) == (1, True)
