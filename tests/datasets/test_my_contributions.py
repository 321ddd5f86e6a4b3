"""The page of all that one has contributed, over all projects, and taking it along."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from datasets import services
from datasets.drafts import FieldDraft
from datasets.models import Contribution
from datasets.queries import mine
from projects.models import Membership, Project
from tests.cast import client_of
from tests.projects_in_use import add_records, published, seed_records

pytestmark = pytest.mark.django_db
FILE = "/contributions/download/"


def listed(client: Client, query: str = "") -> str:
    answer = client.get(f"/contributions/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def unpacked(client: Client) -> dict[str, str]:
    answer = client.get(FILE)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_it_lists_own_acts_of_all_projects(
    digits: Project, penguins: Project, dave: User, dave_client: Client
) -> None:
    one = add_records(digits, dave, seed_records("digits", 1))
    many = add_records(penguins, dave, seed_records("penguins", 3))
    page = listed(dave_client)
    for contribution, numbers in ((one, "#61<"), (many, "#61 – #63<")):
        assert f'href="/contributions/{contribution.pk}/"' in page
        assert f'action="/contributions/{contribution.pk}/withdraw/"' in page
        assert numbers in page
    assert page.count("CC0-1.0") >= 2
    only = listed(dave_client, f"?project={digits.slug}")
    assert f"/contributions/{one.pk}/" in only
    assert f"/contributions/{many.pk}/" not in only
    assert f"/contributions/{many.pk}/" in listed(dave_client, "?project=no-such")


def test_nobody_sees_those_of_others(
    digits: Project, dave: User, alice_client: Client, erin_client: Client
) -> None:
    one = add_records(digits, dave, seed_records("digits", 1))
    assert f"/contributions/{one.pk}/" not in listed(alice_client)
    assert alice_client.get(f"/contributions/{one.pk}/").status_code == 403
    for path in ("/contributions/", f"/contributions/{one.pk}/", FILE):
        assert erin_client.get(path)["Location"].startswith("/accounts/login/")
    assert alice_client.post("/contributions/").status_code == 405


def test_pages_hold_all_of_them_once(
    digits: Project, dave: User, dave_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mine, "ACTS_PER_PAGE", 2)
    made = [add_records(digits, dave, seed_records("digits", 1)).pk for _n in range(5)]
    seen: list[int] = []
    query = ""
    for _page in range(3):
        page = listed(dave_client, query)
        seen += [int(pk) for pk in re.findall(r'row"><a[^>]*href="/contributions/(\d+)/"', page)]
        older = re.search(r'rel="next" href="/contributions/(\?[^"]*)"', page)
        query = older[1].replace("&amp;", "&") if older else ""
    assert seen == made[::-1]
    newer = mine.acts_of(dave, after=made[0])
    assert [act.contribution.pk for act in newer.acts] == [made[2], made[1]]


def test_a_withdrawn_one_stays_listed_as_such(
    digits: Project, dave: User, dave_client: Client
) -> None:
    one = add_records(digits, dave, seed_records("digits", 1))
    services.withdraw(one, dave)
    page = listed(dave_client)
    assert "withdrawn</span>" in page
    assert f"/contributions/{one.pk}/withdraw/" not in page
    assert "its values are gone" in dave_client.get(f"/contributions/{one.pk}/").content.decode()


def test_edit_is_offered_for_a_day(digits: Project, dave: User, dave_client: Client) -> None:
    one = add_records(digits, dave, seed_records("digits", 2))
    path = f"/contributions/{one.pk}/"
    assert (
        len(re.findall(r'href="/p/[^/]+/rows/\d+/edit/"', dave_client.get(path).content.decode()))
        == 2
    )
    Contribution.objects.update(created=timezone.now() - timedelta(hours=25))
    page = dave_client.get(path).content.decode()
    assert "/edit/" not in page
    assert "are over" in page


def test_rows_of_many_come_in_pages(
    digits: Project, dave: User, dave_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mine, "ROWS_PER_PAGE", 3)
    one = add_records(digits, dave, seed_records("digits", 5))
    first = dave_client.get(f"/contributions/{one.pk}/").content.decode()
    assert re.findall(r"/rows/\d+/\">(\d+)<", first) == ["61", "62", "63"]
    rest = dave_client.get(f"/contributions/{one.pk}/?after=2").content.decode()
    assert re.findall(r"/rows/\d+/\">(\d+)<", rest) == ["64", "65"]


def lost(owner: User, dave: User) -> Contribution:
    """What dave gave to a private project that he was a member of."""
    fields = [
        FieldDraft("secret length", "number", required=False),
        FieldDraft("kind", "category", role="target", options={"categories": ["a", "b"]}),
    ]
    project = published(owner, "Hush", fields, member=dave, visibility="private")
    made = add_records(project, dave, [{"secret length": -2.5, "kind": "a"}])
    Membership.objects.filter(project=project, user=dave).delete()
    return made


def test_a_lost_project_is_not_named_but_can_be_withdrawn_from(
    alice: User, dave: User, dave_client: Client
) -> None:
    made = lost(alice, dave)
    for page in (
        listed(dave_client),
        dave_client.get(f"/contributions/{made.pk}/").content.decode(),
    ):
        assert "Hush" not in page
        assert "hush" not in page
        assert "secret length" not in page
        assert f"/contributions/{made.pk}/withdraw/" in page
    answer = dave_client.post(f"/contributions/{made.pk}/withdraw/")
    assert answer["Location"] == "/contributions/"
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_the_download_holds_own_rows_only(
    digits: Project, penguins: Project, dave: User, alice: User, dave_client: Client
) -> None:
    one = add_records(digits, dave, seed_records("digits", 2))
    gone = add_records(digits, dave, seed_records("digits", 1))
    services.withdraw(gone, dave)
    files = unpacked(dave_client)
    name = f"{digits.slug}-{digits.pk}"
    assert set(files) == {"contributions.csv", f"{name}.csv", f"{name}.jsonl"}
    acts = list(csv.DictReader(io.StringIO(files["contributions.csv"])))
    assert [(act["contribution"], act["state"], act["rows"]) for act in acts] == [
        (str(one.pk), "visible", "2"),
        (str(gone.pk), "withdrawn", "1"),
    ]
    table = list(csv.DictReader(io.StringIO(files[f"{name}.csv"])))
    assert [(row["contribution"], row["label"]) for row in table] == [
        (str(one.pk), "0"),
        (str(one.pk), "1"),
    ]
    lines = [json.loads(line) for line in files[f"{name}.jsonl"].splitlines()]
    records = seed_records("digits", 2)
    assert [line["values"]["drawing"] for line in lines] == [one["drawing"] for one in records]
    assert lines[0]["values"]["label"] == "0"
    assert (lines[0]["licence"], lines[0]["state"]) == ("CC0-1.0", "accepted")


def test_the_download_of_a_lost_project_has_the_values_and_no_names(
    alice: User, dave: User, dave_client: Client
) -> None:
    made = lost(alice, dave)
    files = unpacked(dave_client)
    whole = "\n".join([*files, *files.values()])
    assert "hush" not in whole.lower()
    assert "secret length" not in whole
    [row] = csv.DictReader(io.StringIO(files[f"project-{made.project_id}.csv"]))
    assert (row["field 0"], row["field 1"]) == ("-2.5", "a")


def test_large_and_small_acts_are_all_in_the_download(
    digits: Project, dave: User, dave_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasets.own_files.PAGE_ROWS", 4)
    for size in (1, 2, 9, 1, 3, 4):
        add_records(digits, dave, seed_records("digits", size))
    table = unpacked(dave_client)[f"{digits.slug}-{digits.pk}.csv"]
    rows = [int(row["row"]) for row in csv.DictReader(io.StringIO(table))]
    assert len(rows) == len(set(rows)) == 20


def test_texts_cannot_become_formulas(alice: User, dave: User, dave_client: Client) -> None:
    fields = [
        FieldDraft("length", "number", required=False),
        FieldDraft("note", "text", role="ignore", required=False),
        FieldDraft("kind", "category", role="target", options={"categories": ["a", "b"]}),
    ]
    project = published(alice, "Notes", fields)
    add_records(project, dave, [{"length": -1, "note": "=1+1", "kind": "a"}])
    [row] = csv.DictReader(io.StringIO(unpacked(dave_client)[f"{project.slug}-{project.pk}.csv"]))
    assert (row["length"], row["note"]) == ("-1", "'=1+1")


def test_an_empty_page_says_what_to_do(dave_client: Client) -> None:
    page = listed(dave_client)
    assert "Find a project" in page
    assert FILE not in page
    assert set(unpacked(dave_client)) == {"contributions.csv"}


def test_downloads_are_limited(dave_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.views.contributions.OWN_DOWNLOADS_PER_HOUR", 1)
    assert [dave_client.get(FILE).status_code for _n in range(2)] == [200, 429]


def test_a_hidden_project_is_not_named(digits: Project, dave: User) -> None:
    add_records(digits, dave, seed_records("digits", 1))
    Project.objects.filter(pk=digits.pk).update(hidden=True)
    assert digits.slug not in listed(client_of(dave))
