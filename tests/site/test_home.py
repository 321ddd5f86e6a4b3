"""The home page: the wall, the feed, what moves and why, the week's models, and the way to add."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from crowdcontrolled import home, lands, totals
from datasets.models import DataTable
from projects.featuring import feature
from projects.models import Activity, Momentum, Project
from projects.momentum import Sums, rank
from projects.trending import moving
from tests.projects_in_use import add_records, published, seed_fields, seed_records
from training.models import Run, TrainedModel
from training.queries.week import best_of_week

pytestmark = pytest.mark.django_db
HIDDEN: list[dict[str, Any]] = [
    {"hidden": True},
    {"visibility": "private"},
    {"visibility": "unlisted"},
    {"state": "draft"},
]


def page(client: Client) -> str:
    cache.clear()
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def many(owner: User, count: int, first: int = 0) -> list[Project]:
    """Published projects without rows, quickly: with what home reads of them."""
    made = Project.objects.bulk_create(
        Project(
            slug=f"many-{number}",
            name=f"Many {number}",
            task="classification",
            licence="CC0-1.0",
            state=Project.State.PUBLISHED,
            published=timezone.now(),
            goal=100 + number,
            creator=owner,
        )
        for number in range(first, first + count)
    )
    DataTable.objects.bulk_create(
        DataTable(project=one, accepted=20, people=2, next_arrival=20) for one in made
    )
    now = timezone.now()
    Momentum.objects.bulk_create(
        Momentum(
            project=one, recent=at + 1, month=at + 1, at=now, rank=rank(Sums(at + 1, at + 1, now))
        )
        for at, one in enumerate(made)
    )
    Activity.objects.bulk_create(
        Activity(project=one, actor=owner, kind="project_published", payload={}) for one in made
    )
    return made


def finished_run(project: Project, user: User) -> Run:
    """A finished run of today and its model, as far as home reads them."""
    run = Run.objects.create(
        project=project,
        user=user,
        number=Run.objects.count() + 1,
        architecture="dense",
        settings={},
        state=Run.State.DONE,
        score=0.75,
        skill=0.5,
        baseline={"test": {"accuracy": 0.5}},
        finished=timezone.now(),
    )
    TrainedModel.objects.create(run=run, project=project, folder="models/none", files={})
    return run


# The wall ----------------------------------------------------------------------------------


def test_a_new_site_shows_only_what_is_true(erin_client: Client) -> None:
    text = page(erin_client)
    assert "This site is new" in text
    assert 'href="/projects/new/"' in text
    for absent in ("cc-mosaic", "data-home-feed", "Moving fast", "Best models", "Featured"):
        assert absent not in text
    answer = erin_client.get("/add/")
    assert answer.status_code == 200
    assert "No project needs datapoints now." in answer.content.decode()


def test_each_territory_is_a_link_with_its_numbers(digits: Project, erin_client: Client) -> None:
    text = page(erin_client)
    assert f'<a href="/p/{digits.slug}/"><span dir="auto">Digits</span></a>' in text
    for said in ('data-goal="100"', 'data-count="60"', 'data-cells="60"', "60 datapoints"):
        assert said in text
    assert f'data-live-topic="project:{digits.pk}"' in text
    # The seed's rows came in two acts, each an activity and an arrival, after two for the opening.
    assert 'data-live-seq="0"' not in text


def test_the_largest_and_the_liveliest_territories_are_on_the_wall(alice: User) -> None:
    made = many(alice, 60)
    smallest = made[0]
    shown = lands.lands([smallest.pk])
    assert len(shown) == lands.LARGEST + 1
    assert [land.size for land in shown] == sorted((land.size for land in shown), reverse=True)
    assert shown[-1].project == smallest
    assert shown[0].project == made[-1]


def test_a_project_without_a_goal_is_as_large_as_what_it_has(digits: Project) -> None:
    Project.objects.filter(pk=digits.pk).update(goal=None)
    assert lands.lands()[0].size == 60
    Project.objects.filter(pk=digits.pk).update(goal=10)
    assert lands.lands()[0].size == 60


@pytest.mark.parametrize("change", HIDDEN)
def test_what_is_not_for_everybody_is_nowhere_on_the_page(
    digits: Project, carol: User, alice_client: Client, erin_client: Client, change: dict[str, Any]
) -> None:
    run = finished_run(digits, carol)
    Run.objects.filter(pk=run.pk).update(skill=0.9, finished=timezone.now())
    seen = page(erin_client)
    assert seen.count(f"/p/{digits.slug}/") > 3
    assert f"/models/{run.trained.pk}/" in seen
    Project.objects.filter(pk=digits.pk).update(**change)
    for client in (erin_client, alice_client):
        text = page(client)
        assert "Digits" not in text
        assert digits.slug not in text
        assert f"/models/{run.trained.pk}/" not in text
    assert erin_client.get("/add/").status_code == 200


def test_names_are_text(alice: User, erin_client: Client) -> None:
    one = published(alice, "<b>Bold</b>", seed_fields("digits"))
    add_records(one, alice, seed_records("digits", 1))
    text = page(erin_client)
    assert "<b>Bold</b>" not in text
    assert "&lt;b&gt;Bold&lt;/b&gt;" in text


def test_the_page_asks_as_much_of_a_thousand_projects_as_of_ten(
    alice: User, erin_client: Client
) -> None:
    many(alice, 10)
    page(erin_client)
    with CaptureQueriesContext(connection) as few:
        page(erin_client)
    many(alice, 990, first=10)
    page(erin_client)
    with CaptureQueriesContext(connection) as more:
        page(erin_client)
    assert len(more) == len(few)
    assert len(more) <= 20
    for query in more:
        assert '"datasets_contribution"' not in query["sql"]
        assert " p_" not in query["sql"]


# Totals ------------------------------------------------------------------------------------


def test_people_are_counted_once_and_only_in_public_projects(
    digits: Project, penguins: Project
) -> None:
    assert totals.counted() == (120, 2, 2)
    Project.objects.filter(pk=penguins.pk).update(hidden=True)
    assert totals.counted() == (60, 2, 1)


def test_totals_are_kept_for_a_while(digits: Project) -> None:
    before = totals.totals()
    Project.objects.filter(pk=digits.pk).update(hidden=True)
    assert totals.totals() == before
    cache.clear()
    assert totals.totals() == (0, 0, 0)


# The feed ----------------------------------------------------------------------------------


def test_the_feed_is_newest_first_with_a_pause(digits: Project, erin_client: Client) -> None:
    text = page(erin_client)
    assert "data-live-pause" in text
    lines = lands.happened(8)
    assert [line.kind for line in lines] == ["rows_added", "rows_added", "project_published"]
    assert f'<li data-key="{lines[0].pk}">' in text


# What moves --------------------------------------------------------------------------------


def test_a_card_says_why_it_moves_and_how_that_is_counted(
    digits: Project, erin_client: Client
) -> None:
    text = page(erin_client)
    assert "Moving fast" in text
    assert "1 new person, 30 datapoints in 48 h" in text
    found = moving(5)[0]
    assert found.value == pytest.approx(found.recent / (10 + found.month) ** 0.5)
    assert "÷ √(10 + " in text


def test_the_exact_order_counts_and_what_stands_still_is_left_out(alice: User) -> None:
    one, two, still = many(alice, 3)
    now = timezone.now()
    # Two older events with a much larger month: by the clock-free order they stand the other way.
    Momentum.objects.filter(project=one).update(
        recent=4, month=90, at=now - timedelta(hours=48), rank=100
    )
    Momentum.objects.filter(project=two).update(recent=3, month=3, at=now, rank=99)
    Momentum.objects.filter(project=still).update(
        recent=3, month=3, at=now - timedelta(days=60), rank=101
    )
    assert [each.project for each in moving(5)] == [two, one]


def test_a_held_back_project_says_so(digits: Project, erin_client: Client) -> None:
    Momentum.objects.update(factor=0.5)
    assert "× 0.5, held back by a moderator" in page(erin_client)


# Featured ----------------------------------------------------------------------------------


def test_the_pick_stands_with_its_day_sentence_and_who_picked(
    digits: Project, mona: User, erin_client: Client
) -> None:
    today = timezone.now().date()
    feature(digits, day=today, sentence="<i>Small</i> and quick.", picked_by=mona)
    text = page(erin_client)
    assert "&lt;i&gt;Small&lt;/i&gt; and quick." in text
    assert "Picked by mona" in text
    assert f'datetime="{today.isoformat()}"' in text


# The week's models -------------------------------------------------------------------------


def models_of(project: Project, user: User, *skills: float | None) -> list[TrainedModel]:
    made = []
    for skill in skills:
        run = finished_run(project, user)
        Run.objects.filter(pk=run.pk).update(skill=skill, finished=timezone.now())
        made.append(run.trained)
    return made


def test_one_model_a_project_the_furthest_from_guessing_first(
    digits: Project, penguins: Project, carol: User
) -> None:
    models_of(digits, carol, 0.2, 0.5, None)
    (best,) = models_of(penguins, carol, 0.7)
    found = best_of_week(5)
    assert [one.project for one in found] == [penguins, digits]
    assert found[0].model_id == best.pk


@pytest.mark.parametrize(
    "change",
    [
        {"hidden": True},
        {"skill": 0.0},
        {"skill": -1.0},
        {"finished": timezone.now() - timedelta(days=8)},
    ],
)
def test_hidden_old_and_useless_models_are_left_out(
    digits: Project, carol: User, change: dict[str, Any]
) -> None:
    (model,) = models_of(digits, carol, 0.5)
    assert [one.model_id for one in best_of_week(5)] == [model.pk]
    Run.objects.filter(pk=model.run_id).update(**change)
    assert best_of_week(5) == []


def test_a_hidden_model_is_left_out(digits: Project, carol: User) -> None:
    (model,) = models_of(digits, carol, 0.5)
    TrainedModel.objects.filter(pk=model.pk).update(hidden=True)
    assert best_of_week(5) == []


# Adding ------------------------------------------------------------------------------------


def test_add_leads_to_the_form_of_a_project_that_wants_data(
    digits: Project, erin_client: Client
) -> None:
    answer = erin_client.get("/add/")
    assert (answer.status_code, answer["Location"]) == (302, f"/p/{digits.slug}/contribute/")
    assert "no-store" in answer["Cache-Control"]
    assert erin_client.post("/add/").status_code == 405


def test_not_always_the_same_project_and_the_fast_ones_more_often(alice: User) -> None:
    many(alice, 6)
    chosen = Counter(home.wanting() for _turn in range(300))
    assert len(chosen) > 2
    slow = Project.objects.get(slug="many-0")
    fast = Project.objects.get(slug="many-5")
    assert chosen[fast] > chosen[slow]


def test_a_project_at_its_goal_wants_nothing(digits: Project, penguins: Project) -> None:
    Project.objects.filter(pk=digits.pk).update(goal=60)
    assert {home.wanting() for _turn in range(20)} == {penguins}
    Project.objects.filter(pk=penguins.pk).update(goal=None)
    assert home.wanting() == penguins
    Project.objects.filter(pk=penguins.pk).update(goal=1)
    assert home.wanting() is None
