"""People and the moderation log, for moderators."""

from django.contrib import admin

from accounts.models import ModerationAction, User
from accounts.moderated_admin import ModeratedAdmin, ReadOnlyAdmin


@admin.register(User)
class PersonAdmin(ModeratedAdmin):
    """Who takes part: suspend and reinstate."""

    list_display = ["username", "trust_level", "is_active", "is_staff", "date_joined", "last_login"]
    list_filter = ["is_active", "trust_level", "is_staff", "date_joined"]
    search_fields = ["username", "email", "about"]
    date_hierarchy = "date_joined"
    ordering = ["-date_joined"]
    fields = [
        "username",
        "email",
        "about",
        "trust_level",
        "is_active",
        "is_staff",
        "is_superuser",
        "date_joined",
        "last_login",
    ]


@admin.register(ModerationAction)
class LogAdmin(ReadOnlyAdmin):
    """The log with its notes and actors, which the public page leaves out."""

    list_display = ["created", "actor", "action", "target_type", "target_label", "reason", "note"]
    list_filter = ["action", "target_type", "reason", "created"]
    search_fields = ["target_label", "note", "actor__username"]
    date_hierarchy = "created"
    list_select_related = ["actor"]
    list_per_page = 100
    actions = None
