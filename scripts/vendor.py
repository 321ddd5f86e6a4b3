"""Fetch the vendored JavaScript, fonts and icons again and write their hashes: `make vendor`.

It needs npm and a package registry that npm reaches.
``static/vendor/vendor.json`` is the whole list: to update a package, change its version there.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "static" / "vendor" / "vendor.json"


def main() -> int:
    """Refresh every file of the list; return 1 if npm is missing or refuses."""
    entries = json.loads(LIST.read_text())
    with tempfile.TemporaryDirectory() as folder:
        for entry in entries:
            try:
                package = packed(entry["name"], entry["version"], Path(folder))
            except (OSError, subprocess.CalledProcessError) as error:
                print(f"vendor: {entry['name']} {entry['version']}: {error}", file=sys.stderr)
                return 1
            icons = entry.get("icons")
            content = sprite(package, icons) if icons else member(package, entry["from"])
            target = ROOT / entry["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            licence(package, target.parent, entry["name"])
            entry["sha256"] = hashlib.sha256(content).hexdigest()
            print(f"{entry['name']} {entry['version']} -> {entry['file']} ({len(content)} bytes)")
    LIST.write_text("[\n" + ",\n".join("  " + json.dumps(e) for e in entries) + "\n]\n")
    return 0


def packed(name: str, version: str, folder: Path) -> Path:
    """Return the package's tarball, fetched once."""
    target = folder / (re.sub(r"[@/]", "_", name) + f"-{version}.tgz")
    if not target.exists():
        pack = ["npm", "pack", "--silent", "--pack-destination", str(folder)]
        pack.append(f"{name}@{version}")
        done = subprocess.run(pack, check=True, capture_output=True, text=True)
        (folder / done.stdout.split()[-1]).rename(target)
    return target


def member(package: Path, name: str) -> bytes:
    """Return one file of a package."""
    with tarfile.open(package) as archive:
        found = archive.extractfile(f"package/{name}")
        if found is None:
            raise FileNotFoundError(f"{name} is not in {package.name}")
        return found.read()


def sprite(package: Path, icons: list[str]) -> bytes:
    """Return one SVG that holds each icon as a symbol of its name."""
    symbols = []
    for name in sorted(icons):
        body = re.sub(rb"</?svg[^>]*>\s*", b"", member(package, f"svg/{name}.svg")).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body.decode()}</symbol>')
    inner = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{inner}\n</svg>\n'.encode()


def licence(package: Path, folder: Path, name: str) -> None:
    """Put the package's licence text beside its files."""
    suffix = "-axe" if name == "axe-core" else ""
    (folder / f"LICENSE{suffix}").write_bytes(member(package, "LICENSE"))


if __name__ == "__main__":
    sys.exit(main())
