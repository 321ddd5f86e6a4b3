"""``up`` ends with all that it started, however it ends; work in hand is given back."""

import os
import signal
import subprocess

import pytest

from tests.supervisor.running import living, wait_for
from tests.supervisor.test_up_kills import job, wait_until, wish

pytestmark = pytest.mark.long


def test_stopping_gives_the_job_back_uncounted_and_leaves_nothing(site):
    wish(site, "nap", "long", milliseconds=6000, child=True)
    wait_until(site, "long", "running", 20)
    everything = site.everything()
    assert len(everything) >= 11

    seconds = site.stop()

    assert seconds < 15
    assert not living(everything)
    site.start()
    site.wait_until_ready()
    wait_until(site, "long", "done", 60)
    assert job(site, "long")["attempt"] == 1
    assert site.get("/state")["traces"] == ["long"]


def test_a_killed_supervisor_takes_everything_along(site):
    everything = site.everything()
    assert len(everything) >= 10

    os.kill(site.process.pid, signal.SIGKILL)

    wait_for("everything is gone", lambda: not living(everything), 20)


def test_a_second_one_on_the_same_folder_is_refused(site):
    command = ["python", "manage.py", "up", "--port", "1"]
    second = subprocess.run(
        [site.process.args[0], *command[1:]],
        env=site.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert second.returncode == 1
    assert "Another `up` serves" in second.stderr
    assert site.get("/readyz")["ready"]
