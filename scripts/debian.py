"""Programs that tests need from Debian's packages: install them when we may, else say how."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def find(program: str, *folders: Path) -> Path | None:
    """The program, from the search path or one of the folders."""
    for folder in folders:
        if (folder / program).is_file():
            return folder / program
    found = shutil.which(program)
    return Path(found) if found else None


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(package: str) -> bool:
    """Install the package, with fresh lists when the first attempt fails. Only root may."""
    if not may_install():
        return False
    print(f"Installing Debian's package {package} …", flush=True)
    return _apt("install", package) or (_apt("update") and _apt("install", package))


def _apt(verb: str, *packages: str) -> bool:
    command = ["apt-get", "--quiet=2", "--yes", "--no-install-recommends", verb, *packages]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, check=False, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    return done.returncode == 0


def in_ci() -> bool:
    """Whether a missing program is a failure and not a reason to skip."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def missing(program: str, package: str, consequence: str) -> int:
    """Say loudly what is missing and how to get it; the exit status that fits."""
    bar = "!" * 78
    print(bar, file=sys.stderr)
    print(f"!! {program} is not here: {consequence}.", file=sys.stderr)
    print(f"!! Install it with:  sudo apt-get install {package}", file=sys.stderr)
    print(bar, file=sys.stderr)
    return 1 if in_ci() else 0
