"""What people see of the living champion, and who may change it."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from projects.models import Project
from tests.cast import client_of
from tests.projects_in_use import add_records, published, seed_fields, seed_records
from tests.training.champions import champions, ended, grown, hours_later, looked
from tests.training.finished import done
from training.models import Champion, Run
from training.services import champion, pruning

__all__ = ["champions"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champions")]


def text_of(client: Client, path: str) -> str:
    """The page's text, its spaces made plain."""
    page = client.get(path)
    assert page.status_code == 200, path
    return " ".join(page.content.decode().replace("\xa0", " ").split())


def curve(project: Project, client: Client) -> str:
    return text_of(client, f"/p/{project.slug}/learning/")


class TestCurve:
    def test_before_twenty_rows_it_says_how_many_are_missing(self, alice: User, client: Client):
        few = published(alice, "Few", seed_fields("digits"))
        add_records(few, alice, seed_records("digits", 14))
        page = curve(few, client)
        assert "<span data-accepted>14</span> of 20 datapoints" in page
        assert f'href="/p/{few.slug}/contribute/"' in page

    def test_the_first_time_is_not_called_again(self, alice: User, client: Client):
        enough = published(alice, "Enough", seed_fields("digits"))
        add_records(enough, alice, seed_records("digits", 20))
        assert "It trains itself for the first time in a moment." in curve(enough, client)

    def test_it_leads_to_the_run_that_trains(self, digits: Project, client: Client):
        run = looked(digits)
        assert f'href="/runs/{run.pk}/"' in curve(digits, client)

    def test_points_intervals_baseline_and_table(
        self, digits: Project, client: Client, tmp_path: Path
    ):
        for score, interval in ((0.5, (0.4, 0.6)), (0.9, (0.8, 0.95)), (0.96, (None, None))):
            run = ended(looked(digits), tmp_path, score)
            Run.objects.filter(pk=run.pk).update(low=interval[0], high=interval[1])
            hours_later(digits)
            grown(digits, 60, start=run.snapshot.rows if run.snapshot else 0)
        page = curve(digits, client)
        assert "From 60 to 180 datapoints: <b>50.0 % → 96.0 %</b>" in page
        assert page.count('class="pt"') == 3
        assert 'class="band"' in page
        assert 'class="base"' in page
        assert '<td class="n">40.0 % to 60.0 %</td>' in page
        assert "the test part of its own snapshot" in page
        assert "It trains itself again in a moment." in page

    def test_the_project_page_carries_it(self, digits: Project, client: Client, tmp_path: Path):
        ended(looked(digits), tmp_path, 0.5)
        page = text_of(client, f"/p/{digits.slug}/")
        assert f'data-learning="/p/{digits.slug}/learning/"' in page
        assert "On 60 datapoints: <b>50.0 %</b>" in page
        assert "js/learning.js" in page

    def test_it_says_when_it_goes_on(self, digits: Project, client: Client, tmp_path: Path):
        ended(looked(digits), tmp_path)
        page = curve(digits, client)
        assert "again at 63 datapoints (<span data-missing>3</span> more)" in page
        assert "At the earliest" in page
        grown(digits, 10, start=60)
        page = curve(digits, client)
        assert "at most once an hour: next <time" in page
        assert 'data-until="' in page

    def test_a_failure_is_told_with_its_reason(self, digits: Project, client: Client):
        run = looked(digits)
        Run.objects.filter(pk=run.pk).update(
            state="failed", reason="Too much at once.", finished=timezone.now()
        )
        assert "Too much at once." in curve(digits, client)

    def test_a_recipe_that_fits_no_more_says_so(self, digits: Project, client: Client):
        row = champion.settled(digits)
        Champion.objects.filter(pk=row.pk).update(architecture="dense", settings={"epochs": 10**9})
        page = curve(digits, client)
        assert "The standing recipe does not fit any more" in page

    def test_switched_off_it_keeps_the_curve(
        self, digits: Project, bob: User, client: Client, tmp_path: Path
    ):
        ended(looked(digits), tmp_path)
        champion.switch(digits, bob, on=False)
        assert "this was switched off" in curve(digits, client)

    def test_a_hidden_run_is_no_point(self, digits: Project, client: Client, tmp_path: Path):
        run = ended(looked(digits), tmp_path)
        assert "On 60 datapoints" in curve(digits, client)
        Run.objects.filter(pk=run.pk).update(hidden=True)
        assert "On 60 datapoints" not in curve(digits, client)

    def test_the_number_of_queries_does_not_grow(
        self, digits: Project, client: Client, django_assert_max_num_queries: Any, tmp_path: Path
    ):
        ended(looked(digits), tmp_path)
        one = Run.objects.get()
        for number in range(2, 80):
            Run.objects.create(
                project=digits, origin="champion", user=digits.creator, number=number,
                snapshot=one.snapshot, architecture="dense", settings={}, state="done", score=0.5,
                finished=timezone.now(), baseline=one.baseline,
            )  # fmt: skip
        curve(digits, client)
        with django_assert_max_num_queries(6):
            curve(digits, client)


class TestSettings:
    def address(self, project: Project) -> str:
        return f"/p/{project.slug}/settings/champion/"

    def test_the_page_says_what_is_trained_and_kept(self, digits: Project, bob_client: Client):
        page = text_of(bob_client, self.address(digits))
        assert "first with 20 datapoints" in page
        assert "only the 3 newest models, the best one" in page
        assert "The rule's own" in page
        assert f'href="{self.address(digits)}"' in text_of(
            bob_client, f"/p/{digits.slug}/settings/"
        )

    def test_off_and_on(self, digits: Project, bob_client: Client):
        run = looked(digits)
        assert bob_client.post(self.address(digits), {"act": "off"}).status_code == 302
        run.refresh_from_db()
        assert run.state == Run.State.CANCELLED
        assert "Switch it on" in text_of(bob_client, self.address(digits))
        bob_client.post(self.address(digits), {"act": "off"})
        bob_client.post(self.address(digits), {"act": "on"})
        assert Champion.objects.get().enabled

    def test_an_act_that_there_is_not(self, digits: Project, bob_client: Client):
        said = bob_client.post(self.address(digits), {"act": "explode"})
        assert said.status_code == 422
        assert "Choose what to change" in said.content.decode()
        assert not Champion.objects.exists()

    def test_a_finished_run_becomes_the_recipe_and_goes_again(
        self, digits: Project, carol: User, bob_client: Client, tmp_path: Path
    ):
        run = done(digits, carol, tmp_path)
        assert "Make this the standing recipe" in text_of(bob_client, f"/runs/{run.pk}/")
        bob_client.post(f"/runs/{run.pk}/champion/")
        row = Champion.objects.get()
        assert (row.architecture, row.settings) == ("dense", run.settings)
        page = text_of(bob_client, self.address(digits))
        assert "A maintainer chose it from a run." in page
        bob_client.post(self.address(digits), {"act": "default"})
        assert Champion.objects.get().architecture == ""

    def test_others_do_not_see_the_button(
        self, digits: Project, carol: User, dave_client: Client, tmp_path: Path
    ):
        run = done(digits, carol, tmp_path)
        for client in (client_of(carol), dave_client, Client()):
            assert "standing recipe" not in text_of(client, f"/runs/{run.pk}/")
        assert dave_client.post(f"/runs/{run.pk}/champion/").status_code == 403


class TestNobodysName:
    def test_pages_name_the_project_and_not_its_creator(
        self, digits: Project, client: Client, tmp_path: Path
    ):
        run = ended(looked(digits), tmp_path)
        assert "by the project's living champion" in text_of(client, f"/runs/{run.pk}/")
        models = text_of(client, f"/p/{digits.slug}/models/")
        assert "living champion" in models
        assert "alice" not in models
        assert "living champion" in text_of(client, f"/p/{digits.slug}/train/")
        assert f"/runs/{run.pk}/" not in text_of(client, "/u/alice/")

    def test_the_page_of_a_run_whose_model_went(
        self, digits: Project, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(pruning, "CHAMPION_MODELS_KEPT", 1)
        old = ended(looked(digits), tmp_path, 0.5)
        hours_later(digits)
        grown(digits, 60, start=60)
        ended(looked(digits), tmp_path, 0.9)
        assert pruning.prune(digits) == 1
        page = text_of(client, f"/runs/{old.pk}/")
        assert "Its model was removed to save space" in page
        assert "Try the model" not in page
