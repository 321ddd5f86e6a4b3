"""Projects, for moderators: hide and restore."""

from django.contrib import admin

from accounts.moderated_admin import ModeratedAdmin
from projects.models import Project


@admin.register(Project)
class ProjectAdmin(ModeratedAdmin):
    """Every project, drafts and private ones too: moderators answer for all that the site keeps."""

    list_display = ["name", "slug", "creator", "visibility", "state", "hidden", "created"]
    list_filter = ["hidden", "state", "visibility", "task", "created"]
    search_fields = ["name", "slug", "pitch", "creator__username"]
    date_hierarchy = "created"
    list_select_related = ["creator"]
    fields = [
        "name",
        "slug",
        "pitch",
        "description",
        "goal",
        "task",
        "licence",
        "visibility",
        "state",
        "hidden",
        "creator",
        "created",
        "published",
    ]
