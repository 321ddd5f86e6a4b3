"""Jobs of this app: files are checked and added in the background, a step at a time."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused
from datasets.models import Import
from datasets.services import import_adding, import_checking, importing, opening_rest
from datasets.services.import_states import Stopped
from jobs.kinds import Kind, register
from jobs.models import Job
from jobs.services import finish

#: A worker that is killed leaves the import where it was, and the next one goes on.
ATTEMPTS = 10
SECONDS = 780


def install() -> None:
    """Register the jobs; called once the apps are ready."""
    register(
        Kind(
            opening_rest.KIND,
            "light",
            "datasets.tasks.add_rest",
            max_attempts=ATTEMPTS,
            time_limit=SECONDS,
        )
    )
    for name, handler in (
        (importing.CHECK, "datasets.tasks.check_import"),
        (importing.ADD, "datasets.tasks.add_import"),
        (importing.CLEAR, "datasets.tasks.clear_import"),
    ):
        register(
            Kind(
                name,
                "light",
                handler,
                max_attempts=ATTEMPTS,
                time_limit=SECONDS,
                on_failed="datasets.tasks.import_failed",
            )
        )


def check_import(job: Job) -> None:
    """Check the file of an import; the handler of ``import_check``."""
    _do(job, import_checking.check)


def add_import(job: Job) -> None:
    """Add the rows of an import; the handler of ``import_add``."""
    _do(job, import_adding.add_rows)


def clear_import(job: Job) -> None:
    """Remove what an import wrote; the handler of ``import_clear``."""
    _do(job, import_adding.clear)


def add_rest(job: Job) -> None:
    """Add the other rows of a table that became a project; the handler of ``opening_rest``."""
    user = User.objects.filter(pk=job.user).first() if job.user is not None else None
    if user is not None:
        try:
            with translation.override(user.language or translation.get_language()):
                opening_rest.import_rest(user, UUID(job.payload["table"]))
        except Stopped:
            pass
    if job.token is not None:
        with transaction.atomic():
            finish(job.pk, job.token)


def import_failed(job: Job) -> None:
    """The job cannot be done: the import says so, and what it wrote is removed."""
    import_ = Import.objects.filter(pk=job.payload["import"]).first()
    if import_ is not None and job.kind != importing.CLEAR:
        reason = job.reason or _("Something went wrong on our side. It was logged.")
        importing.failed(import_, reason)


def _do(job: Job, work: Callable[[Import], object]) -> None:
    found = Import.objects.select_related("project", "user", "contribution__user")
    import_ = found.select_related("contribution__project").filter(pk=job.payload["import"]).first()
    if import_ is not None:
        try:
            # What is said of rows is read by the person who sent them.
            with translation.override(import_.user.language or translation.get_language()):
                work(import_)
        except (Stopped, Refused):
            # Cancelled, or refused with a reason that the import keeps.
            pass
    if job.token is not None:
        with transaction.atomic():
            finish(job.pk, job.token)
