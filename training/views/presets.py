"""The three presets as the train page offers them: how long each takes, and what comes before."""

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.queries import place_of_next, queue_overview
from projects.models import Project
from training import queries
from training.engine.architectures import default_architecture
from training.presets import PRESETS, Preset
from training.queries import Readiness
from training.showing import duration
from training.spans import span


@dataclass(frozen=True)
class Card:
    """A preset as the page offers it; ``takes`` is how long, as words; ``key`` the form's own."""

    preset: Preset
    takes: str
    key: str


def cards(project: Project, ready: Readiness) -> list[Card]:
    """The presets with the time that each takes; without times where nothing can be trained."""
    if ready.schema is None:
        return [Card(preset, "", "") for preset in PRESETS]
    architecture = default_architecture(ready.schema)
    past = queries.past_runs(project, architecture)
    rows = max(1, ready.rows)
    found = []
    for preset in PRESETS:
        settings = preset.settings_for(architecture, ready.schema, rows)
        takes = queries.expected_span(project, architecture, ready.schema, rows, settings, past)
        found.append(Card(preset, span(takes.low, takes.high), uuid.uuid4().hex))
    return found


def wait_words(user_id: int | None) -> str:
    """What comes before a run that is started now, in one sentence."""
    queue = queue_overview("training")
    place = place_of_next("train", user_id)
    before = place.position - 1 + queue.running
    if not queue.workers and before:
        return _("No training worker has given a sign of life for a minute: runs wait for one.")
    if place.position == 1 and queue.running < max(1, queue.workers):
        return _("Nobody is waiting: a run starts at once.")
    parts = {"before": before, "time": duration(place.starts_in_seconds)}
    if not parts["time"]:
        sentence = ngettext(
            "%(before)d run comes before yours.", "%(before)d runs come before yours.", before
        )
    else:
        sentence = ngettext(
            "%(before)d run comes before yours: it starts in about %(time)s.",
            "%(before)d runs come before yours: it starts in about %(time)s.",
            before,
        )
    return sentence % parts
