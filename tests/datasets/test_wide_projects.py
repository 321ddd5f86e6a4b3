"""A project with as many columns as it may have: its pages stay few in statements and bytes."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.errors import Refused
from common.limits import FIELDS_PER_PROJECT
from datasets import services
from datasets.drafts import FieldDraft
from datasets.field_forms import FOLDED_FROM, FieldForms, changed_rows, sent_rows
from datasets.queries import fields_of
from projects.models import Project
from tests.projects_in_use import basics, published

#: What one page of a project may cost, however many columns there are; on PostgreSQL the cache is a
#: table too.
STATEMENTS = 40
BYTES = 400_000


def drafts(count: int) -> list[FieldDraft]:
    """So many fields: numbers and, at the end, what is predicted."""
    numbers = [FieldDraft(f"m{place}", "number", required=False) for place in range(count - 1)]
    return [*numbers, FieldDraft("label", "boolean", "target")]


@pytest.fixture
def wide(alice: User) -> Project:
    return published(alice, "Wide", drafts(FIELDS_PER_PROJECT))


def test_one_column_more_is_refused(alice: User) -> None:
    with pytest.raises(Refused, match="513 fields are too many: the most is 512"):
        services.open_project(
            creator=alice, basics=basics("Wider"), fields=drafts(FIELDS_PER_PROJECT + 1)
        )


def test_pages_of_the_widest_project_stay_small(wide: Project, alice_client: Client) -> None:
    *_numbers, target = fields_of(wide)
    base = f"/p/{wide.slug}/"
    sent = {target.column: "yes", "agree": "on"}
    assert alice_client.post(f"{base}contribute/", sent).status_code == 302
    for page in ("", "data/", "contribute/", "wall.json"):
        with CaptureQueriesContext(connection) as queries:
            answer = alice_client.get(base + page)
        assert answer.status_code == 200, page
        assert len(queries) <= STATEMENTS, page
        assert len(answer.content) <= BYTES, page


def test_many_fields_are_described_folded_and_opened_one_by_one() -> None:
    forms = FieldForms.of_drafts(drafts(FOLDED_FROM + 1))
    assert all(form.is_folded for form in forms.forms)
    assert not any(form.is_folded for form in FieldForms.of_drafts(drafts(FOLDED_FROM)).forms)
    data = sent_from(forms)
    opened = FieldForms.of_rows(changed_rows(data, "open-3"))
    assert [form.is_folded for form in opened.forms].count(False) == 1
    assert not opened.forms[3].is_folded
    found, wrong = FieldForms.bound(data).readable()
    assert (len(found), wrong) == (FOLDED_FROM + 1, [])
    assert [draft.required for draft in found] == [False] * FOLDED_FROM + [True]


def test_a_folded_field_with_an_error_opens_itself() -> None:
    data = sent_from(FieldForms.of_drafts(drafts(FOLDED_FROM + 1))).copy()
    data["fields-5-name"] = "_hidden"
    forms = FieldForms.bound(data)
    assert not forms.is_valid()
    assert [form.is_folded for form in forms.forms].index(False) == 5


def test_as_many_fields_are_read_as_there_may_be() -> None:
    data = sent_from(FieldForms.of_drafts(drafts(FIELDS_PER_PROJECT)))
    assert len(sent_rows(data)) == FIELDS_PER_PROJECT


def sent_from(forms: FieldForms) -> QueryDict:
    """What a browser sends of folded fields."""
    data = QueryDict(mutable=True)
    data["fields-count"] = str(len(forms.forms))
    for form in forms.forms:
        for input_ in [form["name"], form["kind"], form["role"], *form.folded_inputs()]:
            data[input_.html_name] = str(input_.value())
    return data
