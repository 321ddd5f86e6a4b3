"""What people and workers do with runs. Only services write, and only they publish events."""

from training.services.announcing import tell_board, topic_of
from training.services.finishing import Outcome, fail, finish
from training.services.progress import (
    Point,
    back_to_queue,
    begin,
    fenced,
    note_epochs,
    note_final_fit,
    note_prepared,
)
from training.services.starting import (
    SettingsRefused,
    start_preset,
    start_run,
    start_suggested,
)
from training.services.stopping import cancel, request_stop

__all__ = [
    "Outcome",
    "Point",
    "SettingsRefused",
    "back_to_queue",
    "begin",
    "cancel",
    "fail",
    "fenced",
    "finish",
    "note_epochs",
    "note_final_fit",
    "note_prepared",
    "request_stop",
    "start_preset",
    "start_run",
    "start_suggested",
    "tell_board",
    "topic_of",
]
