"""The registry of job kinds."""

from dataclasses import replace

import pytest
from django.core.checks import run_checks

from jobs.kinds import KINDS, Kind, register

REGISTERED = dict(KINDS)


@pytest.mark.parametrize("name", sorted(REGISTERED))
def test_every_registered_kind_finds_its_functions(name):
    kind = REGISTERED[name]
    assert callable(kind.load_handler())
    assert kind.on_failed is None or callable(kind.load_on_failed())


def test_the_same_twice_is_one_and_two_different_ones_are_a_mistake():
    register(KINDS["works"])
    with pytest.raises(ValueError, match="two different job kinds named works"):
        register(replace(KINDS["works"], max_attempts=7))


@pytest.mark.parametrize(
    "wrong", [{"slot": "heavy"}, {"max_attempts": 0}, {"lease_seconds": 0}, {"time_limit": 0}]
)
def test_a_kind_without_sense_is_a_mistake(wrong):
    with pytest.raises(ValueError, match="Job kind works"):
        replace(KINDS["works"], **wrong)


def test_the_settings_fit_all_kinds():
    assert [fault for fault in run_checks() if fault.id in ("jobs.E001", "jobs.E002")] == []


def test_a_kind_that_django_q2_would_kill_is_found():
    KINDS["endless"] = Kind("endless", "training", "tests.jobs.handlers.works", time_limit=3600)

    assert [fault.id for fault in run_checks()].count("jobs.E002") == 1


def test_a_slot_without_cluster_is_found(settings):
    settings.Q_CLUSTER = {"name": "light", "timeout": 900}

    assert [fault.id for fault in run_checks()].count("jobs.E001") == 1
