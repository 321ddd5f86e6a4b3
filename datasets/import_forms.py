"""Forms of a file on its way into a project: the file, how it is read, which column holds what."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.limits import IMPORT_FILE_BYTES
from datasets.importing.dialects import DELIMITERS, ENCODINGS, FORMATS
from datasets.models import Field

COLUMN = "column_"


class FileForm(forms.Form):
    """One file."""

    idempotency_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "CSV, TSV, JSON Lines or Parquet, up to %(limit)s MB."
        ) % {"limit": IMPORT_FILE_BYTES // 2**20}


class ReadingForm(forms.Form):
    """How the file is read, and which column holds which field."""

    format = forms.ChoiceField(label=gettext_lazy("Format"))
    delimiter = forms.ChoiceField(label=gettext_lazy("Between the cells"))
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"))
    headed = forms.BooleanField(
        label=gettext_lazy("The first line names the columns"), required=False
    )
    duplicates_too = forms.BooleanField(
        label=gettext_lazy("Add rows that are there already, too"), required=False
    )

    def __init__(
        self, fields: Sequence[Field], header: Sequence[str], data: Any = None, **given: Any
    ) -> None:
        super().__init__(data, **given)
        choices = {
            "format": [(name, self.formats()[name]) for name in FORMATS],
            "delimiter": [(mark, self.marks()[name]) for mark, name in DELIMITERS.items()],
            "encoding": [(name, name.upper().replace("WINDOWS", "Windows")) for name in ENCODINGS],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = listed
        columns = [("", _("no column"))]
        columns += [
            (str(at), name or _("column %(n)s") % {"n": at + 1}) for at, name in enumerate(header)
        ]
        for described in fields if header else ():
            self.fields[f"{COLUMN}{described.pk}"] = forms.ChoiceField(
                label=described.name, choices=columns, required=False
            )

    @staticmethod
    def formats() -> dict[str, str]:
        """The formats in words."""
        return {"csv": _("CSV or TSV"), "jsonl": "JSON Lines", "parquet": "Parquet"}

    @staticmethod
    def marks() -> dict[str, str]:
        """The marks between cells in words."""
        return {
            "comma": _("commas"),
            "semicolon": _("semicolons"),
            "tab": _("tabs"),
            "bar": _("vertical bars"),
        }

    def dialect(self) -> dict[str, Any]:
        """What was chosen of how to read the file."""
        return {
            name: self.cleaned_data[name] for name in ("format", "delimiter", "encoding", "headed")
        }

    def columns(self) -> dict[str, int]:
        """The column of each field, by field id as text; empty when none was chosen."""
        return {
            name.removeprefix(COLUMN): int(place)
            for name, place in self.cleaned_data.items()
            if name.startswith(COLUMN) and place != ""
        }


def reading_initial(
    dialect: Mapping[str, Any], columns: Mapping[str, Any], too: bool
) -> dict[str, Any]:
    """What the form begins with."""
    places = {f"{COLUMN}{pk}": str(at) for pk, at in columns.items()}
    return {**dialect, **places, "duplicates_too": too}
