"""Which admin site there is, and what is registered with it."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class ModerationAdminConfig(AdminConfig):
    """Puts the desk in the place of Django's own admin site."""

    default_site = "crowdcontrolled.desk.ModerationSite"

    def ready(self) -> None:
        """Collect each app's ``admin.py``, then drop what would be a way around ``moderate()``.

        Groups, e-mail addresses and django-q2's tables came with their packages.
        """
        super().ready()
        ours = {"accounts", "projects", "datasets", "training", "chat"}
        for model in list(admin.site._registry):
            if model._meta.app_label not in ours:
                admin.site.unregister(model)
