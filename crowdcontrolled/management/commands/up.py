"""``python manage.py up``: everything from a fresh clone to a running site, in one command."""

import contextlib
import os
import socket
import threading
from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from crowdcontrolled import env
from crowdcontrolled.housekeeping import keep_tidy
from crowdcontrolled.supervisor import lock, log, prepare
from crowdcontrolled.supervisor.child import Child
from crowdcontrolled.supervisor.health import BeatWatch, WebWatch
from crowdcontrolled.supervisor.supervise import Supervisor
from crowdcontrolled.supervisor.watching import watch_clusters, watch_web
from jobs.states import SLOTS

#: Who gets a one-time sign-in link in the demo: the seeded names, and what they may show.
DEMO_PEOPLE = (("moderator", "a moderator"), ("mira", "a member"))


class Command(BaseCommand):
    help = "Prepares the site and serves it until Ctrl+C: web and workers under one supervisor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=env.integer("PORT", 8000, minimum=1))
        parser.add_argument(
            "--host",
            default=env.text("HOST", "127.0.0.1"),
            help="the address to listen on; 0.0.0.0 is every one of this machine",
        )
        parser.add_argument("--no-seed", action="store_true", help="never fill in demo data")

    def handle(self, *_args: Any, port: int, host: str, no_seed: bool, **_options: Any) -> None:
        try:
            held = lock.hold(settings.VAR / "up.lock")
        except lock.AlreadyRunning:
            raise CommandError(
                f"Another `up` serves {settings.VAR} already. Stop it first, "
                "or set VAR to another folder."
            ) from None
        with held:
            _check_port(host, port)
            self._prepare(no_seed=no_seed)
            self._supervise(host, port, _links(port))

    def _prepare(self, *, no_seed: bool) -> None:
        try:
            prepare.migrate_all(verbosity=0)
            prepare.collect_static()
            if not no_seed and prepare.needs_seed():
                self.stdout.write("Filling in the demo (once, about a minute) …")
                if not prepare.seed():
                    self.stderr.write("The demo data is not complete; the site starts without it.")
        except OperationalError as problem:
            raise CommandError(f"The database does not answer: {problem}") from problem
        finally:
            connections.close_all()

    def _supervise(self, host: str, port: int, links: list[str]) -> None:
        web = WebWatch(_own_address(host), port, _own_name())
        beats = {slot: BeatWatch() for slot in SLOTS}
        stop = threading.Event()
        threads = [
            threading.Thread(target=watch_web, args=(web, stop), daemon=True),
            threading.Thread(target=watch_clusters, args=(beats, stop), daemon=True),
            threading.Thread(target=keep_tidy, args=(stop,), daemon=True),
        ]
        for thread in threads:
            thread.start()
        lines = [f"CrowdControlled is at http://localhost:{port}", *links]

        def welcome() -> None:
            while web.answered and lines:
                log.say("up", lines.pop(0))

        try:
            Supervisor(_children(host, port, web, beats)).run(welcome)
        finally:
            stop.set()


def _links(port: int) -> list[str]:
    """In the demo, a line for each person as whom one may sign in once without a password."""
    if not settings.DEMO:
        return []
    from accounts.services import one_time_link

    people = apps.get_model(settings.AUTH_USER_MODEL)._default_manager
    try:
        found = [(people.filter(username=name).first(), what) for name, what in DEMO_PEOPLE]
        return [
            f"Sign in once as {what}: http://localhost:{port}{one_time_link(person)}"
            for person, what in found
            if person is not None
        ]
    finally:
        connections.close_all()


def _children(host: str, port: int, web: WebWatch, beats: dict[str, BeatWatch]) -> list[Child]:
    parent = str(os.getpid())
    package = "crowdcontrolled.supervisor"
    return [
        Child("web", ("-m", f"{package}.web", parent, host, str(port)), web),
        *(
            Child(slot, ("-m", f"{package}.cluster", parent), beat, {"Q_CLUSTER_NAME": slot})
            for slot, beat in beats.items()
        ),
    ]


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CommandError(
                f"Cannot listen on port {port} of {host}: {problem.strerror}. "
                "Choose another one with --port or --host."
            ) from problem


def _own_address(host: str) -> str:
    """Where the site can be asked from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def _own_name() -> str:
    """A host name that the site accepts."""
    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    return names[0] if names else "localhost"
