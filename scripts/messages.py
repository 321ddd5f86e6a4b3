"""The site's words in its second language: ``python -m scripts.messages [--check]``.

Without ``--check`` the catalogue gets the texts that the code says now, and is compiled. With it
nothing stays changed, and whatever is missing, doubtful or stale is listed.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Formatter

import polib

from scripts import debian

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("es",)
#: Folders without a text that a reader of the site sees.
ELSEWHERE = (".venv*", "var*", "tests", "benchmarks", "scripts", "node_modules")


def main() -> int:
    """Exit status 1 when ``--check`` finds something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, list what is wrong")
    arguments = parser.parse_args()
    if not (debian.find("xgettext") or debian.install("gettext")):
        return debian.missing("GNU gettext", "gettext", "the translation is NOT CHECKED")
    if arguments.check:
        with unchanged():
            collect()
            wrong = [line for language in LANGUAGES for line in faults(language)]
        print("\n".join(wrong[:200]))
        return 1 if wrong else 0
    collect()
    for language in LANGUAGES:
        polib.pofile(str(catalogue(language))).save_as_mofile(str(compiled(language)))
        left = faults(language)
        print(f"{language}: {len(left)} to do", *left[:20], sep="\n  ")
    return 0


def catalogue(language: str) -> Path:
    """The texts and their translations, for people."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def compiled(language: str) -> Path:
    """The same for the site."""
    return catalogue(language).with_suffix(".mo")


def collect() -> None:
    """Bring the catalogues up to what the code says."""
    command = [sys.executable, "manage.py", "makemessages", "--no-location", "--no-obsolete"]
    for language in LANGUAGES:
        command += ["--locale", language]
    for folder in ELSEWHERE:
        command += ["--ignore", folder]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


@contextmanager
def unchanged() -> Iterator[None]:
    """Put the catalogues back as they were."""
    before = {language: catalogue(language).read_bytes() for language in LANGUAGES}
    try:
        yield
    finally:
        for language, content in before.items():
            catalogue(language).write_bytes(content)


def faults(language: str) -> list[str]:
    """What is wrong with a catalogue, a line each."""
    found = polib.pofile(str(catalogue(language)))
    wrong = [
        f"{language}: {problem}: {entry.msgid[:70]!r}"
        for entry in found
        for problem in problems_of(entry)
    ]
    if not compiled(language).exists() or stale(found, language):
        wrong.append(f"{language}: django.mo is older than django.po: run make messages")
    return wrong


def problems_of(entry: polib.POEntry) -> list[str]:
    """Why an entry cannot be shown as it is."""
    said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(said):
        return ["not translated"]
    if entry.fuzzy:
        return ["guessed, not checked"]
    if not entry.msgid_plural:
        differing = marks(entry.msgid) ^ marks(entry.msgstr)
    else:
        # One of a kind may leave the number out: "one row".
        asked = marks(entry.msgid) | marks(entry.msgid_plural)
        differing = {mark for one in said for mark in marks(one) - asked}
        differing |= asked - marks(said[-1])
    return [f"marks differ ({', '.join(sorted(differing))})"] if differing else []


def marks(text: str) -> set[str]:
    """The places in a text that are filled in: ``%(name)s``, ``%s``, ``{name}``."""
    percent = set(re.findall(r"%\((\w+)\)[sdif]", text))
    try:
        braces = {name for _, name, _, _ in Formatter().parse(text) if name}
    except ValueError:
        braces = set()
    return percent | braces


def stale(found: polib.POFile, language: str) -> bool:
    """Whether the compiled file says something else than the catalogue."""
    with tempfile.NamedTemporaryFile(suffix=".mo") as file:
        found.save_as_mofile(file.name)
        return Path(file.name).read_bytes() != compiled(language).read_bytes()


if __name__ == "__main__":
    sys.exit(main())
