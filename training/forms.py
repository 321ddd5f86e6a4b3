"""The form of a training, made from the architecture's own settings."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.numbers import whole
from training.engine.architectures import Architecture, Setting
from training.engine.architectures.base import ACTIVATIONS
from training.engine.limits import MAX_LAYERS, MAX_UNITS
from training.lessons import lesson_of
from training.wording import worded

UNITS, ACTIVATION = "layer_units", "layer_activation"
#: Settings that come first.
FIRST = ("epochs", "learning_rate")
NEW_LAYER = {"units": "64", "activation": "relu"}


class SettingsForm(forms.Form):
    """One field a setting; an empty one means the best recipe so far.

    Bounds are not checked here but by ``check_settings``, so that there is one place and one
    sentence; the widgets only tell the browser.
    """

    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    #: The run whose settings it began with.
    parent = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(
        self,
        architecture: Architecture,
        data: MultiValueDict[str, str] | None = None,
        recipe: Mapping[str, Any] | None = None,
        key: str = "",
    ) -> None:
        self.architecture = architecture
        start = {**(recipe or {}), "idempotency_key": key}
        super().__init__(data=data, initial=start)
        for setting in architecture.settings:
            if setting.kind != "layers":
                self.fields[setting.key] = _field(setting)
        self.layers = _given_layers(data) if data is not None else _shown_layers(start)
        self.layers_problem = ""

    @property
    def layers_setting(self) -> Setting:
        """The setting that the rows of layers are."""
        return next(s for s in self.architecture.settings if s.kind == "layers")

    @property
    def first(self) -> list[forms.BoundField]:
        """The settings that come first."""
        return [self[key] for key in FIRST if key in self.fields]

    @property
    def others(self) -> list[forms.BoundField]:
        """The other settings."""
        hidden = ("idempotency_key", "parent", *FIRST)
        return [self[key] for key in self.fields if key not in hidden]

    @property
    def layers_help(self) -> SafeString:
        """What the rows of layers are, and the way to their lesson."""
        return help_of(self.layers_setting)

    def change_layers(self, change: str) -> None:
        """Add a row of layers, or remove one: ``add`` or ``remove-<place from 1>``."""
        verb, _dash, place = change.partition("-")
        if verb == "add" and len(self.layers) < MAX_LAYERS:
            self.layers.append(dict(self.layers[-1]) if self.layers else dict(NEW_LAYER))
        elif verb == "remove" and 0 < (whole(place) or 0) <= len(self.layers):
            del self.layers[int(place) - 1]

    def settings(self) -> dict[str, Any]:
        """What a valid form asks for, as ``start_run`` takes it."""
        keys = [setting.key for setting in self.architecture.settings]
        given = {key: self.cleaned_data.get(key) for key in keys if key in self.fields}
        settings = {key: value for key, value in given.items() if value not in (None, "")}
        return {**settings, "layers": [_layer(row) for row in self.layers]}

    def refuse(self, faults: Sequence[tuple[str, str]]) -> None:
        """Put each sentence where its setting stands."""
        for key, sentence in faults:
            if key == "layers":
                self.layers_problem = sentence
            else:
                self.add_error(key if key in self.fields else None, sentence)


def _field(setting: Setting) -> forms.Field:
    shared: dict[str, Any] = {
        "label": worded(setting.label),
        "help_text": help_of(setting),
        "required": False,
    }
    if setting.kind == "choice":
        choices: list[tuple[str, str | Promise]] = [
            (name, worded(name)) for name in setting.choices
        ]
        return forms.CharField(widget=forms.Select(choices=choices), **shared)
    step = "any" if setting.kind == "float" else "1"
    attributes = {"min": setting.minimum, "max": setting.maximum, "step": step}
    widget = forms.NumberInput({k: v for k, v in attributes.items() if v is not None})
    if setting.kind == "float":
        return forms.FloatField(widget=widget, **shared)
    return forms.IntegerField(widget=widget, **shared)


def help_of(setting: Setting) -> SafeString:
    """The setting's one sentence, and the way to its lesson."""
    slug = lesson_of(setting.key)
    if not slug:
        return format_html("{}", worded(setting.help))
    return format_html(
        '{} <a href="{}">{}</a>',
        worded(setting.help),
        reverse("lesson", args=[slug]),
        _("Lesson: %(setting)s") % {"setting": worded(setting.label)},
    )


def _given_layers(data: MultiValueDict[str, str]) -> list[dict[str, str]]:
    units, kinds = data.getlist(UNITS), data.getlist(ACTIVATION)
    # More rows than fit are kept up to one too many, so that the refusal can say so.
    pairs = list(zip_longest(units, kinds, fillvalue=""))[: MAX_LAYERS + 1]
    return [{"units": size.strip(), "activation": kind} for size, kind in pairs]


def _shown_layers(recipe: Mapping[str, Any]) -> list[dict[str, str]]:
    rows = recipe.get("layers") or []
    return [{"units": str(row["units"]), "activation": row["activation"]} for row in rows]


def _layer(row: Mapping[str, str]) -> dict[str, Any]:
    """The row as a setting; what is no number stays as it is, to be refused by name."""
    digits = row["units"].isascii() and row["units"].isdigit() and len(row["units"]) < 10
    return {
        "units": int(row["units"]) if digits else row["units"],
        "activation": row["activation"],
    }


def layer_choices() -> dict[str, Any]:
    """What the rows of layers offer."""
    return {
        "activations": [(name, worded(name)) for name in ACTIVATIONS],
        "most_units": MAX_UNITS,
        "most_layers": MAX_LAYERS,
        "new_layer": NEW_LAYER,
    }
