"""The supervisor with real processes of the smallest kind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from crowdcontrolled.supervisor import child as child_module
from crowdcontrolled.supervisor import linux
from crowdcontrolled.supervisor.child import Child
from crowdcontrolled.supervisor.health import Watch
from tests.supervisor.running import living, wait_for

SLEEP = "import time; time.sleep(60)"


class Content(Watch):
    """Never complains, until it is told to."""

    def restarted(self) -> None:
        self.reason = ""

    def complaint(self) -> str:
        return self.reason


def make(code: str, name: str = "test") -> Child:
    return Child(name, ("-c", code), Content())


def test_a_death_is_noticed_and_the_first_restart_is_at_once():
    child = make("raise SystemExit(3)")
    assert child.start_when_due()
    wait_for("it ends", child.has_died, 10)

    assert child.bury() == 3
    assert child.pid is None
    assert child.start_when_due()
    child.bury()


def test_restarts_in_a_row_are_slowed_down(monkeypatch):
    monkeypatch.setattr(child_module, "DELAYS", (0.0, 0.3, 30.0))
    child = make(SLEEP)
    child.start_when_due()
    child.bury()
    assert child.start_when_due()
    child.bury()
    assert not child.start_when_due()
    time.sleep(0.35)
    assert child.start_when_due()
    child.bury()
    time.sleep(0.35)
    assert not child.start_when_due()


def test_burying_takes_the_whole_group_along():
    child = make(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEP!r}])")
    child.start_when_due()
    assert child.pid is not None
    group = child.pid
    wait_for("its child", lambda: len(linux.living(group)) == 2, 10)

    child.bury()

    wait_for("all are gone", lambda: not linux.living(group), 5)


def supervise(folder: Path, *codes: str) -> subprocess.Popen[str]:
    """A supervisor in a process of its own, since it takes over signals and orphans."""
    script = folder / "supervise.py"
    script.write_text(
        textwrap.dedent(
            f"""
            from crowdcontrolled.supervisor.supervise import Supervisor
            from tests.supervisor.test_supervise import make

            Supervisor([make(code, f"c{{n}}") for n, code in enumerate({codes!r})]).run()
            """
        ),
        encoding="utf-8",
    )
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, str(script)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def below(pid: int) -> set[int]:
    return {process.pid for process in linux.descendants(pid) if not process.dead}


def stop(supervisor: "subprocess.Popen[str]") -> str:
    supervisor.terminate()
    output, _ = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 0, output
    return output


def test_it_restarts_what_dies_prefixes_its_lines_and_leaves_nothing(tmp_path):
    supervisor = supervise(tmp_path, "print('hello from the child')\n" + SLEEP, SLEEP)
    pids = wait_for(
        "two children", lambda: len(below(supervisor.pid)) == 2 and below(supervisor.pid), 10
    )
    os.kill(min(pids), signal.SIGKILL)
    wait_for("a new one", lambda: len(below(supervisor.pid) - pids) == 1, 10)
    everything = below(supervisor.pid)

    output = stop(supervisor)

    assert not living(everything)
    assert "c0       | hello from the child\n" in output
    assert "ended (killed by SIGKILL); starting it again." in output
    assert output.endswith("up       | stopped.\n")


@pytest.mark.parametrize("session", [True, False])
@pytest.mark.long
def test_an_orphan_is_ended_whatever_its_session(tmp_path, session):
    leave = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, '-c', {SLEEP!r}], start_new_session={session})
time.sleep(60)
"""
    supervisor = supervise(tmp_path, leave)
    pids = wait_for(
        "the grandchild", lambda: len(below(supervisor.pid)) == 2 and below(supervisor.pid), 10
    )
    os.kill(min(pids), signal.SIGKILL)

    wait_for("both are gone", lambda: not living(pids), 10)
    stop(supervisor)


def test_it_leaves_other_peoples_processes_alone(tmp_path):
    with subprocess.Popen([sys.executable, "-c", SLEEP]) as stranger:
        supervisor = supervise(tmp_path, SLEEP)
        wait_for("its child", lambda: below(supervisor.pid), 10)
        stop(supervisor)

        assert living({stranger.pid})
        stranger.kill()


def test_a_child_that_will_not_end_is_killed_at_the_second_signal(tmp_path):
    stubborn = (
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf')\n" + SLEEP
    )
    supervisor = supervise(tmp_path, stubborn)
    output = supervisor.stdout
    assert output is not None
    wait_for("it is deaf", lambda: "deaf" in output.readline(), 10)
    pids = below(supervisor.pid)

    began = time.monotonic()
    supervisor.terminate()
    time.sleep(0.5)
    assert living(pids) == pids
    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate(timeout=10)

    assert time.monotonic() - began < 8
    assert not living(pids)


def test_the_supervisor_needs_neither_torch_nor_a_database():
    code = (
        "import crowdcontrolled.supervisor.supervise, sys;"
        "assert not {'torch', 'django.db'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
