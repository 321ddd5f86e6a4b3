"""Make sure that Chromium is here for the browser tests: ``python -m scripts.chromium``."""

import sys

from scripts import debian

PACKAGE = "chromium"


def main() -> int:
    """Exit status 0 when Chromium is here, or when the tests may be skipped without it."""
    if debian.find(PACKAGE) or (debian.install(PACKAGE) and debian.find(PACKAGE)):
        return 0
    return debian.missing("Chromium", PACKAGE, "the browser tests are SKIPPED")


if __name__ == "__main__":
    sys.exit(main())
