"""The secret key of a machine that was given none: made once, in a file only its owner reads."""

import os
import secrets
from pathlib import Path


def secret_key_in(path: Path) -> str:
    """The key kept in the file, which is made when it is missing.

    Two processes that start at once get the same key: the file is linked into place whole,
    and whoever comes second reads the first one's.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64), encoding="ascii")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")
