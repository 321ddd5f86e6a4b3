"""Serves the site: ``python -m crowdcontrolled.supervisor.web PARENT HOST PORT``."""

import os
import sys

from crowdcontrolled.supervisor.bound import bind

#: Bytes of one message from a browser over the socket: it only subscribes and pings.
MESSAGE_BYTES = 65_536
#: Seconds after which an unanswered request is given up; Daphne's own default is never.
HTTP_TIMEOUT = 60


def main(parent: int, host: str, port: int) -> None:
    """Be the web process until it is told to stop."""
    bind(parent)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowdcontrolled.settings")
    import django

    django.setup()
    from daphne.cli import CommandLineInterface
    from django.conf import settings

    module, _, name = settings.ASGI_APPLICATION.rpartition(".")
    arguments = {
        "--bind": host,
        "--port": port,
        "--verbosity": 0,
        "--http-timeout": HTTP_TIMEOUT,
        "--websocket-max-message-size": MESSAGE_BYTES,
        "--websocket-max-frame-size": MESSAGE_BYTES,
    }
    pairs = [str(part) for pair in arguments.items() for part in pair]
    CommandLineInterface().run([*pairs, "--no-server-name", f"{module}:{name}"])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
