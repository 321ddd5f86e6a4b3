"""Messages, for moderators: hide and restore."""

from django.contrib import admin

from accounts.moderated_admin import ModeratedAdmin
from chat.models import Message


@admin.register(Message)
class MessageAdmin(ModeratedAdmin):
    """What was said, with where and by whom."""

    list_display = ["pk", "text", "author", "project", "hidden", "deleted", "created"]
    list_filter = ["hidden", "created"]
    search_fields = ["text", "author__username", "project__name"]
    date_hierarchy = "created"
    ordering = ["-pk"]
    list_select_related = ["author", "project"]
    fields = ["project", "author", "text", "hidden", "deleted", "created"]
