"""Opening a project: whose it is, where it stands, what is refused."""

from typing import Any

import pytest

from accounts.models import User
from common import limits
from common.errors import Refused
from projects.models import COLOURS, Membership, Project
from projects.services import create_project
from tests.at_once import at_once
from tests.cast import person
from tests.projects.conftest import BASICS


def opened(creator: User, **changed: object) -> Project:
    return create_project(creator=creator, **{**BASICS, **changed})


def test_its_creator_owns_a_draft(alice: User):
    project = opened(alice)
    assert (project.slug, project.state) == ("snail-shells", "draft")
    membership = Membership.objects.get(project=project)
    assert (membership.user, membership.role) == (alice, Membership.Role.OWNER)


def test_a_taken_address_gets_a_suffix_silently(alice: User, bob: User):
    slugs = [opened(one, visibility="private").slug for one in (alice, bob, alice)]
    assert slugs == ["snail-shells", "snail-shells-2", "snail-shells-3"]


@pytest.mark.parametrize("name", ["数字", "Δ!", "'; DROP TABLE--", "<script>x</script>", "x" * 60])
def test_any_visible_name_gets_an_address(alice: User, name: str):
    project = opened(alice, name=name)
    assert project.name == name
    assert project.slug
    assert len(project.slug) <= 60


def test_names_lose_what_cannot_be_seen(alice: User):
    assert opened(alice, name="a\u202eb\u200bc\0 \n d").name == "abc d"


def test_the_description_becomes_harmless_html(alice: User):
    project = opened(alice, description="**Hi** <script>alert(1)</script> [x](javascript:alert(1))")
    assert "<strong>Hi</strong>" in project.description_html
    assert "<script" not in project.description_html
    assert 'href="javascript' not in project.description_html


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "\u200b \u202e"}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"pitch": ""}, "pitch"),
        ({"pitch": "x" * 141}, "pitch"),
        ({"description": "x" * 10_001}, "description"),
        ({"goal": 0}, "goal"),
        ({"goal": 10_000_001}, "goal"),
        ({"task": "astrology"}, "task"),
        ({"licence": "mine"}, "licence"),
        ({"visibility": "invisible"}, "visibility"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(alice: User, changed: dict[str, Any], field: str):
    with pytest.raises(Refused) as refused:
        opened(alice, **changed)
    assert refused.value.field == field
    assert not Project.objects.exists()


def test_there_is_a_most_for_a_day(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("projects.services.PROJECTS_PER_PERSON_PER_DAY", 2)
    assert limits.PROJECTS_PER_PERSON_PER_DAY >= 2
    opened(alice)
    opened(alice)
    with pytest.raises(Refused) as refused:
        opened(alice)
    assert refused.value.status == 429
    opened(bob)


def test_colours_are_spread(alice: User, bob: User):
    colours = {opened(bob if n % 2 else alice).colour for n in range(COLOURS)}
    assert colours == set(range(COLOURS))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_addresses_of_their_own():
    people = [person(name) for name in ("alice", "bob", "carol", "dave")]
    slugs = at_once(lambda place: opened(people[place]).slug, len(people))
    assert sorted(slugs) == ["snail-shells", *(f"snail-shells-{n}" for n in (2, 3, 4))]
