"""The page of checking: one row at a time, by script or by plain form; and what it never tells."""

import re

import pytest
from django.test import Client

from accounts.models import User
from datasets.models import DataTable, Reviewer, RowState, Vote
from datasets.services import judging
from projects.models import Project
from tests.cast import client_of
from tests.projects_in_use import rules
from tests.reviewing.giving import give, say, state_of

HTMX = {"HX-Request": "true"}


def mark_in(page: str) -> str:
    found = re.search(r'name="row" value="([0-9a-f]+)"', page)
    assert found, page
    return found[1]


def test_by_form_and_by_script(checked: Project, carol: User, crowd: list[User]) -> None:
    first, second = give(checked, carol, 0, 1)
    address = f"/p/{checked.slug}/check/"
    client = client_of(crowd[0])
    page = client.get(address).content.decode()
    assert "2 datapoints wait for a check" in page
    assert f"/rows/{first}/" not in page, "the row's own page would tell what became of it"
    answer = client.post(address, {"row": mark_in(page), "answer": "yes"})
    assert (answer.status_code, answer["Location"]) == (302, address)
    page = client.get(address).content.decode()
    assert "You said yes. Thank you." in page
    part = client.post(
        address, {"row": mark_in(page), "answer": "no:unclear", "note": "Blurred"}, headers=HTMX
    )
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    assert "You have checked all that you can." in part.content.decode()
    votes = Vote.objects.order_by("pk").values_list("row", "verdict", "reason", "note")
    assert list(votes) == [(first, 1, "", ""), (second, -1, "unclear", "Blurred")]


def test_undo_on_the_page(checked: Project, carol: User, crowd: list[User]) -> None:
    (row,) = give(checked, carol, 0)
    client = client_of(crowd[0])
    address = f"/p/{checked.slug}/check/"
    mark = mark_in(client.get(address).content.decode())
    client.post(address, {"row": mark, "answer": "yes"}, headers=HTMX)
    part = client.post(f"{address}undo/", headers=HTMX).content.decode()
    assert "Taken back. Here it is again." in part
    assert mark_in(part) == mark
    assert not Vote.objects.filter(row=row).exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"row": "0" * 16, "answer": "maybe"},
        {"row": "0" * 99, "answer": "yes"},
        {"row": "0" * 16, "answer": "no:unclear", "note": "x" * 161},
    ],
)
def test_what_is_no_answer(checked: Project, dave_client: Client, body: dict[str, str]) -> None:
    answer = dave_client.post(f"/p/{checked.slug}/check/", body)
    assert answer.status_code == 422
    assert "Say yes, no or skip" in answer.content.decode()


def test_a_row_that_was_not_shown(
    checked: Project, carol: User, dave_client: Client, crowd: list[User]
) -> None:
    give(checked, carol, 0)
    other = client_of(crowd[0]).get(f"/p/{checked.slug}/check/").content.decode()
    answer = dave_client.post(f"/p/{checked.slug}/check/", {"row": mark_in(other), "answer": "yes"})
    assert answer.status_code == 409
    assert "what you were shown" in answer.content.decode()
    assert not Vote.objects.exists()


@pytest.mark.parametrize(
    ("acceptance", "words"),
    [
        (DataTable.Acceptance.AT_ONCE, "There is nothing to check here."),
        (DataTable.Acceptance.MAINTAINER, "Maintainers check here."),
        (DataTable.Acceptance.PEERS, "Nothing waits for a check."),
    ],
)
def test_why_there_is_nothing(
    checked: Project, dave_client: Client, acceptance: str, words: str
) -> None:
    rules(checked, acceptance=acceptance)
    page = dave_client.get(f"/p/{checked.slug}/check/").content.decode()
    assert words in page
    assert f"/p/{checked.slug}/contribute/" in page


def test_gold_answers_at_once(checked: Project, bob: User, carol: User, crowd: list[User]) -> None:
    gold, _other = give(checked, carol, 0, 1)
    judging.mark_gold(checked, bob, gold, accept=False, why="No bill is that long.")
    assert state_of(checked, gold) == RowState.REJECTED
    voted = say(checked, crowd[0], gold, 1)
    assert (voted.right, voted.outcome) == (False, None)
    record = Reviewer.objects.get(project=checked, user=crowd[0])
    assert (record.gold_seen, record.gold_right, record.answers) == (1, 0, 1)
    assert state_of(checked, gold) == RowState.REJECTED, "nobody's vote changes a known answer"


def test_paused_until_they_have_read(checked: Project, carol: User, crowd: list[User]) -> None:
    from django.utils import timezone

    give(checked, carol, 0)
    Reviewer.objects.create(
        project=checked, user=crowd[0], gold_seen=10, accuracy=0.4, paused=timezone.now()
    )
    client = client_of(crowd[0])
    address = f"/p/{checked.slug}/check/"
    assert "Your checks are paused." in client.get(address).content.decode()
    client.post(f"{address}go-on/")
    assert mark_in(client.get(address).content.decode())


def test_the_contributor_reads_why_and_repairs_once(
    checked: Project, bob: User, carol: User, carol_client: Client, dave_client: Client
) -> None:
    (row,) = give(checked, carol, 0)
    address = f"/p/{checked.slug}/rows/{row}/"
    page = carol_client.get(address).content.decode()
    assert "This one waits for a check: two other people have to agree on it." in page
    assert dave_client.get(address).status_code == 404
    judging.reject_row(checked, bob, row, "wrong-value", "5 m?")
    page = carol_client.get(address).content.decode()
    assert "a value cannot be right: 5 m?" in page
    assert "Repair it" in page
    assert carol_client.get(f"{address}edit/").status_code == 200


def test_disputes_and_decisions_on_pages(
    checked: Project, bob_client: Client, carol: User, carol_client: Client, crowd: list[User]
) -> None:
    (row,) = give(checked, carol, 0)
    for peer, verdict in zip(crowd, (1, -1, 1, -1, 1, -1, 1), strict=False):
        say(checked, peer, row, verdict)
    address = f"/p/{checked.slug}/disputes/"
    page = bob_client.get(address).content.decode()
    assert page.count("<strong>yes</strong>") == 4
    assert "it cannot be made out" in page
    assert carol_client.get(address).status_code == 403
    judge = f"/p/{checked.slug}/rows/{row}/judge/"
    assert carol_client.post(judge, {"act": "accept"}).status_code == 403
    assert bob_client.post(judge, {"act": "reject"}).status_code == 400
    assert bob_client.post(judge, {"act": "accept", "back": address})["Location"] == address
    assert state_of(checked, row) == RowState.ACCEPTED
    assert "No disputes." in bob_client.get(address).content.decode()
