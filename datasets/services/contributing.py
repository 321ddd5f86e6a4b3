"""Contributing rows: one act, there completely or not at all."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.idempotency import once
from accounts.models import IdempotencyKey, User
from common import ratelimit
from common.errors import Refused
from common.limits import CONTRIBUTIONS_PER_MINUTE, IMPORT_ROWS
from datasets import consent, growth
from datasets.models import Contribution
from datasets.queries import Counts, typed_fields
from datasets.queries.wall import Cell
from datasets.records import BadRecord, Prepared, Typed, prepare
from datasets.services.announcing import cell_of, rows_added
from datasets.services.class_counts import classes_of, count_classes
from datasets.services.counting import Taken, count_person, take_arrivals
from datasets.services.writing import delete_invisible, insert_rows, show_rows
from projects.access import Right, right_of
from projects.models import Project
from projects.services import note_events, write_activity

#: Rows of one transaction of an import: under 0.2 s, so that nobody else waits for long.
CHUNK = 500
#: An import that takes longer than this has died.
ABANDONED_HOURS = 1


def contribute(
    *,
    project: Project,
    user: User,
    rows: Sequence[Mapping[int, Any]],
    source: str,
    key: str = "",
    right: Right | None = None,
    fields: Typed | None = None,
) -> Contribution:
    """Add rows, given as values by field id, and tell every open window.

    The rows are visible together in one transaction with the idempotency key, the counts, the
    activity and the events. More than ``CHUNK`` rows are written invisibly before, in chunks.

    ``right`` and ``fields`` are what the caller read in this request already: the person's right,
    from the door, and the fields of ``project``, read after it. Without them they are read here.

    Raises:
        Refused: the project takes no rows, the person is too fast, a value does not fit (nothing
            is written then), or the key was used for something else (409).
    """
    check_takes_rows(project, user, right)
    fields = typed_fields(project) if fields is None else fields
    prepared = _prepared(fields, rows)
    if source != Contribution.Source.SEED:
        ratelimit.spend("contribute", user.pk, limit=CONTRIBUTIONS_PER_MINUTE, seconds=60)
    act = _Act(project, user, fields, prepared, source, key)
    return act.at_once() if len(prepared) <= CHUNK else act.in_chunks()


def check_takes_rows(project: Project, user: User, right: Right | None = None) -> None:
    """Refuse when the project takes no rows from this person now; ``right`` as the door found it.

    Raises:
        Refused: it is a draft of somebody else, hidden, or has no fields.
    """
    right = right_of(user, project) if right is None else right
    if project.hidden or right is None or right < Right.PARTICIPATE:
        raise Refused(_("This project takes no datapoints from you now."), status=403)
    if not project.is_published and right < Right.MAINTAIN:
        raise Refused(
            _("This project is a draft: it takes datapoints once its owner has published it."),
            status=409,
        )


def _prepared(fields: Typed, rows: Sequence[Mapping[int, Any]]) -> list[Prepared]:
    if not fields:
        raise Refused(_("This project has no fields yet: describe a datapoint first."), status=409)
    if not 1 <= len(rows) <= IMPORT_ROWS:
        message = _("One contribution has 1 to %(limit)s rows; this has %(count)s. Split it.")
        raise Refused(message % {"limit": IMPORT_ROWS, "count": len(rows)})
    prepared = []
    for number, row in enumerate(rows, start=1):
        try:
            prepared.append(prepare(fields, row))
        except BadRecord as bad:
            reason = " ".join(problem.message for problem in bad.problems)
            if len(rows) > 1:
                reason = _("Row %(number)s: %(reason)s") % {"number": number, "reason": reason}
            raise Refused(reason) from bad
    return prepared


class _Act:
    """One contribution on its way into the table."""

    def __init__(
        self,
        project: Project,
        user: User,
        fields: Typed,
        prepared: list[Prepared],
        source: str,
        key: str,
    ) -> None:
        self.project = project
        self.user = user
        self.fields = fields
        self.prepared = prepared
        self.source = source
        self.key = key
        self.made: Contribution | None = None
        self.body = sha256(
            b"contribute %d " % project.pk + b"".join(row.row_hash for row in prepared)
        ).hexdigest()

    def at_once(self) -> Contribution:
        """Everything in one transaction."""
        return self._answered(once(self.user, self.key, self.body, self._write_all).answer)

    def in_chunks(self) -> Contribution:
        """Invisible rows in short transactions, then one that shows them all."""
        forget_abandoned(self.project)
        if self._asked_before():
            return self._answered(once(self.user, self.key, self.body, self._write_all).answer)
        contribution = self._written_invisibly()
        try:
            said = once(self.user, self.key, self.body, lambda: self._flip(contribution))
        except BaseException:
            _forget(contribution)
            raise
        if said.replayed:
            _forget(contribution)
        return self._answered(said.answer)

    def _asked_before(self) -> bool:
        known = IdempotencyKey.objects.filter(user=self.user, key=self.key)
        return bool(self.key) and known.exists()

    def _answered(self, answer: Mapping[str, Any]) -> Contribution:
        if self.made is not None and self.made.pk == answer["contribution"]:
            return self.made
        found = Contribution.objects.select_related("project", "user")
        return found.get(pk=answer["contribution"])

    def _open(self, **state: object) -> Contribution:
        return Contribution.objects.create(
            project=self.project,
            user=self.user,
            source=self.source,
            licence=self.project.licence,
            consent_version=consent.VERSION,
            idempotency_key=self.key,
            rows=len(self.prepared),
            **state,
        )

    def _write_all(self) -> dict[str, Any]:
        taken = take_arrivals(self.project, len(self.prepared))
        first = taken.first
        contribution = self._open(state=Contribution.State.VISIBLE, first_arrival=first)
        row = insert_rows(contribution, self.fields, self.prepared, position=0, first_arrival=first)
        self.made = contribution
        cells = None if row is None else [cell_of(self.fields, self.prepared[0], first, row)]
        return self._told(contribution, taken, cells)

    def _written_invisibly(self) -> Contribution:
        contribution = self._open()
        try:
            for start in range(0, len(self.prepared), CHUNK):
                chunk = self.prepared[start : start + CHUNK]
                with transaction.atomic():
                    insert_rows(
                        contribution, self.fields, chunk, position=start, first_arrival=None
                    )
        except BaseException:
            _forget(contribution)
            raise
        return contribution

    def _flip(self, contribution: Contribution) -> dict[str, Any]:
        taken = take_arrivals(self.project, len(self.prepared))
        contribution.state = Contribution.State.VISIBLE
        contribution.first_arrival = taken.first
        contribution.save(update_fields=["state", "first_arrival"])
        show_rows(contribution, taken.first)
        return self._told(contribution, taken, None)

    def _told(
        self, contribution: Contribution, taken: Taken, cells: list[Cell] | None
    ) -> dict[str, Any]:
        came = count_person(self.project, self.user, len(self.prepared))
        described = [field for field, _type in self.fields]
        count_classes(described, classes_of(self.fields, self.prepared))
        _activity, event = write_activity(
            project=self.project,
            actor=self.user,
            kind="rows_added",
            payload={"contribution": contribution.pk, "rows": len(self.prepared)},
        )
        first = bool(came) and self._is_first(contribution)
        note_events(self.project, self.user, {"person": int(first), "rows": len(self.prepared)})
        counts = Counts(taken.accepted, taken.pending, taken.people + came)
        growth.changed(self.project.pk, counts.accepted)
        # Last: the counter row of the event log stays locked until the commit.
        rows_added(contribution, self.fields, counts, cells=cells, before=[event])
        return {"contribution": contribution.pk}

    def _is_first(self, contribution: Contribution) -> bool:
        """Whether it is the person's first here; one who takes all back and returns is not new."""
        acts = Contribution.objects.filter(project=self.project, user=self.user)
        return not acts.exclude(pk=contribution.pk).exists()


def forget_abandoned(project: Project) -> int:
    """Remove what imports left that died before their rows were visible; return how many."""
    oldest = timezone.now() - timedelta(hours=ABANDONED_HOURS)
    found = Contribution.objects.select_related("project").filter(
        project=project, state=Contribution.State.OPEN, created__lt=oldest
    )
    left = list(found)
    for contribution in left:
        _forget(contribution)
    return len(left)


def _forget(contribution: Contribution) -> None:
    """Remove what an import wrote before it became visible."""
    with transaction.atomic():
        delete_invisible(contribution)
        contribution.delete()
