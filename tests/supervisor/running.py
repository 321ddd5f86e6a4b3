"""A really started ``up``: on a folder and a port of its own, watched from outside."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from crowdcontrolled.supervisor import linux

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(what: str, true: Callable[[], Any], seconds: float) -> Any:
    """Ask until the answer is true; failing questions count as false."""
    until = time.monotonic() + seconds
    while True:
        try:
            answer = true()
        except OSError:
            answer = None
        if answer:
            return answer
        assert time.monotonic() < until, f"Waited {seconds:.0f} s in vain: {what}."
        time.sleep(0.1)


class RunningSite:
    """``manage.py up`` as a process of its own."""

    def __init__(self, folder: Path, settings: str, *options: str) -> None:
        self.port = free_port()
        self.output = folder / "up.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "VAR": str(folder),
            "TEST_VAR": str(folder),
            "DJANGO_SETTINGS_MODULE": settings,
            "LOG_LEVEL": "INFO",
        }
        self._options = options
        self.start()

    def start(self) -> None:
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port), *self._options],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float = 60) -> None:
        wait_for("the site is ready", lambda: self.get("/readyz")["ready"], seconds)

    def get(self, path: str) -> Any:
        return self.post(path, None)

    def post(self, path: str, data: object) -> Any:
        body = None if data is None else json.dumps(data).encode()
        address = f"http://127.0.0.1:{self.port}{path}"
        try:
            with urllib.request.urlopen(address, data=body, timeout=15) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as problem:
            # Not ready is no mistake; anything else is, and must not be waited for.
            if problem.code == 503:
                raise
            raise AssertionError(f"{path}: {problem.code} {problem.read()[:2000]!r}") from problem

    def log(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def leader(self, name: str) -> int:
        """The number of the present process of that name, as ``up`` says it."""
        started = re.findall(rf"^up +\| {name} started as process (\d+)\.$", self.log(), re.M)
        return int(started[-1])

    def below(self, pid: int) -> list[int]:
        """The living children of a process, in the order in which they were started."""
        return sorted(child.pid for child in linux.children(pid) if not child.dead)

    def everything(self) -> set[int]:
        """All living processes below ``up``."""
        return {child.pid for child in linux.descendants(self.process.pid) if not child.dead}

    def worker(self, slot: str) -> int:
        """The worker that gave the last sign of life."""
        beats = [beat for beat in self.get("/state")["beats"] if beat["slot"] == slot]
        last = max(beats, key=lambda beat: beat["at"])["worker"]
        return int(last.rpartition(":")[2])

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Stop ``up`` and tell how long that took."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(timeout=40)
        return time.monotonic() - began


def living(pids: set[int]) -> set[int]:
    """Those of the processes that still run."""
    return {process.pid for process in linux.processes() if not process.dead} & pids
