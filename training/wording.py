"""What the engine says, so that it can be translated: the engine itself is English and no Django.

``TEXTS`` holds every text of its registry (labels, helps, choices, names of metrics), ``FAULTS``
the sentences with which it refuses. A test goes through the registry and the engine's source, and
fails when one is missing here.
"""

import re
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

TEXTS: tuple[str, ...] = (
    gettext_noop("Dense"),
    gettext_noop(
        "Every unit of a layer sees every unit of the layer before. Good for tables and small"
        " drawings."
    ),
    gettext_noop("Layers"),
    gettext_noop(
        "Hidden layers from input to output, with units and activation of each. Without any "
        "layer the model is linear."
    ),
    gettext_noop("relu"),
    gettext_noop("gelu"),
    gettext_noop("silu"),
    gettext_noop("tanh"),
    gettext_noop("sigmoid"),
    gettext_noop("leaky_relu"),
    gettext_noop("none"),
    gettext_noop("Numbers"),
    gettext_noop(
        "Piecewise: each number field becomes a small learned curve over its quantiles, which"
        " helps most tables. Standard: centred and scaled only."
    ),
    gettext_noop("piecewise"),
    gettext_noop("standard"),
    gettext_noop("Dropout"),
    gettext_noop(
        "Share of units that are silenced at random in each step, so that the network does "
        "not lean on single ones. More for little data."
    ),
    gettext_noop("Epochs"),
    gettext_noop(
        "How often the network sees all training rows, at most. It stops sooner when the "
        "validation loss no longer falls."
    ),
    gettext_noop("Learning rate"),
    gettext_noop(
        "How far each step goes. Too high: the loss jumps or becomes infinite. Too low: it "
        "hardly falls."
    ),
    gettext_noop("Batch size"),
    gettext_noop("Rows per step. Fewer rows make more, noisier steps."),
    gettext_noop("Test share"),
    gettext_noop(
        "Share of the rows that is kept away from training to judge the model at the end. "
        "Another fifth is for validation. Not used when the data fix their own split."
    ),
    gettext_noop("Loss"),
    gettext_noop(
        "What training makes small. Classification: CrossEntropy, or NLL (the same on log-"
        "probabilities). Regression: MSE, or L1, which minds outliers less."
    ),
    gettext_noop("L1"),
    gettext_noop("MSE"),
    gettext_noop("NLL"),
    gettext_noop("CrossEntropy"),
    gettext_noop("Patience"),
    gettext_noop(
        "Epochs without a better validation loss before the learning rate is lowered once; "
        "after half as many again training stops."
    ),
    gettext_noop("Final fit"),
    gettext_noop(
        "Yes: train once more on training and validation rows together, for the number of "
        "epochs that was best. Validation figures are from before."
    ),
    gettext_noop("yes"),
    gettext_noop("no"),
    gettext_noop("Seed"),
    gettext_noop(
        "Start of all random choices: the same seed on the same machine gives the same model."
    ),
    gettext_noop("LSTM"),
    gettext_noop(
        "Reads one step after the other and keeps what matters in a memory. Good for strokes,"
        " movements and other sequences of any length."
    ),
    gettext_noop(
        "LSTM layers from input to output: units in each direction, and what is applied to "
        "the outputs of the layer."
    ),
    gettext_noop("Direction"),
    gettext_noop("Both: one LSTM reads forwards and one backwards. Forward: half the time."),
    gettext_noop("both"),
    gettext_noop("forward"),
    gettext_noop("Accuracy"),
    gettext_noop("Balanced accuracy"),
    gettext_noop("ROC AUC"),
    gettext_noop("Log loss"),
    gettext_noop("RMSE"),
    gettext_noop("MAE"),
    gettext_noop("R²"),
    gettext_noop("majority class"),
    gettext_noop("mean"),
    gettext_noop("classification"),
    gettext_noop("regression"),
    gettext_noop("forecast"),
    gettext_noop("category or boolean"),
    gettext_noop("number or integer"),
    gettext_noop("number"),
    gettext_noop("integer"),
    gettext_noop("category"),
    gettext_noop("boolean"),
    gettext_noop("text"),
    gettext_noop("datetime"),
    gettext_noop("grid"),
    gettext_noop("image"),
    gettext_noop("sequence"),
    gettext_noop("vector"),
)

#: The engine's sentences; what stands in a place is taken over as it is.
FAULTS: tuple[str, ...] = (
    gettext_noop("%(rows)s rows with a target: at least %(least)s are needed to train"),
    gettext_noop("%(train)s rows are left for training: at least %(least)s are needed; add rows"),
    gettext_noop("no row is left for validation: add rows that are not near duplicates"),
    gettext_noop("every training row is of the class %(label)s: rows of a second class are needed"),
    gettext_noop("The loss became infinite in epoch %(epoch)s: try a lower learning rate."),
    gettext_noop(
        "this network has %(count)s parameters; at most %(most)s are allowed: use fewer "
        "layers or units"
    ),
    gettext_noop(
        "this network would have %(count)s parameters; at most %(most)s are allowed: use "
        "fewer layers or units"
    ),
    gettext_noop("stopped before the first epoch ended: there is no model to keep"),
    gettext_noop("this loss does not fit a %(task)s: use %(fitting)s"),
    gettext_noop("a batch cannot hold more than the %(rows)s rows there are"),
    gettext_noop("%(architecture)s has no such setting; it has: %(listed)s"),
    gettext_noop("not a whole number"),
    gettext_noop("not a number"),
    gettext_noop("not a finite number"),
    gettext_noop("outside %(low)s … %(high)s"),
    gettext_noop("none of %(choices)s"),
    gettext_noop("not a list of layers such as %(example)s"),
    gettext_noop("%(count)s layers: %(smallest)s to %(most)s are allowed"),
    gettext_noop("layer %(number)s is not of the form %(example)s"),
    gettext_noop("layer %(number)s: units is a whole number from 1 to %(most)s"),
    gettext_noop("layer %(number)s: activation is none of %(choices)s"),
    gettext_noop(
        "an LSTM reads steps and this table has no sequence or grid among its features: use dense"
    ),
    gettext_noop("there is no architecture %(name)s; known: %(known)s"),
    gettext_noop("the task forecast is not built yet"),
    gettext_noop("%(count)s categories to tell apart: at most %(most)s can be"),
    gettext_noop("the target of a %(task)s is a %(wanted)s, not a %(kind)s"),
    gettext_noop("at least two categories are needed to learn to tell them apart"),
    gettext_noop("no field is a feature (independent variable) that can be learned from"),
    gettext_noop("exactly one field must be the target (the dependent variable); found: %(found)s"),
    gettext_noop("The run needed more memory than it may have: use fewer rows, layers or units."),
    gettext_noop("The run broke off with an internal error (%(kind)s); it is in the log."),
    gettext_noop(
        "The run used up its processor time: use fewer epochs, layers, units or rows, or stop"
        " it sooner and keep the best."
    ),
)

#: How a fault says where it was found.
WHERE: tuple[str, ...] = (
    gettext_noop("column %(column)s, value %(value)s: %(reason)s"),
    gettext_noop("column %(column)s: %(reason)s"),
)

PLACE = re.compile(r"%\\?\((\w+)\\?\)s")


def worded(text: str) -> str:
    """A text of the engine's registry in the active language."""
    return _(text) if text else ""


def said(sentence: str) -> str:
    """A sentence of the engine in the active language; one that is not the engine's as it is.

    It may begin with a capital and end with a full stop, as the site writes it; so does the answer.
    """
    core = sentence.strip()
    for pattern in FAULTS + WHERE:
        # Some sentences have their full stop in the engine, others are given one.
        for stop in ("", "."):
            text = core[: len(core) - len(stop)] if core.endswith(stop) else None
            match = _shape(pattern).fullmatch(text) if text is not None else None
            if match is not None:
                return _as(core, _(pattern) % _places(match.groupdict())) + stop
    return sentence


def _places(found: dict[str, str]) -> dict[str, str]:
    named = {name: _(value) if value in TEXTS else value for name, value in found.items()}
    if "reason" in named:
        named["reason"] = said(named["reason"])
    return named


def _as(original: str, text: str) -> str:
    return text[:1].upper() + text[1:] if original[:1].isupper() else text


@cache
def _shape(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression; the case of its first letter does not count."""
    shape = PLACE.sub(r"(?P<\1>.+?)", re.escape(pattern))
    first = pattern[0]
    if first.isalpha():
        shape = f"[{first.lower()}{first.upper()}]{shape[1:]}"
    return re.compile(shape, re.DOTALL)
