from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import moderating, receivers

        moderating.install()
        receivers.install()
