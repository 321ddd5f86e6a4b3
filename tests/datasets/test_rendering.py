"""Walls as pictures: true colours, true shares, and as many rows read as the picture has cells."""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import User
from datasets import services
from datasets.drafts import FieldDraft
from datasets.models import Contribution, DataTable
from datasets.rendering import lettering, palette
from datasets.rendering.layout import laid_out
from datasets.rendering.painting import painted
from datasets.rendering.preview import preview
from datasets.rendering.sample import MOST_CELLS, Wall
from projects.models import Project
from tests.projects_in_use import add_records, published

LABELS = FieldDraft("kind", "category", role="target", options={"categories": ["a", "b"]})
NUMBER = FieldDraft("size", "number", role="target", options={"minimum": 0, "maximum": 10})


def project_of(owner: User, field: FieldDraft, values: list[Any], **changes: Any) -> Project:
    basics = {"goal": None, **changes}
    if field is NUMBER:
        basics["task"] = "regression"
    other = FieldDraft("seen", "number", required=False)
    project = published(owner, "Cells", [other, field], **basics)
    if values:
        add_records(project, owner, [{field.name: value} for value in values])
    return project


def colours_at(project: Project, size: tuple[int, int] = (400, 200)) -> list[tuple[int, ...]]:
    """The colour in the middle of each cell."""
    wall = Wall(project)
    canvas, grid = painted(wall, *size)
    half = grid.size // 2
    places = [grid.place(index) for index in range(-(-wall.room // grid.share))]
    return [tuple(canvas[y + half, x + half].tolist()) for x, y in places]


def test_the_palette_is_the_style_sheets() -> None:
    sheet = (Path(settings.BASE_DIR) / "static/css/site.css").read_text()
    found = re.findall(r"--p(\d+):oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)", sheet)
    written = {int(n): (float(a), float(b), float(c)) for n, a, b, c in found}
    assert written == dict(enumerate(palette.PIXEL_OKLCH))


@pytest.mark.parametrize(
    ("oklch", "rgb"),
    [((1, 0, 0), (255, 255, 255)), ((0, 0, 0), (0, 0, 0)), ((0.628, 0.2577, 29.23), (255, 0, 0))],
)
def test_oklch_becomes_srgb(oklch: tuple[float, ...], rgb: tuple[int, ...]) -> None:
    assert palette.srgb(*oklch) == pytest.approx(rgb, abs=1)


def test_each_label_has_its_colour_in_the_order_of_arrival(alice: User) -> None:
    project = project_of(alice, LABELS, ["a", "b", "b"])
    a, b = (palette.PIXELS[colour] for colour in Wall(project).labels().values())
    assert colours_at(project) == [a, b, b]


def test_numbers_run_along_the_ramp_of_the_projects_colour(alice: User) -> None:
    project = project_of(alice, NUMBER, [0, 10, 5])
    ramp = palette.ramp(project.colour)
    assert colours_at(project) == [ramp[0], ramp[-1], ramp[8]]


def test_what_is_missing_and_what_went_is_empty(alice: User, bob: User) -> None:
    project = project_of(alice, LABELS, ["a"], goal=3)
    add_records(project, bob, [{"kind": "a"}])
    services.withdraw(Contribution.objects.get(project=project, user=bob), bob)
    first, *others = colours_at(project)
    assert first != palette.SUNK
    # One went, two are missing.
    assert others == [palette.SUNK] * 3


def test_drawings_are_drawn(digits: Project) -> None:
    canvas, grid = painted(Wall(digits), 800, 400)
    assert grid.size % 8 == 0
    x, y = grid.place(0)
    cell = canvas[y : y + grid.size, x : x + grid.size].reshape(-1, 3)
    assert len(np.unique(cell, axis=0)) > 4


def test_the_missing_part_of_the_goal_is_outlined(alice: User) -> None:
    canvas, grid = painted(Wall(project_of(alice, LABELS, [], goal=2)), 400, 200)
    assert tuple(canvas[0, 0].tolist()) != palette.SUNK
    x, _y = grid.place(2)
    assert tuple(canvas[0, x].tolist()) == palette.SUNK


@pytest.mark.parametrize("room", [0, 1, 50, 4_000, 1_000_000, 10_000_000])
@pytest.mark.parametrize("tile", [1, 8, 64])
def test_every_wall_fits(room: int, tile: int) -> None:
    grid = laid_out(room, 1152, 354, tile=tile)
    cells = -(-room // grid.share)
    assert cells <= min(MOST_CELLS, grid.columns * grid.rows)
    assert grid.columns * grid.step <= 1152 + 2
    assert grid.rows * grid.step <= 354 + 2


def test_a_large_wall_is_sampled(alice: User) -> None:
    project = project_of(alice, LABELS, ["a", "b"] * 20)
    # As if there were 400,000 rows of which these are the first.
    DataTable.objects.filter(project=project).update(next_arrival=400_000, accepted=400_000)
    wall = Wall(project)
    with CaptureQueriesContext(connection) as seen:
        canvas, grid = painted(wall, 1152, 354)
    assert grid.share >= 100
    assert len(seen) <= MOST_CELLS / 500 + 1
    # Every 100th row and more: of the forty only the first is in the picture.
    assert len(wall.cells(grid.share)) == 1
    assert canvas.shape == (354, 1152, 3)


def test_a_sample_has_the_shares_of_the_whole(alice: User) -> None:
    project = project_of(alice, LABELS, ["a", "a", "b"] * 30)
    found = [cell.value for cell in Wall(project).cells(2).values()]
    assert len(found) == 45
    assert found.count(0) / len(found) == pytest.approx(2 / 3, abs=0.02)


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Digits", "Digits"),
        ("Łódź bees", "Lódź bees"),
        ("数字を書く", ""),
        ("数字 abc", ""),
        ("Digits 数", "Digits"),
        ("🐝🐝🐝", ""),
    ],
)
def test_a_name_is_drawn_as_far_as_the_letters_go(name: str, drawn: str) -> None:
    assert lettering.drawable(name, lettering.display(40)) == drawn


def test_any_name_makes_a_picture(alice: User) -> None:
    project = project_of(alice, LABELS, ["a"], goal=10_000_000)
    for name in ("W" * 60, "wide words " * 5, "数字を書く", "🐝", "\u202e.", "i"):
        project.name = name
        assert Image.open(io.BytesIO(preview(Wall(project)))).size == (1200, 630), name
