"""A lesson for every setting and idea, with pictures of real numbers and a way to try it."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils.html import strip_tags

from accounts.models import User
from projects.models import Project
from tests.architecture.sources import ROOT
from tests.projects_in_use import seeded
from tests.training.conftest import Trained
from tests.training.finished import done
from training.engine.architectures import ARCHITECTURES
from training.lessons import LESSONS, lesson_of
from training.models import Run
from training.views.figures import FIGURES, figure_of, public_runs

#: At 170 to 200 words a minute: half a minute to a minute and a half.
FEWEST_WORDS, MOST_WORDS = 100, 260
TEXTS = ROOT / "templates" / "learn" / "lessons"


def words_of(slug: str) -> int:
    source = (TEXTS / f"{slug}.html").read_text(encoding="utf-8")
    return len(re.sub(r"\{%.*?%\}", " ", strip_tags(source)).split())


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda one: one.key)
def test_every_setting_has_a_lesson(architecture: object) -> None:
    settings = architecture.settings  # type: ignore[attr-defined]
    slugs = {lesson.slug for lesson in LESSONS}
    assert [one.key for one in settings if lesson_of(one.key) not in slugs] == []


def test_a_setting_without_a_lesson_would_be_seen() -> None:
    assert lesson_of("momentum") == ""


def test_lists_and_texts_are_the_same() -> None:
    assert {path.stem for path in TEXTS.glob("*.html")} == {lesson.slug for lesson in LESSONS}
    assert len({lesson.slug for lesson in LESSONS}) == len(LESSONS)
    settings = [key for lesson in LESSONS for key in lesson.settings]
    assert len(settings) == len(set(settings))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
def test_a_lesson_is_read_in_about_a_minute(lesson: object) -> None:
    assert FEWEST_WORDS <= words_of(lesson.slug) <= MOST_WORDS  # type: ignore[attr-defined]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
def test_on_an_empty_site_each_lesson_still_leads_somewhere(
    lesson: object, erin_client: Client, db: None
) -> None:
    page = erin_client.get(f"/learn/{lesson.slug}/")  # type: ignore[attr-defined]
    assert page.status_code == 200
    assert "/projects/new/" in page.content.decode()


def test_the_list_names_all_and_they_follow_each_other(erin_client: Client, db: None) -> None:
    page = erin_client.get("/learn/").content.decode()
    for number, lesson in enumerate(LESSONS, start=1):
        assert f"/learn/{lesson.slug}/" in page
        assert f"{number}. " in page
    first, second, last = LESSONS[0], LESSONS[1], LESSONS[-1]
    one = erin_client.get(f"/learn/{first.slug}/").content.decode()
    assert f'rel="next" href="/learn/{second.slug}/"' in one
    assert 'rel="prev"' not in one
    assert 'rel="next"' not in erin_client.get(f"/learn/{last.slug}/").content.decode()


@pytest.mark.parametrize("odd", ["no-such", "x" * 200, "datapoint-1", "1"])
def test_a_lesson_that_is_none_is_missing(odd: str, erin_client: Client, db: None) -> None:
    assert erin_client.get(f"/learn/{odd}/").status_code == 404


@pytest.mark.long
def test_with_a_real_run_each_picture_is_drawn(
    birds: Project, carol: User, erin_client: Client, trained: Trained
) -> None:
    trained(birds, carol, epochs=12, patience=12)
    shown = {lesson.slug: figure_of(lesson) for lesson in LESSONS if lesson.figure}
    # Nobody trained an LSTM, and nobody predicted a number.
    assert {slug for slug, figure in shown.items() if figure is None} == {"lstm", "rmse"}
    for lesson in LESSONS:
        page = erin_client.get(f"/learn/{lesson.slug}/")
        assert page.status_code == 200
        assert birds.name in page.content.decode()
        assert ("<figure" in page.content.decode()) == (shown.get(lesson.slug) is not None)
    curve = erin_client.get("/learn/epoch/").content.decode()
    assert '<svg class="plot"' in curve
    assert "of at most 12 was the best" in curve
    assert "?preset=solid#settings" in curve
    assert "<table" in erin_client.get("/learn/confusion/").content.decode()


def test_every_figure_is_used() -> None:
    assert set(FIGURES) == {lesson.figure for lesson in LESSONS if lesson.figure}


def test_numbers_of_private_projects_teach_nobody(
    digits: Project, carol: User, carol_client: Client, tmp_path: Path
) -> None:
    done(digits, carol, tmp_path)
    assert public_runs() != []
    for change in ({"visibility": "private"}, {"visibility": "unlisted"}, {"hidden": True}):
        Project.objects.update(**{"visibility": "public", "hidden": False, **change})
        assert public_runs() == []
        assert digits.name not in carol_client.get("/learn/accuracy/").content.decode()
    Project.objects.update(visibility="public", hidden=False)
    Run.objects.update(hidden=True)
    assert public_runs() == []


def test_a_form_leads_from_each_setting_to_its_lesson(
    alice: User, bob: User, carol: User, carol_client: Client
) -> None:
    project = seeded(alice, bob, carol, "strokes")
    for architecture in ARCHITECTURES:
        address = f"/p/{project.slug}/train/?architecture={architecture.key}"
        page = carol_client.get(address).content.decode()
        for setting in architecture.settings:
            assert f'href="/learn/{lesson_of(setting.key)}/"' in page
