"""From a table to a published project: the steps, their resuming, and what is refused."""

import csv
import io
import re
import time
import uuid
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from common.limits import OPENINGS_PER_PERSON
from crowdcontrolled.seeding.files import FOLDER
from datasets import stash
from datasets.models import Contribution, Import
from datasets.queries import count_of, fields_of
from jobs.models import Job
from jobs.tasks import work_one
from projects.models import Project
from tests.datasets.test_opening import sent

pytestmark = pytest.mark.django_db

PLANTS = "sun,water_ml,watered enough\n" + "".join(
    f"{sun}.5,{water},{'yes' if water > 120 else 'no'}\n"
    for sun, water in zip(range(1, 13), range(60, 300, 20), strict=True)
)


@pytest.fixture(autouse=True)
def nothing_waits(db: None):
    """Tables of other tests would make room for each other's."""
    for person in stash._listed(stash.FOLDER)[0]:
        for name in stash._listed(f"{stash.FOLDER}/{person}")[1]:
            default_storage.delete(f"{stash.FOLDER}/{person}/{name}")


def begin(client: Client, table: str | bytes, question: str = "", name: str = "") -> Any:
    """Send a table, pasted or as a file of that name."""
    if name:
        data = table if isinstance(table, bytes) else table.encode()
        given = {"question": question, "file": SimpleUploadedFile(name, data)}
    else:
        given = {"question": question, "text": table}
    return client.post("/projects/new/table/", given)


def described(client: Client, table: str | bytes, **given: str) -> tuple[str, dict[str, str]]:
    """The address of the page that describes a table's project, and its form."""
    answer = begin(client, table, **given)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"], sent(client.get(answer["Location"]).content)


def publish(client: Client, page: str, form: dict[str, str], **changes: str) -> Any:
    return client.post(page, {**form, "agree": "on", **changes, "order": "publish"})


def test_a_pasted_table_becomes_a_published_project_with_its_rows(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS, question="Is my plant watered enough?")
    assert form["name"] == "Is my plant watered enough?"
    answer = publish(alice_client, page, form)
    assert answer.status_code == 302, answer.content.decode()
    project = Project.objects.get()
    assert answer["Location"] == f"/p/{project.slug}/draft/"
    assert project.is_published
    assert (project.visibility, project.task) == ("unlisted", "classification")
    assert [(f.name, f.kind, f.role, f.unit) for f in fields_of(project)] == [
        ("sun", "number", "feature", ""),
        ("water_ml", "integer", "feature", "ml"),
        ("watered enough", "boolean", "target", ""),
    ]
    assert count_of(project).accepted == 12
    told = alice_client.get(answer["Location"]).content.decode()
    assert f"http://testserver/p/{project.slug}/" in told
    assert "12 of 20 datapoints are in" in told


def test_a_file_names_the_project_and_its_contribution(alice: User, alice_client: Client) -> None:
    data = (FOLDER / "digits.parquet").read_bytes()
    page, form = described(alice_client, data, name="my_digits.parquet")
    assert form["name"] == "my digits"
    assert publish(alice_client, page, form).status_code == 302
    project = Project.objects.get()
    assert count_of(project).accepted == 1_000
    made = Contribution.objects.get()
    assert (made.source, made.user, made.licence) == ("upload", alice, "CC0-1.0")
    assert (
        b"the first model trains by itself" in alice_client.get(f"/p/{project.slug}/draft/").content
    )


def test_each_guess_is_shown_with_samples_and_why(alice_client: Client) -> None:
    page, _form = described(alice_client, "rating,kind\n" + "3,a\n9,b\n1,a\n" * 40, question="kind")
    text = alice_client.get(page).content.decode()
    assert "All 120 values are whole numbers from 1 to 9: an amount, or a code" in text
    assert "<samp>3</samp>" in text
    assert "One guess needs your look." in text
    assert "“kind” is in your question" in text


def test_guesses_are_corrected_without_javascript(alice_client: Client) -> None:
    page, form = described(alice_client, "rating,kind,note\n" + "3,a,x\n9,b,y\n1,a,z\n" * 20)
    form |= {
        "fields-0-kind": "category",
        "fields-0-categories": "1\n3\n9",
        "fields-0-name": "stars",
        "fields-1-role": "target",
        "fields-2-role": "out",
    }
    assert publish(alice_client, page, form).status_code == 302
    project = Project.objects.get()
    assert [(f.name, f.kind) for f in fields_of(project)] == [
        ("stars", "category"),
        ("kind", "category"),
    ]
    assert count_of(project).accepted == 60


def test_looking_again_keeps_what_was_typed_for_another_day(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    form |= {"fields-0-name": "hours <of> sun", "name": "Tomatoes"}
    looked = alice_client.post(page, {**form, "order": "look"})
    assert looked.status_code == 200
    assert b"hours &lt;of&gt; sun" in looked.content
    later = sent(alice_client.get(page).content)
    assert (later["fields-0-name"], later["name"]) == ("hours &lt;of&gt; sun", "Tomatoes")
    assert page in alice_client.get("/projects/new/").content.decode()
    assert not Project.objects.exists()


def test_a_look_by_htmx_brings_only_the_side(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    form |= {"fields-1-minimum": "100", "goal": "1000", "accuracy": "80"}
    side = alice_client.post(page, {**form, "order": "look"}, headers={"HX-Request": "true"})
    text = side.content.decode()
    assert "<form" not in text
    assert "<html" not in text
    assert "10 of 12 rows of your table fit" in text
    assert "Row 1: water_ml must be at least 100" in text
    assert "they tell a model's accuracy to ± 5.5 points" in text
    assert "differ by about 7 points" in text


def test_rows_that_do_not_fit_are_shown_before_they_are_left_behind(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    form["fields-1-minimum"] = "100"
    asked = publish(alice_client, page, form)
    assert asked.status_code == 422
    assert b"2 of 12 rows do not fit. Nothing was made yet." in asked.content
    assert b"Nothing is published yet." in asked.content
    assert b"Nothing is published yet." not in alice_client.get(page).content
    assert b"Publish with the 10 rows that fit" in asked.content
    assert not Project.objects.exists()
    bad = alice_client.get(f"{page}bad.csv").getvalue().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(bad)))
    assert [line[:2] for line in lines] == [["sun", "water_ml"], ["1.5", "60"], ["2.5", "80"]]
    assert "at least 100" in lines[1][-1]
    again = sent(asked.content)
    assert publish(alice_client, page, again).status_code == 302
    project = Project.objects.get()
    assert count_of(project).accepted == 10
    told = alice_client.get(f"/p/{project.slug}/draft/").content.decode()
    assert "2 rows of your table did not fit" in told
    assert f"{page}bad.csv" in told
    assert alice_client.get(f"{page}bad.csv").getvalue().decode("utf-8-sig") == bad


def test_a_table_of_which_nothing_fits_makes_no_project(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    form["fields-1-minimum"] = "1000"
    for given in ({}, {"bad_rows": "12"}):
        answer = publish(alice_client, page, {**form, **given})
        assert answer.status_code == 422
        assert b"No row fits" in answer.content
    assert not Project.objects.exists()


def test_pressing_publish_twice_makes_one_project(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    first, second = (publish(alice_client, page, form, name=n) for n in ("One", "Two"))
    assert first["Location"] == second["Location"]
    project = Project.objects.get()
    assert project.name == "One"
    assert count_of(project).accepted == 12
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize("broken", ["contribute", "publish_project"])
def test_killed_half_way_it_goes_on_where_it_was(
    broken: str, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, form = described(alice_client, PLANTS)
    with monkeypatch.context() as patch:
        patch.setattr(f"datasets.services.opening.{broken}", _killed)
        with pytest.raises(OSError, match="power"):
            publish(alice_client, page, form)
    project = Project.objects.get()
    assert not project.is_published
    # The start page knows of it, and the table's page leads to its draft.
    assert "a draft by now" in alice_client.get("/projects/new/").content.decode()
    draft = alice_client.get(page)["Location"]
    told = alice_client.get(draft).content.decode()
    if broken == "contribute":
        assert "12 of 12 rows of your pasted table fit" in told
        refused = alice_client.post(page, {"order": "finish"})
        assert refused["Location"] == draft
        assert not Contribution.objects.exists()
    assert alice_client.post(page, {"order": "finish", "agree": "on"}).status_code == 302
    finished = Project.objects.get()
    assert finished.is_published
    assert count_of(finished).accepted == 12


def _killed(*_args: object, **_kwargs: object) -> None:
    raise OSError("the power is gone")


def test_a_saved_draft_keeps_its_rows_for_later(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    saved = alice_client.post(page, {**form, "order": "save"})
    project = Project.objects.get()
    assert saved["Location"] == f"/p/{project.slug}/draft/"
    assert not project.is_published
    assert count_of(project).accepted == 0
    # The fields may still change: rows are read by the fields as they are in the end.
    fields = sent(alice_client.get(f"/p/{project.slug}/fields/").content)
    fields["fields-0-role"] = "ignore"
    assert (
        alice_client.post(f"/p/{project.slug}/fields/", {**fields, "order": "save"}).status_code
        == 302
    )
    alice_client.post(page, {"order": "finish", "agree": "on"})
    assert count_of(project).accepted == 12


def test_rows_may_come_after_publishing_as_well(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    draft = alice_client.post(page, {**form, "order": "save"})["Location"]
    alice_client.post(draft.replace("draft", "publish"))
    assert Project.objects.get().is_published
    assert "12 of 12 rows of your pasted table fit" in alice_client.get(draft).content.decode()
    for _press in range(2):
        alice_client.post(page, {"order": "finish", "agree": "on"})
    assert count_of(Project.objects.get()).accepted == 12
    assert "wait to be added" not in alice_client.get(draft).content.decode()


def test_the_first_line_may_be_turned_into_data_and_back(alice_client: Client) -> None:
    page, form = described(alice_client, "red,round\nblue,square\nred,oval\nblue,round\n")
    assert form["fields-0-name"] == "column 1"
    turned = alice_client.post(page, {**form, "name": "Shapes", "order": "turn"})
    assert turned["Location"] != page
    names = sent(alice_client.get(turned["Location"]).content)
    assert (names["fields-0-name"], names["name"]) == ("red", "Shapes")
    back = alice_client.post(turned["Location"], {**names, "order": "turn"})
    assert sent(alice_client.get(back["Location"]).content)["fields-1-name"] == "column 2"
    assert alice_client.get(page).status_code == 302


def test_pixels_that_are_none_are_kept_apart(alice_client: Client) -> None:
    names = ",".join(f"answer {n}" for n in range(1, 17))
    rows = "".join(
        ",".join(str((n + k) % 4) for n in range(16)) + f",{'ab'[k % 2]}\n" for k in range(9)
    )
    page, form = described(alice_client, f"{names},kind\n{rows}")
    assert (form["fields-count"], form["fields-0-kind"]) == ("2", "grid")
    apart = alice_client.post(page, {**form, "order": "apart"})["Location"]
    after = sent(alice_client.get(apart).content)
    assert (after["fields-count"], after["fields-0-name"]) == ("17", "answer 1")
    assert b"Keep them apart" not in alice_client.get(apart).content


def test_columns_of_a_wide_table_are_chosen(
    alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("guessing.plan", "views.describing"):
        monkeypatch.setattr(f"datasets.{place}.FIELDS_PER_PROJECT", 64)
    names = [f"{n}th" for n in range(70)]
    rows = [",".join(str(n + k + 0.5) for n in range(70)) for k in range(5)]
    page, form = described(alice_client, "\n".join([",".join(names), *rows]))
    assert form["fields-count"] == "64"
    assert b"The table has 70 columns" in alice_client.get(page).content
    chosen = alice_client.post(page, {**form, "use": ["0", "69", "nine"], "order": "columns"})
    after = sent(alice_client.get(chosen["Location"]).content)
    assert (after["fields-count"], after["fields-1-name"]) == ("2", "69th")


def test_a_schema_becomes_a_description_without_rows(alice_client: Client) -> None:
    data = (FOLDER / "digits.schema.json").read_bytes()
    page, form = described(alice_client, data, name="digits.schema.json")
    assert (form["name"], form["goal"]) == ("Handwritten digits", "1000")
    assert "agree" not in alice_client.get(page).content.decode()
    form["pitch"] = "Draw a digit"
    answer = alice_client.post(page, {**form, "order": "publish"})
    assert answer.status_code == 302, answer.content.decode()
    assert [f.kind for f in fields_of(Project.objects.get())] == ["grid", "category"]


def test_consent_is_asked_for_before_rows_are_added(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    answer = alice_client.post(page, {**form, "order": "publish"})
    assert answer.status_code == 422
    assert b"Tick this to add the rows of your table." in answer.content
    assert not Project.objects.exists()


def test_what_a_model_cannot_learn_from_is_not_published(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    form["fields-2-role"] = "ignore"
    answer = publish(alice_client, page, form)
    assert answer.status_code == 422
    assert b"Exactly one field must be dependent" in answer.content
    assert not Project.objects.exists()


def test_a_wrong_field_is_named_beside_and_nothing_is_made(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    form |= {"fields-0-minimum": "many", "visibility": "public", "licence": "mine"}
    answer = publish(alice_client, page, form)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "The limit “many” must be a number" in text
    assert text.count("is not one of the available choices") == 2
    assert not Project.objects.exists()


def test_an_added_field_must_be_optional_for_rows_without_it(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    more = sent(alice_client.post(page, {**form, "order": "add"}).content)
    more |= {"fields-3-name": "variety", "fields-3-kind": "text"}
    assert b"variety needs a value" in publish(alice_client, page, more).content
    more.pop("fields-3-required")
    assert publish(alice_client, page, more).status_code == 302
    assert count_of(Project.objects.get()).accepted == 12


def test_another_person_s_table_is_as_missing_as_none(
    alice_client: Client, dave_client: Client, erin_client: Client
) -> None:
    page, form = described(alice_client, PLANTS)
    for other in (page, f"/projects/new/{uuid.uuid4()}/"):
        for path in (other, f"{other}bad.csv"):
            assert dave_client.get(path)["Location"] == "/projects/new/"
        assert publish(dave_client, other, form)["Location"] == "/projects/new/"
        assert "/accounts/login/" in erin_client.get(other)["Location"]
    told = dave_client.get("/projects/new/").content.decode()
    assert "no longer here" in told
    assert "/accounts/login/" in begin(erin_client, PLANTS)["Location"]
    assert not Project.objects.exists()


def test_only_a_few_tables_wait_and_only_for_a_day(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [described(alice_client, PLANTS)[0] for _time in range(OPENINGS_PER_PERSON + 2)]
    assert len(stash.waiting(alice.pk)) == OPENINGS_PER_PERSON
    assert alice_client.get(pages[0]).status_code == 302
    assert alice_client.get(pages[-1]).status_code == 200
    assert stash.sweep() == 0
    now = time.time()
    monkeypatch.setattr("datasets.stash.time.time", lambda: now + 25 * 3600)
    assert stash.sweep() >= 2 * OPENINGS_PER_PERSON
    assert alice_client.get(pages[-1])["Location"] == "/projects/new/"


def test_tables_are_read_only_so_often(alice_client: Client) -> None:
    answers = [begin(alice_client, "a,b\n").status_code for _time in range(11)]
    assert answers == [400] * 10 + [429]


REFUSED: list[tuple[str, bytes, int, str]] = [
    ("empty.csv", b"", 400, "nothing in it"),
    ("one.csv", b"a,b,c\n", 400, "only one line"),
    ("wide.csv", b",".join([b"c"] * 513) + b"\n1\n", 400, "513 columns; the most is 512"),
    ("junk.bin", bytes(range(256)) * 30, 400, "binary data"),
    ("table.xlsx", b"PK\x03\x04" + bytes(500), 400, "Save the table as CSV"),
    ("broken.jsonl", b'{"a":1}\n{"a":\n', 400, "Line 2 is no JSON"),
    ("bomb.parquet", b"PAR1 and no end", 400, "no Parquet file"),
    ("large.csv", b"x" * (16 * 2**20 + 1), 413, "has 16.1 MB; a project can be opened from 16 MB"),
]


@pytest.mark.parametrize(("name", "data", "status", "words"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_bad_file_is_refused_beside_its_input(
    name: str, data: bytes, status: int, words: str, alice: User, alice_client: Client
) -> None:
    answer = begin(alice_client, data, name=name, question="why <b>not</b>")
    assert answer.status_code == status
    text = answer.content.decode()
    assert words in text
    assert re.search(r'name="question" value="why &lt;b&gt;not', text)
    assert stash.waiting(alice.pk) == []


def test_nothing_or_both_are_no_table(alice_client: Client) -> None:
    assert b"Choose a file, paste a table" in begin(alice_client, "").content
    both = alice_client.post(
        "/projects/new/table/", {"text": "a,b\n1,2", "file": SimpleUploadedFile("t.csv", b"a\n1")}
    )
    assert b"not both" in both.content
    assert alice_client.get("/projects/new/table/").status_code == 405


NAMES = [
    ("🍅🍅🍅", "project", "🍅🍅🍅"),
    ("<script>alert(1)</script>", "scriptalert1script", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("a\u202eb\u200bc", "abc", "abc"),
]


@pytest.mark.parametrize(("name", "slug", "shown"), NAMES)
def test_odd_names_are_only_names(name: str, slug: str, shown: str, alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    answer = publish(alice_client, page, form, name=name)
    assert answer["Location"] == f"/p/{slug}/draft/"
    text = alice_client.get(f"/p/{slug}/").content.decode()
    assert shown in text
    assert "<script>alert" not in text


def test_a_taken_name_gets_another_address_silently(
    alice_client: Client, dave_client: Client
) -> None:
    for client, address in ((alice_client, "tomatoes"), (dave_client, "tomatoes-2")):
        page, form = described(client, PLANTS)
        assert publish(client, page, form, name="Tomatoes")["Location"] == f"/p/{address}/draft/"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x" * 10_000, "at most 60 characters (it has 10000)"),
        ("\u200b \u202e", "at least one letter"),
    ],
)
def test_a_name_that_cannot_be_is_refused(name: str, words: str, alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS)
    answer = publish(alice_client, page, form, name=name)
    assert answer.status_code in (400, 422)
    assert words in answer.content.decode()
    assert not Project.objects.exists()


def test_hostile_cells_and_columns_are_shown_as_text(alice_client: Client) -> None:
    table = '<img src=x onerror=a>,"""><script>b</script>"\n' + "<b>x</b>,1.5\n<i>y</i>,2\n" * 5
    page, _form = described(alice_client, table, name='"><script>c</script>.csv')
    text = alice_client.get(page).content.decode()
    for hostile in ("<img src=x", "<script>b", "<script>c", "<b>x", "<i>y"):
        assert hostile not in text
    assert "&lt;b&gt;x&lt;/b&gt;" in text


def test_regression_follows_from_a_number(alice_client: Client) -> None:
    page, form = described(alice_client, PLANTS, question="How much water_ml is right?")
    text = alice_client.get(page).content.decode()
    assert "A model will predict the number “water_ml”: a regression." in text
    assert "typical error to ±" in text
    publish(alice_client, page, form)
    assert Project.objects.get().task == "regression"


@pytest.mark.usefixtures("decoded_here")
def test_a_longer_file_comes_whole_its_rest_by_a_job(alice_client: Client) -> None:
    lines = "".join(f"{n / 7:.3f},{'ab'[n % 2]}\n" for n in range(5_200))
    table = f"x,y\n{lines}oops,a\n" + "0.5,a\n" * 2
    page, form = described(alice_client, table, name="long.csv")
    assert b"The columns are guessed by the first 5,000" in alice_client.get(page).content
    # Twice, as by a double click: the rest is added once.
    for _press in range(2):
        assert publish(alice_client, page, form).status_code == 302
    project = Project.objects.get()
    assert count_of(project).accepted == 5_000
    assert work_one("light", raising=True) is not None
    made = Import.objects.get()
    assert (made.state, made.good, made.bad) == (Import.State.ADDED, 202, 1), made.reason
    assert count_of(project).accepted == 5_202
    assert Job.objects.filter(kind="opening_rest").count() == 1
