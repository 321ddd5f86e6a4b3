"""Changes of a schema. Adding one is one class and one name in ``OPERATIONS``.

A change of kind is none of them: a number cannot become a drawing. Add a field of the other kind
and retire the old one, both in one version; the old values are kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from datasets.schema_changes.base import Operation
from datasets.schema_changes.category_changes import (
    AddCategory,
    MergeCategories,
    RecolourCategory,
    RenameCategory,
    SplitCategory,
)
from datasets.schema_changes.field_changes import (
    AddField,
    BringBackField,
    ChangeLimits,
    ChangeRequired,
    ChangeUnit,
    MoveField,
    RenameField,
    RetireField,
)
from datasets.schema_changes.plan import Schema

OPERATIONS: tuple[type[Operation], ...] = (
    AddField,
    RenameField,
    MoveField,
    ChangeUnit,
    ChangeLimits,
    ChangeRequired,
    RenameCategory,
    RecolourCategory,
    AddCategory,
    MergeCategories,
    SplitCategory,
    RetireField,
    BringBackField,
)

__all__ = ["OPERATIONS", "Operation", "Schema", "operation_named", "read_operations"]


def operation_named(name: object) -> type[Operation]:
    """The class of that name.

    Raises:
        Refused: there is no such change.
    """
    for operation in OPERATIONS:
        if operation.name == name:
            return operation
    raise Refused(_("There is no such change of a schema: choose one on the page."))


def read_operations(said: Sequence[Mapping[str, Any]]) -> list[Operation]:
    """The changes that a list of JSON objects says, in their order.

    Raises:
        Refused: one of them cannot be read.
    """
    return [operation_named(one.get("operation")).read(one) for one in said]
