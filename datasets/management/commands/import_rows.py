"""``python manage.py import_rows PROJECT FILE``: a file's rows, as by the page, without its job."""

import json
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from common.errors import Refused
from datasets.models import Contribution, Import
from datasets.services import import_adding, import_checking, importing
from projects.models import Membership, Project


class Command(BaseCommand):
    help = "Checks a CSV, TSV, JSON Lines or Parquet file and adds its good rows to a project."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's slug, as in its address")
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", help="who adds them; the project's owner unless given")
        parser.add_argument("--dry-run", action="store_true", help="check only, add nothing")
        parser.add_argument(
            "--again", action="store_true", help="add also rows that are there already"
        )
        parser.add_argument("--bad", type=Path, help="write the bad rows with the reasons there")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project “{options['project']}”: give its slug.")
        user = self._user(project, options["user"])
        try:
            made = self._checked(project, user, options)
            if made.good and not options["dry_run"]:
                importing.add(made, queued=False)
                if not import_adding.add_rows(made):
                    raise CommandError("Another file is being added to this project: try later.")
                made.refresh_from_db()
        except Refused as refused:
            raise CommandError(refused.message) from refused
        finally:
            self._tidy(project, user)
        self.stdout.write(json.dumps(_told(made)) if options["json"] else _line(made))

    def _user(self, project: Project, name: str | None) -> User:
        if name:
            found = User.objects.filter(username=name).first()
            if found is None:
                raise CommandError(f"There is nobody called “{name}”.")
            return found
        owner = (
            project.memberships.filter(role=Membership.Role.OWNER).select_related("user").first()
        )
        if owner is None:
            raise CommandError("The project has no owner: say who adds the rows with --user.")
        return owner.user

    def _checked(self, project: Project, user: User, options: dict[str, Any]) -> Import:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        with path.open("rb") as file:
            self.made = importing.receive(
                project=project,
                user=user,
                file=File(file),
                name=path.name,
                source=Contribution.Source.UPLOAD,
                duplicates_too=options["again"],
                queued=False,
            )
        import_checking.check(self.made)
        self.made.refresh_from_db()
        if self.made.state == Import.State.FAILED:
            raise CommandError(self.made.reason)
        if options["bad"] and self.made.bad_file:
            with default_storage.open(self.made.bad_file) as bad, options["bad"].open("wb") as copy:
                shutil.copyfileobj(bad, copy)
        return self.made

    def _tidy(self, project: Project, user: User) -> None:
        """A file that was only checked, or refused, waits for nobody."""
        made = getattr(self, "made", None)
        if made is not None:
            made.refresh_from_db()
            if made.state != Import.State.ADDED:
                importing.cancel(made)


def _told(made: Import) -> dict[str, Any]:
    return {
        "import": made.pk,
        "contribution": made.contribution_id,
        "state": made.state,
        "good": made.good,
        "bad": made.bad,
        "duplicates": made.duplicates,
        "added": made.written if made.state == Import.State.ADDED else 0,
        "reasons": made.report.get("reasons", []),
    }


def _line(made: Import) -> str:
    told = _told(made)
    lines = [f"{told['added']} rows added, {made.bad} do not fit, {made.duplicates} left out."]
    lines += [f"  {count} x {name or 'row'}: {text}" for name, text, count in told["reasons"]]
    return "\n".join(lines)
