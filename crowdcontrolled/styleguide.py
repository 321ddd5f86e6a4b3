"""Every component with its real variants on one page: what pages are built from.

A new template under ``templates/components`` or a new tag of ``common.templatetags.ui`` is shown
here in the same change; a test fails otherwise.
"""

import json
from datetime import timedelta
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.http import HttpRequest
from common.toasts import saved
from datasets.field_types import FIELD_TYPES
from datasets.field_types.widgets import PadWidget, StrokeWidget
from datasets.snippets import Snippet
from projects.access import listed_for
from projects.cards import cards_for

TOKENS = ("ground", "surface", "sunk", "line", "edge", "ink", "ink-2", "act", "live")
MEANINGS = ("ok", "warn", "bad")
PIXELS = 12
#: What runs, models and boards of the demo look like, in the shapes that the tags take.
LOSSES = {
    "train": [2.31, 1.62, 1.18, 0.87, 0.66, 0.52, 0.43, 0.36, 0.31, 0.27],
    "validation": [2.28, 1.7, 1.31, 1.05, 0.9, 0.83, 0.8, 0.81, 0.83, 0.86],
    "baseline": 2.3,
}
GUESSES = {"7": 0.914, "1": 0.061, "9": 0.025}
LABELS = ["Adelie", "Chinstrap", "Gentoo"]
CONFUSION = [[41, 3, 0], [5, 17, 1], [0, 0, 35]]
TRUTH = [3750.0, 3800.0, 3250.0, 4675.0, 5700.0, 5400.0, 4550.0, 3500.0, 3900.0, 5850.0]
PREDICTED = [3702.0, 3911.0, 3390.0, 4410.0, 5512.0, 5475.0, 4802.0, 3466.0, 3745.0, 5630.0]
#: In seconds.
AGES = (20, 3 * 3600, 90 * 86400)
BOARD = [
    [1, "Dense", "mira", "97.2 %"],
    [2, "LSTM", "aiko", "96.8 %"],
    [3, "Dense", "jonas", "91.4 %"],
]


#: Options of the kinds that need some, or have some to show.
KIND_OPTIONS: dict[str, dict[str, Any]] = {
    "number": {"minimum": 0, "maximum": 100},
    "category": {"categories": "small\nmedium\nlarge", "ordered": True},
    "datetime": {"precision": "minute"},
    "grid": {"height": 8, "width": 8, "palette": "#ffffff #e2402f #f7a93b #2f6fe2 #1b1b2f"},
    "sequence": {"channels": 2, "min_length": 8, "max_length": 8},
    "vector": {"length": 4},
}


class SpecimenForm(forms.Form):
    """Every kind of field; shown empty, and filled in wrongly."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, help_text=gettext_lazy("At most 60 characters.")
    )
    bill = forms.FloatField(label=gettext_lazy("Bill length"), min_value=10, max_value=80)
    species = forms.ChoiceField(
        label=gettext_lazy("Species"), choices=[(name, name) for name in LABELS]
    )
    island = forms.ChoiceField(
        label=gettext_lazy("Island"),
        choices=[("b", "Biscoe"), ("d", "Dream"), ("t", "Torgersen")],
        widget=forms.RadioSelect,
    )
    seen = forms.DateField(
        label=gettext_lazy("Seen on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    picture = forms.FileField(label=gettext_lazy("File"), required=False)
    ringed = forms.BooleanField(
        label=gettext_lazy("It wears a ring"), help_text=gettext_lazy("Only if you saw it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bill"].unit = "mm"  # type: ignore[attr-defined]


class KindsForm(forms.Form):
    """One field of each kind, as contributors meet it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for type_ in FIELD_TYPES:
            options = type_.clean_options(KIND_OPTIONS.get(type_.kind, {}))
            made = type_(str(type_.label).capitalize(), options, required=False)
            self.fields[type_.kind] = made.form_field()


class PadsForm(forms.Form):
    """The two pads."""

    drawing = forms.CharField(
        label=gettext_lazy("Drawing"), required=False, widget=PadWidget(8, 8, 16)
    )
    stroke = forms.CharField(
        label=gettext_lazy("Pen stroke"),
        required=False,
        widget=StrokeWidget(channels=2, shortest=8, longest=8),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page; its specimens' buttons lead back to it with a toast."""
    if request.method == "POST":
        saved(request, _("Nothing was done: this is a specimen."), undo_url=request.path)
        return redirect("styleguide")
    now = timezone.now()
    cards = _card()
    context = {
        "themes": ("light", "dark"),
        "tokens": TOKENS,
        "meanings": MEANINGS,
        "pixels": range(PIXELS),
        "icons": icons(),
        "form": SpecimenForm(prefix="new"),
        "wrong": _wrong(),
        "pads": PadsForm(prefix="pad"),
        "kinds": KindsForm(prefix="kind"),
        "losses": LOSSES,
        "curve": {"of": len(LOSSES["train"]), **LOSSES},  # type: ignore[arg-type]
        "guesses": GUESSES,
        "labels": LABELS,
        "confusion_cells": CONFUSION,
        "truth": TRUTH,
        "predicted": PREDICTED,
        "snippets": [
            Snippet("python", "Python", 'print("Hello")\n'),
            Snippet("curl", "curl", f"curl -fsS {request.build_absolute_uri('/healthz')}\n"),
        ],
        "columns": _columns(),
        "board": BOARD,
        "moments": [
            now - timedelta(seconds=20),
            now - timedelta(hours=3),
            now - timedelta(days=90),
        ],
        "card": cards[0] if cards else None,
        "people": list(User.objects.filter(is_active=True).order_by("pk")[:5]),
    }
    return render(request, "styleguide/page.html", context)


@cache
def icons() -> tuple[str, ...]:
    """The names of the icons in the sprite."""
    listed = json.loads((settings.BASE_DIR / "static" / "vendor" / "vendor.json").read_text())
    return tuple(name for entry in listed for name in entry.get("icons", ()))


def _card() -> list[Any]:
    """A project that everybody sees, with real data; the oldest one stays the same."""
    return cards_for(list(listed_for(AnonymousUser()).order_by("pk")[:1]))


def _wrong() -> SpecimenForm:
    """A form as it comes back when it was filled in wrongly."""
    form = SpecimenForm({"bad-name": "", "bad-bill": "999", "bad-species": "Emu"}, prefix="bad")
    form.full_clean()
    form.add_error(None, _("Nothing was saved: three answers do not fit."))
    return form


def _columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Rank")},
        {"label": _("Network")},
        {"label": _("By")},
        {"label": _("Accuracy")},
    ]
