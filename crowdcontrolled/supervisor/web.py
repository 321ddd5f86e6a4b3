"""Serves the site: ``python -m crowdcontrolled.supervisor.web PARENT HOST PORT``."""

import os
import sys

from crowdcontrolled.supervisor.bodies import keep_bodies_small
from crowdcontrolled.supervisor.bound import bind

#: Daphne's limits, the site's own and those of its tests.
#: The message size counts both ways: a window that comes back after a cut gets frames of up to a
#: mebibyte. What a browser sends is measured again by ``live.messages``, at 64 KiB.
#: A request that is not answered completely after so many seconds is given up; Daphne's own default
#: is never. A large file on its way out of the disk needs more than a minute.
LIMITS = {
    "--http-timeout": 600,
    "--websocket-max-message-size": 2 * 1024 * 1024,
    "--websocket-max-frame-size": 64 * 1024,
}
#: Daphne takes a whole download into memory and sends as fast as its reader reads. Twisted beneath
#: counts the connection as idle from then on: it closes it after 60 s, and cuts it off 15 s later
#: however much is unread. Slow readers get this long instead; who stalls for longer is cut.
UNREAD_SECONDS = 900


def main(parent: int, host: str, port: int) -> None:
    """Be the web process until it is told to stop."""
    bind(parent)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowdcontrolled.settings")
    import django

    django.setup()
    from daphne.cli import CommandLineInterface
    from django.conf import settings

    wait_for_slow_readers()
    keep_bodies_small()
    module, _, name = settings.ASGI_APPLICATION.rpartition(".")
    arguments = {
        "--bind": host,
        "--port": port,
        "--verbosity": 0,
        **LIMITS,
    }
    pairs = [str(part) for pair in arguments.items() for part in pair]
    CommandLineInterface().run([*pairs, "--no-server-name", f"{module}:{name}"])


def wait_for_slow_readers() -> None:
    """Let downloads take as long as ``UNREAD_SECONDS`` after the last byte was handed over."""
    from twisted.web.http import HTTPChannel

    HTTPChannel.abortTimeout = UNREAD_SECONDS


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
