"""What others wrote is exactly what vendor.json says, with its licence beside it."""

import hashlib
import json
import re

import pytest

from tests.look.files import ROOT, STATIC, own_static, templates, uncommented

ENTRIES = json.loads((STATIC / "vendor" / "vendor.json").read_text())
ICON = re.compile(r"""\{% icon ["']([\w-]+)["']""")
HOST = re.compile(r"""(?:https?:)?//[\w-]+\.[\w.-]+""")
#: Names of XML vocabularies, no addresses that a browser asks.
NAMES = {"http://www.w3.org"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_file_has_the_hash_of_the_list(entry):
    path = ROOT / entry["file"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
    assert list(path.parent.glob("LICENSE*")), f"{entry['name']} has no licence text beside it"
    assert entry["licence"] in {"0BSD", "MIT", "OFL-1.1", "MPL-2.0"}


def test_every_vendored_file_is_in_the_list():
    listed = {ROOT / entry["file"] for entry in ENTRIES}
    there = {path for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    extra = {p for p in there - listed if not p.name.startswith("LICENSE")}
    assert extra == {STATIC / "vendor" / "vendor.json"}


def test_third_party_page_names_every_work():
    page = (ROOT / "THIRD_PARTY.md").read_text()
    for entry in ENTRIES:
        assert entry["version"] in page
        assert str(entry["file"]).rsplit("/", 1)[0] in page


def test_every_icon_in_a_template_is_in_the_sprite():
    entry = next(entry for entry in ENTRIES if "icons" in entry)
    used = {name for path in templates() for name in ICON.findall(path.read_text())}
    assert used <= set(entry["icons"]), f"add to vendor.json: {used - set(entry['icons'])}"


@pytest.mark.parametrize("path", [*templates(), *own_static()], ids=lambda p: p.name)
def test_no_outside_host_is_named(path):
    text = re.sub(r"^\s*//.*$", "", uncommented(path.read_text()), flags=re.MULTILINE)
    assert {found for found in HOST.findall(text) if found not in NAMES} == set()


def test_the_pattern_finds_a_host():
    assert HOST.findall('<script src="https://cdn.example/x.js">')
    assert HOST.findall('<script src="//cdn.example/x.js">')
