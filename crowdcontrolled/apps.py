from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "crowdcontrolled"
    verbose_name = "CrowdControlled"

    def ready(self) -> None:
        from crowdcontrolled import parts

        parts.install()
