"""Every text that a script says stands in common/words.py, and nothing there is unused."""

import re

from common.words import spoken
from tests.look.files import own_static

SAY = re.compile(r"""\b(?:say|tool|line|status)\(\s*["'](\w+)["']""")
BOTH = re.compile(r"""say\([^"'()]*\?\s*["'](\w+)["']\s*:\s*["'](\w+)["']""")


def said() -> set[str]:
    found: set[str] = set()
    for path in own_static():
        text = path.read_text()
        found |= set(SAY.findall(text))
        for pair in BOTH.findall(text):
            found |= set(pair)
    return found


def test_scripts_say_only_known_words():
    assert said() - set(spoken()) == set()


def test_no_word_is_left_over():
    assert set(spoken()) - said() == set()
