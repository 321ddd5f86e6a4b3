"""Rows that stand out are flagged: far values, rare pairs, near-duplicates; until one looks."""

import numpy as np
import pytest
from django.test import Client

from accounts.models import User
from datasets.models import Flag, RowState
from datasets.queries import Purpose, rows
from datasets.reviewing.outliers import far_ones, fences_of, rare_pairs
from datasets.services import flagging, judging
from projects.models import Project
from tests.projects_in_use import add_records, seed_records
from tests.reviewing.giving import state_of


@pytest.fixture
def grown(checked: Project, carol: User) -> Project:
    records = seed_records("penguins", 120)
    odd = {**records[0], "bill_length_mm": 400.0}
    add_records(checked, carol, [*records, odd, records[5]])
    return checked


def test_fences() -> None:
    values = np.concatenate([np.random.default_rng(1).normal(0, 1, 1000), [50.0]])
    fences = fences_of(values)
    assert fences is not None
    assert -9 < fences.low < -4 < 4 < fences.high < 9
    assert fences.strength(50.0) > 40
    assert fences_of(values[:10]) is None, "too few"
    assert fences_of(np.ones(100)) is None, "nothing differs"
    heavy = np.random.default_rng(1).standard_cauchy(1000)
    assert fences_of(heavy) is None, "that is their shape"


def test_rare_pairs() -> None:
    first = [0] * 100 + [1] * 100
    second = [0] * 100 + [1] * 99 + [0]
    (pair,) = rare_pairs(first, second)
    assert (pair.first, pair.second) == (1, 0)
    assert rare_pairs(first, [0, 1] * 100) == []


def test_far_ones() -> None:
    nearest = np.concatenate([np.random.default_rng(1).uniform(0.9, 0.95, 200), [0.1]])
    assert list(np.flatnonzero(far_ones(nearest))) == [200]


def test_what_stands_out_is_flagged_once(grown: Project) -> None:
    for _twice in range(2):
        flagging.flag_project(grown)
    (outlier,) = Flag.objects.filter(project=grown, kind=Flag.Kind.OUTLIER)
    assert outlier.detail["field"] == "bill_length_mm"
    assert outlier.detail["value"] == 400.0
    last = rows(grown, Purpose.COUNT).order_by("-arrival").values_list("pk", flat=True)[0]
    assert list(
        Flag.objects.filter(project=grown, kind=Flag.Kind.DUPLICATE).values_list("row", flat=True)
    ) == [last]


def test_what_stands_is_not_flagged_again(grown: Project, bob: User) -> None:
    flagging.flag_project(grown)
    (outlier,) = Flag.objects.filter(project=grown, kind=Flag.Kind.OUTLIER)
    assert judging.let_stand(grown, bob, outlier.row) == 1
    assert judging.let_stand(grown, bob, outlier.row) == 0
    flagging.flag_project(grown)
    assert not Flag.objects.filter(project=grown, kind="outlier", settled=None).exists()


def test_only_the_strongest_stay(checked: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flagging, "MOST", 2)
    found = {row: flagging.Found(float(row), {}) for row in range(5)}
    flagging.set_flags(checked, Flag.Kind.MODEL, found)
    listed = Flag.objects.filter(project=checked).order_by("row").values_list("row", flat=True)
    assert list(listed) == [3, 4]
    flagging.set_flags(checked, Flag.Kind.MODEL, {4: flagging.Found(9.0, {"said": "x"})})
    flag = Flag.objects.get(project=checked)
    assert (flag.row, flag.strength, flag.detail) == (4, 9.0, {"said": "x"})


def test_maintainers_look_and_decide(
    grown: Project, bob_client: Client, carol_client: Client
) -> None:
    flagging.flag_project(grown)
    address = f"/p/{grown.slug}/flags/"
    page = bob_client.get(address).content.decode()
    assert "bill_length_mm is 400; nearly all others lie from" in page
    row = Flag.objects.get(kind="outlier").row
    assert carol_client.get(address).status_code == 403
    answer = bob_client.post(
        f"/p/{grown.slug}/rows/{row}/judge/", {"act": "reject", "reason": "wrong-value"}
    )
    assert answer.status_code == 302
    assert state_of(grown, row) == RowState.REJECTED
    assert "No row stands out here." in bob_client.get(f"{address}?kind=outlier").content.decode()


def test_wished_for_once_a_day_where_rows_changed(grown: Project) -> None:
    assert flagging.wish_for_flags() == 1
    flagging.flag_project(grown)
    assert flagging.wish_for_flags() == 0
