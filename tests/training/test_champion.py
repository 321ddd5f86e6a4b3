"""The living champion: who is trained when, once, and at nobody's cost."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.moderation import moderate, visible_targets
from common.errors import Forbidden, Missing, Refused
from common.limits import CHAMPION_MODELS_KEPT, RUNS_PER_DAY
from datasets.models import Contribution, DataTable
from datasets.services import withdraw
from datasets.tables import row_table
from jobs.models import Job
from jobs.services import enqueue
from projects.models import Activity, Project
from projects.queries import feed
from tests.at_once import at_once
from tests.projects_in_use import published, seed_fields, seeded
from tests.training.champions import champions, ended, grown, hours_later, looked
from tests.training.finished import done
from training.access import steered
from training.models import Champion, Run, TrainedModel
from training.queries import board, left_today, waiting_of
from training.services import champion, pruning

__all__ = ["champions"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champions")]


def runs_of(project: Project) -> list[Run]:
    return list(Run.objects.filter(project=project, origin="champion").order_by("pk"))


@pytest.fixture
def few(alice: User) -> Project:
    """A published project of digits without rows."""
    return published(alice, "Few", seed_fields("digits"))


class TestGrowing:
    def test_the_twentieth_row_starts_the_first_training(
        self, few: Project, django_capture_on_commit_callbacks: Any
    ):
        with django_capture_on_commit_callbacks(execute=True):
            grown(few, 19)
        assert runs_of(few) == []
        with django_capture_on_commit_callbacks(execute=True):
            grown(few, 1, start=19)
        (run,) = runs_of(few)
        assert (run.state, run.user, run.preset) == ("queued", few.creator, "quick")
        job = Job.objects.get(key=f"run:{run.pk}")
        assert (job.kind, job.user, job.slot) == ("champion", None, "training")

    def test_it_trains_again_when_rows_and_hour_are_there(self, digits: Project, tmp_path: Path):
        ended(looked(digits), tmp_path)
        assert champion.look(digits.pk) is None
        hours_later(digits)
        assert champion.look(digits.pk) is None
        grown(digits, 2, start=60)
        assert champion.look(digits.pk) is None
        grown(digits, 1, start=62)
        assert champion.look(digits.pk) is not None

    def test_never_within_the_hour(self, digits: Project, tmp_path: Path):
        ended(looked(digits), tmp_path)
        grown(digits, 60, start=60)
        now = timezone.now()
        assert champion.look(digits.pk, now=now + timedelta(minutes=59)) is None
        assert champion.look(digits.pk, now=now + timedelta(minutes=61)) is not None

    def test_one_that_waits_is_enough(self, digits: Project):
        looked(digits)
        hours_later(digits)
        grown(digits, 60, start=60)
        assert champion.look(digits.pk) is None
        assert len(runs_of(digits)) == 1

    def test_what_it_trains_on_counts_not_what_it_was_queued_for(
        self, digits: Project, tmp_path: Path
    ):
        run = looked(digits)
        grown(digits, 40, start=60)
        ended(run, tmp_path)
        row = Champion.objects.get()
        assert (row.rows, row.due_rows) == (100, 105)

    def test_withdrawn_rows_lower_what_it_waits_for(self, digits: Project, carol: User):
        looked(digits)
        (mine,) = Contribution.objects.filter(project=digits, user=carol)
        withdraw(mine, carol)
        champion.memory.forget()
        Run.objects.all().update(state="cancelled")
        champion.look(digits.pk)
        row = Champion.objects.get()
        assert (row.rows, row.due_rows) == (30, 32)

    def test_a_datapoint_of_a_project_that_is_not_due_asks_nothing(
        self, digits: Project, django_assert_num_queries: Any
    ):
        looked(digits)
        with django_assert_num_queries(0):
            champion.hear(digits.pk, 61)

    def test_where_all_rows_are_alike_it_waits_for_others_without_an_hour(self, few: Project):
        grown(few, 30)
        target = few.fields.get(role="target")
        row_table(few)._default_manager.update(**{target.column: 1})
        assert champion.look(few.pk) is None
        row = Champion.objects.get()
        assert (row.queued, row.due_rows) == (None, 32)


class TestWhoTrains:
    def test_a_private_project_trains_too(self, alice: User, bob: User, carol: User):
        private = seeded(alice, bob, carol, "digits")
        Project.objects.filter(pk=private.pk).update(visibility="private")
        assert champion.look(private.pk) is not None

    @pytest.mark.parametrize("change", [{"hidden": True}, {"state": "draft"}])
    def test_hidden_ones_and_drafts_do_not(self, digits: Project, change: dict[str, object]):
        Project.objects.filter(pk=digits.pk).update(**change)
        assert champion.look(digits.pk) is None
        assert champion.sweep() == 0
        # The control: shown again, the sweep finds it.
        Project.objects.filter(pk=digits.pk).update(hidden=False, state="published")
        assert champion.sweep() == 1

    def test_none_at_all_where_the_site_does_not_want_it(self, digits: Project, settings: Any):
        settings.CHAMPIONS = False
        champion.hear(digits.pk, 60)
        assert champion.look(digits.pk) is None
        assert champion.sweep() == 0

    def test_a_project_that_is_gone_is_nothing(self):
        assert champion.look(4711) is None

    def test_hiding_ends_what_waits(self, digits: Project):
        run = looked(digits)
        Project.objects.filter(pk=digits.pk).update(hidden=True)
        champion.sweep()
        run.refresh_from_db()
        assert run.state == Run.State.CANCELLED

    def test_what_a_worker_takes_after_that_does_not_train(
        self, digits: Project, turn_queue: Callable[..., int]
    ):
        run = looked(digits)
        Project.objects.filter(pk=digits.pk).update(hidden=True)
        turn_queue("training", raising=False)
        run.refresh_from_db()
        assert (run.state, run.snapshot) == (Run.State.FAILED, None)
        assert run.reason == "The project does not train by itself now."


class TestSweep:
    def test_it_queues_what_became_due_by_time(self, digits: Project, tmp_path: Path):
        ended(looked(digits), tmp_path)
        grown(digits, 60, start=60)
        assert champion.sweep() == 0
        assert champion.sweep(timezone.now() + timedelta(minutes=61)) == 1
        assert champion.sweep(timezone.now() + timedelta(minutes=61)) == 0

    def test_it_takes_a_few_at_a_time_the_longest_waiting_first(
        self, alice: User, bob: User, carol: User, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(champion, "A_SWEEP", 1)
        first, second, third = (seeded(alice, bob, carol, "digits", rows=20) for _ in range(3))
        for project, hours in ((first, 2), (second, 3)):
            champion.settled(project)
            then = timezone.now() - timedelta(hours=hours)
            Champion.objects.filter(project=project).update(queued=then)
        order = []
        for _round in range(3):
            assert champion.sweep() == 1
            order.append(Run.objects.latest("pk").project)
        assert order == [third, second, first]

    def test_the_queue_does_not_fill_up_with_them(
        self, digits: Project, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(champion, "CHAMPIONS_WAITING", 1)
        enqueue("champion", "run:0", payload={"run": 0})
        assert champion.look(digits.pk) is None
        assert champion.sweep() == 0
        Job.objects.all().delete()
        assert champion.sweep() == 1

    def test_one_that_fails_does_not_hold_up_the_others(
        self, alice: User, bob: User, carol: User, monkeypatch: pytest.MonkeyPatch
    ):
        first, second = (seeded(alice, bob, carol, "digits", rows=20) for _ in range(2))
        look = champion.look

        def fails(project_id: int, **more: object) -> Run | None:
            if project_id == first.pk:
                raise ZeroDivisionError
            return look(project_id, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(champion, "look", fails)
        assert champion.sweep() == 1
        assert Run.objects.get().project == second


class TestNobodysCost:
    def test_it_counts_for_no_limit(self, digits: Project, tmp_path: Path):
        ended(looked(digits), tmp_path)
        hours_later(digits)
        grown(digits, 60, start=60)
        looked(digits)
        assert waiting_of(digits.creator.pk).count() == 0
        assert left_today(digits.creator.pk) == RUNS_PER_DAY

    def test_its_run_is_not_its_creators(self, digits: Project, tmp_path: Path):
        run = looked(digits)
        owner = digits.creator
        other = User.objects.create_user("other", "other@example.org")
        digits.memberships.create(user=other, role=30)
        digits.memberships.filter(user=owner).update(role=10)
        with pytest.raises(Forbidden):
            steered(owner, run.pk)
        assert steered(other, run.pk) == run

    def test_the_feed_says_what_it_learnt(self, digits: Project, tmp_path: Path):
        ended(looked(digits), tmp_path, score=0.9)
        hours_later(digits)
        grown(digits, 60, start=60)
        ended(looked(digits), tmp_path, score=0.925)
        hours_later(digits)
        grown(digits, 60, start=120)
        ended(looked(digits), tmp_path, score=0.91)
        newest = [line for line in feed(digits) if line.kind == "learnt"]
        assert {line.who for line in newest} == {"The living champion"}
        assert [line.text.replace("\xa0", " ") for line in newest] == [
            "learnt from 60 new datapoints: 91.0 %, worse than before (92.5 %)",
            "learnt from 60 new datapoints: 92.5 % (before 90.0 %)",
            "learnt from its first 60 datapoints: 90.0 %",
        ]
        assert not Activity.objects.filter(kind="model_trained").exists()


class TestModels:
    def trained(self, project: Project, folder: Path, scores: list[float]) -> list[Run]:
        made = []
        for score in scores:
            made.append(ended(looked(project), folder, score))
            hours_later(project)
            grown(project, 60, start=DataTable.objects.get(project=project).accepted)
        return made

    def test_the_newest_and_the_best_stay(self, digits: Project, tmp_path: Path):
        runs = self.trained(digits, tmp_path, [0.5, 0.9, 0.6, 0.7, 0.75, 0.8])
        child = runs[0]
        Run.objects.create(
            project=digits, user=digits.creator, number=99, architecture="dense", settings={},
            parent=child,
        )  # fmt: skip
        assert pruning.prune(digits) == 1
        assert pruning.prune(digits) == 0
        left = set(TrainedModel.objects.values_list("run", flat=True))
        newest = {run.pk for run in runs[-CHAMPION_MODELS_KEPT:]}
        assert left == newest | {runs[1].pk, child.pk}
        assert Run.objects.filter(state="done").count() == 6

    def test_the_board_shows_its_best_once(self, digits: Project, carol: User, tmp_path: Path):
        runs = self.trained(digits, tmp_path, [0.5, 0.9, 0.6])
        mine = done(digits, carol, tmp_path, 0.7)
        rows = board(digits)
        assert [row.run_id for row in rows] == [runs[1].pk, mine.pk]
        assert [(row.person, row.champion) for row in rows] == [
            ("the living champion", True), ("carol", False),
        ]  # fmt: skip
        assert rows[0].person_url == ""


class TestRecipe:
    def test_a_maintainer_makes_a_run_the_standing_recipe(
        self, digits: Project, bob: User, carol: User, tmp_path: Path
    ):
        run = done(digits, carol, tmp_path)
        with pytest.raises(Forbidden):
            champion.make_standing(run, carol)
        champion.make_standing(run, bob)
        own = runs_of(digits)[0]
        assert (own.architecture, own.settings, own.preset) == ("dense", run.settings, "")
        Run.objects.filter(pk=own.pk).update(state="cancelled")
        hours_later(digits)
        champion.back_to_default(digits, bob)
        assert runs_of(digits)[1].preset == "quick"

    def test_a_new_recipe_waits_for_its_hour(
        self, digits: Project, bob: User, carol: User, tmp_path: Path
    ):
        ended(looked(digits), tmp_path)
        champion.make_standing(done(digits, carol, tmp_path), bob)
        assert len(runs_of(digits)) == 1
        assert champion.sweep(timezone.now() + timedelta(minutes=61)) == 1

    def test_only_a_run_that_is_done_can_be_one(self, digits: Project, bob: User):
        run = looked(digits)
        with pytest.raises(Refused, match="done"):
            champion.make_standing(run, bob)

    def test_a_recipe_that_fits_no_more_trains_nothing(self, digits: Project, bob: User):
        row = champion.settled(digits)
        Champion.objects.filter(pk=row.pk).update(architecture="dense", settings={"epochs": 10**9})
        assert champion.look(digits.pk) is None
        assert not Run.objects.exists()

    def test_switched_off_it_ends_and_stays_off(self, digits: Project, bob: User, dave: User):
        run = looked(digits)
        with pytest.raises(Forbidden):
            champion.switch(digits, dave, on=False)
        champion.switch(digits, bob, on=False)
        run.refresh_from_db()
        assert run.state == Run.State.CANCELLED
        hours_later(digits)
        grown(digits, 60, start=60)
        assert champion.look(digits.pk) is None
        assert champion.sweep() == 0
        champion.switch(digits, bob, on=True)
        assert champion.sweep() == 1

    def test_a_stranger_of_a_private_project_finds_nothing(self, digits: Project, dave: User):
        Project.objects.filter(pk=digits.pk).update(visibility="private")
        digits.refresh_from_db()
        with pytest.raises(Missing):
            champion.switch(digits, dave, on=False)


@pytest.fixture
def unlooked(digits: Project) -> Project:
    """As if nobody had looked at the project's rows yet, since here every commit is heard."""
    for model in (Job, Run, Champion):
        model._default_manager.all().delete()
    champion.memory.forget()
    return digits


@pytest.mark.django_db(transaction=True)
def test_many_looks_at_once_queue_one(unlooked: Project):
    found = at_once(lambda _place: champion.look(unlooked.pk), 6)
    assert sum(run is not None for run in found) == 1
    assert Run.objects.count() == Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_killed_while_queueing_nothing_is_half_done(
    unlooked: Project, monkeypatch: pytest.MonkeyPatch
):
    class Killed(BaseException):
        """Stands for kill -9."""

    def dies(_run: int) -> None:
        raise Killed

    monkeypatch.setattr(champion, "tell_state", dies)
    with pytest.raises(Killed):
        champion.look(unlooked.pk)
    assert not Run.objects.exists()
    assert Champion.objects.get().queued is None
    monkeypatch.undo()
    assert champion.sweep() == 1


class TestModerators:
    def test_they_switch_it_off_and_on_and_it_is_written_down(self, digits: Project, mona: User):
        run = looked(digits)
        row = Champion.objects.get()
        said = moderate(actor=mona, target=row, action="switch_off", reason="nonsense")
        assert said.target_label == "living champion of Digits"
        run.refresh_from_db()
        assert run.state == Run.State.CANCELLED
        with pytest.raises(Refused, match="off already"):
            moderate(actor=mona, target=row, action="switch_off", reason="nonsense")
        moderate(actor=mona, target=row, action="switch_on", reason="mistake")
        assert Champion.objects.get().enabled

    def test_a_maintainer_does_not_get_into_the_admins_acts(self, digits: Project, bob: User):
        with pytest.raises(Forbidden):
            moderate(actor=bob, target=champion.settled(digits), action="switch_off", reason="spam")

    def test_the_log_names_it_only_where_the_project_is_seen(self, digits: Project, dave: User):
        row = champion.settled(digits)
        assert visible_targets(dave, "training.champion", [row.pk]) == {row.pk}
        Project.objects.filter(pk=digits.pk).update(visibility="private")
        assert visible_targets(dave, "training.champion", [row.pk]) == set()
