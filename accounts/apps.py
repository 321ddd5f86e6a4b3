from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import finding, moderating, receivers

        finding.install()
        moderating.install()
        receivers.install()
