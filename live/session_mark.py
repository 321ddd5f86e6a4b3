"""What names a session in events: its key itself would open the session to whoever reads one."""

from hashlib import sha256


def session_mark(session_key: str) -> str:
    """The session's name in an event."""
    return sha256(session_key.encode()).hexdigest()
