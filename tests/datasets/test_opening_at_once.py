"""One table, several presses of "Publish" at the same moment: one project, its rows once."""

import pytest
from django.db import close_old_connections

from accounts.models import User
from datasets.models import Contribution
from datasets.queries import count_of
from projects.models import Project
from tests.at_once import at_once
from tests.cast import client_of
from tests.datasets.test_opening_table import PLANTS, described, publish

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 3
#: More rows than one transaction takes: they are written in chunks.
MANY = "x,y\n" + "".join(f"{n / 7:.3f},{'ab'[n % 2]}\n" for n in range(700))


@pytest.mark.parametrize("table", [PLANTS, MANY], ids=["few", "many"])
def test_many_presses_make_one_project(table: str, alice: User) -> None:
    clients = [client_of(alice) for _thread in range(THREADS)]
    page, form = described(clients[0], table)

    def act(number: int) -> str:
        close_old_connections()
        answer = publish(clients[number], page, {**form, "name": f"Press {number}"})
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    places = set(at_once(act, THREADS))
    project = Project.objects.get()
    assert places == {f"/p/{project.slug}/draft/"}
    assert project.is_published
    rows = table.count("\n") - 1
    assert count_of(project).accepted == rows
    assert Contribution.objects.get().rows == rows
