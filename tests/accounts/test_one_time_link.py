"""The demo's links sign in once, within an hour."""

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.services import one_time_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings) -> None:
    settings.DEMO = True


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_pressing_the_button_signs_in_once(demo: None, mona: User):
    link, client = one_time_link(mona), Client()
    assert "mona" in client.get(link).content.decode()
    assert not signed_in(client)
    assert client.post(link).status_code == 302
    assert signed_in(client)
    other = Client()
    assert other.post(link).status_code == 410
    assert not signed_in(other)


def test_looking_does_not_use_it_up(demo: None, mona: User):
    link = one_time_link(mona)
    for _ in range(3):
        assert Client().get(link).status_code == 200
    assert Client().post(link).status_code == 302


def test_two_links_of_one_person_are_two(demo: None, mona: User):
    one, two = one_time_link(mona), one_time_link(mona)
    assert Client().post(one).status_code == Client().post(two).status_code == 302


def test_it_ends_after_an_hour(demo: None, mona: User):
    with time_machine.travel("2026-11-23 12:00Z"):
        link = one_time_link(mona)
    with time_machine.travel("2026-11-23 13:00:02Z"):
        assert Client().get(link).status_code == 410
        assert Client().post(link).status_code == 410


def test_a_forged_link_and_a_suspended_person_are_missing(demo: None, mona: User):
    link = one_time_link(mona)
    assert Client().post(link[:-2] + "x/").status_code == 404
    assert Client().post("/demo/sign-in/nonsense/").status_code == 404
    User.objects.update(is_active=False)
    assert Client().post(link).status_code == 404


def test_outside_the_demo_there_is_nothing(settings, mona: User):
    settings.DEMO = True
    link = one_time_link(mona)
    settings.DEMO = False
    assert Client().get(link).status_code == 404
    assert Client().post(link).status_code == 404
    with pytest.raises(RuntimeError):
        one_time_link(mona)


def test_other_methods_are_none(demo: None, mona: User):
    assert Client().delete(one_time_link(mona)).status_code == 405
