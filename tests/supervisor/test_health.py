"""``/healthz`` asks nobody; ``/readyz`` names the part that does not work."""

import shutil
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from crowdcontrolled import health
from jobs.models import WorkerBeat


@pytest.fixture
def working(db: None) -> None:
    for slot in ("training", "light"):
        WorkerBeat.objects.create(slot=slot, worker="here:1", at=timezone.now())


@pytest.mark.django_db(databases="__all__")
class TestReady:
    def test_all_parts_work(self, client, working):
        answer = client.get("/readyz")

        assert answer.status_code == 200
        assert answer.json() == {
            "ready": True,
            "parts": dict.fromkeys(("database", "migrations", "cache", "workers", "disk"), "ok"),
        }
        assert "no-store" in answer["Cache-Control"]

    def test_silent_workers_are_named(self, client, working):
        past = timezone.now() - timedelta(seconds=61)
        WorkerBeat.objects.filter(slot="light").update(at=past)

        answer = client.get("/readyz")

        assert answer.status_code == 503
        assert answer.json()["ready"] is False
        assert answer.json()["parts"]["workers"] == "no sign of life: light"
        assert answer.json()["parts"]["database"] == "ok"

    def test_a_full_disk_is_named(self, client, working, monkeypatch):
        usage = shutil.disk_usage(settings.VAR)._replace(free=health.FREE_BYTES - 1)
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)

        assert client.get("/readyz").json()["parts"]["disk"] == "499 MB free"

    def test_a_missing_migration_is_named(self, client, working, monkeypatch):
        monkeypatch.setattr(health, "_migrated", set())
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'jobs'")

        assert client.get("/readyz").json()["parts"]["migrations"] == "not applied"

    def test_a_broken_part_tells_no_secret(self, client, working, monkeypatch):
        def break_down() -> str:
            raise OSError("postgres://user:password@host")

        monkeypatch.setitem(health.PARTS, "database", break_down)

        answer = client.get("/readyz")

        assert answer.status_code == 503
        assert answer.json()["parts"]["database"] == "failed (OSError)"
        assert b"password" not in answer.content


def test_healthz_touches_no_database(client):
    """Without the marker ``django_db`` a single query fails this test."""
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nobody_posts_there(client, path):
    assert client.post(path).status_code == 405
