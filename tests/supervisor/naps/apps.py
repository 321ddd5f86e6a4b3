from django.apps import AppConfig


class BareSite(AppConfig):
    """The site's own commands without the site's own parts."""

    name = "crowdcontrolled"


class NapsConfig(AppConfig):
    name = "tests.supervisor.naps"

    def ready(self) -> None:
        from jobs.kinds import Kind, register

        handler = "tests.supervisor.naps.handlers.nap"
        register(Kind("nap", "training", handler))
        register(Kind("doze", "light", handler))
