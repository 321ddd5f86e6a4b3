"""Two at the same moment, on connections of their own: claims, votes, equal rows."""

import pytest

from accounts.models import User
from datasets.models import Claim, Contribution, DataTable, Review, RowState, Vote
from datasets.queries import count_of
from datasets.services import reviewing
from datasets.services.same_rows import SameRow
from projects.models import Project
from tests.at_once import at_once
from tests.cast import person
from tests.projects_in_use import published, rules, seed_fields
from tests.reviewing.giving import YES, give, show, state_of

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 4


@pytest.fixture
def busy(transactional_db: None) -> tuple[Project, User, list[User]]:
    owner, giver = person("owner"), person("giver")
    project = published(owner, "Busy", seed_fields("penguins"))
    rules(project, acceptance=DataTable.Acceptance.PEERS, duplicates="refuse")
    return project, giver, [person(f"peer{at}") for at in range(PEOPLE)]


def test_no_more_claims_than_votes_missing(busy: tuple[Project, User, list[User]]) -> None:
    project, giver, people = busy
    give(project, giver, 0)
    served = at_once(lambda at: reviewing.serve(project, people[at]).row, PEOPLE)
    assert len([row for row in served if row]) == 2
    assert Claim.objects.count() == 2


def test_votes_at_once_settle_once(busy: tuple[Project, User, list[User]]) -> None:
    project, giver, people = busy
    (row,) = give(project, giver, 0)
    for one in people[:2]:
        show(project, one, row)

    def vote(at: int) -> str:
        one = people[at % 2]
        return str(reviewing.vote(project=project, user=one, row=row, verdict=YES).outcome)

    at_once(vote, PEOPLE)
    assert Vote.objects.count() == 2
    assert state_of(project, row) == RowState.ACCEPTED
    review = Review.objects.get(row=row)
    assert (review.yes, review.state) == (2, "accepted")
    assert (count_of(project).accepted, count_of(project).pending) == (1, 0)


def test_of_two_equal_rows_one_wins(busy: tuple[Project, User, list[User]]) -> None:
    project, _giver, people = busy

    def add(at: int) -> bool:
        try:
            give(project, people[at], 0)
        except SameRow:
            return False
        return True

    assert at_once(add, PEOPLE).count(True) == 1
    assert count_of(project).pending == 1
    assert Contribution.objects.filter(project=project).count() == 1
