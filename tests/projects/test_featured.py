"""The pick of the day: who may pick, what can be picked, and what is shown when."""

from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from accounts.models import User
from common.errors import Forbidden, Refused
from projects.featuring import feature, featured
from projects.models import Feature, Project

pytestmark = pytest.mark.django_db
ADD = "/admin/projects/feature/add/"


def today() -> date:
    return timezone.now().date()


def pick(project: Project, mona: User, days: int = 0, sentence: str = "It learns fast.") -> Feature:
    return feature(project, day=today() + timedelta(days=days), sentence=sentence, picked_by=mona)


def test_the_newest_whose_day_has_come_is_shown(
    digits: Project, penguins: Project, strokes: Project, mona: User
) -> None:
    pick(digits, mona, days=-9)
    pick(penguins, mona, days=0)
    pick(strokes, mona, days=1)
    found = featured()
    assert found is not None
    assert (found.project, found.picked_by) == (penguins, mona)


@pytest.mark.parametrize(
    "change", [{"hidden": True}, {"visibility": "private"}, {"visibility": "unlisted"}]
)
def test_a_pick_that_is_not_for_everybody_any_more_disappears(
    digits: Project, mona: User, change: dict[str, object], erin_client: Client
) -> None:
    pick(digits, mona)
    assert "It learns fast." in erin_client.get("/").content.decode()
    Project.objects.filter(pk=digits.pk).update(**change)
    assert featured() is None
    assert "It learns fast." not in erin_client.get("/").content.decode()
    digits.refresh_from_db()
    with pytest.raises(Refused) as refused:
        pick(digits, mona, days=3)
    assert refused.value.field == "project"


def test_one_pick_a_day(digits: Project, penguins: Project, mona: User) -> None:
    pick(digits, mona)
    with pytest.raises(Refused) as refused:
        pick(penguins, mona)
    assert (refused.value.field, refused.value.status) == ("day", 409)
    assert Feature.objects.get().project == digits


@pytest.mark.parametrize("sentence", ["", " \u200b ", "x" * 201])
def test_the_sentence_is_there_and_short(digits: Project, mona: User, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        pick(digits, mona, sentence=sentence)
    assert refused.value.field == "sentence"


def test_only_moderators_pick(digits: Project, alice: User, alice_client: Client) -> None:
    with pytest.raises(Forbidden):
        pick(digits, alice)
    body = {"project": digits.pk, "day": today().isoformat(), "sentence": "Mine!"}
    assert alice_client.post(ADD, body).status_code in {302, 403}
    assert not Feature.objects.exists()


def test_a_moderator_picks_and_takes_back_in_the_admin(
    digits: Project, mona: User, mona_client: Client
) -> None:
    assert mona_client.get(ADD).status_code == 200
    body = {"project": digits.pk, "day": today().isoformat(), "sentence": " It  learns. "}
    assert mona_client.post(ADD, body).status_code == 302
    made = Feature.objects.get()
    assert (made.sentence, made.picked_by) == ("It learns.", mona)
    assert LogEntry.objects.filter(user=mona, object_id=str(made.pk)).count() == 1
    assert mona_client.get("/admin/projects/feature/").status_code == 200
    address = f"/admin/projects/feature/{made.pk}"
    assert mona_client.post(f"{address}/change/", {**body, "sentence": "x"}).status_code == 403
    assert mona_client.post(f"{address}/delete/", {"post": "yes"}).status_code == 302
    assert not Feature.objects.exists()
    assert LogEntry.objects.filter(user=mona).count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("project", "999999"), ("project", "x"), ("day", "soon"), ("sentence", ""), ("day", "")],
)
def test_the_admin_says_what_is_wrong(
    digits: Project, mona_client: Client, field: str, value: str
) -> None:
    body = {"project": digits.pk, "day": today().isoformat(), "sentence": "Good.", field: value}
    answer = mona_client.post(ADD, body)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Feature.objects.exists()


def test_the_admin_refuses_a_private_project_and_a_taken_day(
    digits: Project, penguins: Project, mona: User, mona_client: Client
) -> None:
    pick(digits, mona)
    body = {"project": penguins.pk, "day": today().isoformat(), "sentence": "Good."}
    assert mona_client.post(ADD, body).status_code == 200
    Project.objects.filter(pk=penguins.pk).update(visibility="private")
    tomorrow = (today() + timedelta(days=1)).isoformat()
    answer = mona_client.post(ADD, {**body, "day": tomorrow})
    assert "Only a published, public project" in answer.content.decode()
    assert Feature.objects.count() == 1
