"""Maintainers show good rows to contributors; a row that goes is shown no longer."""

import pytest
from django.test import Client

from accounts.models import User
from common.errors import Forbidden, Missing, Refused
from common.limits import EXAMPLES_PER_PROJECT
from datasets import services
from datasets.models import Contribution, Example
from datasets.queries import Purpose, example_ids, examples_of, rows
from projects.models import Project
from tests.cast import client_of


def ids(project: Project) -> list[int]:
    return list(rows(project, Purpose.MODERATION).values_list("pk", flat=True))


def test_examples_come_in_the_order_of_picking(digits: Project, bob: User) -> None:
    first, second, *_ = ids(digits)
    services.add_example(digits, bob, second)
    services.add_example(digits, bob, first)
    services.add_example(digits, bob, second)
    assert [row.pk for row in examples_of(digits)] == [second, first]


def test_they_are_drawn_by_their_kinds(digits: Project, penguins: Project, bob: User) -> None:
    services.add_example(digits, bob, ids(digits)[0])
    services.add_example(penguins, bob, ids(penguins)[0])
    assert examples_of(digits)[0].cells[0].picture
    assert any(cell.colour is not None for cell in examples_of(penguins)[0].cells)


def test_there_are_at_most_so_many(digits: Project, bob: User) -> None:
    found = ids(digits)
    for row in found[:EXAMPLES_PER_PROJECT]:
        services.add_example(digits, bob, row)
    with pytest.raises(Refused, match="Take one back first"):
        services.add_example(digits, bob, found[EXAMPLES_PER_PROJECT])
    services.remove_example(digits, bob, found[0])
    services.add_example(digits, bob, found[EXAMPLES_PER_PROJECT])
    assert len(example_ids(digits)) == EXAMPLES_PER_PROJECT


def test_a_rejected_row_is_none_until_it_is_restored(
    digits: Project, alice: User, bob: User
) -> None:
    services.add_example(digits, bob, ids(digits)[0])
    contribution = Contribution.objects.filter(project=digits, user=alice).get()
    services.reject(contribution, bob)
    assert examples_of(digits) == []
    assert example_ids(digits) == set()
    services.restore(contribution, bob)
    assert len(examples_of(digits)) == 1


def test_a_withdrawn_row_is_none_and_takes_no_place(
    digits: Project, alice: User, bob: User
) -> None:
    found = ids(digits)
    for row in found[:EXAMPLES_PER_PROJECT]:
        services.add_example(digits, bob, row)
    services.withdraw(Contribution.objects.filter(project=digits, user=alice).get(), alice)
    assert examples_of(digits) == []
    services.add_example(digits, bob, found[-1])
    assert Example.objects.filter(project=digits).count() == 1


@pytest.mark.parametrize("what", ["rejected", "nowhere"])
def test_only_accepted_rows_of_the_project_can_be_picked(
    digits: Project, alice: User, bob: User, what: str
) -> None:
    row = ids(digits)[0]
    if what == "rejected":
        services.reject(Contribution.objects.filter(project=digits, user=alice).get(), bob)
    if what == "nowhere":
        row = 987_654_321
    with pytest.raises(Missing):
        services.add_example(digits, bob, row)
    assert not Example.objects.exists()


def test_only_maintainers_pick(digits: Project, carol: User, dave: User) -> None:
    for actor in (carol, dave):
        with pytest.raises(Forbidden):
            services.add_example(digits, actor, ids(digits)[0])
        with pytest.raises(Forbidden):
            services.remove_example(digits, actor, ids(digits)[0])


def test_the_row_and_the_table_have_the_button(
    digits: Project, bob_client: Client, carol_client: Client
) -> None:
    row = ids(digits)[-1]
    for path in (f"/p/{digits.slug}/rows/{row}/", f"/p/{digits.slug}/data/"):
        assert f"/rows/{row}/example/" in bob_client.get(path).content.decode()
        assert "/example/" not in carol_client.get(path).content.decode()
    bob_client.post(f"/p/{digits.slug}/rows/{row}/example/")
    page = bob_client.get(f"/p/{digits.slug}/rows/{row}/").content.decode()
    assert f"/rows/{row}/example/remove/" in page


def test_the_button_leads_back_where_it_stood(digits: Project, bob_client: Client) -> None:
    row = ids(digits)[0]
    path = f"/p/{digits.slug}/rows/{row}/example/"
    here = f"/p/{digits.slug}/data/?before=30"
    assert bob_client.post(path, {"back": here})["Location"] == f"{here}#row-{row}"
    for elsewhere in ("//evil.example/", "https://evil.example/", "javascript:alert(1)", ""):
        there = bob_client.post(path, {"back": elsewhere})["Location"]
        assert there == f"/p/{digits.slug}/rows/{row}/"


def test_a_hidden_project_takes_no_examples(digits: Project, alice: User) -> None:
    Project.objects.filter(pk=digits.pk).update(hidden=True)
    response = client_of(alice).post(f"/p/{digits.slug}/rows/{ids(digits)[0]}/example/")
    assert response.status_code == 403
    assert not Example.objects.exists()
