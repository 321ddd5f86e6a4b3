from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from search.filling import fill_when_new

        post_migrate.connect(fill_when_new, sender=self, dispatch_uid="search.fill_when_new")
