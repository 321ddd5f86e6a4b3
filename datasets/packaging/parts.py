"""What goes with a version's files: how other people's tools describe, cite and check them.

Each is generated from the version and its project, none is stored.
"""

from collections.abc import Callable
from typing import NamedTuple

from datasets.packaging.card import card
from datasets.packaging.citation import citation
from datasets.packaging.croissant import croissant
from datasets.packaging.datapackage import datapackage, schema
from datasets.packaging.subject import Subject


class Part(NamedTuple):
    """One describing file: its type on the web, and what writes it."""

    media_type: str
    write: Callable[[Subject], str]


#: By the names that other people's tools look for.
PARTS = {
    "datapackage.json": Part("application/json", datapackage),
    "croissant.json": Part("application/ld+json", croissant),
    "README.md": Part("text/markdown; charset=utf-8", card),
    "CITATION.cff": Part("application/yaml; charset=utf-8", citation),
    "schema.json": Part("application/json", schema),
}
