"""What the pages of checking say of rows."""

from typing import Any, NamedTuple

from django import template
from django.utils.translation import gettext as _

from common.numbers import readable
from datasets.models import DataTable, Flag
from datasets.queries.judgement import judgement_of
from datasets.queries.listing import ShownRow
from datasets.reviewing.reasons import RowReason, words_of
from datasets.services import may_repair
from datasets.services.judging import WHY_CHARACTERS
from datasets.services.reviewing import NOTE_CHARACTERS
from projects.access import Right
from projects.models import Project

register = template.Library()


class Tasks(NamedTuple):
    """What a project asks of the reader besides datapoints: whether to check, and how much."""

    check: bool
    pending: int


@register.simple_tag
def tasks_of(project: Project) -> Tasks:
    """``{% tasks_of project as tasks %}``: what the tabs offer."""
    found = DataTable.objects.filter(project=project).values("acceptance", "collects", "pending")
    rules = found.first()
    if rules is None or rules["collects"] == DataTable.Collects.LABELS:
        return Tasks(check=False, pending=0)
    by_peers = rules["acceptance"] == DataTable.Acceptance.PEERS
    may = getattr(project, "may", None)
    maintains = may is not None and may >= Right.MAINTAIN and rules["pending"] > 0
    return Tasks(check=by_peers or maintains, pending=rules["pending"])


@register.inclusion_tag("datasets/_judgement.html", takes_context=True)
def judgement(context: dict[str, Any], project: Project, row: ShownRow) -> dict[str, Any]:
    """``{% judgement project row %}``: what became of a row, and what the reader can do about it.

    Contributors read why and how to repair it; maintainers accept, reject and mark it.
    """
    request = context["request"]
    rules = DataTable.objects.get(project=project)
    own = row.contribution.user_id == request.user.pk
    found = judgement_of(project, row)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "project": project,
        "row": row,
        "own": own,
        "rules": rules,
        "judged": found,
        "why": words_of(found.reason),
        "repair": own and found.rejected and may_repair(project, row.contribution, row.pk),
        "decides": project.may >= Right.MAINTAIN and not found.whole,
        "labels": rules.collects == DataTable.Collects.LABELS,
        "reasons": RowReason.choices,
        "note_most": NOTE_CHARACTERS,
        "why_most": WHY_CHARACTERS,
    }


@register.simple_tag
def flag_words(flag: Flag) -> str:
    """``{% flag_words flag %}``: why the row stands out, in a sentence."""
    detail = flag.detail
    if flag.kind == Flag.Kind.OUTLIER and "field" in detail:
        return _("%(field)s is %(value)s; nearly all others lie from %(low)s to %(high)s.") % {
            "field": detail["field"],
            "value": readable(detail["value"]),
            "low": readable(detail["low"]),
            "high": readable(detail["high"]),
        }
    if flag.kind == Flag.Kind.OUTLIER and "pair" in detail:
        return _("%(first)s with %(second)s is rare, although each of the two is common.") % {
            "first": detail["pair"][0],
            "second": detail["pair"][1],
        }
    if flag.kind == Flag.Kind.OUTLIER:
        return _("No other row is like it: its drawing or curve is far from all others.")
    if flag.kind == Flag.Kind.MODEL:
        return _("The best model says %(said)s; the row says %(given)s.") % {
            "said": detail.get("said", "–"),
            "given": detail.get("given", "–"),
        }
    if flag.kind == Flag.Kind.DUPLICATE:
        return _("%(count)s rows are nearly the same.") % {"count": readable(detail.get("size", 2))}
    return str(detail.get("reason") or flag.get_kind_display())
