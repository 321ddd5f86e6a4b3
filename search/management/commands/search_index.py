"""``manage.py search_index``: make the index of the search anew, or say where it is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import index
from search.filling import drift, rebuild

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Make the search index anew; with --check only say where it differs from the data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; 1 on a difference"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
        else:
            self.stdout.write(f"{rebuild()} documents can be found.")

    def _check(self) -> None:
        found = [f"{kind} {number}: {what}" for kind, number, what in drift()]
        if not index.is_whole():
            found.append("the database's own full-text index differs from the documents")
        for line in found[:MOST_SHOWN]:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} differences. Run `manage.py search_index` to mend.")
        self.stdout.write("The index says what the data say.")
