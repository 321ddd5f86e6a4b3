"""PyTorch costs a second and 200 MB a process: only training's subprocess may load it."""

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

WEB = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
{more}
print(" ".join(sorted({{"torch", "django_q.cluster"}} & set(sys.modules))))
"""


@pytest.mark.parametrize(
    "more",
    [
        "",
        "import crowdcontrolled.asgi; from django.urls import get_resolver; "
        "get_resolver().url_patterns",
        "from jobs.kinds import KINDS; [kind.load_handler() for kind in KINDS.values()]",
        "from django.core.management import get_commands, load_command_class\n"
        "load_command_class('crowdcontrolled', 'up')",
    ],
    ids=["set-up", "web", "worker", "supervisor"],
)
def test_torch_is_not_imported(more: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WEB.format(more=more)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "torch" not in done.stdout.split()


def test_the_check_would_see_torch() -> None:
    code = "import torch, sys; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "True"
