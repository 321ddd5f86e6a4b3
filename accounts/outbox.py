"""The mail of a demo, which goes into files: a page shows the last ones to its developer."""

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from common.errors import Missing

SHOWN = 20
#: What Django's file backend writes after each message.
BETWEEN = "-" * 79


class Letter(NamedTuple):
    """One mail as the page shows it."""

    when: str
    to: str
    subject: str
    text: str


def last_letters() -> list[Letter]:
    """The newest mails that were not sent, newest first.

    Raises:
        Missing: this is no demo, or mail is really sent.
    """
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not settings.DEMO or not folder:
        raise Missing
    files = sorted(Path(folder).glob("*.log"), reverse=True)
    letters: list[Letter] = []
    for path in files[:SHOWN]:
        letters += reversed(_letters_in(path))
    return letters[:SHOWN]


def _letters_in(path: Path) -> list[Letter]:
    written = path.read_text(encoding="utf-8", errors="replace")
    parts = [part for part in written.split(f"{BETWEEN}\n") if part.strip()]
    return [_letter(part) for part in parts]


def _letter(written: str) -> Letter:
    message = email.message_from_string(written, _class=EmailMessage, policy=default)
    body = message.get_body(("plain",))
    text = body.get_content() if isinstance(body, EmailMessage) else ""
    return Letter(
        when=str(message["Date"] or ""),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=str(text).strip(),
    )
