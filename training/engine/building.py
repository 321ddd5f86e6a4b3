"""From an architecture's key to the function that builds its network."""

import importlib

from training.engine.trainer import Build


def builder_of(key: str) -> Build:
    """The `build` of an architecture's module (torch is imported here, not with its spec)."""
    module = importlib.import_module(f"training.engine.architectures.{key}.module")
    build: Build = module.build
    return build
