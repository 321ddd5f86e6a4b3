from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"

    def ready(self) -> None:
        from live.topics import register
        from projects import finding, leaving, moderating, profile_part
        from projects.live import PROJECT

        register(PROJECT)
        finding.install()
        moderating.install()
        profile_part.install()
        leaving.install()
