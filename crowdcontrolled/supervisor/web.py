"""Serves the site: ``python -m crowdcontrolled.supervisor.web PARENT HOST PORT``."""

import os
import sys

from crowdcontrolled.supervisor.bound import bind

#: Daphne's limits, the site's own and those of its tests.
#: The message size counts both ways: a window that comes back after a cut gets frames of up to a
#: mebibyte. What a browser sends is measured again by ``live.messages``, at 64 KiB.
#: The timeout is that of an unanswered request in seconds; Daphne's own default is never.
LIMITS = {
    "--http-timeout": 60,
    "--websocket-max-message-size": 2 * 1024 * 1024,
    "--websocket-max-frame-size": 64 * 1024,
}


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
        **LIMITS,
    }
    pairs = [str(part) for pair in arguments.items() for part in pair]
    CommandLineInterface().run([*pairs, "--no-server-name", f"{module}:{name}"])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
