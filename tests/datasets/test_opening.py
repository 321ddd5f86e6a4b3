"""Opening a project: from a beginning to a published project, and what is refused."""

import re

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from common.errors import Refused
from datasets import growth, services
from datasets.drafts import FieldDraft
from datasets.models import Field
from datasets.schema import columns_of, exists
from projects.models import Project
from tests.projects_in_use import add_records, basics, seed_fields, seed_records

pytestmark = pytest.mark.django_db


def sent(page: bytes) -> dict[str, str]:
    """What a browser would send of the page's big form, without touching it."""
    text = page.decode()
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if not name or name[1] == "csrfmiddlewaretoken":
            continue
        if ('type="checkbox"' in tag or 'type="radio"' in tag) and "checked" not in tag:
            continue
        found[name[1]] = value[1] if value else ("on" if "checkbox" in tag else "")
    for name, body in re.findall(r'<textarea name="([^"]+)"[^>]*>([^<]*)<', text):
        found[name] = body.strip("\r\n")
    for name, body in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        assert chosen, body
        found[name] = chosen[1]
    return found


@pytest.mark.parametrize("start", ["digit", "table", "strokes"])
def test_a_beginning_becomes_a_published_project(start: str, alice_client: Client) -> None:
    form = sent(alice_client.get(f"/projects/new/?from={start}").content)
    answer = alice_client.post(
        "/projects/new/", {**form, "name": "Mine", "pitch": "Try it", "order": "save"}
    )
    assert answer.status_code == 302, answer.content.decode()
    project = Project.objects.get()
    assert answer["Location"] == f"/p/{project.slug}/draft/"
    assert exists(f"p_{project.pk}")
    draft = alice_client.get(answer["Location"])
    assert b"Publish" in draft.content
    assert alice_client.post(f"/p/{project.slug}/publish/").status_code == 302
    project.refresh_from_db()
    assert project.is_published


def test_whoever_waits_for_rows_hears_of_them_when_a_draft_opens(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = services.open_project(
        creator=alice, basics=basics("Later"), fields=seed_fields("digits")
    )
    add_records(project, alice, seed_records("digits", 25))
    heard: list[tuple[int, int]] = []
    monkeypatch.setattr(growth, "_hears", [lambda *said: heard.append(said)])
    services.publish_project(project, alice)
    assert heard == [(project.pk, 25)]


def test_the_buttons_change_the_form_and_write_nothing(alice_client: Client) -> None:
    form = sent(alice_client.get("/projects/new/?from=table").content)
    form["fields-0-name"] = "height & <b>more</b>"
    page = alice_client.post("/projects/new/", {**form, "order": "add"})
    assert page.status_code == 200
    after = sent(page.content)
    assert after["fields-count"] == "5"
    assert b"height &amp; &lt;b&gt;more&lt;/b&gt;" in page.content
    down = sent(alice_client.post("/projects/new/", {**form, "order": "down-0"}).content)
    assert down["fields-0-name"] == "width"
    gone = sent(alice_client.post("/projects/new/", {**form, "order": "remove-0"}).content)
    assert gone["fields-count"] == "3"
    for odd in ("remove-99", "up-x", "nonsense", "down--1", "up-" + "9" * 5000):
        assert alice_client.post("/projects/new/", {**form, "order": odd}).status_code == 200
    assert not Project.objects.exists()


def test_a_page_without_a_beginning_offers_them(alice_client: Client, erin_client: Client) -> None:
    assert b"?from=digit" in alice_client.get("/projects/new/").content
    assert b"?from=digit" in alice_client.get("/projects/new/?from=nonsense").content
    assert erin_client.get("/projects/new/").status_code == 302


HOSTILE = (
    'a"; DROP TABLE accounts_user; --',
    "<script>x</script>",
    "o'hara",
    "100 %s {}",
    "naïve 数",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_names(name: str, alice: User, alice_client: Client) -> None:
    fields = [
        FieldDraft(name, "number"),
        FieldDraft(f"{name} 2", "category", "target", options={"categories": [name, f"{name}x"]}),
    ]
    project = services.open_project(creator=alice, basics=basics("Odd"), fields=fields)
    services.publish_project(project, alice)
    first, second = Field.objects.order_by("order")
    answer = alice_client.post(
        f"/p/{project.slug}/contribute/", {first.column: "1", second.column: name, "agree": "on"}
    )
    assert answer.status_code == 302, answer.content.decode()
    page = alice_client.get(f"/p/{project.slug}/data/").content.decode()
    assert "<script>x" not in page
    snapshot = services.take_snapshot(project)
    csv = alice_client.get(f"/p/{project.slug}/data/v{snapshot.number}.csv")
    assert csv.status_code == 200
    assert csv.getvalue()
    assert User.objects.exists()


def test_direction_marks_are_taken_out_of_names(alice: User) -> None:
    fields = [FieldDraft("a\u202eb", "number"), *seed_fields("digits")]
    project = services.open_project(creator=alice, basics=basics("Marks"), fields=fields)
    assert project.fields.all()[0].name == "ab"


REFUSED = [
    ([FieldDraft("", "number")], "1 to 64 characters"),
    ([FieldDraft("_row", "number")], "underscore"),
    ([FieldDraft("x" * 65, "number")], "1 to 64 characters"),
    ([FieldDraft("A", "number"), FieldDraft("a", "text")], "Two fields are named"),
    ([FieldDraft("a", "number", unit="u" * 25)], "at most 24 characters"),
    ([FieldDraft("a", "picture")], "kind from the list"),
    ([FieldDraft("a", "number", "boss")], "role from the list"),
    ([FieldDraft(f"f{i}", "number") for i in range(513)], "513 fields are too many"),
    ([FieldDraft("a", "category", options={"categories": ["x"]})], "2 to 10000 categories"),
    ([FieldDraft("a", "category", options={"categories": ["x", "X"]})], "stands twice"),
    ([FieldDraft("a", "category", options={"categories": ["x", "y\u202e"]})], "direction marks"),
    (
        [FieldDraft("a", "category", options={"categories": [str(i) for i in range(10_001)]})],
        "10001",
    ),
    ([FieldDraft("a", "grid", options={"height": 65})], "2 to 64"),
    ([FieldDraft("a", "grid", options={"max": 256})], "1 to 255"),
    ([FieldDraft("a", "grid", options={"max": "many"})], "whole number"),
    ([FieldDraft("a", "sequence", options={"channels": 17})], "1 to 16"),
    ([FieldDraft("a", "sequence", options={"min_length": 5, "max_length": 4})], "shortest"),
    ([FieldDraft("a", "number", options={"minimum": "2", "maximum": "1"})], "below the largest"),
    ([FieldDraft("a", "number", options={"minimum": "nan"})], "must be a number"),
    ([FieldDraft("a", "number", options={"minimum": "1e999"})], "must be a number"),
    ([FieldDraft("a", "integer", options={"minimum": "1.5"})], "must be whole"),
    ([FieldDraft("a", "text", options={"max_length": 501})], "1 to 500"),
]


@pytest.mark.parametrize(("fields", "reason"), REFUSED, ids=[reason for _f, reason in REFUSED])
def test_fields_that_do_not_fit_leave_nothing(
    fields: list[FieldDraft], reason: str, alice: User
) -> None:
    with pytest.raises(Refused, match=reason):
        services.open_project(creator=alice, basics=basics("No"), fields=fields)
    assert not Project.objects.exists()
    assert not Field.objects.exists()


UNREADY = [
    ("classification", [FieldDraft("a", "number")], "Exactly one field must be dependent"),
    ("regression", [FieldDraft("a", "number"), FieldDraft("b", "boolean", "target")], "regression"),
    (
        "classification",
        [FieldDraft("a", "number"), FieldDraft("b", "number", "target")],
        "predicts",
    ),
    ("regression", [FieldDraft("b", "number", "target")], "At least one field must be independent"),
    (
        "regression",
        [FieldDraft("t", "text"), FieldDraft("b", "number", "target")],
        "At least one field must be independent",
    ),
    (
        "regression",
        [FieldDraft(n, "number", "target") for n in "ab"] + [FieldDraft("c", "number")],
        "Exactly one",
    ),
    ("classification", [], "Exactly one"),
]


@pytest.mark.parametrize(("task", "fields", "reason"), UNREADY)
def test_a_project_that_nothing_can_be_learned_from_stays_a_draft(
    task: str, fields: list[FieldDraft], reason: str, alice: User, alice_client: Client
) -> None:
    project = services.open_project(creator=alice, basics=basics("No", task=task), fields=fields)
    assert reason in alice_client.get(f"/p/{project.slug}/draft/").content.decode()
    assert alice_client.post(f"/p/{project.slug}/publish/").status_code == 400
    project.refresh_from_db()
    assert not project.is_published


def test_the_fields_of_a_draft_change_with_its_table(alice: User, alice_client: Client) -> None:
    project = services.open_project(
        creator=alice, basics=basics("Draft"), fields=seed_fields("digits")
    )
    before = columns_of(f"p_{project.pk}")
    form = sent(alice_client.get(f"/p/{project.slug}/fields/").content)
    form["fields-0-name"] = "picture"
    answer = alice_client.post(f"/p/{project.slug}/fields/", {**form, "order": "save"})
    assert answer.status_code == 302
    assert [field.name for field in project.fields.all()] == ["picture", "label"]
    after = columns_of(f"p_{project.pk}")
    assert {field.column for field in project.fields.all()} <= after
    assert len(after) == len(before)


def test_fields_stay_once_somebody_contributed(
    digits: Project, alice: User, alice_client: Client
) -> None:
    with pytest.raises(Refused, match="stay as they are"):
        services.edit_fields(digits, seed_fields("penguins"))
    assert b"stay as they are" in alice_client.get(f"/p/{digits.slug}/fields/").content
    assert digits.fields.count() == 2


@pytest.mark.parametrize("page", ["draft/", "fields/"])
def test_a_draft_is_for_its_maintainers(
    page: str, digits: Project, bob_client: Client, carol_client: Client, dave_client: Client
) -> None:
    statuses = [
        client.get(f"/p/{digits.slug}/{page}").status_code
        for client in (bob_client, carol_client, dave_client)
    ]
    assert statuses == [200, 403, 403]
    assert bob_client.post(f"/p/{digits.slug}/publish/").status_code == 403


def test_a_failure_leaves_neither_project_nor_table(alice: User, monkeypatch) -> None:
    def broken(*_args: object) -> None:
        raise OSError("the disk is full")

    with connection.cursor() as cursor:
        before = set(connection.introspection.table_names(cursor))
    monkeypatch.setattr("datasets.services.opening.ensure_table", broken)
    with pytest.raises(OSError, match="disk"):
        services.open_project(creator=alice, basics=basics("No"), fields=seed_fields("digits"))
    with connection.cursor() as cursor:
        assert set(connection.introspection.table_names(cursor)) == before
    assert not Project.objects.exists()
