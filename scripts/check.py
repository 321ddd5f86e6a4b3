"""Everything about the code that needs no test run: ``python -m scripts.check``.

All checks run, also after one failed, so that one look shows everything there is to mend.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def checks() -> list[tuple[str, list[str]]]:
    """Each check's name and command."""
    python = sys.executable
    return [
        ("format", [str(BIN / "ruff"), "format", "--check", "."]),
        ("lint", [str(BIN / "ruff"), "check", "."]),
        ("types", [str(BIN / "mypy")]),
        ("imports", [str(BIN / "lint-imports")]),
        (
            "templates: format",
            [str(BIN / "djade"), "--check", "--target-version=5.2", *templates()],
        ),
        ("templates: lint", [str(BIN / "djlint"), "--lint", "--quiet", "templates"]),
        ("Django", [python, "manage.py", "check", "--fail-level", "WARNING"]),
        ("migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"]),
        ("messages", [python, "-m", "scripts.messages", "--check"]),
        (
            "documentation and architecture",
            [python, "-m", "pytest", "-q", "-p", "no:randomly", "tests/docs", "tests/architecture"],
        ),
    ]


def main() -> int:
    """Run every check; 1 when one of them failed."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="cc-check-") as var:
        environment = {**os.environ, "VAR": var}
        for name, command in checks():
            if not passed(name, command, environment):
                failed.append(name)
    if failed:
        print(f"\nFAILED: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def passed(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run one check; its output is shown only when it fails."""
    start = time.monotonic()
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = time.monotonic() - start
    good = done.returncode == 0
    print(f"{'ok    ' if good else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
    if not good:
        print(done.stdout, flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main())
