"""Counts that are kept, against the rows that they count."""

from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.db.models import Count, Max

from datasets.checking.findings import Checked, Finding
from datasets.models import ClassCount, Contribution, Contributor, DataTable, Import, RowState
from datasets.queries import Purpose, fields_of, rows
from datasets.services.class_counts import counted_field, recount_classes


def arrivals(checked: Checked) -> Iterator[Finding]:
    """That arrival numbers are below the next one, and dense unless an import was given up."""
    kept = DataTable.objects.get(project=checked.project)
    numbered = checked.model._default_manager.filter(arrival__isnull=False).order_by()
    highest = numbered.aggregate(highest=Max("arrival"))["highest"]
    following = 0 if highest is None else int(highest) + 1
    if following > kept.next_arrival:
        yield checked.found(
            "arrivals-behind",
            f"The next arrival number is {kept.next_arrival}, but {highest} is taken.",
            cure=partial(_set, checked, next_arrival=following),
        )
    given_up = Import.objects.filter(
        project=checked.project, state__in=(Import.State.CANCELLED, Import.State.FAILED)
    )
    gaps = kept.next_arrival - numbered.count()
    if gaps > 0 and kept.writing_id is None and not given_up.exists():
        yield checked.found("arrivals-missing", f"{gaps} arrival numbers belong to no row.")


def table_counts(checked: Checked) -> Iterator[Finding]:
    """That the kept numbers of accepted and waiting rows are those of the table."""
    true = _counts(checked)
    kept = DataTable.objects.get(project=checked.project)
    for name, count in true.items():
        if getattr(kept, name) != count:
            yield checked.found(
                f"{name}-drifted",
                f"{name} says {getattr(kept, name)}, the rows say {count}.",
                cure=partial(_recount, checked, name),
            )


def contributor_counts(checked: Checked) -> Iterator[Finding]:
    """That each person's count is the number of their accepted rows."""
    true = _contributors(checked)
    listed = Contributor.objects.filter(project=checked.project).values_list("user", "accepted")
    kept = {user: count for user, count in listed if count}
    wrong = {user for user in {*true, *kept} if true.get(user, 0) != kept.get(user, 0)}
    if wrong:
        yield checked.found(
            "contributors-drifted",
            f"The counts of {len(wrong)} contributors do not fit their rows.",
            cure=partial(_recount_contributors, checked),
        )


def class_counts(checked: Checked) -> Iterator[Finding]:
    """That each class has as many accepted rows as it says."""
    field = counted_field(fields_of(checked.project))
    if field is None:
        return
    found = rows(checked.project, Purpose.COUNT).order_by().values_list(field.column)
    true = {int(code): n for code, n in found.annotate(n=Count("pk")) if code is not None}
    listed = ClassCount.objects.filter(field=field).values_list("code", "accepted")
    kept = {code: count for code, count in listed if count}
    if true != kept:
        yield checked.found(
            "classes-drifted",
            f"The counts of the classes of “{field.name}” do not fit the rows.",
            cure=partial(_recount_classes, checked),
        )


def _counts(checked: Checked) -> dict[str, int]:
    shown = rows(checked.project, Purpose.CHANGE).order_by()
    return {
        "accepted": shown.filter(state=RowState.ACCEPTED).count(),
        "pending": shown.filter(state=RowState.PENDING).count(),
        "people": len(_contributors(checked)),
    }


def _contributors(checked: Checked) -> dict[int, int]:
    accepted = rows(checked.project, Purpose.COUNT).order_by()
    per_act = dict(accepted.values_list("contribution").annotate(n=Count("pk")))
    found: dict[int, int] = {}
    acts = Contribution.objects.filter(project=checked.project).values_list("pk", "user")
    for act, user in acts:
        if per_act.get(act):
            found[user] = found.get(user, 0) + per_act[act]
    return found


def _set(checked: Checked, **values: int) -> None:
    DataTable.objects.filter(project=checked.project).update(**values)


def _recount(checked: Checked, name: str) -> None:
    with transaction.atomic():
        # Under the lock of whoever changes rows: the count is true when it is written.
        DataTable.objects.select_for_update().get(project=checked.project)
        _set(checked, **{name: _counts(checked)[name]})


def _recount_contributors(checked: Checked) -> None:
    with transaction.atomic():
        DataTable.objects.select_for_update().get(project=checked.project)
        true = _contributors(checked)
        kept = Contributor.objects.filter(project=checked.project)
        kept.exclude(user__in=true).update(accepted=0)
        for user, count in true.items():
            Contributor.objects.update_or_create(
                project=checked.project, user_id=user, defaults={"accepted": count}
            )


def _recount_classes(checked: Checked) -> None:
    with transaction.atomic():
        DataTable.objects.select_for_update().get(project=checked.project)
        recount_classes(checked.project)
