"""The words that our JavaScript says, in the language of the page."""

from django.utils.translation import gettext as _


def spoken() -> dict[str, str]:
    """Return every text of ``static/js`` by its key; ``{name}`` marks stand for values."""
    return {
        "row": _("Datapoint {arrival}"),
        "row_label": _("Datapoint {arrival}: {label}"),
        "row_gone": _("Datapoint {arrival} was withdrawn"),
        "row_missing": _("Still missing: datapoint {arrival}"),
        "datapoints_one": _("{count} datapoint"),
        "datapoints_other": _("{count} datapoints"),
        "people_one": _("by {count} person"),
        "people_other": _("by {count} people"),
        "goal_share": _("{share} of {goal}"),
        "goal_reached": _("Goal reached: {count} of {goal}"),
        "wall": _("Wall of {count} datapoints"),
        "wall_goal": _("Wall of {count} datapoints, {left} still missing to the goal of {goal}"),
        "wall_help": _("Arrow keys move from pixel to pixel, Enter opens one."),
        "wall_failed": _("The wall could not be loaded. Reload the page to try again."),
        "less": _("low"),
        "more": _("high"),
        "one_pixel": _("1 pixel = {count} datapoints; empty = still missing"),
        "close": _("Close"),
        "copied": _("Copied."),
        "copy_by_key": _("This browser does not copy by itself. It is selected: copy it by key."),
        "undo": _("Undo"),
        "clear": _("Clear"),
        "erase": _("Erase"),
        "pad": _("Drawing pad, {width} by {height} cells"),
        "pad_help": _("Arrow keys move, space paints, E erases, Ctrl+Z undoes, C clears."),
        "pad_cell": _("Column {x}, line {y}: {level} of {max}"),
        "pad_empty": _("Draw something first: the pad is still empty."),
        "pad_cleared": _("Cleared. Undo brings it back."),
        "stroke": _("Pen pad"),
        "stroke_help": _(
            "Draw one or more strokes, in the order of writing. Ctrl+Z takes the last one back."
        ),
        "stroke_short": _("That stroke was too short to keep: draw a longer line."),
        "stroke_done": _("Kept as {length} points, the squares on the line."),
        "epoch": _("epoch"),
        "loss": _("loss"),
        "train": _("train"),
        "validation": _("validation"),
        "baseline": _("guessing"),
        "chart": _("Loss after {epoch} of {of} epochs: train {train}, validation {validation}"),
        "chart_empty": _("Loss curve: no epoch finished yet"),
        "numbers": _("The numbers"),
        "live_cut": _("The connection is cut. What you see may be old; it comes back by itself."),
        "live_gone": _("This page is no longer live. Load it again."),
        "live_full": _("Too many live windows are open. Close some, or wait a minute."),
        "live_news": _("New here: {count}"),
        "live_pause": _("Pause"),
        "live_go_on": _("Go on"),
    }
