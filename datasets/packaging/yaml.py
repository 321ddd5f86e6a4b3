"""The little YAML that cards and citations need: texts in quotes, so that none means anything."""

import json
import re

#: What JSON leaves as it is, and a reader of YAML would take for a line's end or refuse.
ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def quoted(text: str) -> str:
    """The text as a double-quoted YAML scalar on one line."""
    return ODD.sub(lambda mark: f"\\u{ord(mark[0]):04x}", json.dumps(text, ensure_ascii=False))
