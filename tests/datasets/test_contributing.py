"""Adding one datapoint by its form."""

import pytest
from django.test import Client

from accounts.models import User
from datasets import consent
from datasets.models import Contribution, DataTable
from datasets.queries import count_of, fields_of
from live.models import Event
from projects.models import Project
from tests.projects_in_use import seed_records

pytestmark = pytest.mark.django_db


def filled(project: Project, **changes: str | None) -> dict[str, str]:
    """A form that fits the digits project."""
    drawing, label = fields_of(project)
    rows = seed_records("digits", 1)[0]["drawing"]
    given = {drawing.column: str(rows), label.column: "3", "agree": "on"}
    values: dict[str, str | None] = {**given, **changes}
    return {name: value for name, value in values.items() if value is not None}


def test_a_datapoint_is_there_at_once(digits: Project, dave: User, dave_client: Client) -> None:
    before = count_of(digits)
    answer = dave_client.post(f"/p/{digits.slug}/contribute/", filled(digits))
    assert answer.status_code == 302
    assert answer["Location"] == f"/p/{digits.slug}/contribute/"
    after = count_of(digits)
    assert (after.accepted, after.people) == (before.accepted + 1, before.people + 1)
    made = Contribution.objects.get(user=dave)
    assert (made.rows, made.first_arrival, made.state) == (1, 60, "visible")
    assert (made.licence, made.consent_version) == (digits.licence, consent.VERSION)
    page = dave_client.get(answer["Location"]).content.decode()
    assert f"/contributions/{made.pk}/undo/" in page
    assert "agree" not in page


def test_an_event_tells_every_window(digits: Project, dave_client: Client) -> None:
    dave_client.post(f"/p/{digits.slug}/contribute/", filled(digits))
    newest = Event.objects.filter(topic=f"project:{digits.pk}").order_by("-seq")[:2]
    assert [event.kind for event in newest] == ["rows_added", "activity"]
    payload = newest[0].payload
    assert (payload["first"], payload["count"], payload["accepted"]) == (60, 1, 61)
    arrival, row, code, picture = payload["cells"][0]
    assert (arrival, code) == (60, 3)
    wall = dave_client.get(f"/p/{digits.slug}/wall.json?after=59").json()
    assert wall["cells"] == [[arrival, row, code, picture]]


def test_the_same_form_sent_twice_adds_once(digits: Project, dave_client: Client) -> None:
    form = filled(digits, idempotency_key="press-1")
    for _press in range(2):
        assert dave_client.post(f"/p/{digits.slug}/contribute/", form).status_code == 302
    assert count_of(digits).accepted == 61


def test_another_form_under_the_same_key_is_refused(digits: Project, dave_client: Client) -> None:
    label = fields_of(digits)[1].column
    first = filled(digits, idempotency_key="press-1")
    dave_client.post(f"/p/{digits.slug}/contribute/", first)
    other = dave_client.post(f"/p/{digits.slug}/contribute/", {**first, label: "4"})
    assert other.status_code == 409
    assert count_of(digits).accepted == 61


def test_without_the_first_agreement_nothing_is_added(digits: Project, dave_client: Client) -> None:
    answer = dave_client.post(f"/p/{digits.slug}/contribute/", filled(digits, agree=None))
    assert answer.status_code == 422
    assert b"Tick this" in answer.content
    assert count_of(digits).accepted == 60


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        (0, "", "drawing needs a value"),
        (0, "[[1,2],[3]]", "8 rows of 8 cells"),
        (0, "[" * 100_000, "must be a drawing"),
        (0, "[[NaN]]", "must be a drawing"),
        (0, str([[17] * 8] * 8), "from 0 to 16"),
        (0, "<script>alert(1)</script>", "must be a drawing"),
        (1, "", "label needs a value"),
        (1, "eleven", "must be one of"),
        (1, "'; DROP TABLE x; --", "must be one of"),
        (1, "\x00", "must be one of"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_a_sentence(
    column: int, value: str, words: str, digits: Project, dave_client: Client
) -> None:
    name = fields_of(digits)[column].column
    answer = dave_client.post(f"/p/{digits.slug}/contribute/", filled(digits, **{name: value}))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert b"<script>alert" not in answer.content
    assert count_of(digits).accepted == 60
    assert not Contribution.objects.filter(user__username="dave").exists()


def test_a_drawing_begun_before_signing_up_is_still_there_after_it(
    digits: Project, erin_client: Client, dave: User
) -> None:
    form = filled(digits)
    answer = erin_client.post(f"/p/{digits.slug}/contribute/", form)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/signup/?next=")
    assert count_of(digits).accepted == 60
    assert "Your datapoint waits." in erin_client.get(answer["Location"]).content.decode()
    erin_client.force_login(dave, backend="django.contrib.auth.backends.ModelBackend")
    page = erin_client.get(f"/p/{digits.slug}/contribute/").content.decode()
    drawing = fields_of(digits)[0].column
    assert form[drawing] in page.replace("&quot;", '"')
    erin_client.post(f"/p/{digits.slug}/contribute/", form)
    assert form[drawing] not in erin_client.get(f"/p/{digits.slug}/contribute/").content.decode()


def test_a_draft_too_large_for_the_session_says_so(digits: Project, erin_client: Client) -> None:
    drawing = fields_of(digits)[0].column
    answer = erin_client.post(
        f"/p/{digits.slug}/contribute/", filled(digits, **{drawing: "1 " * 600_000})
    )
    assert answer.status_code == 413
    assert b"Sign up first" in answer.content


def test_a_script_gets_the_form_and_the_toast(digits: Project, dave_client: Client) -> None:
    answer = dave_client.post(
        f"/p/{digits.slug}/contribute/", filled(digits), headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in text
    assert 'id="contribute"' in text
    assert "/undo/" in text


def test_a_draft_takes_rows_from_its_maintainers_only(
    digits: Project, bob_client: Client, carol_client: Client, dave_client: Client
) -> None:
    Project.objects.filter(pk=digits.pk).update(state="draft")
    statuses = [
        client.post(f"/p/{digits.slug}/contribute/", filled(digits)).status_code
        for client in (bob_client, carol_client, dave_client)
    ]
    assert statuses == [302, 409, 404]


def test_too_many_in_a_minute_are_slowed_down(
    digits: Project, dave_client: Client, monkeypatch
) -> None:
    monkeypatch.setattr("datasets.services.contributing.CONTRIBUTIONS_PER_MINUTE", 2)
    statuses = [
        dave_client.post(f"/p/{digits.slug}/contribute/", filled(digits)).status_code
        for _press in range(3)
    ]
    assert statuses == [302, 302, 429]
    assert count_of(digits).accepted == 62


def test_a_full_project_says_so(digits: Project, dave_client: Client, monkeypatch) -> None:
    monkeypatch.setattr("datasets.services.counting.ROWS_PER_PROJECT", 60)
    answer = dave_client.post(f"/p/{digits.slug}/contribute/", filled(digits))
    assert answer.status_code == 409
    assert b"The project is full" in answer.content
    assert DataTable.objects.get(project=digits).next_arrival == 60
    assert not Contribution.objects.filter(user__username="dave").exists()
