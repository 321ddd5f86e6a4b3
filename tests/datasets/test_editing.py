"""A contributor corrects an own datapoint within a day."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.moderation import moderate
from datasets import services
from datasets.models import Contribution, DataTable
from datasets.queries import Purpose, class_balance, count_of, fields_of, rows
from live.models import Event
from projects.models import Project
from tests.cast import client_of
from tests.projects_in_use import add_records, seed_records

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(digits: Project, dave: User) -> Contribution:
    """Two rows that dave has just added: a 0 and a 1."""
    return add_records(digits, dave, seed_records("digits", 2))


def row_of(contribution: Contribution, position: int = 0) -> int:
    found = rows(contribution.project, Purpose.CHANGE).filter(contribution=contribution)
    pk: int = found.values_list("pk", flat=True)[position]
    return pk


def path_of(contribution: Contribution) -> str:
    return f"/p/{contribution.project.slug}/rows/{row_of(contribution)}/edit/"


def form_of(
    project: Project, label: str = "7", revision: int = 1, **changes: str
) -> dict[str, str]:
    drawing, target = fields_of(project)
    levels = str(seed_records("digits", 3)[2]["drawing"])
    return {drawing.column: levels, target.column: label, "revision": str(revision), **changes}


def stored(contribution: Contribution) -> tuple[int, bytes, int, int]:
    project = contribution.project
    label = fields_of(project)[1].column
    found = rows(project, Purpose.CHANGE).filter(pk=row_of(contribution))
    code, exact, group, revision = found.values_list(
        label, "row_hash", "group_key", "revision"
    ).get()
    return code, bytes(exact), group, revision


def test_it_changes_everything_that_hangs_on_the_values(
    given: Contribution, digits: Project, dave_client: Client
) -> None:
    before, counts = stored(given), count_of(digits)
    revision = DataTable.objects.get(project=digits).revision
    amounts = {bar.label: bar.rows for bar in class_balance(digits)}
    page = dave_client.get(path_of(given)).content.decode()
    assert 'value="0"' in page
    assert 'name="revision" value="1"' in page
    answer = dave_client.post(path_of(given), form_of(digits))
    assert answer.status_code == 302
    assert answer["Location"] == f"/p/{digits.slug}/rows/{row_of(given)}/"
    after = stored(given)
    assert (after[0], after[3]) == (7, 2)
    assert after[1] != before[1]
    assert after[2] != before[2]
    assert count_of(digits) == counts
    assert DataTable.objects.get(project=digits).revision == revision + 1
    changed = {bar.label: bar.rows for bar in class_balance(digits)}
    assert changed == {**amounts, "0": amounts["0"] - 1, "7": amounts["7"] + 1}


def test_open_windows_hear_of_it(given: Contribution, digits: Project, dave_client: Client) -> None:
    dave_client.post(path_of(given), form_of(digits))
    event = Event.objects.filter(topic=f"project:{digits.pk}").latest("seq")
    assert event.kind == "row_changed"
    arrival, row, code, _picture = event.payload["cell"]
    assert (arrival, row, code, event.payload["before"]) == (60, row_of(given), 7, 0)
    wall = dave_client.get(f"/p/{digits.slug}/wall.json?after=59").json()
    assert wall["cells"][0] == event.payload["cell"]


def test_the_rehashed_row_is_the_same_as_one_added_so(
    given: Contribution, digits: Project, dave: User, dave_client: Client
) -> None:
    dave_client.post(path_of(given), form_of(digits, "2"))
    again = add_records(digits, dave, [seed_records("digits", 3)[2]])
    assert stored(given)[:3] == stored(again)[:3]


def test_the_same_values_twice_change_once(
    given: Contribution, digits: Project, dave_client: Client
) -> None:
    events = Event.objects.filter(topic=f"project:{digits.pk}", kind="row_changed")
    for _press in range(2):
        assert dave_client.post(path_of(given), form_of(digits)).status_code == 302
    assert stored(given)[3] == 2
    assert events.count() == 1


def test_of_two_windows_the_later_is_told(
    given: Contribution, digits: Project, dave_client: Client
) -> None:
    dave_client.post(path_of(given), form_of(digits, "7"))
    answer = dave_client.post(path_of(given), form_of(digits, "8"))
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.content.decode()
    assert stored(given)[0] == 7


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"label": "13"}, "must be one of"),
        ({"revision": "x"}, "form is incomplete"),
        ({"revision": ""}, "form is incomplete"),
    ],
)
def test_what_does_not_fit_changes_nothing(
    given: Contribution,
    digits: Project,
    dave_client: Client,
    changes: dict[str, str],
    words: str,
) -> None:
    before = stored(given)
    form = form_of(digits, changes.get("label", "7"))
    answer = dave_client.post(
        path_of(given), form | {k: v for k, v in changes.items() if k in form}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert stored(given) == before


def test_after_a_day_it_stays(given: Contribution, digits: Project, dave_client: Client) -> None:
    Contribution.objects.filter(pk=given.pk).update(
        created=timezone.now() - timedelta(hours=24, seconds=1)
    )
    for answer in (
        dave_client.get(path_of(given)),
        dave_client.post(path_of(given), form_of(digits)),
    ):
        assert answer.status_code == 409
        assert "24 hours" in answer.content.decode()
    assert stored(given)[0] == 0


def test_what_was_withdrawn_or_rejected_stays(
    given: Contribution, digits: Project, dave: User, mona: User, dave_client: Client
) -> None:
    moderate(actor=mona, target=given, action="reject", reason="nonsense")
    assert dave_client.get(path_of(given)).status_code == 409
    assert dave_client.post(path_of(given), form_of(digits)).status_code == 409
    services.withdraw(given, dave)
    assert dave_client.post(path_of(given), form_of(digits)).status_code == 409
    assert stored(given)[0] is None


def test_nobody_edits_what_others_gave(
    given: Contribution, digits: Project, alice: User, bob: User, carol: User
) -> None:
    for person in (alice, bob, carol):
        client = client_of(person)
        assert client.get(path_of(given)).status_code == 403
        assert client.post(path_of(given), form_of(digits)).status_code == 403
    anonymous = client_of(None).post(path_of(given), form_of(digits))
    assert anonymous["Location"].startswith("/accounts/login/")
    assert stored(given)[0] == 0


def test_a_row_that_is_none_is_missing(
    digits: Project, penguins: Project, dave_client: Client
) -> None:
    assert dave_client.get(f"/p/{digits.slug}/rows/999999/edit/").status_code == 404


def test_a_project_that_takes_nothing_takes_no_change(
    given: Contribution, digits: Project, dave_client: Client
) -> None:
    path = path_of(given)
    Project.objects.filter(pk=digits.pk).update(hidden=True)
    assert dave_client.post(path, form_of(digits)).status_code == 404
    assert stored(given)[0] == 0


def test_a_row_of_many_is_edited_alone(
    given: Contribution, digits: Project, dave_client: Client
) -> None:
    other = row_of(given, 1)
    dave_client.post(path_of(given), form_of(digits))
    label = fields_of(digits)[1].column
    found = rows(digits, Purpose.CHANGE).filter(contribution=given).values_list("pk", label)
    assert dict(found)[other] == 1
