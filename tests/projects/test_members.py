"""Inviting, joining, roles, leaving."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from common.errors import Forbidden, Missing, Refused
from live.models import Event
from projects.access import Right, right_of
from projects.members import invite, join, leave, remove_member, revoke, set_role
from projects.models import Activity, Invitation, Membership, Project
from projects.services import create_project
from tests.at_once import at_once
from tests.cast import person
from tests.projects.conftest import BASICS

Role = Membership.Role


def role(project: Project, user: User) -> int | None:
    found = Membership.objects.filter(project=project, user=user).first()
    return found.role if found else None


def test_a_link_makes_a_member(cellar: Project, bob: User, dave: User):
    _invitation, token = invite(cellar, actor=bob)
    assert right_of(dave, cellar) is None
    assert join(cellar.slug, token, dave) == (cellar, True)
    assert right_of(dave, cellar) == Right.PARTICIPATE
    assert Activity.objects.get(kind="member_joined").actor == dave
    assert Event.objects.filter(topic=f"project:{cellar.pk}", kind="activity").exists()


def test_only_the_hash_of_its_secret_is_kept(cellar: Project, alice: User):
    invitation, token = invite(cellar, actor=alice)
    assert token not in str(vars(Invitation.objects.get(pk=invitation.pk)))
    assert len(token) >= 43


def test_joining_twice_spends_one_use(cellar: Project, alice: User, dave: User):
    invitation, token = invite(cellar, actor=alice, uses=5)
    join(cellar.slug, token, dave)
    assert join(cellar.slug, token, dave) == (cellar, False)
    invitation.refresh_from_db()
    assert invitation.uses_left == 4


def test_a_link_raises_a_role_and_never_lowers_one(cellar: Project, alice: User, carol: User):
    _one, maintainers = invite(cellar, actor=alice, role=Role.MAINTAINER)
    _two, plain = invite(cellar, actor=alice)
    join(cellar.slug, maintainers, carol)
    assert role(cellar, carol) == Role.MAINTAINER
    assert not Activity.objects.filter(kind="member_joined").exists()
    join(cellar.slug, plain, alice)
    assert role(cellar, alice) == Role.OWNER


@pytest.mark.parametrize("end", ["expired", "revoked", "used"])
def test_an_ended_link_says_so(cellar: Project, alice: User, carol: User, dave: User, end: str):
    invitation, token = invite(cellar, actor=alice, uses=1)
    later = timezone.now()
    if end == "expired":
        later += timedelta(days=14, seconds=1)
    elif end == "revoked":
        revoke(cellar, actor=alice, invitation_id=invitation.pk)
    else:
        join(cellar.slug, token, person("first"))
    with time_machine.travel(later), pytest.raises(Refused) as refused:
        join(cellar.slug, token, dave)
    assert refused.value.status == 410
    assert role(cellar, dave) is None


def test_a_wrong_link_equals_a_missing_project(
    cellar: Project, shells: Project, alice: User, dave: User
):
    _invitation, token = invite(cellar, actor=alice)
    for slug, wrong in (
        (cellar.slug, token + "x"),
        (shells.slug, token),
        ("nothing", token),
        (cellar.slug, "\ud800"),
    ):
        with pytest.raises(Missing):
            join(slug, wrong, dave)
    Project.objects.filter(pk=cellar.pk).update(hidden=True)
    with pytest.raises(Missing):
        join(cellar.slug, token, dave)


@pytest.mark.parametrize(("given", "uses"), [(Role.OWNER, 1), (7, 1), (10, 0), (10, 51)])
def test_a_link_that_does_not_fit_is_refused(cellar: Project, alice: User, given: int, uses: int):
    with pytest.raises(Refused):
        invite(cellar, actor=alice, role=given, uses=uses)


def test_who_may_invite(cellar: Project, shells: Project, bob: User, carol: User, dave: User):
    invite(cellar, actor=bob)
    with pytest.raises(Forbidden):
        invite(cellar, actor=bob, role=Role.MAINTAINER)
    with pytest.raises(Forbidden):
        invite(cellar, actor=carol)
    with pytest.raises(Missing):
        invite(cellar, actor=dave)
    with pytest.raises(Forbidden):
        invite(shells, actor=dave)


def test_a_link_of_another_project_cannot_be_taken_back(
    cellar: Project, shells: Project, alice: User
):
    invitation, _token = invite(shells, actor=alice)
    with pytest.raises(Missing):
        revoke(cellar, actor=alice, invitation_id=invitation.pk)


def test_owners_give_roles(shells: Project, alice: User, bob: User, carol: User, dave: User):
    set_role(shells, actor=alice, user=carol, role=Role.OWNER)
    assert role(shells, carol) == Role.OWNER
    with pytest.raises(Forbidden):
        set_role(shells, actor=bob, user=bob, role=Role.OWNER)
    with pytest.raises(Missing):
        set_role(shells, actor=alice, user=dave, role=Role.MEMBER)
    with pytest.raises(Refused):
        set_role(shells, actor=alice, user=bob, role=11)


def test_the_last_owner_stays(shells: Project, alice: User, bob: User):
    for act in (
        lambda: set_role(shells, actor=alice, user=alice, role=Role.MEMBER),
        lambda: remove_member(shells, actor=alice, user=alice),
        lambda: leave(shells, alice),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 409
    set_role(shells, actor=alice, user=bob, role=Role.OWNER)
    leave(shells, alice)
    assert role(shells, alice) is None


def test_removing_somebody_takes_back_every_open_link(
    cellar: Project, bob: User, carol: User, django_capture_on_commit_callbacks
):
    _invitation, token = invite(cellar, actor=bob)
    with django_capture_on_commit_callbacks(execute=True):
        remove_member(cellar, actor=bob, user=carol)
    assert right_of(carol, cellar) is None
    assert Event.objects.filter(topic="rights:0", payload__user=carol.pk).exists()
    with pytest.raises(Refused):
        join(cellar.slug, token, carol)


def test_maintainers_remove_members_only(shells: Project, alice: User, bob: User, carol: User):
    Membership.objects.create(project=shells, user=person("beth"), role=Role.MAINTAINER)
    with pytest.raises(Forbidden):
        remove_member(shells, actor=bob, user=User.objects.get(username="beth"))
    with pytest.raises(Forbidden):
        remove_member(shells, actor=bob, user=alice)
    with pytest.raises(Forbidden):
        remove_member(shells, actor=carol, user=carol)
    leave(shells, carol)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_for_the_last_use_one_gets_it():
    alice, people = person("alice"), [person(name) for name in ("bob", "carol", "dave")]
    project = create_project(creator=alice, **BASICS)
    _invitation, token = invite(project, actor=alice, uses=1)

    def follow(place: int) -> bool:
        try:
            return join(project.slug, token, people[place])[1]
        except Refused:
            return False

    assert sorted(at_once(follow, len(people))) == [False, False, True]
    assert Membership.objects.filter(project=project).count() == 2
