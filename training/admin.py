"""Runs and living champions, for moderators."""

from django.contrib import admin

from accounts.moderated_admin import ModeratedAdmin
from training.models import Champion, Run


@admin.register(Run)
class RunAdmin(ModeratedAdmin):
    """Trainings and what came of them."""

    list_display = [
        "pk",
        "project",
        "number",
        "user",
        "architecture",
        "state",
        "score",
        "hidden",
        "created",
    ]
    list_filter = ["hidden", "origin", "state", "architecture", "created"]
    search_fields = ["project__name", "user__username", "reason"]
    date_hierarchy = "created"
    list_select_related = ["project", "user"]
    fields = [
        "project",
        "number",
        "origin",
        "user",
        "snapshot",
        "architecture",
        "settings",
        "state",
        "reason",
        "epochs",
        "epoch",
        "score",
        "metrics",
        "hidden",
        "created",
        "started",
        "finished",
    ]


@admin.register(Champion)
class ChampionAdmin(ModeratedAdmin):
    """What projects train by themselves: switch off and on."""

    list_display = ["project", "enabled", "architecture", "rows", "due_rows", "queued"]
    list_filter = ["enabled", "architecture"]
    search_fields = ["project__name"]
    list_select_related = ["project"]
    fields = ["project", "enabled", "architecture", "settings", "rows", "due_rows", "queued"]
