"""Run a command beside a throw-away PostgreSQL: ``python -m scripts.postgres COMMAND …``.

A Redis runs beside it, whose address the command finds in ``TEST_REDIS_URL``.

The cluster has a folder, a socket and a free loopback port of its own, belongs to a user who is
not root, and is gone afterwards whatever the command did.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from scripts import debian, redis

PACKAGE = "postgresql"
USER = "postgres"
START_SECONDS = 30
#: A crash of the machine may lose this cluster: it holds nothing but tests.
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


def main() -> int:
    """The command's exit status."""
    command = sys.argv[1:]
    if not command:
        print("Usage: python -m scripts.postgres COMMAND …", file=sys.stderr)
        return 2
    programs = found_or_installed()
    if programs is None:
        return debian.missing("PostgreSQL", PACKAGE, "the tests on PostgreSQL are SKIPPED")
    signal.signal(signal.SIGTERM, interrupted)
    try:
        with cluster(programs) as url, redis.running() as beside:
            environment = {**os.environ, "DATABASE_URL": url, "TEST_REDIS_URL": beside or ""}
            return subprocess.run(command, check=False, env=environment).returncode
    except KeyboardInterrupt:
        return 130


def interrupted(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def found_or_installed() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, which Debian keeps off the search path."""
    found = newest_programs()
    if found is None and debian.install(PACKAGE):
        found = newest_programs()
    return found


def newest_programs() -> Path | None:
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    )
    initdb = debian.find("initdb", *reversed(versions))
    return initdb.parent if initdb else None


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """A running cluster; gives the URL of its database."""
    folder = Path(tempfile.mkdtemp(prefix="cc-postgres-"))
    user = USER if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user, user)
    port = free_port()
    try:
        make(programs, folder, user)
        server = start(programs, folder, port, user)
        try:
            wait_for(server, folder, port)
            yield f"postgres://{USER}@127.0.0.1:{port}/postgres"
        finally:
            stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make(programs: Path, folder: Path, user: str | None) -> None:
    command: list[str | Path] = [
        programs / "initdb",
        *("--pgdata", folder / "data", "--username", USER, "--auth", "trust"),
        *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
    ]
    subprocess.run(
        command,
        check=True,
        user=user,
        group=user,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def start(programs: Path, folder: Path, port: int, user: str | None) -> "subprocess.Popen[bytes]":
    options = {
        **OPTIONS,
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
    }
    command: list[str | Path] = [programs / "postgres", "-D", folder / "data"]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        # A group of its own: Ctrl+C reaches the tests, and we stop the server after them.
        return subprocess.Popen(
            command,
            user=user,
            group=user,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait_for(server: "subprocess.Popen[bytes]", folder: Path, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    print((folder / "log").read_text(errors="replace"), file=sys.stderr)
    raise SystemExit("PostgreSQL did not start: its log is above.")


def stop(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
    try:
        server.wait(START_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
