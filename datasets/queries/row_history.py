"""What happened to one row: from its contribution to the last vote, with every value that changed.

Who sees what: changes, their reasons and open flags everybody who sees the row. Single votes and
labels only maintainers, and sums of them everybody once they are settled: a vote that others read
before theirs is no opinion of its own, and who rejected a row is nobody's business but the
maintainers'. Which rows are known answers is never said.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from datasets.history import stored_of
from datasets.models import Flag, Item, Label, Review, Row, RowChange, Vote
from datasets.queries.listing import Cell, ShownRow, shown_cell, shown_row
from datasets.queries.reading import Purpose, rows
from datasets.records import Typed
from datasets.reviewing.reasons import words_of
from projects.models import Project

#: Changes, votes and labels that a page shows, the newest of each.
MOST = 100
#: Near-duplicates that a page links.
NEAR = 6


@dataclass(frozen=True)
class Change:
    """One value that changed."""

    before: Cell
    after: Cell


@dataclass(frozen=True)
class Happening:
    """One thing that happened.

    Attributes:
        words: what.
        who: the person, None for the crowd, for the site, and where it is not said.
        detail: a reason or a note.
        colour: 4 for what speaks for the row, 0 for what speaks against it, else None.
    """

    at: datetime
    words: str
    who: User | None = None
    detail: str = ""
    changes: tuple[Change, ...] = ()
    colour: int | None = None


@dataclass(frozen=True)
class History:
    """A row's history, newest first, and the rows around it.

    ``newer`` and ``older`` are ids of accepted rows; ``alike`` rows of its near-duplicates' group.
    """

    happenings: tuple[Happening, ...]
    flags: tuple[Flag, ...]
    newer: int | None
    older: int | None
    alike: tuple[ShownRow, ...]
    schema_version: int


FOR, AGAINST = 4, 0
COLOURS = {
    RowChange.Kind.ACCEPTED: FOR,
    RowChange.Kind.RESTORED: FOR,
    RowChange.Kind.LABELLED: FOR,
    RowChange.Kind.REJECTED: AGAINST,
    RowChange.Kind.WITHDRAWN: AGAINST,
}


def history_of(project: Project, fields: Typed, row: Row, *, maintains: bool) -> History:
    """The history of a row that the reader may see; ``row`` has its contribution and its user."""
    changes = list(
        RowChange.objects.filter(project=project, row=row.pk)
        .select_related("actor")
        .order_by("-pk")[:MOST]
    )
    found = [*_changes(fields, row, changes), *_votes(project, row, maintains=maintains)]
    found += _labels(project, fields, row, maintains=maintains)
    # Stable: what came in one second stays in the order of its kind.
    found.sort(key=lambda one: one.at, reverse=True)
    newer, older = _around(project, row)
    return History(
        happenings=(*found, _beginning(row)),
        flags=tuple(Flag.objects.filter(project=project, row=row.pk, settled=None)),
        newer=newer,
        older=older,
        alike=_alike(project, fields, row),
        schema_version=row.schema_version,
    )


def _beginning(row: Row) -> Happening:
    act = row.contribution
    words = _("Added: %(source)s") % {"source": act.get_source_display()}
    if act.rows > 1:
        together = ngettext("%(count)s row in all", "%(count)s rows in all", act.rows)
        words = f"{words}, {together % {'count': act.rows}}"
    return Happening(act.created, words, act.user)


def _changes(fields: Typed, row: Row, changes: Iterable[RowChange]) -> list[Happening]:
    """The changes from the newest on: what a change left is what the one after it found."""
    now = {field.pk: getattr(row, field.column) for field, _type in fields}
    found = []
    for one in changes:
        before = stored_of(fields, one.before)
        found.append(_happening(fields, one, before, now))
        now = {**now, **before}
    return found


def _happening(
    fields: Typed, change: RowChange, before: dict[int, Any], now: dict[int, Any]
) -> Happening:
    kind = RowChange.Kind(change.kind)
    words = str(kind.label)
    if kind == RowChange.Kind.SCHEMA:
        words = _("Changed with the fields, version %(number)s") % {"number": change.schema_version}
    values = tuple(
        Change(shown_cell(field, type_, before[field.pk]), shown_cell(field, type_, now[field.pk]))
        for field, type_ in fields
        if field.pk in before and _plain(before[field.pk]) != _plain(now[field.pk])
    )
    return Happening(
        change.created,
        words[:1].upper() + words[1:],
        change.actor,
        words_of(change.reason),
        values,
        COLOURS.get(kind),
    )


def _votes(project: Project, row: Row, *, maintains: bool) -> list[Happening]:
    if maintains:
        votes = Vote.objects.filter(project=project, row=row.pk).select_related("user")
        return [_vote(one) for one in votes.order_by("-pk")[:MOST]]
    review = Review.objects.filter(project=project, row=row.pk).first()
    if review is None or review.settled is None:
        return []
    yes = ngettext("%(count)s yes", "%(count)s yes", review.yes) % {"count": review.yes}
    no = ngettext("%(count)s no", "%(count)s no", review.no) % {"count": review.no}
    words = _("Checked by others: %(yes)s, %(no)s") % {"yes": yes, "no": no}
    return [Happening(review.settled, words, colour=FOR if review.yes > review.no else AGAINST)]


def _vote(vote: Vote) -> Happening:
    verdict = Vote.Verdict(vote.verdict)
    words = _("Vote: %(verdict)s") % {"verdict": verdict.label}
    detail = " · ".join(part for part in (words_of(vote.reason), vote.note) if part)
    colour = {Vote.Verdict.YES: FOR, Vote.Verdict.NO: AGAINST}.get(verdict)
    return Happening(vote.created, words, vote.user, detail, colour=colour)


def _labels(project: Project, fields: Typed, row: Row, *, maintains: bool) -> list[Happening]:
    target = next(((f, type_) for f, type_ in fields if f.role == "target"), None)
    if target is None:
        return []
    given = Label.objects.filter(project=project, row=row.pk).select_related("user")
    if maintains:
        return [
            Happening(one.created, _("Label: %(label)s") % {"label": _said(target, one)}, one.user)
            for one in given.order_by("-pk")[:MOST]
        ]
    item = Item.objects.filter(project=project, row=row.pk).first()
    if item is None or item.settled is None:
        return []
    said = Counter(_said(target, one) for one in given[:MOST])
    amounts = ", ".join(f"{label} {count}" for label, count in said.most_common())
    return [Happening(item.settled, _("Labels: %(labels)s") % {"labels": amounts}, colour=FOR)]


def _said(target: Any, label: Label) -> str:
    field, type_ = target
    stored = stored_of([target], {str(field.pk): label.value})
    return shown_cell(field, type_, stored.get(field.pk)).text


def _around(project: Project, row: Row) -> tuple[int | None, int | None]:
    """The ids of the accepted rows that came after and before."""
    found = rows(project, Purpose.TABLE, [])
    after = found.filter(arrival__gt=row.arrival).order_by("arrival")
    before = found.filter(arrival__lt=row.arrival).order_by("-arrival")
    newer, older = (list(each.values_list("pk", flat=True)[:1]) for each in (after, before))
    return (newer or [None])[0], (older or [None])[0]


def _alike(project: Project, fields: Typed, row: Row) -> tuple[ShownRow, ...]:
    described = [field for field, _type in fields]
    group = rows(project, Purpose.DUPLICATE, described).filter(group_key=row.group_key)
    near = group.exclude(pk=row.pk).select_related("contribution__user")[:NEAR]
    return tuple(shown_row(fields, one) for one in near)


def _plain(stored: Any) -> Any:
    return bytes(stored) if isinstance(stored, memoryview | bytearray) else stored
