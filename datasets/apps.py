from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "datasets"

    def ready(self) -> None:
        """Tell the apps below what this one adds to them."""
        from datasets import leaving, listing, live, moderating, tasks, version_jobs
        from datasets.labelling import upkeep
        from datasets.services import browsing, flagging, ruling, taking_back, versioning

        live.install()
        moderating.install()
        leaving.install()
        listing.install()
        taking_back.install()
        ruling.install()
        flagging.install()
        browsing.install()
        upkeep.install()
        versioning.install()
        tasks.install()
        version_jobs.install()
