from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        from chat import moderating
        from chat.live import CHAT
        from live.topics import register

        register(CHAT)
        moderating.install()
