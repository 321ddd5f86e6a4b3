"""The quality page: agreement by hand, known answers, duplicates, ages; nobody is shamed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from datasets.models import Contribution, Review
from datasets.queries import quality
from projects.models import Project
from tests.projects_in_use import add_records, seed_records
from tests.reviewing.giving import NO, YES, give, say


def test_agreement_by_hand(checked: Project) -> None:
    # Units (3 yes), (1 yes, 1 no), (2 no), (2 yes, 1 no), and one answer that pairs with none.
    for row, (yes, no) in enumerate([(3, 0), (1, 1), (0, 2), (2, 1), (1, 0)]):
        Review.objects.create(project=checked, row=row, yes=yes, no=no)
    found = quality.agreement_of(checked)
    assert found is not None
    assert (found.rows, found.answers) == (4, 10)
    # D_o = (2·1·1/1 + 2·2·1/2) / 10 = 0.4; D_e = 2·6·4 / (10·9) = 0.5333
    assert found.alpha == pytest.approx(1 - 0.4 / (48 / 90))
    # Pairs that are equal: 3 + 0 + 1 + 1 of 3 + 1 + 1 + 3.
    assert found.pairs == pytest.approx(5 / 8)


def test_no_alpha_where_nobody_could_differ(checked: Project) -> None:
    assert quality.agreement_of(checked) is None
    Review.objects.create(project=checked, row=1, yes=2, no=0)
    found = quality.agreement_of(checked)
    assert found is not None
    assert (found.alpha, found.pairs) == (None, 1.0)


def test_ages(checked: Project, carol: User) -> None:
    for place, age in enumerate((40, 10, 3, 0)):
        give(checked, carol, place)
        made = Contribution.objects.latest("pk")
        Contribution.objects.filter(pk=made.pk).update(
            created=timezone.now() - timedelta(days=age, minutes=1)
        )
    found = quality.waiting_of(checked)
    assert (found.amount, found.ages) == (4, [1, 0, 1, 1, 1])
    assert found.oldest is not None
    assert found.oldest < timezone.now() - timedelta(days=39)
    assert found.median is not None
    assert found.oldest < found.median


def test_near_duplicates(checked: Project, carol: User) -> None:
    records = seed_records("penguins", 6)
    add_records(checked, carol, [*records, records[0], records[0]])
    found = quality.near_duplicates(checked)
    assert (found.looked_at, found.rows) == (8, 3)
    assert [(one.size, len(one.rows)) for one in found.clusters] == [(3, 3)]


def test_rows_are_looked_at_evenly() -> None:
    assert quality.spread(3, 5) == [0, 1, 2]
    assert quality.spread(10, 5) == [0, 2, 4, 6, 8]
    assert len(set(quality.spread(1_000_003, 2_000))) == 2_000


def test_the_page_tells_a_person_of_themselves_only(
    checked: Project, carol: User, crowd: list[User], erin_client: Client, carol_client: Client
) -> None:
    (row,) = give(checked, carol, 0)
    say(checked, crowd[0], row, YES)
    say(checked, crowd[1], row, NO)
    page = erin_client.get(f"/p/{checked.slug}/quality/").content.decode()
    assert "2 people have checked." in page
    assert crowd[0].username not in page
    assert "Only you see this." not in page
    from tests.cast import client_of

    mine = client_of(crowd[0]).get(f"/p/{checked.slug}/quality/").content.decode()
    assert "Only you see this." in mine
    assert (
        "Only you see this." not in carol_client.get(f"/p/{checked.slug}/quality/").content.decode()
    )
