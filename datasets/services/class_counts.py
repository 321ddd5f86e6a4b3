"""How many accepted rows each class of the target has, changed in the transaction of the rows.

Counting them anew takes a second at a million rows, and pages show the numbers all the time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.models import Count

from datasets.models import ClassCount, Contribution, Field, RowState
from datasets.queries import Purpose, fields_of, rows, target_of
from datasets.queries.counts import has_classes
from datasets.records import Prepared, Typed
from projects.models import Project

Changes = Mapping[int, int]
# Two statements, since PostgreSQL checks that a count is no debt before it looks for a conflict.
GAIN = """
    INSERT INTO datasets_classcount (field_id, code, accepted) VALUES {places}
    ON CONFLICT (field_id, code)
    DO UPDATE SET accepted = datasets_classcount.accepted + excluded.accepted
"""
LOSE = "UPDATE datasets_classcount SET accepted = accepted - %s WHERE field_id = %s AND code = %s"


def counted_field(fields: Iterable[Field]) -> Field | None:
    """The field whose classes are counted: the target, when it has classes."""
    target = target_of(list(fields))
    return target if target is not None and has_classes(target) else None


def classes_of(fields: Typed, prepared: Iterable[Prepared]) -> Counter[int]:
    """How many of the rows have each code of the counted field."""
    described = [field for field, _type in fields]
    field = counted_field(described)
    if field is None:
        return Counter()
    place = described.index(field)
    return Counter(int(row.stored[place]) for row in prepared if row.stored[place] is not None)  # type: ignore[arg-type]


def classes_of_accepted(contribution: Contribution) -> Counter[int]:
    """How many of a contribution's accepted rows have each code of the counted field."""
    field = counted_field(fields_of(contribution.project))
    if field is None:
        return Counter()
    accepted = rows(contribution.project, Purpose.CHANGE).order_by()
    accepted = accepted.filter(contribution=contribution, state=RowState.ACCEPTED)
    pairs = accepted.values_list(field.column).annotate(amount=Count("pk"))
    return Counter({int(code): amount for code, amount in pairs if code is not None})


def count_classes(fields: Iterable[Field], changes: Changes) -> None:
    """Add to the counts of the counted field's classes: ``changes`` by code, negative ones too.

    Call it inside the transaction that changes the rows, after the project's counts.
    """
    field = counted_field(fields)
    if field is None:
        return
    gains = [(field.pk, code, change) for code, change in sorted(changes.items()) if change > 0]
    losses = [(-change, field.pk, code) for code, change in sorted(changes.items()) if change < 0]
    with connection.cursor() as cursor:
        if gains:
            places = ", ".join(["(%s, %s, %s)"] * len(gains))
            cursor.execute(GAIN.format(places=places), [one for gain in gains for one in gain])
        for loss in losses:
            cursor.execute(LOSE, loss)


def recount_classes(project: Project) -> bool:
    """Count a project's classes anew from its rows; return whether the counts had drifted."""
    field = counted_field(fields_of(project))
    if field is None:
        return False
    found = rows(project, Purpose.COUNT).order_by().values_list(field.column)
    true = {int(code): n for code, n in found.annotate(n=Count("pk")) if code is not None}
    kept = dict(ClassCount.objects.filter(field=field).values_list("code", "accepted"))
    changes = {code: true.get(code, 0) - kept.get(code, 0) for code in {*true, *kept}}
    count_classes([field], changes)
    return any(changes.values())
