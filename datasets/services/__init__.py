"""What people do with data. Only services write, and only they publish events."""

from datasets.drafts import FieldDraft
from datasets.services.contributing import Copies, check_takes_rows, contribute
from datasets.services.editing import edit_row, may_edit, may_repair
from datasets.services.examples import add_example, remove_example
from datasets.services.listing import list_project, look_after
from datasets.services.opening import (
    Opened,
    edit_fields,
    finish_opening,
    open_from_table,
    open_project,
    open_project_once,
    opened_from,
    publish_project,
)
from datasets.services.snapshots import take_snapshot
from datasets.services.taking_back import reject, restore, undo, withdraw

__all__ = [
    "Copies",
    "FieldDraft",
    "Opened",
    "add_example",
    "check_takes_rows",
    "contribute",
    "edit_fields",
    "edit_row",
    "finish_opening",
    "list_project",
    "look_after",
    "may_edit",
    "may_repair",
    "open_from_table",
    "open_project",
    "open_project_once",
    "opened_from",
    "publish_project",
    "reject",
    "remove_example",
    "restore",
    "take_snapshot",
    "undo",
    "withdraw",
]
