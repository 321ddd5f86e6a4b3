"""Runs, for moderators: hide and restore."""

from django.contrib import admin

from accounts.moderated_admin import ModeratedAdmin
from training.models import Run


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
    list_filter = ["hidden", "state", "architecture", "created"]
    search_fields = ["project__name", "user__username", "reason"]
    date_hierarchy = "created"
    list_select_related = ["project", "user"]
    fields = [
        "project",
        "number",
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
