"""The Python client, loaded from where it is shipped from, over the test's own client."""

import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from django.test import Client

SITE = "http://localhost"
SOURCE = Path(__file__).parents[2] / "clients" / "python" / "crowdcontrolled_client.py"


def loaded() -> ModuleType:
    """The module under its own name: it must not need to be installed, nor hide our package."""
    name = SOURCE.stem
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, SOURCE)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


client: Any = loaded()


class Wire:
    """A transport into the site; ``before`` may fail first, ``after`` may lose the answer."""

    def __init__(self) -> None:
        self.browser = Client(raise_request_exception=False)
        self.sent: list[tuple[str, str]] = []
        self.after: Callable[[], None] = lambda: None

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Any:
        self.sent.append((method, url.removeprefix(f"{SITE}/api/v1")))
        kept = {name: value for name, value in headers.items() if name != "Content-Type"}
        answer: Any = self.browser.generic(
            method,
            url.removeprefix(SITE),
            body or b"",
            content_type=headers.get("Content-Type", ""),
            headers={**kept, "host": "localhost"},
        )
        content = b"".join(answer) if answer.streaming else answer.content
        self.after()
        told = {name.lower(): value for name, value in answer.items()}
        return client.Answer(answer.status_code, told, content)
