"""Refuse large files before they enter the history: ``python -m scripts.large_files FILE …``."""

import sys
from pathlib import Path

MOST_BYTES = 500_000


def main() -> int:
    """1 when one of the files is too large."""
    large = [name for name in sys.argv[1:] if Path(name).stat().st_size > MOST_BYTES]
    for name in large:
        print(f"{name} is larger than {MOST_BYTES // 1000} kB: the repository keeps it forever.")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
