"""Quick, Solid and Careful: three recipes that nobody has to understand to start one.

``PRESETS`` is the whole list: the page's cards, their estimates and the tests read it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import Refused
from training.engine.architectures import Architecture
from training.engine.architectures.base import equal_layers
from training.engine.limits import MAX_EPOCHS
from training.engine.schema import TableSchema
from training.estimates import load_of, within

#: The one layer of a quick network, by the architecture's layout.
QUICK_LAYER = {"flat": equal_layers(1, 128, "relu"), "steps": equal_layers(1, 32, "none")}
QUICK_EPOCHS, QUICK_PATIENCE = 30, 6
CAREFUL_DROPOUT = {"flat": 0.3, "steps": 0.4}

Settings = dict[str, Any]


@dataclass(frozen=True)
class Preset:
    """One recipe: ``change`` gives what differs from the best recipe for such data.

    ``seconds`` is the most that the calculation may come to: epochs are taken away until it fits,
    so that a large table trains for less epochs rather than being stopped by the time limit.
    """

    key: str
    label: str
    trade: str
    seconds: float
    change: Callable[[Architecture, Mapping[str, Any]], Settings]

    def settings_for(self, architecture: Architecture, schema: TableSchema, rows: int) -> Settings:
        """Every setting of a run with this preset, for a table of so many rows with a target."""
        recipe = architecture.default_settings(schema, rows)
        recipe |= self.change(architecture, recipe)
        return recipe | {
            "epochs": within(load_of(architecture, schema, rows, recipe), self.seconds)
        }


def _quick(architecture: Architecture, recipe: Mapping[str, Any]) -> Settings:
    """One small layer, few epochs, little patience, no final fit."""
    return {
        "layers": QUICK_LAYER[architecture.layout],
        "epochs": min(QUICK_EPOCHS, recipe["epochs"]),
        "patience": min(QUICK_PATIENCE, recipe["patience"]),
        "refit": "no",
    }


def _solid(_architecture: Architecture, _recipe: Mapping[str, Any]) -> Settings:
    return {}


def _careful(architecture: Architecture, recipe: Mapping[str, Any]) -> Settings:
    """Half the learning rate and the batch, twice the patience, more dropout, all epochs."""
    return {
        "learning_rate": recipe["learning_rate"] / 2,
        "batch_size": max(1, recipe["batch_size"] // 2),
        "dropout": CAREFUL_DROPOUT[architecture.layout],
        "patience": min(MAX_EPOCHS, recipe["patience"] * 2),
        "epochs": MAX_EPOCHS,
    }


PRESETS: tuple[Preset, ...] = (
    Preset(
        "quick",
        gettext_noop("Quick"),
        gettext_noop(
            "A small network and few epochs: shows at once whether there is anything to learn."
        ),
        60.0,
        _quick,
    ),
    Preset(
        "solid",
        gettext_noop("Solid"),
        gettext_noop("The recipe that did best on data like this: takes longer, errs less often."),
        300.0,
        _solid,
    ),
    Preset(
        "careful",
        gettext_noop("Careful"),
        gettext_noop(
            "Smaller steps and twice the patience: the slowest, sometimes a little better still."
        ),
        420.0,
        _careful,
    ),
)


def preset_named(key: str) -> Preset:
    """The preset with this key.

    Raises:
        Refused: there is none.
    """
    for preset in PRESETS:
        if preset.key == key:
            return preset
    known = ", ".join(_(preset.label) for preset in PRESETS)
    raise Refused(
        _("There is no such preset. Choose one of these: %(known)s.") % {"known": known},
        field="preset",
    )
