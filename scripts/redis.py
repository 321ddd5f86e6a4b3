"""A throw-away Redis for the tests: on a free loopback port, in memory, gone afterwards."""

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from scripts import debian

PACKAGE = "redis-server"
START_SECONDS = 15


@contextmanager
def running() -> Iterator[str | None]:
    """The URL of a running server; None, said loudly, where it cannot be installed.

    Raises:
        SystemExit: it did not start; or it is not here, and in CI it has to be.
    """
    if not (debian.find(PACKAGE) or debian.install(PACKAGE)):
        if debian.missing("Redis", PACKAGE, "the tests on Redis are SKIPPED"):
            raise SystemExit(1)
        yield None
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="cc-redis-") as folder:
        command = [PACKAGE, "--bind", "127.0.0.1", "--port", str(port), "--dir", folder]
        command += ["--save", "", "--appendonly", "no"]
        # A group of its own: Ctrl+C reaches the tests, and we stop the server after them.
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait_for(server, port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait()


def _wait_for(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("Redis did not start.")
