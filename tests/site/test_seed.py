"""The demo: complete, real, and the same however often and however far it was begun."""

from dataclasses import replace

import pytest

from accounts.models import User
from chat.models import Message
from crowdcontrolled.seeding import labelled, mark, planting
from crowdcontrolled.seeding.files import records
from crowdcontrolled.seeding.people import PEOPLE
from crowdcontrolled.seeding.plans import PENGUINS, PLANS, Plan
from datasets.labelling.serving import serve
from datasets.listing import lacking
from datasets.models import Contribution, DataTable, Example, Item, Label
from datasets.queries import examples_of
from datasets.services import contribute
from projects.models import Project
from tests.training.champions import champions
from training.engine.architectures import ARCHITECTURES
from training.queries.learning import lessons_of

__all__ = ["champions"]
pytestmark = pytest.mark.django_db

UNTRAINED: Plan = replace(PENGUINS, trainings=())


class Killed(BaseException):
    """Stands for kill -9: nothing of ours catches it."""


def silent(_line: str) -> None:
    pass


def counts() -> tuple[int, ...]:
    return tuple(
        model._default_manager.count() for model in (User, Project, Contribution, Message, Example)
    ) + tuple(DataTable.objects.values_list("accepted", flat=True))


def test_every_row_of_the_file_is_there_once() -> None:
    planting.plant(silent, [UNTRAINED])
    table = DataTable.objects.get()
    assert table.accepted == len(records("penguins.csv")) == 344
    assert table.people == len(UNTRAINED.crowd)


def test_the_people_are_there() -> None:
    planting.plant(silent, [UNTRAINED])
    assert set(User.objects.values_list("username", flat=True)) == set(PEOPLE)
    moderators = User.objects.filter(is_staff=True, is_superuser=True)
    assert [user.username for user in moderators] == ["moderator"]
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_the_projects_show_what_listed_ones_show() -> None:
    planting.plant(silent, [UNTRAINED])
    project = Project.objects.get()
    assert project.visibility == Project.Visibility.PUBLIC
    assert lacking(project) == []
    kinds = {cell.text for row in examples_of(project) for cell in row.cells}
    assert {"Adelie", "Gentoo", "Chinstrap"} <= kinds


def test_the_second_time_adds_nothing() -> None:
    planting.plant(silent, [UNTRAINED])
    before = counts()
    planting.plant(silent, [UNTRAINED])
    assert counts() == before


def test_killed_half_way_it_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []

    def dies_at_the_fifth(**act: object) -> object:
        calls.append(act)
        if len(calls) == 5:
            raise Killed
        return contribute(**act)  # type: ignore[arg-type]

    monkeypatch.setattr(planting, "contribute", dies_at_the_fifth)
    with pytest.raises(Killed):
        planting.plant(silent, [UNTRAINED])
    monkeypatch.setattr(planting, "contribute", contribute)
    half = DataTable.objects.get().accepted
    planting.plant(silent, [UNTRAINED])
    assert half < DataTable.objects.get().accepted == 344
    assert Message.objects.count() == len(UNTRAINED.chat)


@pytest.mark.usefixtures("champions")
@pytest.mark.long
def test_the_champion_really_trains_on_the_way_once() -> None:
    plan = replace(UNTRAINED, lessons=(60,))
    planting.plant(silent, [plan])
    planting.plant(silent, [plan])
    (lesson,) = lessons_of(Project.objects.get())
    assert 60 <= lesson.rows < 344
    assert 0 <= lesson.score <= 1


def test_the_items_to_label_are_there_once_and_some_are_settled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(labelled, "LABELS", 40)
    planting.plant(silent, [], more=[labelled.plant])
    before = counts(), Label.objects.count(), Item.objects.filter(state="settled").count()
    planting.plant(silent, [], more=[labelled.plant])
    project = Project.objects.get()
    table = DataTable.objects.get()
    assert before[0] == counts()
    assert before[1] == Label.objects.count() >= labelled.LABELS
    assert table.accepted + table.pending == labelled.ITEMS
    assert len(labelled.KNOWN) < table.accepted == before[2] < labelled.ITEMS
    newcomer = User.objects.create_user("newcomer")
    assert serve(project, newcomer).row is not None


def test_the_mark_stays_when_it_is_killed() -> None:
    def die() -> None:
        with mark.standing():
            assert mark.unfinished()
            raise Killed

    with pytest.raises(Killed):
        die()
    assert mark.unfinished()
    with mark.standing():
        pass
    assert not mark.unfinished()


def test_every_architecture_is_shown() -> None:
    trained = {training.architecture for plan in PLANS for training in plan.trainings}
    assert trained == {architecture.key for architecture in ARCHITECTURES}


def test_every_set_has_its_licence() -> None:
    from crowdcontrolled.seeding.files import FOLDER

    for plan in PLANS:
        stem = plan.file.partition(".")[0]
        text = (FOLDER / f"LICENCE-{stem}.txt").read_text(encoding="utf-8")
        assert {"CC-BY-4.0": "Attribution 4.0", "CC0-1.0": "CC0 1.0"}[
            plan.basics["licence"]
        ] in text
