"""Form field and widgets of the generated forms."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

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
        if value is None or isinstance(value, str):
            return value
        return self.type.show(value)


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

    def __init__(self, height: int, width: int, levels: int) -> None:
        super().__init__(min(height, 12), height=height, width=width, max=levels)


class StrokeWidget(SizedWidget):
    """Numbers over time, one channel a line; with two channels `<cc-stroke>` draws them."""

    template_name = "datasets/widgets/stroke.html"

    def __init__(self, channels: int, shortest: int, longest: int) -> None:
        super().__init__(min(channels, 8), channels=channels, shortest=shortest, longest=longest)
