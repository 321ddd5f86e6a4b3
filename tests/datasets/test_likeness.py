"""The hint of a near-duplicate: what is like what, for whom, and what it costs."""

import re
from typing import Any

import numpy as np
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from datasets import services
from datasets.drafts import FieldDraft
from datasets.likeness import find_like, pool
from datasets.queries import fields_of, typed_fields
from projects.models import Project
from tests.projects_in_use import add_records, published, seed_records, seeded

pytestmark = pytest.mark.django_db
Grid = list[list[int]]


def drawings(project: Project, count: int) -> list[Grid]:
    """The first drawings of the demo's digits."""
    return [record["drawing"] for record in seed_records("digits", count)]


def like(project: Project, **given: Any) -> Any:
    fields = typed_fields(project)
    ids = {field.name: field.pk for field, _type in fields}
    return find_like(project, fields, {ids[name]: value for name, value in given.items()})


def touched(drawing: Grid) -> Grid:
    """The drawing with three cells a little lighter or darker."""
    other = [list(row) for row in drawing]
    for row, column in ((2, 3), (4, 4), (5, 2)):
        other[row][column] = min(16, other[row][column] + 1)
    return other


def test_the_same_drawing_is_found_and_called_so(digits: Project) -> None:
    found = like(digits, drawing=drawings(digits, 8)[7])
    assert found.exact
    assert found.arrival == 7
    assert found.shown == pytest.approx(1)


def test_nearly_the_same_drawing_is_found(digits: Project) -> None:
    found = like(digits, drawing=touched(drawings(digits, 8)[7]))
    assert (found.arrival, found.exact) == (7, False)
    assert 0.9 < found.shown <= 0.99


def test_another_drawing_gets_no_hint(digits: Project) -> None:
    # Drawings of other hands, of the same digits: what most people will draw.
    others = [record["drawing"] for record in seed_records("digits", 160)[60:]]
    hinted = [drawing for drawing in others if like(digits, drawing=drawing)]
    assert len(hinted) <= 4
    corner = [[16 if x + y < 3 else 0 for x in range(8)] for y in range(8)]
    assert like(digits, drawing=corner) is None
    assert like(digits, drawing=touched(others[0])) is None


def test_what_was_withdrawn_is_never_named(digits: Project, dave: User) -> None:
    mine = add_records(digits, dave, [{"drawing": [[9] * 4 + [0] * 4] * 8, "label": "1"}])
    near = [[9] * 4 + [0] * 4] * 7 + [[9] * 3 + [8] + [0] * 4]
    assert like(digits, drawing=near).arrival == 60
    services.withdraw(mine, dave)
    assert like(digits, drawing=near) is None


def test_what_was_edited_counts_as_it_is_now(digits: Project, dave: User) -> None:
    old, new = [[9] * 4 + [0] * 4] * 8, [[0] * 4 + [9] * 4] * 8
    add_records(digits, dave, [{"drawing": old, "label": "1"}])
    found = like(digits, drawing=old)
    drawing, label = fields_of(digits)
    services.edit_row(
        project=digits,
        user=dave,
        row=found.row,
        values={drawing.pk: new, label.pk: 1},
        revision=1,
    )
    assert like(digits, drawing=old) is None
    assert like(digits, drawing=new).exact


def test_measured_things_are_compared_by_their_spread(alice: User, bob: User, carol: User) -> None:
    birds = seeded(alice, bob, carol, "penguins", rows=200)
    record = {
        name: value for name, value in seed_records("penguins", 5)[4].items() if value is not None
    }
    fields = {field.name: field for field in fields_of(birds)}
    types = {field.name: type_ for field, type_ in typed_fields(birds)}
    features: dict[str, Any] = {
        name: types[name].read(str(value) if not isinstance(value, str) else value)
        for name, value in record.items()
        if fields[name].role == "feature"
    }
    assert like(birds, **features).exact
    number = next(name for name in features if fields[name].kind in ("number", "integer"))
    assert not like(birds, **{**features, number: features[number] + 1}).exact
    numbers = [name for name in features if fields[name].kind in ("number", "integer")]
    away = {name: features[name] * 1.5 for name in numbers}
    for name in numbers:
        away[name] = types[name].check(round(away[name]))
    assert like(birds, **{**features, **away}) is None


def test_strokes_are_compared_after_resampling(strokes: Project) -> None:
    record = seed_records("strokes", 1)[0]
    name = next(field.name for field in fields_of(strokes) if field.kind == "sequence")
    lines = [[float(number) for number in line] for line in record[name]]
    assert like(strokes, **{name: lines}).exact
    moved = [[number + 1 for number in line] for line in lines]
    assert like(strokes, **{name: moved}).share > 0.99
    backwards = [line[::-1] for line in lines]
    found = like(strokes, **{name: backwards})
    assert found is None or found.arrival != 0


def test_old_rows_are_taken_in_step_by_step(
    digits: Project, dave: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "STEP", 8)
    first = touched(drawings(digits, 1)[0])
    for _question in range(3):
        like(digits, drawing=first)
    held = pool.pool_of(digits, typed_fields(digits)).held
    # Eight newest first, then eight older ones with each question.
    assert list(held.arrivals) == list(range(59, 59 - len(held.arrivals), -1))
    assert len(held.arrivals) == 8 * 4
    add_records(digits, dave, seed_records("digits", 20))
    like(digits, drawing=first)
    newest = pool.pool_of(digits, typed_fields(digits)).held.arrivals
    assert list(newest) == list(range(79, 63, -1))


def test_a_question_costs_the_same_with_any_number_of_rows(
    digits: Project,
    dave: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool, "POOL_ROWS", 40)
    fields = typed_fields(digits)
    values = {fields[0][0].pk: drawings(digits, 1)[0]}
    for _question in range(3):
        with django_assert_max_num_queries(4):
            find_like(digits, fields, values)
    held = pool.pool_of(digits, fields).held
    assert len(held.ids) == 40
    assert held.matrix.shape == (40, 64)
    assert held.matrix.dtype == np.float32


def test_pools_of_projects_asked_long_ago_go(digits: Project, penguins: Project) -> None:
    pool.pool_of(digits, typed_fields(digits))
    with pool._lock:
        keys = [key for key in pool._pools if key[0] == digits.pk]
    assert keys
    for version in range(pool.POOLS):
        penguins.schema_version = 100 + version
        pool.pool_of(penguins, typed_fields(penguins))
    assert len(pool._pools) == pool.POOLS
    assert keys[-1] not in pool._pools


# The page's question.


def asked(client: Client, project: Project, drawing: Grid | str) -> str:
    column = fields_of(project)[0].column
    answer = client.post(f"/p/{project.slug}/contribute/like/", {column: str(drawing)})
    assert answer.status_code == 200
    return answer.content.decode().strip()


def test_the_page_is_told_with_a_link(digits: Project, erin_client: Client) -> None:
    first = drawings(digits, 1)[0]
    same = asked(erin_client, digits, first)
    assert "Exactly this is here already" in same
    link = re.search(r'href="([^"]*)">#1<', same)
    assert link
    assert erin_client.get(link[1]).status_code == 200
    assert re.search(r"9\d\s% like <a", asked(erin_client, digits, touched(first)))
    for incomplete in ("", "[[1, 2]]", "<script>", "[" * 3000):
        assert asked(erin_client, digits, incomplete) == ""


def test_it_is_a_hint_and_no_refusal(digits: Project, dave_client: Client) -> None:
    drawing, label = fields_of(digits)
    form = {drawing.column: str(drawings(digits, 1)[0]), label.column: "3", "agree": "on"}
    assert dave_client.post(f"/p/{digits.slug}/contribute/", form).status_code == 302


def test_texts_are_compared_by_sameness(alice: User) -> None:
    kind = FieldDraft("kind", "category", role="target", options={"categories": ["a", "b"]})
    length = FieldDraft("length", "number", required=False)
    word = FieldDraft("word", "text", role="feature")
    project = published(alice, "Words", [word, length, kind])
    add_records(project, alice, [{"word": f"word {n}", "kind": "a"} for n in range(70)])
    assert like(project, word="word 7").exact
    assert like(project, word="Word 7").arrival == 7
    assert like(project, word="word 700") is None


def test_too_many_questions_are_refused(
    digits: Project, erin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasets.views.likeness.LIKENESS_PER_MINUTE", 2)
    path = f"/p/{digits.slug}/contribute/like/"
    codes = [erin_client.post(path).status_code for _n in range(3)]
    assert codes == [200, 200, 429]
    assert erin_client.get(path).status_code == 405
