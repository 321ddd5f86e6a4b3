#!/usr/bin/env python
"""Django's command line for CrowdControlled."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowdcontrolled.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(arguments(sys.argv))


def arguments(given: list[str]) -> list[str]:
    """The command line, with `--settings` of `train_file` (a network's) hidden from Django."""
    if given[1:2] != ["train_file"]:
        return given
    mark = "--network-settings"
    return [mark + one[10:] if one.split("=")[0] == "--settings" else one for one in given]


if __name__ == "__main__":
    main()
