"""``python manage.py check_tables``: the registry against the real tables."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from datasets.checking import Checked, check_project
from projects.models import Project


class Command(BaseCommand):
    help = (
        "Compares fields, counts and versions of projects with their real tables. Exit status: "
        "0 when all is well or healed, 1 when something is left that somebody must look at."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heal", action="store_true", help="heal what can be healed safely")
        parser.add_argument("--project", metavar="SLUG", help="only this project")
        parser.add_argument("--json", action="store_true", help="print one JSON list")

    def handle(self, *_args: Any, heal: bool, project: str | None, **options: Any) -> None:
        found: list[dict[str, Any]] = []
        for one in _projects(project):
            for finding in check_project(Checked(one), heal=heal):
                found.append(finding.json())
                if not options["json"]:
                    self.stdout.write(_line(found[-1]))
        left = sum(not one["healed"] for one in found)
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(f"{len(found)} findings, {len(found) - left} healed, {left} left.")
        if left:
            raise SystemExit(1)


def _projects(slug: str | None) -> Any:
    found = Project.objects.order_by("pk")
    if slug is None:
        return found
    if not found.filter(slug=slug).exists():
        raise CommandError(f"There is no project {slug!r}.")
    return found.filter(slug=slug)


def _line(finding: dict[str, Any]) -> str:
    mark = "healed" if finding["healed"] else "heals" if finding["heals"] else "look"
    return f"{finding['project']}: {finding['finding']} [{mark}]: {finding['detail']}"
