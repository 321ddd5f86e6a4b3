"""Tags: at most five clean words, changed in the settings, found in the list."""

import pytest

from accounts.models import User
from common.errors import Refused
from projects.models import Project, Tag
from projects.tags import read_tags
from tests.cast import client_of


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("Birds, #Snails;sea  sea", ["birds", "snails", "sea"]),
        ("Größe Ñandú 手書き", ["größe", "ñandú", "手書き"]),
        ("a_b c--d -e-", ["a_b", "c-d", "e"]),
        ("  ,, ", []),
        ("\u202ebirds\u200b", ["birds"]),
    ],
)
def test_what_somebody_types_becomes_slugs(typed, tags):
    assert read_tags(typed) == tags


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("a b c d e f", "6 tags; the most is 5"),
        ("birds <>", "no letter or digit"),
        ("🐌", "no letter or digit"),
        ("x" * 31, "31 characters; a tag has at most 30"),
        ("word " * 3_000, "too long for a list of tags"),
    ],
)
def test_what_is_no_tag_is_refused(typed, why):
    with pytest.raises(Refused, match=why) as refused:
        read_tags(typed)
    assert refused.value.field == "tags"


def settings_of(project: Project, **changed: str) -> dict[str, str]:
    return {
        "name": project.name,
        "pitch": project.pitch,
        "description": "",
        "guidelines": "",
        "goal": "100",
        "licence": project.licence,
        "visibility": project.visibility,
        **changed,
    }


def save(who: User, project: Project, tags: str) -> int:
    path = f"/p/{project.slug}/settings/"
    return client_of(who).post(path, settings_of(project, tags=tags)).status_code


def test_the_settings_change_them(shells: Project, bob: User, alice: User):
    assert save(bob, shells, "sea, snails") == 302
    assert save(bob, shells, "sea, snails") == 302
    assert [tag.slug for tag in shells.tags.all()] == ["sea", "snails"]
    assert 'value="sea, snails"' in client_of(alice).get(f"/p/{shells.slug}/settings/").text
    assert save(alice, shells, "") == 302
    assert not shells.tags.exists()
    assert Tag.objects.count() == 2


def test_a_refused_tag_changes_nothing(shells: Project, bob: User, carol: User):
    save(bob, shells, "sea")
    path = f"/p/{shells.slug}/settings/"
    answer = client_of(bob).post(path, settings_of(shells, name="Other", tags="a b c d e f"))
    assert answer.status_code == 422
    assert "6 tags" in answer.text
    shells.refresh_from_db()
    assert (shells.name, [tag.slug for tag in shells.tags.all()]) == ("Snail shells", ["sea"])
    assert save(carol, shells, "mine") == 403
