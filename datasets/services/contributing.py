"""Contributing rows: one act, there completely or not at all."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Enum
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
from datasets.field_types import BadValue
from datasets.models import Contribution, DataTable, Field, RowState
from datasets.queries import Counts, typed_fields
from datasets.queries.wall import Cell
from datasets.records import BadRecord, Prepared, Typed, prepare, with_free_target
from datasets.reviewing.claims import lock
from datasets.services.announcing import cell_of, rows_added, rows_waiting
from datasets.services.class_counts import classes_of, count_classes
from datasets.services.counting import Standing, Taken, count_person, take_arrivals
from datasets.services.same_rows import check_new, refusal, same_rows
from datasets.services.writing import delete_invisible, insert_rows, show_rows
from projects.access import Right, right_of
from projects.models import Project
from projects.services import note_events, write_activity

#: Rows of one transaction of an import: under 0.2 s, so that nobody else waits for long.
CHUNK = 500
#: An import that takes longer than this has died.
ABANDONED_HOURS = 1


class Copies(Enum):
    """What becomes of rows that are there already, where the project refuses duplicates."""

    #: The whole act is refused.
    REFUSE = "refuse"
    #: They are left out; an act of nothing else is refused.
    SKIP = "skip"
    #: They are added: a maintainer asked for it, or the rows begin the project.
    ADD = "add"


def contribute(
    *,
    project: Project,
    user: User,
    rows: Sequence[Mapping[int, Any]],
    source: str,
    key: str = "",
    right: Right | None = None,
    fields: Typed | None = None,
    copies: Copies = Copies.REFUSE,
) -> Contribution:
    """Add rows, given as values by field id, and tell every open window.

    The rows are there together in one transaction with the idempotency key, the counts, the
    activity and the events. More than ``CHUNK`` rows are written invisibly before, in chunks.
    Where the project's rules say so they wait for a check: ``Contribution.waiting`` of what is
    returned says how many. In a project that collects labels, rows without one are items.

    ``right`` and ``fields`` are what the caller read in this request already: the person's right,
    from the door, and the fields of ``project``, read after it. Without them they are read here.
    ``copies`` says what becomes of rows that are there already, where the project refuses such.

    Raises:
        SameRow: a row is there already, or all of them are.
        Refused: the project takes no rows, the person is too fast, a value does not fit (nothing
            is written then), or the key was used for something else (409).
    """
    right = check_takes_rows(project, user, right)
    fields = typed_fields(project) if fields is None else fields
    prepared = prepared_rows(fields, rows)
    standing = Standing.MAINTAINER if right >= Right.MAINTAIN else Standing.ANYBODY
    if source == Contribution.Source.SEED:
        standing, copies = Standing.OPERATOR, Copies.ADD
    else:
        ratelimit.spend("contribute", user.pk, limit=CONTRIBUTIONS_PER_MINUTE, seconds=60)
    act = _Act(project, user, fields, prepared, source, key, standing, copies)
    return act.at_once() if len(prepared) <= CHUNK else act.in_chunks()


def check_takes_rows(project: Project, user: User, right: Right | None = None) -> Right:
    """Refuse when the project takes no rows from this person now; ``right`` as the door found it.

    Returns the person's right.

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
    return right


def check_adds_items(project: Project, right: Right) -> None:
    """Refuse rows of somebody who is no maintainer, where people give labels.

    Raises:
        Refused: 403, with what they can do.
    """
    labels = DataTable.objects.filter(project=project, collects=DataTable.Collects.LABELS)
    if right < Right.MAINTAIN and labels.exists():
        raise only_labels()


def only_labels() -> Refused:
    """What is said to whoever would add a datapoint where people give labels."""
    return Refused(
        _(
            "This project asks for labels: its maintainers add the items. "
            "Say what they are on the page “Label”."
        ),
        status=403,
    )


def prepared_rows(fields: Typed, rows: Sequence[Mapping[int, Any]]) -> list[Prepared]:
    """Rows ready to be written, from values by field id; the target may be missing.

    Whether it may stay so, the project's rules say under their lock.

    Raises:
        Refused: a value does not fit; the sentence says in which row.
    """
    if not fields:
        raise Refused(_("This project has no fields yet: describe a datapoint first."), status=409)
    if not 1 <= len(rows) <= IMPORT_ROWS:
        message = _("One contribution has 1 to %(limit)s rows; this has %(count)s. Split it.")
        raise Refused(message % {"limit": IMPORT_ROWS, "count": len(rows)})
    prepared = []
    lenient = with_free_target(fields)
    for number, row in enumerate(rows, start=1):
        try:
            prepared.append(prepare(lenient, row))
        except BadRecord as bad:
            reason = " ".join(problem.message for problem in bad.problems)
            raise Refused(_numbered(reason, number, len(rows))) from bad
    return prepared


def _numbered(reason: str, number: int, count: int) -> str:
    """The reason with the row's number, when there are several."""
    if count == 1:
        return reason
    return _("Row %(number)s: %(reason)s") % {"number": number, "reason": reason}


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
        standing: Standing,
        copies: Copies,
    ) -> None:
        self.project = project
        self.user = user
        self.fields = fields
        self.prepared = prepared
        self.source = source
        self.key = key
        self.standing = standing
        self.copies = copies
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
        if self.copies is Copies.SKIP:
            with transaction.atomic():
                self._leave_copies_out()
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
        made = found.get(pk=answer["contribution"])
        made.waiting = answer.get("waiting", 0)
        return made

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
        if self.copies is Copies.SKIP:
            self._leave_copies_out()
        taken = self._taken()
        first = taken.first
        contribution = self._open(state=Contribution.State.VISIBLE, first_arrival=first)
        states = self._states(taken)
        row = insert_rows(
            contribution, self.fields, self.prepared, position=0, first_arrival=first, states=states
        )
        self.made = contribution
        shown = row is not None and states == [RowState.ACCEPTED]
        cells = [cell_of(self.fields, self.prepared[0], first, row)] if row and shown else None
        return self._told(contribution, taken, states, cells)

    def _taken(self) -> Taken:
        """Arrival numbers, when the rows may come under the project's rules of now."""
        taken = take_arrivals(
            self.project, len(self.prepared), bare=len(self._bare()), standing=self.standing
        )
        if not taken.labels:
            self._check_labels()
        elif self.standing is Standing.ANYBODY:
            raise only_labels()
        if taken.duplicates == DataTable.Duplicates.REFUSE and self.copies is not Copies.ADD:
            check_new(self.project, self.fields, self.prepared)
        return taken

    def _bare(self) -> set[int]:
        """The places of the rows without a label."""
        at = self._place_of_target()
        if at is None:
            return set()
        return {place for place, row in enumerate(self.prepared) if row.stored[at] is None}

    def _place_of_target(self) -> int | None:
        roles = [field.role for field, _type in self.fields]
        return roles.index(Field.Role.TARGET) if Field.Role.TARGET in roles else None

    def _check_labels(self) -> None:
        at, bare = self._place_of_target(), self._bare()
        if at is None or not bare:
            return
        try:
            self.fields[at][1].missing()
        except BadValue as bad:
            raise Refused(_numbered(bad.message, min(bare) + 1, len(self.prepared))) from bad

    def _states(self, taken: Taken) -> list[RowState]:
        waiting = self._bare() if taken.labels else set()
        state = taken.state_for(self.standing)
        places = range(len(self.prepared))
        return [RowState.PENDING if place in waiting else state for place in places]

    def _leave_copies_out(self) -> None:
        """Keep the rows that are new; under the lock nothing comes between looking and writing."""
        if lock(self.project).duplicates == DataTable.Duplicates.ALLOW:
            return
        same = same_rows(self.project, self.fields, self.prepared)
        if len(same) == len(self.prepared):
            raise refusal(same, len(self.prepared))
        out = {one.place for one in same}
        self.prepared = [row for at, row in enumerate(self.prepared) if at not in out]

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
        taken = self._taken()
        states = self._states(taken)
        contribution.state = Contribution.State.VISIBLE
        contribution.first_arrival = taken.first
        contribution.save(update_fields=["state", "first_arrival"])
        show_rows(contribution, taken.first, states)
        return self._told(contribution, taken, states, None)

    def _told(
        self,
        contribution: Contribution,
        taken: Taken,
        states: list[RowState],
        cells: list[Cell] | None,
    ) -> dict[str, Any]:
        accepted = states.count(RowState.ACCEPTED)
        contribution.waiting = len(states) - accepted
        answer = {"contribution": contribution.pk, "waiting": contribution.waiting}
        if not accepted:
            rows_waiting(contribution, Counts(taken.accepted, taken.pending, taken.people))
            return answer
        came = count_person(self.project, self.user, accepted)
        shown = [
            row
            for row, state in zip(self.prepared, states, strict=True)
            if state == RowState.ACCEPTED
        ]
        count_classes([field for field, _type in self.fields], classes_of(self.fields, shown))
        _activity, event = write_activity(
            project=self.project,
            actor=self.user,
            kind="rows_added",
            payload={"contribution": contribution.pk, "rows": accepted},
        )
        first = bool(came) and self._is_first(contribution)
        note_events(self.project, self.user, {"person": int(first), "rows": accepted})
        counts = Counts(taken.accepted, taken.pending, taken.people + came)
        growth.changed(self.project.pk, counts.accepted)
        # Last: the counter row of the event log stays locked until the commit.
        rows_added(contribution, self.fields, counts, cells=cells, before=[event])
        return answer

    def _is_first(self, contribution: Contribution) -> bool:
        """Whether it is the person's first here; one who takes all back and returns is not new."""
        acts = Contribution.objects.filter(project=self.project, user=self.user)
        return not acts.exclude(pk=contribution.pk).exists()


def forget_abandoned(project: Project) -> int:
    """Remove what imports left that died before their rows were visible; return how many."""
    oldest = timezone.now() - timedelta(hours=ABANDONED_HOURS)
    found = Contribution.objects.select_related("project").filter(
        # A file's rows have a job that goes on with them, or removes them.
        project=project,
        state=Contribution.State.OPEN,
        created__lt=oldest,
        import_of=None,
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
