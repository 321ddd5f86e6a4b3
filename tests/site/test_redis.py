"""The cache on a real Redis, which ``make test-postgres`` starts beside its database."""

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from common.errors import Refused
from common.ratelimit import spend
from projects.models import Project

URL = os.environ.get("TEST_REDIS_URL", "")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def redis_cache() -> Iterator[None]:
    backend: dict[str, Any] = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
    with override_settings(CACHES={"default": backend | {"LOCATION": URL}}):
        cache.clear()
        yield
        cache.clear()


def passes(who: str, limit: int) -> bool:
    try:
        spend("redis-test", who, limit=limit, seconds=60)
    except Refused:
        return False
    return True


def test_a_limit_is_kept_per_person() -> None:
    assert [passes("carol", 3) for _ in range(5)] == [True, True, True, False, False]
    assert passes("dave", 3)
    with pytest.raises(Refused, match="Slow down") as refused:
        spend("redis-test", "carol", limit=3, seconds=60)
    assert refused.value.status == 429
    assert refused.value.retry_after


def test_many_at_once_pass_hardly_more_than_the_limit() -> None:
    passed: list[bool] = []
    at_once = 4

    def act() -> None:
        passed.extend(passes("carol", 10) for _ in range(20))

    threads = [threading.Thread(target=act) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 10 <= sum(passed) <= 10 + at_once - 1


def test_pages_are_served_from_it(digits: Project, carol_client: Client) -> None:
    assert carol_client.get("/").status_code == 200
    assert carol_client.get(f"/p/{digits.slug}/").status_code == 200
