"""The words that our JavaScript says, in the language of the page."""

from django.utils.translation import gettext as _


def spoken() -> dict[str, str]:
    """Return every text of ``static/js`` by its key; ``{name}`` marks stand for values."""
    return {
        **_keys(),
        **_contributing(),
        **_pad(),
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
        "one_pixel_one": _("1 pixel = 1 datapoint; empty = still missing"),
        "one_pixel": _("1 pixel = {count} datapoints; empty = still missing"),
        "close": _("Close"),
        "copied": _("Copied."),
        "copy_by_key": _("This browser does not copy by itself. It is selected: copy it by key."),
        "undo": _("Undo"),
        "clear": _("Clear"),
        "erase": _("Erase"),
        "stroke": _("Pen pad"),
        "stroke_help": _(
            "Draw one or more strokes, in the order of writing. Ctrl+Z takes the last one back."
        ),
        "stroke_short": _("That stroke was too short to keep: draw a longer line."),
        "stroke_done": _("Kept as {length} points, the squares on the line."),
        "file_too_large": _(
            "This file has {size} MB; a project can be opened from {limit} MB. Send its first rows."
        ),
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
        "schema_changed": _("The fields of this project changed. What you typed is kept."),
        "load_again": _("Load the page again"),
    }


def _pad() -> dict[str, str]:
    """What the drawing pad says."""
    return {
        "pad": _("Drawing pad, {width} by {height} cells"),
        "pad_help": _("Arrow keys move, space paints, E erases, Ctrl+Z undoes, C clears."),
        "pad_cell": _("Column {x}, line {y}: {level} of {max}"),
        "pad_empty": _("Draw something first: the pad is still empty."),
        "pad_colours": _("Colours"),
        "pad_colour": _("Colour {number}: {colour}"),
        "pad_cleared": _("Cleared. Undo brings it back."),
    }


def _contributing() -> dict[str, str]:
    """What the page says on which datapoints are added."""
    return {
        "need_draw": _("Draw this: {label}"),
        "need_find": _("Needed most: {label}"),
        "need_any": _("Any datapoint helps"),
        "need_met": _("Nothing is short. More is welcome."),
        "need_more_one": _("{count} more needed"),
        "need_more_other": _("{count} more needed"),
        "keys_skip": _("Skip to what is needed next"),
        "guess_knew": _("It knew: it said {label} ({share})."),
        "guess_fooled": _("You fooled it: it said {label} ({share})."),
        "unsent_stays": _("You are offline. What you filled in stays here."),
        "unsent_cut_none": _("You are offline. What you add waits here until you are back."),
        "unsent_cut_one": _("You are offline: {count} datapoint waits here."),
        "unsent_cut_other": _("You are offline: {count} datapoints wait here."),
        "unsent_waits_one": _("{count} datapoint waits here to be sent."),
        "unsent_waits_other": _("{count} datapoints wait here to be sent."),
        "unsent_kept": _("Kept here. It is sent when you are back online."),
        "unsent_sent_one": _("{count} datapoint that waited here was added."),
        "unsent_sent_other": _("{count} datapoints that waited here were added."),
        "unsent_refused": _("From {time}: {reason}"),
        "unsent_failed": _("The site could not take it. Try again later."),
        "unsent_old": _(
            "It waited for two days, so nobody can tell whether it arrived. Look whether it is "
            "there, then send it again or forget it."
        ),
        "unsent_full": _("No more fits here. Go online, so that what waits can be sent."),
        "unsent_again": _("Send again"),
        "unsent_forget": _("Forget it"),
    }


def _keys() -> dict[str, str]:
    """What is said of passkeys, and of the keys of a page."""
    return {
        "passkey_stopped": _("Nothing happened: you stopped it, or it took too long. Try again."),
        "passkey_known": _("This device has a key for your account already."),
        "passkey_host": _("Passkeys work only under the site's real name, such as localhost."),
        "passkey_failed": _("The passkey did not work. Try again, or use another way."),
        "passkey_unable": _("This browser knows no passkeys. Use another one."),
        "keys_title": _("Keys of this page"),
        "keys_sheet": _("This list"),
        "keys_next": _("Next in the list"),
        "keys_previous": _("Previous in the list"),
        "keys_switch": _("Single keys do things, in this browser"),
        "keys_settings": _("Single keys are switched off in your settings"),
    }
