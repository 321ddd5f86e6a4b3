"""A site under supervision, stopped whatever happens."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.supervisor.running import RunningSite

if sys.platform != "linux":
    collect_ignore_glob = ["test_*"]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[RunningSite]:
    running = RunningSite(tmp_path, "tests.supervisor.settings")
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()
