"""Labels, undone ones and suspensions in any order leave every count as a small model has it."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from common.errors import Refused
from datasets.labelling.opinions import Said, of_classes
from datasets.labelling.rule import verdict
from datasets.labelling.upkeep import weigh_all
from datasets.models import ClassCount, DataTable, Item, Label, Reviewer, RowState
from datasets.services.labelling import undo_label
from projects.models import Project
from tests.labelling.crowd import crowd, items_of, labelled_project, say, state_of, target_value

PEOPLE, ITEMS = 8, 2
acts = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "say", "say", "undo", "suspend"]),
        st.integers(0, PEOPLE - 1),
        st.integers(0, ITEMS - 1),
        st.integers(0, 2),
    ),
    min_size=6,
    max_size=26,
)


@dataclass
class Model:
    """What the labels are; what they come to is worked out from all of them each time."""

    labels: dict[tuple[int, int], int] = field(default_factory=dict)
    suspended: set[int] = field(default_factory=set)

    def counted(self, at: int) -> list[int]:
        return [
            value
            for (person, item), value in self.labels.items()
            if item == at and person not in self.suspended
        ]


def check(project: Project, rows: list[int], model: Model) -> None:
    accepted = 0
    classes: Counter[int] = Counter()
    for at, row in enumerate(rows):
        item = Item.objects.filter(project=project, row=row).first()
        assert Label.objects.filter(row=row).count() == sum(i == at for _p, i in model.labels)
        if item is None:
            continue
        assert item.labels == len(model.counted(at))
        settled = item.state == Item.State.SETTLED
        assert (state_of(project, row) == RowState.ACCEPTED) is settled
        assert target_value(project, row) == (item.value if settled else None)
        if settled:
            accepted += 1
            classes[item.value] += 1
            assert item.value == Counter(model.counted(at)).most_common(1)[0][0]
    table = DataTable.objects.get(project=project)
    assert (table.accepted, table.pending) == (accepted, ITEMS - accepted)
    kept = {one.code: one.accepted for one in ClassCount.objects.all() if one.accepted}
    assert kept == dict(classes)
    for record in Reviewer.objects.filter(project=project):
        assert 0 <= record.agreed <= record.settled <= record.answers


@pytest.mark.django_db
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=acts)
def test_every_count_is_that_of_the_model(acts: list[tuple[str, int, int, int]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        play(acts)
        transaction.set_rollback(True)


@pytest.mark.long
@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=acts)
def test_every_count_is_that_of_the_model_many_times(
    acts: list[tuple[str, int, int, int]],
) -> None:
    from django.db import transaction

    with transaction.atomic():
        play(acts)
        transaction.set_rollback(True)


def play(acts: list[tuple[str, int, int, int]]) -> None:
    from tests.cast import person

    project = labelled_project(person("owner"), items=ITEMS)
    people, rows = crowd(PEOPLE), items_of(project)
    model = Model()
    for act, who, at, value in acts:
        if act == "say" and who not in model.suspended:
            try:
                say(project, people[who], rows[at], "abc"[value])
            except Refused:
                # Labelled before, or settled or disputed by now.
                pass
            else:
                model.labels.setdefault((who, at), value)
        elif act == "undo":
            undo_label(project=project, user=people[who], row=rows[at])
            model.labels.pop((who, at), None)
        elif act == "suspend":
            model.suspended ^= {who}
            active = who not in model.suspended
            User.objects.filter(pk=people[who].pk).update(is_active=active)
            weigh_all(project, rows)
        check(project, rows, model)


def test_the_model_itself_would_notice() -> None:
    said = [Said(1, 0.8)] * 3
    assert verdict(3, of_classes(said, 3).certainty, 3) == Item.State.SETTLED
