"""Contributions, for moderators: reject and restore."""

from collections.abc import Iterable, Iterator

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.moderated_admin import ModeratedAdmin
from datasets.models import Contribution, DataTable, Row
from datasets.queries import Purpose, rows, typed_fields
from datasets.records import Typed

#: How many of a contribution's rows stand on its page.
SAMPLE = 20
#: How many characters of a value stand in a cell.
CELL = 80


@admin.register(Contribution)
class ContributionAdmin(ModeratedAdmin):
    """One act of one person, with a look at its rows."""

    list_display = ["pk", "project", "user", "source", "state", "rows", "created"]
    list_filter = ["state", "source", "created"]
    search_fields = ["project__name", "user__username"]
    date_hierarchy = "created"
    list_select_related = ["project", "user"]
    fields = [
        "project",
        "user",
        "source",
        "state",
        "licence",
        "consent_version",
        "rows",
        "first_arrival",
        "created",
        "first_rows",
    ]
    readonly_fields = ["first_rows"]

    @admin.display(description=_("first rows"))
    def first_rows(self, contribution: Contribution) -> SafeString:
        """The first rows as a table, escaped; a withdrawn contribution has none left."""
        project = contribution.project
        if not DataTable.objects.filter(project=project).exists():
            return SafeString("–")
        fields = typed_fields(project)
        head = _line("th", (field.name for field, _type in fields))
        body = format_html_join(
            "", "{}", ((_line("td", _cells(row, fields)),) for row in _of(contribution))
        )
        return format_html("<table><thead>{}</thead><tbody>{}</tbody></table>", head, body)


def _of(contribution: Contribution) -> QuerySet[Row]:
    found = rows(contribution.project, Purpose.MODERATION).filter(contribution=contribution)
    return found[:SAMPLE]


def _cells(row: Row, fields: Typed) -> Iterator[str]:
    for field, type_ in fields:
        value = type_.value_of(getattr(row, field.column))
        yield "–" if value is None else Truncator(type_.cell(value)).chars(CELL)


def _line(tag: str, texts: Iterable[str]) -> SafeString:
    cells = format_html_join("", "<{0}>{1}</{0}>", ((tag, text) for text in texts))
    return format_html("<tr>{}</tr>", cells)
