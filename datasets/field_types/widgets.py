"""Form field and widgets of the generated forms."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from common.limits import IMAGE_BYTES

if TYPE_CHECKING:
    from datasets.field_types.base import FieldType


class TypedField(forms.Field):
    """A form field that cleans to its field type's value, with the type's own sentences."""

    def __init__(self, type_: "FieldType[Any]", widget: forms.Widget) -> None:
        self.type = type_
        #: Stands in the label, see ``common.forms.Renderer``.
        self.unit = type_.unit
        super().__init__(
            required=type_.required, widget=widget, label=type_.name, help_text=type_.hint()
        )

    def clean(self, value: Any) -> Any:
        from datasets.field_types.base import BadValue

        try:
            return self.type.read("" if value is None else value)
        except BadValue as bad:
            raise ValidationError(bad.message, code="bad_value") from bad

    def prepare_value(self, value: Any) -> Any:
        """The widget's text for a value that came as ``initial``."""
        return value if value is None or isinstance(value, str) else self.type.retype(value)


class SizedWidget(forms.Textarea):
    """Numbers in so many lines; the template reads their bounds from ``size``."""

    def __init__(self, lines: int, **size: int) -> None:
        self.size = size
        super().__init__({"rows": lines, "spellcheck": "false", "autocomplete": "off"})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {**context, "size": self.size}


class PadWidget(SizedWidget):
    """A drawing: `<cc-pad>` writes rows of levels as JSON into the textarea it wraps."""

    template_name = "datasets/widgets/pad.html"

    def __init__(self, height: int, width: int, levels: int, palette: Sequence[str] = ()) -> None:
        super().__init__(min(height, 12), height=height, width=width, max=levels)
        self.palette = " ".join(palette)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "palette": self.palette}


class StrokeWidget(SizedWidget):
    """Numbers over time, one channel a line; with two channels `<cc-stroke>` draws them."""

    template_name = "datasets/widgets/stroke.html"

    def __init__(self, channels: int, shortest: int, longest: int) -> None:
        super().__init__(min(channels, 8), channels=channels, shortest=shortest, longest=longest)


class PlainSelect(forms.Select):
    """A list to choose from, written without templates: a page may hold a thousand of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The element; ``value`` is the chosen one."""
        chosen = str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) == chosen else "", label)
                for key, label in self.choices
            ),
        )
        built = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, built, options)


class NumbersWidget(forms.Textarea):
    """Many numbers, as a spreadsheet or a program gives them."""

    def __init__(self, lines: int) -> None:
        super().__init__({"rows": lines, "spellcheck": "false", "autocomplete": "off"})


class SuggestWidget(forms.TextInput):
    """A word with suggestions: the browser's own list searches without a script."""

    template_name = "datasets/widgets/suggest.html"

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        super().__init__({"autocomplete": "off", "spellcheck": "false"})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}-list"
        context["widget"]["attrs"]["list"] = list_id
        return {**context, "list_id": list_id, "words": self.words}


class PhotoWidget(forms.Widget):
    """A file of a picture; one that was chosen before stays, as a hidden text.

    Its value is the bytes of a new file, or the text of what was chosen before.
    """

    template_name = "datasets/widgets/photo.html"
    needs_multipart_form = True
    FILE, CLEAR = "-file", "-clear"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The new file's bytes, at most one more than are allowed; else what stood there."""
        chosen = files.get(name + self.FILE) if files else None
        if chosen is not None:
            # A form asks for it once to check and once more to show it again.
            chosen.seek(0)
            return chosen.read(IMAGE_BYTES + 1)
        return "" if data.get(name + self.CLEAR) else data.get(name, "")

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether neither a file nor an earlier one was sent."""
        return name not in data and name + self.FILE not in (files or {})

    def id_for_label(self, id_: str) -> str:
        """The label belongs to the button that chooses a file."""
        return f"{id_}{self.FILE}" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = dict(context["widget"]["attrs"])
        given["id"] = self.id_for_label(given.get("id", ""))
        # What was chosen before satisfies the browser as well.
        if value:
            given.pop("required", None)
        kept = value if isinstance(value, str) else ""
        return {
            **context,
            "kept": kept,
            "shown": kept if kept.startswith("data:") else "",
            "file": {"name": name + self.FILE, "attrs": given},
            "clear": "" if self.is_required else name + self.CLEAR,
        }
