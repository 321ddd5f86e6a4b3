from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "crowdcontrolled"
    verbose_name = "CrowdControlled"
