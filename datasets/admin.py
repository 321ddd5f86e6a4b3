"""Contributions, for moderators: reject and restore."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts.moderated_admin import ModeratedAdmin
from datasets.models import Contribution, DataTable, Snapshot
from datasets.queries import Purpose, rows, typed_fields
from datasets.queries.listing import shown_row

#: How many of a contribution's rows stand on its page.
SAMPLE = 20


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
    def first_rows(self, contribution: Contribution) -> str:
        """The first rows as a table; a withdrawn contribution has none left."""
        project = contribution.project
        if not DataTable.objects.filter(project=project).exists():
            return "–"
        fields = typed_fields(project)
        found = rows(project, Purpose.MODERATION).filter(contribution=contribution)
        shown = [shown_row(fields, row) for row in found.select_related("contribution")[:SAMPLE]]
        context = {"fields": [field for field, _type in fields], "rows": shown}
        return render_to_string("admin/_rows.html", context)


@admin.register(Snapshot)
class SnapshotAdmin(ModeratedAdmin):
    """One version of a project's data: its files can be destroyed for legal cause."""

    list_display = ["pk", "project", "number", "rows", "file_bytes", "created", "destroyed"]
    list_filter = ["created", "destroyed"]
    search_fields = ["project__name", "project__slug"]
    date_hierarchy = "created"
    list_select_related = ["project"]
    fields = [
        "project",
        "number",
        "rows",
        "schema_version",
        "file_sha256",
        "file_bytes",
        "created",
        "destroyed",
        "destroyed_reason",
    ]
