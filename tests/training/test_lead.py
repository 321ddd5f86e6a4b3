"""A model that overtakes all others moves its project."""

from pathlib import Path

import pytest

from accounts.models import User
from projects.models import MomentumPart, Project
from tests.training.finished import done
from training.models import Run, TrainedModel

pytestmark = pytest.mark.django_db


def leads(project: Project) -> int:
    found = MomentumPart.objects.filter(project=project, kind="lead")
    return sum(found.values_list("events", flat=True))


def test_only_overtaking_counts(digits: Project, carol: User, bob: User, tmp_path: Path) -> None:
    done(digits, carol, tmp_path, 0.7)
    assert leads(digits) == 0
    done(digits, bob, tmp_path, 0.8)
    assert leads(digits) == 1
    done(digits, carol, tmp_path, 0.75)
    assert leads(digits) == 1
    TrainedModel.objects.update(hidden=True)
    done(digits, carol, tmp_path, 0.6)
    assert leads(digits) == 1


def test_the_owner_and_the_living_champion_overtake_for_nothing(
    digits: Project, alice: User, carol: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(digits, carol, tmp_path, 0.7)
    done(digits, alice, tmp_path, 0.8)
    monkeypatch.setattr(Run._meta.get_field("origin"), "default", Run.Origin.CHAMPION)
    assert done(digits, carol, tmp_path, 0.9).origin == Run.Origin.CHAMPION
    assert leads(digits) == 0
