"""Changing only what one has seen: ``If-Match``.

An ETag of something that both people and the crowd change has two parts with a dot between them:
what a change could overwrite, and the rest, such as counts. ``If-Match`` compares the first.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.utils.http import parse_etags

from api.problems import Problem


def two_part(changed_by_people: Mapping[str, Any], rest: Mapping[str, Any]) -> str:
    """The ETag, in its quotation marks."""
    return f'"{_digest(changed_by_people)}.{_digest(rest)}"'


def check_match(header: str, current: str) -> None:
    """Let pass what was seen, or what asks for nothing.

    Raises:
        Problem: 412, somebody changed it since.
    """
    if not header:
        return
    wanted = parse_etags(header)
    seen = {tag.strip('"').partition(".")[0] for tag in wanted}
    if wanted != ["*"] and current.strip('"').partition(".")[0] not in seen:
        raise Problem("changed-meanwhile", headers={"ETag": current})


def _digest(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:24]
