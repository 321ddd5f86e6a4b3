"""The pages of labelling: answering, skipping, undoing, gold, disputes, and the file of labels."""

import csv
import re

import pytest
from django.test import Client

from accounts.models import User
from datasets.models import DataTable, Gold, Item, Label, RowState
from datasets.queries import Purpose, rows, typed_fields
from datasets.services.deciding import add_gold
from projects.models import Project
from tests.cast import client_of
from tests.labelling.crowd import COUNT, crowd, item, items_of, labelled_project, say, state_of


@pytest.fixture
def project(alice: User, bob: User, carol: User) -> Project:
    return labelled_project(alice, maintainer=bob, member=carol)


def at(project: Project, rest: str = "") -> str:
    return f"/p/{project.slug}/label/{rest}"


def mark_in(text: str) -> str:
    found = re.search(r'name="item" value="([0-9a-f]{16})"', text)
    assert found, text
    return found.group(1)


def answer(client: Client, project: Project, value: str, **headers: str) -> str:
    page = client.get(at(project)).content.decode()
    sent = {"item": mark_in(page), "value": value}
    response = client.post(at(project), sent, follow=not headers, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_the_contribute_tab_leads_here(project: Project, dave_client: Client) -> None:
    response = dave_client.get(f"/p/{project.slug}/contribute/")
    assert (response.status_code, response["Location"]) == (302, at(project))


def test_an_item_is_answered_without_scripts(project: Project, dave_client: Client) -> None:
    said = answer(dave_client, project, "b")
    assert "You said: b." in said
    assert "1 label by you" in said
    assert Label.objects.get().value == 1
    assert str(items_of(project)[0]) not in re.findall(r"rows/(\d+)/", said)


def test_a_script_gets_the_next_item_alone(project: Project, dave_client: Client) -> None:
    said = answer(dave_client, project, "c", **{"HX-Request": "true"})
    assert said.lstrip().startswith('<div id="label"')
    assert mark_in(said)


def test_the_answers_have_keys(project: Project, dave_client: Client) -> None:
    page = dave_client.get(at(project)).content.decode()
    assert re.findall(r'data-key="([^"]+)" data-key-label="([abc])"', page) == [
        ("1, a", "a"),
        ("2, b", "b"),
        ("3, c", "c"),
    ]


def test_skipping_and_looking_again(project: Project, dave_client: Client) -> None:
    seen = set()
    for _item in range(3):
        mark = mark_in(dave_client.get(at(project)).content.decode())
        seen.add(mark)
        dave_client.post(at(project), {"item": mark, "order": "skip"})
    assert len(seen) == 3
    assert "Only what you skipped is left." in dave_client.get(at(project)).content.decode()
    dave_client.post(at(project, "look-again/"))
    assert mark_in(dave_client.get(at(project)).content.decode()) in seen
    assert not Label.objects.exists()


def test_the_last_label_is_undone(project: Project, dave_client: Client) -> None:
    page = dave_client.get(at(project)).content.decode()
    answer(dave_client, project, "b")
    undone = dave_client.post(at(project, "undo/"), follow=True).content.decode()
    assert "Taken back." in undone
    assert mark_in(undone) == mark_in(page)
    assert not Label.objects.exists()
    assert "nothing to undo" in dave_client.post(at(project, "undo/"), follow=True).content.decode()


def test_what_was_not_shown_is_refused(project: Project, dave_client: Client) -> None:
    dave_client.get(at(project))
    response = dave_client.post(at(project), {"item": "0" * 16, "value": "a"})
    assert (response.status_code, "what you were shown" in response.content.decode()) == (409, True)
    response = dave_client.post(at(project), {"value": "a"})
    assert response.status_code == 422
    mark = mark_in(dave_client.get(at(project)).content.decode())
    response = dave_client.post(at(project), {"item": mark, "value": "zebra"})
    assert (response.status_code, "one of a, b, c" in response.content.decode()) == (422, True)
    response = dave_client.post(at(project), {"item": mark, "value": ""})
    assert (response.status_code, "Say what it is" in response.content.decode()) == (422, True)
    assert not Label.objects.exists()


def test_a_mark_is_one_person_s(
    project: Project, dave_client: Client, carol_client: Client
) -> None:
    mark = mark_in(dave_client.get(at(project)).content.decode())
    carol_client.get(at(project))
    response = carol_client.post(at(project), {"item": mark, "value": "a"})
    assert response.status_code == 409


def test_whoever_signs_up_first_finds_the_answer_again(project: Project, dave: User) -> None:
    client = Client()
    page = client.get(at(project)).content.decode()
    assert "You sign up in the next step" in page
    response = client.post(at(project), {"item": mark_in(page), "value": "b"})
    assert response["Location"].startswith("/accounts/signup/") or "signup" in response["Location"]
    client.force_login(dave, backend="django.contrib.auth.backends.ModelBackend")
    assert "You said “b” before you signed in." in client.get(at(project)).content.decode()
    assert not Label.objects.exists()


def test_gold_tells_at_once_why(alice: User, dave_client: Client) -> None:
    project = labelled_project(alice, items=12)
    for row in items_of(project)[:6]:
        add_gold(project, alice, row, "b", "two ears")
    told = [answer(dave_client, project, "c") for _number in range(4)]
    wrong = [one for one in told if "This one was known: it is b, you said c. two ears" in one]
    assert len(wrong) == 1
    assert "Undo the last label" not in wrong[0]


def test_a_number_is_typed(alice: User, dave_client: Client) -> None:
    project = labelled_project(alice, target=COUNT)
    page = dave_client.get(at(project)).content.decode()
    assert 'inputmode="decimal"' in page
    assert "From 0 to 100." in page
    assert "You said: 41." in answer(dave_client, project, "41")


def test_a_maintainer_decides_disputes(project: Project, bob_client: Client) -> None:
    first, second, _third = items_of(project)
    for user, text in zip(crowd(7), "abcabca", strict=True):
        say(project, user, first, text)
        say(project, user, second, text)
    page = bob_client.get(at(project, "disputes/")).content.decode()
    assert page.count('class="card dispute"') == 2
    assert "labeller3" in page
    bob_client.post(at(project, f"disputes/{first}/"), {"value": "c"})
    assert (item(project, first).value, state_of(project, first)) == (2, RowState.ACCEPTED)
    again = bob_client.post(at(project, f"disputes/{first}/"), {"value": "a"})
    assert (again.status_code, item(project, first).value) == (409, 2)
    bob_client.post(at(project, f"disputes/{second}/"), {"order": "out", "reason": "blurred"})
    assert state_of(project, second) == RowState.REJECTED
    assert "Nothing is disputed." in bob_client.get(at(project, "disputes/")).content.decode()


def test_gold_items_are_made_and_unmade(project: Project, bob_client: Client) -> None:
    bob_client.post(at(project, "gold/"), {"number": "1", "value": "a", "why": "round"})
    assert Gold.objects.get().why == "round"
    assert "round" in bob_client.get(at(project, "gold/")).content.decode()
    for number, value in (("99", "a"), ("2", "zebra"), ("2", ""), ("0", "a"), ("1", "c")):
        sent = {"number": number, "value": value}
        assert bob_client.post(at(project, "gold/"), sent).status_code in (409, 422), sent
    assert Gold.objects.count() == 1
    bob_client.post(at(project, f"gold/{Gold.objects.get().row}/remove/"))
    assert not Gold.objects.exists()


def test_items_are_added_by_form_and_by_paste(project: Project, bob_client: Client) -> None:
    length = typed_fields(project)[0][0].column
    page = bob_client.get(at(project, "add/")).content.decode()
    assert "Leave the answer out" in page
    sent = {length: "7.5", "agree": "on", "idempotency_key": "one"}
    assert bob_client.post(at(project, "add/"), sent).status_code == 302
    preview = bob_client.post(
        f"/p/{project.slug}/contribute/many/", {"text": "length,kind\n8,\n9,b\n"}
    ).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', preview)
    assert token, preview
    sent = {"token": token.group(1), "agree": "on"}
    assert bob_client.post(f"/p/{project.slug}/contribute/many/add/", sent).status_code == 302
    table = DataTable.objects.get(project=project)
    assert (table.accepted, table.pending) == (1, 5)


def test_the_file_of_labels(project: Project, alice_client: Client, dave: User) -> None:
    first, second, third = items_of(project)
    add_gold(project, project.creator, third, "a", "")
    for user in crowd(3):
        say(project, user, first, "b")
    say(project, dave, second, "a")
    say(project, dave, third, "a")

    def read(client: Client) -> list[list[str]]:
        response = client.get(at(project, "labels.csv"))
        text = b"".join(response).decode()
        return list(csv.reader(text.splitlines()))

    mine, public = read(alice_client), read(client_of(None))
    assert mine[0] == ["row", "number", "labeller", "label", "gold", "counts", "given"]
    assert [(line[0], line[3], line[4]) for line in mine[1:]] == [
        *[(str(first), "b", "false")] * 3,
        (str(second), "a", "false"),
        (str(third), "a", "true"),
    ]
    assert public[1:] == mine[1:4], "open items and gold would help whoever labels carelessly"
    assert "dave" not in str(mine)
    assert len({line[2] for line in mine[1:]}) == 4


def test_nothing_is_left(project: Project, dave_client: Client, bob_client: Client) -> None:
    for row in items_of(project):
        for user in (
            crowd(3)
            if row == items_of(project)[0]
            else User.objects.filter(username__startswith="labeller")
        ):
            say(project, user, row, "a")
    assert Item.objects.filter(state=Item.State.SETTLED).count() == 3
    page = dave_client.get(at(project)).content.decode()
    assert "3 of 3 items settled" in page
    assert "Everything is labelled." in page
    rows_left = rows(project, Purpose.LABEL).count()
    assert rows_left == 0


def test_an_empty_project_says_what_to_do(
    alice: User, bob: User, dave_client: Client, bob_client: Client
) -> None:
    project = labelled_project(alice, items=0, maintainer=bob)
    assert "Ask them in the chat" in dave_client.get(at(project)).content.decode()
    assert "Add items" in bob_client.get(at(project)).content.decode()
