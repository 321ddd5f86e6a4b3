"""The pages of a file on its way in: every step by a form, also twice, half-way and by others."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from datasets.models import Contribution, DataTable, Import, RowState
from datasets.queries import Purpose, count_of, rows
from datasets.services import import_adding, importing
from jobs.models import Job
from jobs.states import State as JobState
from jobs.tasks import work_one
from projects.models import Project
from tests.datasets.test_importing import HEADER, penguin, table
from tests.imports_in_use import added, checked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("decoded_here")]
State = Import.State


def page(client: Client, made: Import) -> str:
    return client.get(f"/p/{made.project.slug}/contribute/import/{made.pk}/").content.decode()


def send(client: Client, made: Import, step: str, **form: str) -> int:
    url = f"/p/{made.project.slug}/contribute/import/{made.pk}/{step}/"
    return client.post(url, form).status_code


def test_the_whole_way_by_forms(penguins: Project, dave_client: Client) -> None:
    url = f"/p/{penguins.slug}/contribute/import/"
    assert "Check the file" in dave_client.get(url).content.decode()
    file = SimpleUploadedFile("rows.csv", table(25, "Adelie,x"))
    answer = dave_client.post(url, {"file": file, "idempotency_key": "k"})
    made = Import.objects.get()
    assert answer.headers["Location"].endswith(f"/import/{made.pk}/")
    assert "Waiting to be checked" in page(dave_client, made)
    assert work_one("light", raising=True) is not None
    shown = page(dave_client, made)
    assert "25 of 26 rows are good and new" in shown
    assert "has 2 cells; the header has 7." in shown
    assert 'class="histo"' in shown
    bad = dave_client.get(f"{url}{made.pk}/bad.csv")
    assert b"".join(bad.streaming_content).startswith(f"{HEADER},reason".encode())  # type: ignore[attr-defined]
    # Without the consent nothing begins.
    assert send(dave_client, made, "add") == 422
    assert send(dave_client, made, "add", agree="on") == 302
    assert send(dave_client, made, "add", agree="on") == 302
    assert "0 of 25 rows" not in page(dave_client, made)
    assert work_one("light", raising=True) is not None
    assert "25 rows added" in page(dave_client, made)
    assert count_of(penguins).accepted == 85
    assert not Job.objects.exclude(state=JobState.DONE).exists()


def test_it_is_read_in_another_way(penguins: Project, dave: User, dave_client: Client) -> None:
    made = checked(penguins, dave, table(4).replace(b"species", b"kind"))
    assert "Missing: “species”" in page(dave_client, made)
    form = {"format": "csv", "delimiter": ",", "encoding": "utf-8", "headed": "on"}
    columns = {f"column_{f.pk}": str(at) for at, f in enumerate(penguins.fields.all())}
    assert send(dave_client, made, "check", **{**form, "delimiter": "#"}) == 422
    assert send(dave_client, made, "check", **form, **columns) == 302
    work_one("light", raising=True)
    made.refresh_from_db()
    assert (made.state, made.good) == (State.CHECKED, 4)


def test_nobody_else_sees_it(
    penguins: Project, dave: User, alice_client: Client, carol_client: Client
) -> None:
    made = checked(penguins, dave, table(4))
    for client in (alice_client, carol_client):
        url = f"/p/{penguins.slug}/contribute/import/{made.pk}/"
        assert client.get(url).status_code == 404
        assert send(client, made, "add", agree="on") == 404
    assert count_of(penguins).accepted == 60


def test_hostile_cells_and_names_are_shown_as_text(
    penguins: Project, dave: User, dave_client: Client
) -> None:
    evil = "<script>alert(1)</script>"
    data = table(2, f"{evil},b,c,d,e,f,g").replace(b"\n", f",{evil}\n".encode(), 1)
    made = checked(penguins, dave, data)
    assert evil not in page(dave_client, made)
    assert "&lt;script&gt;" in page(dave_client, made)


def test_one_file_of_a_project_is_written_at_a_time(
    penguins: Project, dave: User, carol: User
) -> None:
    first, second = checked(penguins, dave, table(6)), checked(penguins, carol, table(9))
    importing.add(second)
    importing.add(first)
    other = Contribution.objects.first()
    DataTable.objects.filter(project=penguins).update(writing=other)
    assert not import_adding.add_rows(second)
    DataTable.objects.filter(project=penguins).update(writing=None)
    assert import_adding.add_rows(first)
    # At its end the one that waits gets a new job.
    waiting = Job.objects.filter(kind=importing.ADD, state=JobState.QUEUED)
    assert [job.payload for job in waiting][-1] == {"import": second.pk}
    second.refresh_from_db()
    assert import_adding.add_rows(second)
    second.refresh_from_db()
    assert (second.good, second.duplicates) == (3, 6)


def test_rows_wait_where_somebody_looks_at_them_first(
    penguins: Project, dave: User, bob: User
) -> None:
    DataTable.objects.update(acceptance=DataTable.Acceptance.MAINTAINER)
    made = added(penguins, dave, table(5))
    assert count_of(penguins) == (60, 5, 2)
    waiting = rows(penguins, Purpose.REVIEW).filter(contribution=made.contribution)
    assert {row.state for row in waiting} == {RowState.PENDING}
    added(penguins, bob, table(5, *map(penguin, range(90, 93))))
    assert count_of(penguins).accepted == 63


def test_items_without_a_label_wait_for_labels(penguins: Project, alice: User) -> None:
    DataTable.objects.update(collects=DataTable.Collects.LABELS)
    bare = [penguin(n).replace("Adelie", "") for n in range(100, 104)]
    added(penguins, alice, table(5, *bare))
    assert count_of(penguins) == (65, 4, 3) or count_of(penguins) == (65, 4, 2)


def test_given_up_half_way_nothing_stays(penguins: Project, dave: User) -> None:
    made = checked(penguins, dave, table(30))
    importing.add(made)
    before = DataTable.objects.get(project=penguins)
    # A worker that was killed after the first transaction, and a chunk.
    with_open = import_adding._begun(made)
    assert with_open is not None
    assert DataTable.objects.get(project=penguins).next_arrival == before.next_arrival + 30
    assert rows(penguins, Purpose.CHANGE).count() == 60
    importing.cancel(made)
    work_one("light")
    made = Import.objects.get()
    while made.contribution_id is not None:
        assert work_one("light") is not None
        made.refresh_from_db()
    table_now = DataTable.objects.get(project=penguins)
    assert (table_now.next_arrival, table_now.writing) == (before.next_arrival, None)
    assert made.state == State.CANCELLED
    assert not Contribution.objects.filter(state=Contribution.State.OPEN).exists()


def test_from_the_command_line(penguins: Project, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(table(12, "x"))

    def told(*words: str) -> dict[str, object]:
        out = StringIO()
        call_command("import_rows", penguins.slug, str(path), *words, "--json", stdout=out)
        found: dict[str, object] = json.loads(out.getvalue())
        return found

    tried = told("--dry-run")
    assert (tried["good"], tried["bad"], tried["added"]) == (12, 1, 0)
    assert count_of(penguins).accepted == 60
    done = told("--bad", str(tmp_path / "bad.csv"))
    assert (done["added"], done["state"]) == (12, "added")
    assert (tmp_path / "bad.csv").read_text().startswith(HEADER)
    assert told()["duplicates"] == 12
    assert told("--again")["added"] == 12
    for project, words in (("nobody", []), (penguins.slug, ["--user", "nobody"])):
        with pytest.raises(CommandError, match="nobody"):
            call_command("import_rows", project, str(path), *words)
