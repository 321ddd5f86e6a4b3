from typing import Any

from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "live"

    def ready(self) -> None:
        """Signing out in one window closes the sockets of all windows of that session."""
        from django.contrib.auth.signals import user_logged_out

        user_logged_out.connect(_signed_out, dispatch_uid="live.signed_out")


def _signed_out(sender: Any, request: Any, **kwargs: Any) -> None:
    from live.publish import session_ended

    session = getattr(request, "session", None)
    if session is not None and session.session_key:
        session_ended(session.session_key)
