"""Odd addresses and forms at the moderators' desk: an answer, never an error, nothing done."""

import pytest
from django.test import Client

from accounts.models import ModerationAction
from projects.models import Project

LISTS = ["accounts/user", "projects/project", "datasets/contribution", "chat/message"]
HUGE = "9" * 5000


@pytest.mark.parametrize("where", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        f"%s__year={'9' * 30}",
        "%s__year=9999&%s__month=12&%s__day=31",
        "%s__gte=0001-01-01+00:00:00%%2B14:00",
        "q=%%00",
        f"p={HUGE}",
        "state__exact=%%00",
    ],
)
def test_odd_filters_show_the_list_without_them(mona_client: Client, where: str, query: str):
    date = "date_joined" if where == "accounts/user" else "created"
    query = query.replace("%s", date).replace("%%", "%")
    answer = mona_client.get(f"/admin/{where}/?{query}", follow=True)
    assert answer.status_code == 200


def test_a_forbidden_lookup_is_refused_in_words(mona_client: Client):
    for query in ("user__password__startswith=p", "_to_field=password"):
        answer = mona_client.get(f"/admin/datasets/contribution/?{query}")
        assert answer.status_code == 400
        assert "cannot read" in answer.text


def test_what_nobody_may_is_refused_without_a_traceback(mona_client: Client, digits, caplog):
    answer = mona_client.get(f"/admin/projects/project/{digits.pk}/delete/")
    assert answer.status_code == 403
    assert "a right that you do not have" in answer.text
    assert not [record for record in caplog.records if record.exc_info]


def test_a_thing_with_an_endless_number(mona_client: Client):
    answer = mona_client.get(f"/admin/projects/project/{HUGE}/change/", follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("chosen", ["abc", "\0", str(2**63), HUGE, "-1"])
def test_what_no_list_sent_is_not_looked_up(mona_client: Client, digits: Project, chosen: str):
    form = {"action": "hide", "index": "0", "_selected_action": [str(digits.pk), chosen]}
    answer = mona_client.post("/admin/projects/project/", form, follow=True)
    assert answer.status_code == 200
    assert "Choose from the list" in answer.text
    assert not ModerationAction.objects.exists()
